"""Who is tied to whom, and when: all layers in one compressed sparse row (CSR) structure over population rows.

Built once for a population and stored; see docs/networks.md for method, assumptions and measured figures. Everything is built in
one thread from hashed draws, so the bits do not depend on the number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model.calendar import HORIZON_MONTHS, NEVER
from model.errors import InputError
from model.jit import njit
from model.network_family import household_ties, kin_ties, kin_ties_while_present, parted_family_ties
from model.network_friends import friend_ties
from model.network_placebo import rewire
from model.network_places import make_places
from model.network_ties import LAYER_WEIGHT, Layer, Ties, join_ties, ties_while_present
from model.storage import cache_dir, cached_columns, content_hash, source_hash

if TYPE_CHECKING:
    import networkx as nx

    from model.population import Population

VARIANTS = ("standard", "placebo")
NETWORKX_LIMIT = 20_000

_COLUMNS = (
    "indptr", "neighbour", "weight", "layer", "start", "end", "start_order", "start_row", "start_ptr", "end_order", "end_row",
    "end_ptr",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """Dated ties of a population's rows, both directions stored, all layers together.

    indptr int64[n + 1]; edges indptr[i] to indptr[i + 1] are those of row i, ordered by neighbour.
    neighbour int32[m]; weight uint8[m] (LAYER_WEIGHT); layer uint8[m] (Layer).
    start, end int16[m]: months [start, end) in which the tie exists; end is NEVER beyond the horizon.
    start_order int32[k], start_ptr int32[HORIZON_MONTHS + 2]: edges with start > 0 grouped by month; those that begin in
        month t are start_order[start_ptr[t]:start_ptr[t + 1]]; start_row int32[k] is the row each belongs to.
        end_order, end_row, end_ptr: likewise those with end < NEVER.
    """

    indptr: np.ndarray
    neighbour: np.ndarray
    weight: np.ndarray
    layer: np.ndarray
    start: np.ndarray
    end: np.ndarray
    start_order: np.ndarray
    start_row: np.ndarray
    start_ptr: np.ndarray
    end_order: np.ndarray
    end_row: np.ndarray
    end_ptr: np.ndarray
    variant: str
    fingerprint: str

    @property
    def n(self) -> int:
        """Rows of the population."""
        return len(self.indptr) - 1

    @property
    def n_edges(self) -> int:
        """Directed edges: twice the number of ties."""
        return len(self.neighbour)


def build_network(population: Population, structure_seed: int = 1, variant: str = "standard") -> Network:
    """Build a population's network; InputError if the variant is unknown."""
    if variant not in VARIANTS:
        raise InputError("unknown network variant", key="network", value=variant, allowed=VARIANTS)
    places = make_places(population)
    household = household_ties(population)
    parted = parted_family_ties(population, household)
    kin = kin_ties(population, places, structure_seed)
    friends = friend_ties(population, places, structure_seed)
    if variant == "placebo":
        kin = rewire(population, kin, kin_ties_while_present, structure_seed)
        friends = rewire(population, friends, ties_while_present, structure_seed)
    columns = assemble(
        population.n, {Layer.HOUSEHOLD: household, Layer.KIN: join_ties(parted, kin), Layer.FRIEND: friends}
    )
    return Network(**columns, variant=variant, fingerprint=_fingerprint(population, structure_seed, variant))


def get_network(population: Population, structure_seed: int = 1, variant: str = "standard") -> Network:
    """The stored network of a population, built first if need be; arrays are memory-mapped and read-only."""
    if variant not in VARIANTS:
        raise InputError("unknown network variant", key="network", value=variant, allowed=VARIANTS)
    fingerprint = _fingerprint(population, structure_seed, variant)

    def build() -> tuple[dict[str, np.ndarray], dict[str, Any]]:
        network = build_network(population, structure_seed, variant)
        meta = {"variant": variant, "fingerprint": fingerprint, "region": population.region, "scale": population.scale}
        return {name: getattr(network, name) for name in _COLUMNS}, meta

    columns, _ = cached_columns(cache_dir() / "networks" / fingerprint[:32], build)
    return Network(**columns, variant=variant, fingerprint=fingerprint)


def _fingerprint(population: Population, structure_seed: int, variant: str) -> str:
    here = Path(__file__).parent
    return content_hash(
        {
            "population": population.fingerprint,
            "structure_seed": structure_seed,
            "variant": variant,
            "builder": source_hash(*here.glob("network*.py"), here / "chance.py", here / "calendar.py"),
        }
    )


def assemble(n: int, layers: dict[Layer, Ties]) -> dict[str, np.ndarray]:
    """The network's arrays from ties by layer: symmetric, without self ties, one tie a pair.

    Where a pair has several ties, the two of one layer that touch become one; else the heavier stays, then the longer.
    """
    indptr = np.zeros(n + 1, np.int64)
    for ties in layers.values():
        _count_edges(ties.one, ties.other, indptr)
    np.cumsum(indptr, out=indptr)
    records = np.empty(indptr[-1], np.uint64)
    filled = indptr[:-1].copy()
    for layer, ties in layers.items():
        _write_edges(ties.one, ties.other, ties.start, ties.end, int(layer), filled, records)
    kept = _merge_rows(indptr, records)
    columns = {
        "indptr": indptr,
        "neighbour": np.empty(kept, np.int32),
        "weight": np.empty(kept, np.uint8),
        "layer": np.empty(kept, np.uint8),
        "start": np.empty(kept, np.int16),
        "end": np.empty(kept, np.int16),
    }
    _unpack(records, *(columns[c] for c in ("neighbour", "weight", "layer", "start", "end")))
    row = np.repeat(np.arange(n, dtype=np.int32), np.diff(indptr))
    for event, first in (("start", 1), ("end", 0)):
        order, columns[f"{event}_ptr"] = _by_month(columns[event], first)
        columns[f"{event}_order"], columns[f"{event}_row"] = order, row[order]
    return columns


# While the rows are put together an edge is one 64-bit word, so that it moves through memory in one piece:
# neighbour (32 bits), layer (8), start (12), end (12; all ones for NEVER).
_NEVER_BITS = 4095


@njit
def _pack(neighbour: int, layer: int, start: int, end: int) -> np.uint64:
    return np.uint64((int(neighbour) << 32) | (int(layer) << 24) | (int(start) << 12) | int(min(end, _NEVER_BITS)))


@njit
def _fields(record: np.uint64) -> tuple[int, int, int, int]:
    """neighbour, layer, start, end (NEVER as 4095) of a packed edge."""
    word = np.int64(record)
    return word >> 32, (word >> 24) & 255, (word >> 12) & 4095, word & 4095


@njit
def _count_edges(one: np.ndarray, other: np.ndarray, indptr: np.ndarray) -> None:
    for t in range(len(one)):
        if one[t] != other[t]:
            indptr[one[t] + 1] += 1
            indptr[other[t] + 1] += 1


@njit
def _write_edges(
    one: np.ndarray,
    other: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    layer: int,
    filled: np.ndarray,
    records: np.ndarray,
) -> None:
    for t in range(len(one)):
        a, b = one[t], other[t]
        if a != b:
            records[filled[a]] = _pack(b, layer, start[t], end[t])
            filled[a] += 1
            records[filled[b]] = _pack(a, layer, start[t], end[t])
            filled[b] += 1


@njit
def _merge_rows(indptr: np.ndarray, records: np.ndarray) -> int:
    """Sort each row by neighbour and leave one edge a neighbour, closing the gaps in place; returns the edges left."""
    kept, first = 0, indptr[0]
    for i in range(len(indptr) - 1):
        last = indptr[i + 1]
        for at in range(first + 1, last):
            record, to = records[at], at
            while to > first and records[to - 1] > record:
                records[to] = records[to - 1]
                to -= 1
            records[to] = record
        indptr[i] = kept
        for at in range(first, last):
            if kept > indptr[i] and records[kept - 1] >> np.uint64(32) == records[at] >> np.uint64(32):
                records[kept - 1] = _merged(records[kept - 1], records[at])
            else:
                records[kept] = records[at]
                kept += 1
        first = last
    indptr[-1] = kept
    return kept


@njit
def _merged(a: np.uint64, b: np.uint64) -> np.uint64:
    """One edge for two of the same pair."""
    neighbour, layer_a, start_a, end_a = _fields(a)
    _, layer_b, start_b, end_b = _fields(b)
    if layer_a == layer_b and max(start_a, start_b) <= min(end_a, end_b):
        return _pack(neighbour, layer_a, min(start_a, start_b), max(end_a, end_b))
    weight_a, weight_b = LAYER_WEIGHT[layer_a], LAYER_WEIGHT[layer_b]
    if weight_a != weight_b:
        return a if weight_a > weight_b else b
    return b if end_b - start_b > end_a - start_a else a


@njit
def _unpack(
    records: np.ndarray,
    neighbour: np.ndarray,
    weight: np.ndarray,
    layer: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
) -> None:
    for e in range(len(neighbour)):
        to, kind, first, last = _fields(records[e])
        neighbour[e], layer[e], weight[e], start[e] = to, kind, LAYER_WEIGHT[kind], first
        end[e] = NEVER if last == _NEVER_BITS else last


@njit
def _by_month(month: np.ndarray, first: int) -> tuple[np.ndarray, np.ndarray]:
    """Edges whose month lies in first..HORIZON_MONTHS, grouped by month (a counting sort, so edges stay in order)."""
    ptr = np.zeros(HORIZON_MONTHS + 2, np.int32)
    for e in range(len(month)):
        if first <= month[e] <= HORIZON_MONTHS:
            ptr[month[e] + 1] += 1
    ptr = np.cumsum(ptr).astype(np.int32)
    order = np.empty(ptr[-1], np.int32)
    filled = ptr.copy()
    for e in range(len(month)):
        if first <= month[e] <= HORIZON_MONTHS:
            order[filled[month[e]]] = e
            filled[month[e]] += 1
    return order, ptr


def to_networkx(network: Network, population: Population, month: int) -> nx.Graph:
    """The network of one month as a networkx graph: nodes are rows, with attributes; edges carry layer and weight.

    For looking at and checking against small populations: InputError above 20,000 people present.
    """
    import networkx as nx

    present = np.flatnonzero(population.present(month))
    if len(present) > NETWORKX_LIMIT:
        raise InputError("too many people for a networkx view", value=len(present), allowed=f"up to {NETWORKX_LIMIT}")
    age_years = population.age(month)
    graph = nx.Graph(month=month, variant=network.variant)
    for i in present:
        graph.add_node(
            int(i),
            key=str(population.key[i]),
            area=int(population.area[i]),
            age_years=int(age_years[i]),
            sex=int(population.sex[i]),
            education=int(population.education[i]),
        )
    row = np.repeat(np.arange(network.n), np.diff(network.indptr))
    now = np.flatnonzero((network.start <= month) & (month < network.end) & (row < network.neighbour))
    for e in now:
        layer = Layer(int(network.layer[e]))
        graph.add_edge(int(row[e]), int(network.neighbour[e]), layer=layer.name.lower(), weight=int(network.weight[e]))
    return graph
