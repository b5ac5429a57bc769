"""Where people meet: places made of small areas, each with the places near it.

A place is a small area, or a block of adjoining ones when the population is thinned so far that one area would hold too few
people to find friends of one's own age in. Choices of place depend on centroids only, never on how many people live
somewhere, so that one more resident moves nobody else's choice.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.chance import exp
from model.jit import njit

if TYPE_CHECKING:
    from model.population import Population

ROWS_PER_PLACE = 120
"""Fewest population rows an average place holds: thinner areas are joined (in blocks of 2, 4, 8, ...)."""
N_NEAR = 8
"""Neighbouring places of a place."""
DECAY_KM = 3.0
"""Distance over which the attraction of a neighbouring place falls by a factor e."""
KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """of_area: place of each small area, int32[n_areas]. near: neighbouring places, int32[n_places, k]. near_cdf:
    cumulative probability of each by distance, float64[n_places, k]. rows_typical: population rows of an average place, in
    steps of a quarter of a doubling, so that one more resident hardly ever changes it."""

    of_area: np.ndarray
    near: np.ndarray
    near_cdf: np.ndarray
    rows_typical: float


def make_places(population: Population, rows_per_place: int = ROWS_PER_PLACE) -> Places:
    """Places of a population, from its small areas' centroids and its mean number of rows an area."""
    x_km, y_km = project_km(population.area_latitude, population.area_longitude)
    rows_per_area = max(population.n, 1) / population.n_areas
    areas_per_place = 2 ** max(0, math.ceil(math.log2(rows_per_place / rows_per_area)))
    # Numbered along the curve, so that successive places adjoin.
    of_area = np.empty(population.n_areas, np.int32)
    of_area[_along_curve(x_km, y_km)] = np.arange(population.n_areas) // areas_per_place
    size = np.bincount(of_area)
    near, near_km = nearest_places(np.bincount(of_area, x_km) / size, np.bincount(of_area, y_km) / size)
    pull = np.array([[exp(-km / DECAY_KM) for km in row] for row in near_km])
    near_cdf = np.cumsum(pull, axis=1)
    rows_typical = 2 ** (round(4 * math.log2(rows_per_area * areas_per_place)) / 4)
    return Places(of_area, near, near_cdf / near_cdf[:, -1:], rows_typical)


def project_km(latitude: np.ndarray, longitude: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kilometres east and north, on a plane that touches the region at its mean latitude, to the metre."""
    east = longitude * (KM_PER_DEGREE * math.cos(math.radians(float(np.mean(latitude)))))
    return np.round(east, 3), np.round(latitude * KM_PER_DEGREE, 3)


def _along_curve(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Areas in the order of a space-filling (Morton) curve, so that successive areas adjoin."""
    code = np.zeros(len(x), np.int64)
    span = max(np.ptp(x), np.ptp(y), 1e-9)
    column, row = ((1023 * (v - v.min()) / span).astype(np.int64) for v in (x, y))
    for bit in range(10):
        code |= ((column >> bit) & 1) << (2 * bit) | ((row >> bit) & 1) << (2 * bit + 1)
    return np.argsort(code, kind="stable")


def nearest_places(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The nearest other places of each place (int32[n, k]) and how far they are in km; a lone place is its own neighbour."""
    from scipy.spatial import cKDTree

    n = len(x)
    if n == 1:
        return np.zeros((1, 1), np.int32), np.zeros((1, 1))
    count = min(N_NEAR, n - 1)
    points = np.column_stack((x, y))
    km, place = cKDTree(points).query(points, k=min(count + 8, n))
    # Equal centroids may come back in any order: take out the place itself, then settle draws by number.
    km = np.where(place == np.arange(n)[:, None], np.inf, np.round(km, 3))
    order = np.lexsort((place, km), axis=1)[:, :count]
    return np.take_along_axis(place, order, 1).astype(np.int32), np.take_along_axis(km, order, 1)


@njit
def choose_place(u: float, home: int, p_home: float, p_anywhere: float, near: np.ndarray, near_cdf: np.ndarray) -> int:
    """The place a person meets others in: home, one near by, or any in the region, from one uniform draw u."""
    if u < p_home:
        return int(home)
    if u >= 1.0 - p_anywhere:
        return min(int((u - (1.0 - p_anywhere)) / p_anywhere * len(near)), len(near) - 1)
    v = (u - p_home) / (1.0 - p_home - p_anywhere)
    for k in range(near.shape[1]):
        if v < near_cdf[home, k]:
            return int(near[home, k])
    return int(near[home, near.shape[1] - 1])
