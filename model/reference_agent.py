"""What every agent of the reference engine shares: plain Python numbers, rounded where the columns are 32 bits wide."""

import itertools
import weakref
from typing import TYPE_CHECKING

import mesa
import numpy as np

from model.chance import Decision, uniform, word

if TYPE_CHECKING:
    from model.reference import ReferenceModel


def store(value: float) -> float:
    """A number as a column of 32-bit floats keeps it.

    >>> store(0.5), store(0.1) == 0.1
    (0.5, False)
    """
    return float(np.float32(value))


def total(values: list[float]) -> float:
    """Sum in NumPy's order; Python's own sum rounds in another way from 3.12 on.

    >>> total([0.5, 0.25]), total([])
    (0.75, 0.0)
    """
    return float(np.sum(values))


class _WeakCounts(weakref.WeakKeyDictionary):
    """Counters of agents by model; forgets models nobody holds."""

    def __getitem__(self, model: mesa.Model) -> "itertools.count[int]":
        if model not in self:
            self[model] = itertools.count(1)
        return super().__getitem__(model)


class ReferenceAgent(mesa.Agent):
    """An agent with a key; all its luck is a function of the run's seed, the key, the month and the decision."""

    _ids = _WeakCounts()  # Mesa's own table would keep every model alive
    model: "ReferenceModel"

    def __init__(self, model: "ReferenceModel", row: int, key: np.uint64) -> None:
        super().__init__(model)
        self.row, self.key = row, key

    def draw(self, decision: Decision, month: int | None = None) -> float:
        """The agent's uniform draw for a decision this month, or in the month given."""
        when = self.model.period if month is None else month
        return float(uniform(word(self.model.luck, when, decision), self.key))
