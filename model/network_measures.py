"""What a network looks like in one month: degree, clustering, assortativity, distance, and who knows no user."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.jit import njit
from model.network_places import project_km
from model.network_ties import Layer

if TYPE_CHECKING:
    from model.network import Network
    from model.population import Population


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """Ties of one month and of chosen layers: CSR over all rows (indptr int64[n + 1], neighbour int32[m], layer uint8[m]),
    and which rows are present (bool[n])."""

    indptr: np.ndarray
    neighbour: np.ndarray
    layer: np.ndarray
    present: np.ndarray

    @property
    def ends(self) -> tuple[np.ndarray, np.ndarray]:
        """Rows at both ends of every directed edge."""
        return np.repeat(np.arange(len(self.present), dtype=np.int32), np.diff(self.indptr)), self.neighbour


def snapshot(
    network: Network, population: Population, month: int, layers: tuple[Layer, ...] = tuple(Layer)
) -> Snapshot:
    """The network as it stands in a month."""
    wanted = np.zeros(256, np.bool_)
    wanted[[int(layer) for layer in layers]] = True
    now = (network.start <= month) & (month < network.end) & wanted[network.layer]
    before = np.concatenate([[0], np.cumsum(now, dtype=np.int64)])
    return Snapshot(before[network.indptr], network.neighbour[now], network.layer[now], population.present(month))


def degrees(view: Snapshot, layer: Layer | None = None) -> np.ndarray:
    """Number of ties of each person present (int64), in one layer or in all that the snapshot holds."""
    if layer is None:
        return np.diff(view.indptr)[view.present]
    before = np.concatenate([[0], np.cumsum(view.layer == layer, dtype=np.int64)])
    return np.diff(before[view.indptr])[view.present]


def local_clustering(view: Snapshot) -> np.ndarray:
    """Share of each present person's pairs of neighbours who are tied to each other (0 below two neighbours), float64."""
    return _clustering(view.indptr, view.neighbour)[view.present]


@njit
def _clustering(indptr: np.ndarray, neighbour: np.ndarray) -> np.ndarray:
    out = np.zeros(len(indptr) - 1)
    for i in range(len(out)):
        degree = indptr[i + 1] - indptr[i]
        if degree < 2:
            continue
        closed = 0
        for e in range(indptr[i], indptr[i + 1]):
            # Neighbours are sorted, so the shared ones of i and j come out of one pass over both lists.
            j = neighbour[e]
            a, b = indptr[i], indptr[j]
            while a < indptr[i + 1] and b < indptr[j + 1]:
                if neighbour[a] == neighbour[b]:
                    closed += 1
                    a += 1
                    b += 1
                elif neighbour[a] < neighbour[b]:
                    a += 1
                else:
                    b += 1
        out[i] = closed / (degree * (degree - 1.0))
    return out


def assortativity(view: Snapshot, value: np.ndarray) -> float:
    """Correlation of a number (one per row) over the two ends of ties; NaN where there are no ties or no variation."""
    one, other = view.ends
    if len(one) == 0 or np.ptp(value[one]) == 0:
        return float("nan")
    return float(np.corrcoef(value[one].astype(np.float64), value[other].astype(np.float64))[0, 1])


def tie_distances_km(view: Snapshot, population: Population) -> np.ndarray:
    """Distance between the small-area centroids of both ends of each directed edge, float64 in km; 0 within an area."""
    east, north = project_km(population.area_latitude, population.area_longitude)
    one, other = (population.area[rows] for rows in view.ends)
    return np.hypot(east[one] - east[other], north[one] - north[other])


def knows_no_user(view: Snapshot, user: np.ndarray) -> np.ndarray:
    """Whether each present non-user has no tie to a user (bool, one per present non-user; those without ties count).

    user: whether each row of the population is a user, bool[n].
    """
    before = np.concatenate([[0], np.cumsum(user[view.neighbour], dtype=np.int64)])
    n_users_known = np.diff(before[view.indptr])
    return n_users_known[view.present & ~user] == 0
