"""Family: the people of one household, and kin who live elsewhere in the region.

Household ties last while two people share a household. Kin ties join a parent and a grown-up child who live apart:
(1) those who share a household for part of the time, because one of them moves; (2) those whose parents' household the
roster knows; (3) for people who reach 55 and have no kin of kind 2, one child drawn by age and distance, shared by the couple.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from model.calendar import HORIZON_MONTHS
from model.chance import mix, normal, uniform
from model.jit import njit
from model.network_places import Places, choose_place
from model.network_ties import Ties, join_ties, stay_since, stay_until, structure_word, ties_while_present, until_month

if TYPE_CHECKING:
    from model.population import Population

HOUSEHOLD_REACH = 12
"""Members further apart than this in a household's list are not tied: binds in communal establishments only."""
PARENT_AGE_GAP_YEARS = (16, 45)
"""Age difference taken for that of parent and child."""
KIN_ELDER_AGE, KIN_CHILD_AGE = 55, 20
"""Ages from which a person has a child drawn, and from which a drawn child has left home."""
P_KIN_IN_REGION = 0.6
"""Probability that people of 55 and over without known kin have a child elsewhere in the region (others: outside, or none)."""
KIN_GAP_YEARS, KIN_GAP_SD_YEARS = 29.0, 5.5
"""Mean and standard deviation of the age difference between a drawn child and its parent."""
P_KIN_SAME_PLACE, P_KIN_ANYWHERE = 0.25, 0.35
"""Probabilities that a drawn child lives in the parent's own place, and anywhere in the region; else in one near by."""
KIN_SHARED_STAY = 0.5
"""Share of the parent's stay for which a drawn child is there too, at least; who has a child near by mostly keeps it."""
KIN_REACH = 64
"""How many people of the right age are looked at for a child that fits."""
SPOUSE_AGE_GAP_YEARS = 15
"""Elders of one household no further apart than this are taken for a couple, who share the child."""

_BIRTH_OFFSET = 2048
_AGE_BITS, _TIE_BREAK_BITS = np.uint64(12), np.uint64(32)


def household_ties(population: Population) -> Ties:
    """Ties among the people of a household, for as long as they share it.

    A couple that moves together gets two ties that touch; the network joins them.
    """
    movers = np.flatnonzero(population.next_household >= 0)
    household = np.concatenate([population.household, population.next_household[movers]])
    row = np.concatenate([np.arange(population.n, dtype=np.int32), movers.astype(np.int32)])
    start = np.concatenate([population.entry_month, population.next_household_month[movers]])
    end = population.exit_month.copy()
    end[movers] = population.next_household_month[movers]
    end = until_month(np.concatenate([end, population.exit_month[movers]]))
    order = np.argsort(household, kind="stable")
    members = [column[order] for column in (household, row, start, end)]
    n_ties = _pair_members(*members, *_outputs(0))
    ties = _outputs(n_ties)
    _pair_members(*members, *ties)
    return Ties(*ties)


def parted_family_ties(population: Population, household: Ties) -> Ties:
    """Ties of parents and children who share a household for part of the time: kin for all of it.

    household: what `household_ties` gives.
    """
    together = ties_while_present(population, household.one, household.other)
    parts = (household.start > together.start) | (household.end < together.end)
    return together.where(parts & _is_parent_gap(population, together.one, together.other))


def kin_ties(population: Population, places: Places, structure_seed: int) -> Ties:
    """Kin ties of people who never share a household, from the day the child is grown up. Pairs may repeat."""
    known = _known_families(population)
    has_kin = np.zeros(population.n, np.bool_)
    has_kin[known.one] = has_kin[known.other] = True
    apart = ~share_household(population, known.one, known.other)
    return join_ties(known.where(apart), _drawn_families(population, has_kin, places, structure_seed))


def kin_ties_while_present(population: Population, one: np.ndarray, other: np.ndarray) -> Ties:
    """Ties of parents and children that begin once the younger has reached KIN_CHILD_AGE."""
    ties = ties_while_present(population, one, other)
    younger_born = np.maximum(population.birth_month[ties.one], population.birth_month[ties.other])
    grown_up = younger_born.astype(np.int32) + 12 * KIN_CHILD_AGE
    start = np.maximum(ties.start, grown_up)
    return Ties(ties.one, ties.other, start.astype(np.int16), ties.end).where(
        start < np.minimum(ties.end, HORIZON_MONTHS)
    )


def share_household(population: Population, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Whether two rows have a household in common, be it at different times. bool[k]."""
    home_a, home_b = population.household[one], population.household[other]
    next_a, next_b = population.next_household[one], population.next_household[other]
    return (home_a == home_b) | (home_a == next_b) | (home_b == next_a) | ((next_a >= 0) & (next_a == next_b))


def _outputs(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    return np.empty(n, np.int32), np.empty(n, np.int32), np.empty(n, np.int16), np.empty(n, np.int16)


@njit
def _pair_members(
    household: np.ndarray,
    row: np.ndarray,
    start: np.ndarray,
    end: np.ndarray,
    out_one: np.ndarray,
    out_other: np.ndarray,
    out_start: np.ndarray,
    out_end: np.ndarray,
) -> int:
    """Pairs of one household whose memberships overlap; returns how many. Empty outputs: count only."""
    found = 0
    for a in range(len(row)):
        for b in range(a + 1, min(a + 1 + HOUSEHOLD_REACH, len(row))):
            if household[b] != household[a]:
                break
            first, last = max(start[a], start[b]), min(end[a], end[b])
            if first >= last or row[a] == row[b]:
                continue
            if len(out_one) > 0:
                out_one[found], out_other[found], out_start[found], out_end[found] = row[a], row[b], first, last
            found += 1
    return found


def _is_parent_gap(population: Population, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    months = np.abs(population.birth_month[one].astype(np.int32) - population.birth_month[other])
    return (months >= 12 * PARENT_AGE_GAP_YEARS[0]) & (months <= 12 * PARENT_AGE_GAP_YEARS[1])


def _known_families(population: Population) -> Ties:
    """People and those of their `parent_household` who are older or younger by a generation, two at most."""
    children = np.flatnonzero(population.parent_household >= 0).astype(np.int32)
    members = np.argsort(population.household, kind="stable").astype(np.int32)
    first = np.searchsorted(population.household[members], population.parent_household[children])
    pairs = []
    for step in range(HOUSEHOLD_REACH):
        at = np.minimum(first + step, population.n - 1)
        candidate = members[at]
        fits = (first + step < population.n) & (
            population.household[candidate] == population.parent_household[children]
        )
        fits &= (candidate != children) & _is_parent_gap(population, children, candidate)
        pairs.append((children[fits], candidate[fits]))
    one, other = (np.concatenate(side) for side in zip(*pairs, strict=True))
    order = np.argsort(one, kind="stable")
    one, other = one[order], other[order]
    third = np.zeros(len(one), np.bool_)
    third[2:] = one[2:] == one[:-2]
    return kin_ties_while_present(population, one[~third], other[~third])


class _Persons(NamedTuple):
    """What drawing children reads of the population, one entry a row."""

    key: np.ndarray
    household: np.ndarray
    next_household: np.ndarray
    birth_month: np.ndarray
    entry_month: np.ndarray
    exit_month: np.ndarray
    place: np.ndarray


class _Candidates(NamedTuple):
    """Everybody in order of place, birth month and a hash: the sortable words, and the rows they stand for."""

    seats: np.ndarray
    rows: np.ndarray


def _drawn_families(population: Population, has_kin: np.ndarray, places: Places, structure_seed: int) -> Ties:
    """Elders without known kin and the child drawn for them."""
    word = structure_word(structure_seed, "kin")
    columns = [getattr(population, name) for name in _Persons._fields[:-1]]
    persons = _Persons(*columns, places.of_area[population.area])
    seats = np.empty(population.n, np.uint64)
    _take_seats(word, persons, seats)
    order = np.argsort(seats, kind="stable").astype(np.int32)
    elder_from = population.birth_month.astype(np.int32) + 12 * KIN_ELDER_AGE
    elder = np.flatnonzero((elder_from < population.exit_month) & ~has_kin)
    elder = elder[np.argsort(population.household[elder], kind="stable")].astype(np.int32)
    child = np.empty(len(elder), np.int32)
    _draw_children(word, elder, persons, _Candidates(seats[order], order), places.near, places.near_cdf, child)
    return kin_ties_while_present(population, elder[child >= 0], child[child >= 0])


@njit
def _seat(place: int, birth_month: int, tie_break: np.uint64) -> np.uint64:
    born = min(max(birth_month + _BIRTH_OFFSET, 0), 4095)
    return (((np.uint64(place) << _AGE_BITS) | np.uint64(born)) << _TIE_BREAK_BITS) | (tie_break >> _TIE_BREAK_BITS)


@njit
def _take_seats(word: np.uint64, persons: _Persons, seats: np.ndarray) -> None:
    for i in range(len(seats)):
        seats[i] = _seat(persons.place[i], persons.birth_month[i], mix(word, persons.key[i]))


@njit
def _draw_children(
    word: np.uint64,
    elder: np.ndarray,
    persons: _Persons,
    candidates: _Candidates,
    near: np.ndarray,
    near_cdf: np.ndarray,
    child: np.ndarray,
) -> None:
    """For each elder (sorted by household) the row of the child, or -1. The youngest of a couple draws for both."""
    a = 0
    while a < len(elder):
        b = a + 1
        while b < len(elder) and persons.household[elder[b]] == persons.household[elder[a]]:
            b += 1
        anchor = elder[a]
        for k in range(a + 1, b):
            if persons.birth_month[elder[k]] > persons.birth_month[anchor]:
                anchor = elder[k]
        drawn = _draw_child(word, anchor, persons, candidates, near, near_cdf)
        for k in range(a, b):
            couple = persons.birth_month[anchor] - persons.birth_month[elder[k]] <= 12 * SPOUSE_AGE_GAP_YEARS
            child[k] = drawn if couple else -1
        a = b


@njit
def _draw_child(
    word: np.uint64, parent: int, persons: _Persons, candidates: _Candidates, near: np.ndarray, near_cdf: np.ndarray
) -> int:
    """Row of the child of one elder, or -1: the first in the drawn place born in or after the drawn month who fits."""
    key, parent_born = persons.key[parent], persons.birth_month[parent]
    if uniform(mix(word, np.uint64(1)), key) >= P_KIN_IN_REGION:
        return -1
    low, high = PARENT_AGE_GAP_YEARS
    gap_years = KIN_GAP_YEARS + KIN_GAP_SD_YEARS * normal(uniform(mix(word, np.uint64(2)), key))
    born = parent_born + int(np.floor(12.0 * min(max(gap_years, low), high)))
    u_place = uniform(mix(word, np.uint64(3)), key)
    there = choose_place(u_place, persons.place[parent], P_KIN_SAME_PLACE, P_KIN_ANYWHERE, near, near_cdf)
    since = stay_since(persons.entry_month[parent])
    stay = stay_until(persons.exit_month[parent]) - since
    # The hash starts each search at another of those born in the same month, so that they share the parents out.
    first = np.searchsorted(candidates.seats, _seat(there, born, mix(word, key)))
    for at in range(first, min(first + KIN_REACH, len(candidates.rows))):
        c = candidates.rows[at]
        if persons.place[c] != there or persons.birth_month[c] - parent_born > 12 * high:
            break
        if _ever_share_household(persons, parent, c):
            continue
        until = stay_until(min(persons.exit_month[c], persons.exit_month[parent]))
        if until - max(since, stay_since(persons.entry_month[c])) >= KIN_SHARED_STAY * stay:
            return c
    return -1


@njit
def _ever_share_household(persons: _Persons, a: int, b: int) -> bool:
    home_a, home_b = persons.household[a], persons.household[b]
    next_a, next_b = persons.next_household[a], persons.next_household[b]
    return home_a in (home_b, next_b) or home_b == next_a or (next_a >= 0 and next_a == next_b)
