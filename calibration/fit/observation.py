"""What a fit is fitted to: published values on the fitted scale with their errors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Observation:
    """k published values (log odds), their sampling sd, and what their discrepancies share.

    Values of one series are misses that persist in time; those of one group have misses of one size.
    """

    ids: tuple[str, ...]
    value: np.ndarray
    error: np.ndarray
    series: tuple[str, ...]
    group: tuple[str, ...]
    time_years: np.ndarray

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the groups, sorted: the order of every array of discrepancy sizes."""
        return tuple(sorted(set(self.group)))

    @property
    def group_index(self) -> np.ndarray:
        """(k,) place of each value's group in `groups`."""
        return np.array([self.groups.index(name) for name in self.group])

    def with_value(self, value: np.ndarray) -> Observation:
        """The same figures with other values (k,)."""
        return Observation(self.ids, value, self.error, self.series, self.group, self.time_years)

    def keep(self, rows: Sequence[int] | np.ndarray) -> Observation:
        """Some of the figures, in the order of rows."""
        rows = np.asarray(rows)
        ids, series, group = (tuple(np.array(names)[rows]) for names in (self.ids, self.series, self.group))
        return Observation(ids, self.value[rows], self.error[rows], series, group, self.time_years[rows])
