"""Peer cohorts: small groups of firms that meet for some months and watch what the others use. ODD 5.2."""

from dataclasses import dataclass, field

import numpy as np

from model.firm_kernels import count_cohorts
from model.state import NO_GROUP, Firms
from model.technologies import N_TECHNOLOGIES


@dataclass(slots=True)
class Cohorts:
    """All cohorts of a run, numbered in the order in which they were founded; counts are of last month's state."""

    members: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    """open firms that belong, shape (cohorts,)"""
    adopters: np.ndarray = field(default_factory=lambda: np.zeros((0, N_TECHNOLOGIES), np.int32))
    """members that use a technology, shape (cohorts, 7)"""
    newest: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """programme -> number of its newest cohort, month in which that was founded, seats taken"""

    def __len__(self) -> int:
        return len(self.members)

    def found(self) -> int:
        """Number of a new cohort without members."""
        self.members = np.append(self.members, np.int32(0))
        self.adopters = np.vstack([self.adopters, np.zeros((1, N_TECHNOLOGIES), np.int32)])
        return len(self.members) - 1

    def seats(self, programme: str, n: int, size: int, months: int, month: int) -> np.ndarray:
        """Cohorts of n firms in order: the programme's newest one until it is full or its time over, then new ones."""
        given = np.empty(n, np.int32)
        number, founded, taken = self.newest.get(programme, (NO_GROUP, month, size))
        for position in range(n):
            if taken >= size or month >= founded + months:
                number, founded, taken = self.found(), month, 0
            given[position] = number
            taken += 1
        self.newest[programme] = (number, founded, taken)
        return given

    def recount(self, month: int, firms: Firms) -> None:
        """Count the open firms whose time in a cohort goes on, and what they use."""
        if len(self):
            self.members, self.adopters = count_cohorts(month, len(self), firms)
