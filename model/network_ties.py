"""Ties between two people: layers, weights, and the months in which both are there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

import numpy as np

from model.calendar import HORIZON_MONTHS, NEVER
from model.chance import key_from_text, mix
from model.jit import njit

if TYPE_CHECKING:
    from model.population import Population


class Layer(IntEnum):
    """What a tie is. Codes are stored; append only."""

    HOUSEHOLD = 0
    KIN = 1
    FRIEND = 2


LAYER_WEIGHT = (8, 8, 4)
"""Weight of a tie by layer, in whole units so that sums over neighbours are exact in any order."""

MONTHS_BEYOND = 60
"""Stays that reach beyond the model's years count this many months there, before and after: those who leave soon after the
start, or come shortly before the end, then have as many ties as anybody else."""


@dataclass(frozen=True, slots=True, eq=False)
class Ties:
    """Ties of one layer, one row each, either end first: rows of the population (int32[k]) and the months [start, end)
    in which the tie exists (int16[k]; end is NEVER if it outlasts the model's horizon)."""

    one: np.ndarray
    other: np.ndarray
    start: np.ndarray
    end: np.ndarray

    @property
    def n(self) -> int:
        return len(self.one)

    def where(self, keep: np.ndarray) -> Ties:
        """The ties at the given positions (or of a boolean mask)."""
        return Ties(self.one[keep], self.other[keep], self.start[keep], self.end[keep])


def join_ties(*parts: Ties) -> Ties:
    """Ties one after the other."""
    return Ties(*(np.concatenate([getattr(p, name) for p in parts]) for name in ("one", "other", "start", "end")))


def ties_while_present(population: Population, one: np.ndarray, other: np.ndarray) -> Ties:
    """Ties that last as long as both ends are present; pairs who never meet are left out."""
    start = np.maximum(population.entry_month[one], population.entry_month[other])
    end = until_month(np.minimum(population.exit_month[one], population.exit_month[other]))
    return Ties(one, other, start, end).where(start < end)


@njit
def stay_since(entry_month: int) -> int:
    """First month of a stay, for comparing lengths: stays from the start began MONTHS_BEYOND earlier."""
    return -MONTHS_BEYOND if entry_month == 0 else int(entry_month)


@njit
def stay_until(exit_month: int) -> int:
    """Month after a stay, for comparing lengths: stays that outlast the horizon end MONTHS_BEYOND after it."""
    return min(int(exit_month), HORIZON_MONTHS + MONTHS_BEYOND)


def until_month(end: np.ndarray) -> np.ndarray:
    """Last months as int16, with everything beyond the horizon written as NEVER."""
    return np.where(end >= HORIZON_MONTHS, NEVER, end).astype(np.int16)


def structure_word(structure_seed: int, name: str) -> np.uint64:
    """The word that starts all draws of one part of the network."""
    return np.uint64(mix(np.uint64(structure_seed), np.uint64(key_from_text(f"network/{name}"))))
