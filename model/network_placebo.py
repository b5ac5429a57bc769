"""The placebo network: the same numbers of ties between the same kinds of people, but not between those who know each other.

Friend ties, and kin ties of people who never share a household, keep one end; the other end is exchanged among ties whose other ends live in the same place, belong to
the same ten birth years and come and go in the same part of the horizon. What peers seem to do in the standard network and still do
here is composition, not acquaintance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from model.calendar import HORIZON_MONTHS
from model.chance import mix, uniform
from model.jit import njit
from model.network_family import share_household
from model.network_places import make_places
from model.network_ties import Ties, join_ties, structure_word

if TYPE_CHECKING:
    from model.population import Population

ROUNDS = 6
"""Exchanges tried: pairs who cannot be tied (they never meet, or share a household) go into the next one."""

ROWS_PER_PLACE = 500
"""Fewest rows an average place holds here: with fewer, cells would be so small that many pairs met again."""

MakeTies = Callable[["Population", np.ndarray, np.ndarray], Ties]


def rewire(population: Population, ties: Ties, make_ties: MakeTies, structure_seed: int) -> Ties:
    """Ties with their other ends exchanged; make_ties dates the new pairs. The few that fit nobody are dropped."""
    cell = _cells(population)
    one, other = ties.one, ties.other
    made = []
    for number in range(ROUNDS):
        other = _exchange(structure_word(structure_seed, f"placebo/{number}"), population.key, cell, one, other)
        fits = _can_be_tied(population, one, other)
        made.append(make_ties(population, one[fits], other[fits]))
        one, other = one[~fits], other[~fits]
    return join_ties(*made)


def _cells(population: Population) -> np.ndarray:
    """Cell of each row: place, ten birth years, and whether present at the start and beyond the horizon. int64[n]."""
    place = make_places(population, ROWS_PER_PLACE).of_area[population.area].astype(np.int64)
    decade = np.floor_divide(population.birth_month.astype(np.int64), 120) + 20
    stay = 2 * (population.entry_month > 0) + (population.exit_month < HORIZON_MONTHS)
    return (place * 64 + decade) * 4 + stay


def _exchange(word: np.uint64, key: np.ndarray, cell: np.ndarray, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """The other ends, shuffled within their cells by hash."""
    shuffle = np.empty(len(one), np.float64)
    _pair_draws(word, key, one, other, shuffle)
    exchanged = np.empty_like(other)
    exchanged[np.argsort(cell[other], kind="stable")] = other[np.lexsort((shuffle, cell[other]))]
    return exchanged


@njit
def _pair_draws(word: np.uint64, key: np.ndarray, one: np.ndarray, other: np.ndarray, out: np.ndarray) -> None:
    for i in range(len(one)):
        out[i] = uniform(mix(word, key[one[i]]), key[other[i]])


def _can_be_tied(population: Population, one: np.ndarray, other: np.ndarray) -> np.ndarray:
    apart = (one != other) & ~share_household(population, one, other)
    start = np.maximum(population.entry_month[one], population.entry_month[other])
    return apart & (start < np.minimum(population.exit_month[one], population.exit_month[other]))
