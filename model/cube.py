"""Numbering of groups: every reported breakdown is a sum over one cube with a dimension for each way to group."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pandas as pd


@dataclass(frozen=True, slots=True)
class Cube:
    """Cells of a region with the given authorities (codes); a subclass names the dimensions, authority among them."""

    authorities: tuple[str, ...]

    VALUES: ClassVar[dict[str, tuple[str, ...]]] = {}
    """Names of every dimension's values but the authorities'"""
    DIMENSIONS: ClassVar[tuple[str, ...]] = ()
    """Dimensions in the order of the cube's axes"""
    LABELS: ClassVar[dict[str, str]] = {}
    """Breakdowns that are reported, `all` first"""

    @property
    def shape(self) -> tuple[int, ...]:
        """Size of each dimension, in the order of DIMENSIONS."""
        return tuple(len(self.values(name)) for name in self.DIMENSIONS)

    @property
    def n(self) -> int:
        """Number of cells, empty ones included."""
        return int(np.prod(self.shape))

    def values(self, dimension: str) -> tuple[str, ...]:
        """Names of a dimension's values."""
        return self.authorities if dimension == "authority" else self.VALUES[dimension]

    def totals(self, counts: np.ndarray, dimension: str) -> np.ndarray:
        """Sum counts of shape (cells, k) over everything but one dimension: shape (values, k); `all` gives (1, k)."""
        cube = counts.reshape(*self.shape, -1)
        keep = () if dimension == "all" else (self.DIMENSIONS.index(dimension),)
        axes = tuple(axis for axis in range(len(self.shape)) if axis not in keep)
        return cube.sum(axis=axes, dtype=np.int64).reshape(-1, cube.shape[-1])

    def groups(self, dimension: str) -> tuple[str, ...]:
        """Group names of a breakdown."""
        return ("all",) if dimension == "all" else self.values(dimension)

    def group_index(self) -> list[tuple[str, str]]:
        """(dimension, group) of every reported group, everyone first, in the order of `group_totals`."""
        return [(dimension, group) for dimension in self.LABELS for group in self.groups(dimension)]

    def group_totals(self, counts: np.ndarray) -> np.ndarray:
        """Counts of shape (cells, k) summed for every reported group: shape (groups, k)."""
        return np.concatenate([self.totals(counts, dimension) for dimension in self.LABELS])

    def cell_columns(self, cells: np.ndarray) -> dict[str, pd.Categorical]:
        """The value of every dimension for cell numbers."""
        index = np.unravel_index(cells, self.shape)
        return {
            name: pd.Categorical.from_codes(index[axis], list(self.values(name)))
            for axis, name in enumerate(self.DIMENSIONS)
        }
