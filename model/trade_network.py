"""Who trades with whom: enterprises of one sector near by, neighbours of any sector, suppliers and customers.

Ties are drawn over all enterprises that are there at some month; one exists while both ends are open. An enterprise thus
has as many open partners at any time on average, and newborns find them among old and new alike.

Luck: an enterprise's seats and choices hang on its own key, sector, size and place. One more enterprise changes only ties
between those within REACH of it in a line, and takes over a few customers.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from model.chance import mix, uniform
from model.firm_synthesis import uniforms
from model.jit import njit
from model.network_places import Places, choose_place
from model.network_ties import structure_word
from model.region import SECTORS


class Line(NamedTuple):
    """A line in which enterprises take partners among the next few.

    forward_ties: mean open partners further on in the line (a line gives twice that). p_home, p_anywhere: probability that an
    enterprise stands in the room of its own place, and of any in the region; else of one near by. by_sector: 1 if sectors
    stand apart.
    """

    forward_ties: float
    p_home: float
    p_anywhere: float
    by_sector: int


LINES = (
    Line(forward_ties=0.9, p_home=0.6, p_anywhere=0.1, by_sector=1),
    Line(forward_ties=0.6, p_home=0.8, p_anywhere=0.02, by_sector=0),
)
"""The cluster of one's sector, and the business park or high street (mean ties and probabilities assumed)."""
SUPPLIERS = 1.0
"""Mean open suppliers of an enterprise (assumed, 0.5-2): as many customers, most of which hub firms have."""
P_LOCAL_SUPPLIER = 0.6
"""Probability that a supplier is sought in the own authority, else in the region (assumed, 0.3-0.8)."""
HUB_WEIGHT = np.array([1, 4, 12, 40])
"""Chance of being chosen as supplier by SIZE_BANDS, against the smallest (assumed)."""
CHOSEN = 0.3
"""Probability that the next one in a line is taken: spreads partners over a few more than wanted, so that triangles do not
all close."""
REACH = 96
"""How far along a line an enterprise looks for partners."""
ROWS_PER_PLACE = 12_000
"""Fewest residents' rows of the average place where enterprises meet (see model.network_places): about eight small areas."""
BUSYNESS_LOW, BUSYNESS_HIGH = 0.2, 1.8
"""Range of an enterprise's factor on the partners it seeks (uniform, mean 1)."""

SUPPLY = {
    "agriculture": {"wholesale": 3, "production": 2, "motor_trades": 1, "agriculture": 2, "transport": 1},
    "production": {"production": 4, "wholesale": 3, "transport": 2, "business_support": 1, "professional": 1},
    "construction": {"wholesale": 4, "construction": 3, "production": 2, "professional": 1, "transport": 1},
    "motor_trades": {"wholesale": 3, "motor_trades": 2, "production": 1, "finance": 1},
    "wholesale": {"production": 4, "transport": 3, "wholesale": 2, "property": 1},
    "retail": {"wholesale": 5, "production": 2, "transport": 1, "property": 1},
    "transport": {"motor_trades": 3, "transport": 2, "wholesale": 2, "business_support": 1},
    "accommodation_food": {"wholesale": 4, "production": 2, "agriculture": 1, "retail": 1, "business_support": 1},
    "information_communication": {"information_communication": 4, "professional": 2, "business_support": 1},
    "finance": {"information_communication": 3, "professional": 2, "finance": 2, "property": 1},
    "property": {"construction": 4, "professional": 2, "business_support": 2, "finance": 1},
    "professional": {"professional": 3, "information_communication": 2, "business_support": 2, "property": 1},
    "business_support": {"business_support": 2, "motor_trades": 1, "wholesale": 1, "information_communication": 1},
    "public_administration": {"business_support": 2, "construction": 1, "information_communication": 1, "health": 1},
    "education": {"business_support": 2, "information_communication": 2, "construction": 1, "accommodation_food": 1},
    "health": {"business_support": 2, "wholesale": 2, "health": 2, "professional": 1},
    "arts_other": {"wholesale": 2, "retail": 1, "business_support": 1, "accommodation_food": 1, "arts_other": 1},
}
"""Weights of the sectors that each sector buys from (assumed in the manner of a national supply table: none is published
for the regions)."""
BACKGROUND_SUPPLY = {"finance": 0.6, "professional": 1.2, "information_communication": 0.6, "business_support": 0.6}
"""Weights of what every sector buys: banking, accounts, web and phones, cleaning (assumed)."""


class Traders(NamedTuple):
    """What a tie hangs on: one array a column, one row an enterprise. area: small area of the main unit."""

    key: np.ndarray
    authority: np.ndarray
    sector: np.ndarray
    size_band: np.ndarray
    area: np.ndarray


def trade_network(
    traders: Traders, places: Places, rows_per_open: float, structure_seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """indptr int64 (n + 1,) and partners int32 of each row in both directions, ascending, each pair once.

    rows_per_open: rows of the roster for each enterprise open at a time. It is rounded to a quarter of a doubling, so that
    one more enterprise hardly ever changes it.
    """
    turned_over = 2.0 ** (round(4.0 * math.log2(max(rows_per_open, 1.0))) / 4.0)
    spread = uniforms(structure_word(structure_seed, "trade"), traders.key)
    busyness = BUSYNESS_LOW + (BUSYNESS_HIGH - BUSYNESS_LOW) * spread
    pairs = [line_ties(traders, places, line, number, busyness * turned_over, structure_seed)
             for number, line in enumerate(LINES)]  # fmt: skip
    pairs.append(supply_ties(traders, busyness * turned_over, structure_seed))
    return both_directions(len(traders.key), *(np.concatenate(ends) for ends in zip(*pairs, strict=True)))


def line_ties(
    traders: Traders, places: Places, line: Line, number: int, wanted: np.ndarray, structure_seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows at the two ends of each tie of one line; wanted (n,): partners for each of `forward_ties`."""
    word = structure_word(structure_seed, f"trade/{number}")
    seats = np.empty(len(traders.key), np.uint64)
    _take_seats(
        word, line, *traders[:1], traders.sector, traders.area, places.of_area, places.near, places.near_cdf, seats
    )
    order = np.lexsort((traders.key, seats))
    one, other = np.empty(0, np.int64), np.empty(0, np.int64)
    found = _walk(word, traders.key[order], line.forward_ties * wanted[order], one, other)
    one, other = np.empty(found, np.int64), np.empty(found, np.int64)
    _walk(word, traders.key[order], line.forward_ties * wanted[order], one, other)
    return order[one], order[other]


def supply_ties(traders: Traders, wanted: np.ndarray, structure_seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Rows of customers and of the suppliers they choose.

    Suppliers of a sector stand at hashed points on a ring, larger ones at more points; a customer takes the next
    after a point of its own (consistent hashing), so one more supplier takes customers only from the few after it.
    """
    word = structure_word(structure_seed, "trade/supply")
    rings = (int(traders.authority.max(initial=0)) + 2) * len(SECTORS)
    points = HUB_WEIGHT[traders.size_band]
    row = np.repeat(np.arange(len(traders.key)), points)
    number = np.arange(row.size) - np.repeat(np.cumsum(points) - points, points)
    at = np.empty(row.size, np.uint64)
    _ring_points(word, traders.key[row], number, at)
    regional = rings - len(SECTORS) + traders.sector[row].astype(np.int64)
    local = traders.authority[row].astype(np.int64) * len(SECTORS) + traders.sector[row]
    ring, at, row = np.concatenate((local, regional)), np.concatenate((at, at)), np.concatenate((row, row))
    order = np.lexsort((at, ring))
    first = np.searchsorted(ring[order], np.arange(rings + 1))
    draws = np.floor(SUPPLIERS * wanted + uniforms(np.uint64(mix(word, np.uint64(1))), traders.key)).astype(np.int64)
    customer, supplier = np.empty(draws.sum(), np.int64), np.empty(draws.sum(), np.int64)
    _choose_suppliers(
        word, traders.key, traders.authority, traders.sector, draws, supply_shares(), first, at[order], row[order],
        rings - len(SECTORS), customer, supplier,
    )  # fmt: skip
    chosen = (supplier >= 0) & (supplier != customer)
    return customer[chosen], supplier[chosen]


def supply_shares() -> np.ndarray:
    """Running shares (sectors, sectors) of the sectors that each sector buys from."""
    weights = np.array(
        [[SUPPLY[buyer].get(s, 0) + BACKGROUND_SUPPLY.get(s, 0.0) for s in SECTORS] for buyer in SECTORS]
    )
    return np.cumsum(weights, axis=1) / weights.sum(axis=1, keepdims=True)


def both_directions(n: int, one: np.ndarray, other: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Ties of n rows in compressed sparse rows, both ways; self ties and repeats are left out."""
    from scipy.sparse import coo_array

    apart = one != other
    one, other = one[apart].astype(np.int32), other[apart].astype(np.int32)
    ends = (np.concatenate((one, other)), np.concatenate((other, one)))
    ties = coo_array((np.ones(ends[0].size, dtype=np.int8), ends), shape=(n, n)).tocsr()
    ties.sum_duplicates()
    return ties.indptr.astype(np.int64), ties.indices.astype(np.int32)


@njit
def _take_seats(
    word: np.uint64,
    line: Line,
    key: np.ndarray,
    sector: np.ndarray,
    area: np.ndarray,
    place_of_area: np.ndarray,
    near: np.ndarray,
    near_cdf: np.ndarray,
    seats: np.ndarray,
) -> None:
    """Each enterprise's seat as one sortable word: room (sector, place), then a hashed order."""
    for i in range(len(key)):
        u = uniform(mix(word, np.uint64(1)), key[i])
        place = choose_place(u, place_of_area[area[i]], line.p_home, line.p_anywhere, near, near_cdf)
        room = place + len(near) * int(sector[i]) * line.by_sector
        seats[i] = (np.uint64(room) << np.uint64(40)) | (mix(word, key[i]) >> np.uint64(24))


@njit
def _walk(word: np.uint64, key: np.ndarray, wanted: np.ndarray, one: np.ndarray, other: np.ndarray) -> int:
    """Walk along the line and make ties (positions in line); returns how many. Empty outputs: count only."""
    found, n = 0, len(key)
    for p in range(n):
        own_word = mix(word, key[p])
        left = int(wanted[p] + uniform(own_word, key[p]))
        for q in range(p + 1, min(p + 1 + REACH, n)):
            if left <= 0:
                break
            if uniform(own_word, key[q]) < CHOSEN:
                if len(one) > 0:
                    one[found], other[found] = p, q
                found += 1
                left -= 1
    return found


@njit
def _ring_points(word: np.uint64, key: np.ndarray, number: np.ndarray, at: np.ndarray) -> None:
    for i in range(len(key)):
        at[i] = mix(mix(word, np.uint64(number[i])), key[i])


@njit
def _choose_suppliers(
    word: np.uint64,
    key: np.ndarray,
    authority: np.ndarray,
    sector: np.ndarray,
    draws: np.ndarray,
    shares: np.ndarray,
    first: np.ndarray,
    at: np.ndarray,
    row: np.ndarray,
    regional: int,
    customer: np.ndarray,
    supplier: np.ndarray,
) -> None:
    """Write each customer's chosen suppliers (-1 where nobody in the region sells what is sought)."""
    t = 0
    for i in range(len(key)):
        for j in range(draws[i]):
            choice = mix(word, np.uint64(2 + j))
            u_sector, u_local = uniform(mix(choice, np.uint64(1)), key[i]), uniform(mix(choice, np.uint64(2)), key[i])
            sought = 0
            while sought < shares.shape[1] - 1 and u_sector >= shares[sector[i], sought]:
                sought += 1
            ring = authority[i] * shares.shape[0] + sought
            if u_local >= P_LOCAL_SUPPLIER or first[ring + 1] == first[ring]:
                ring = regional + sought
            customer[t], supplier[t] = i, -1
            start, stop = first[ring], first[ring + 1]
            if stop > start:
                next_point = start + np.searchsorted(at[start:stop], mix(choice, key[i]))
                supplier[t] = row[next_point if next_point < stop else start]
            t += 1
