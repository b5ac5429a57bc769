"""Indices of inequality over ordered groups and over small areas. Pure: arrays in, numbers out.

Groups come in order, the most disadvantaged first. `share` is the share of each group in a state (0 to 1), `people` its
size. Methods and sources: docs/fairness.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from libpysal.weights import W

KM_PER_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class Slope:
    """Weighted straight line through the groups' shares, read at its two ends."""

    slope_index: float
    """share at the most disadvantaged end less that at the least"""
    relative_index: float
    """the slope index as a share of the mean; NaN where the mean is 0"""


@dataclass(frozen=True, slots=True)
class Concentration:
    """How much of a state lies with the better off (above 0) or the worse off (below 0)."""

    concentration: float
    erreygers: float
    """corrected for a share's bounds: the same size for a state and for its absence"""
    wagstaff: float
    """the other usual correction"""


def ridits(people: np.ndarray) -> np.ndarray:
    """Where the middle person of each group stands, from 0 (most disadvantaged) to 1.

    >>> ridits(np.array([12, 10, 78])).round(2).tolist()
    [0.06, 0.17, 0.61]
    """
    weight = people / people.sum()
    middles: np.ndarray = np.cumsum(weight) - weight / 2.0
    return middles


def slope(share: np.ndarray, people: np.ndarray) -> Slope:
    """Slope and relative index of inequality: least squares of the shares on ridits, each group by its people."""
    if not people.sum() > 0:
        return Slope(np.nan, np.nan)
    weight, rank = people / people.sum(), ridits(people)
    mean, mean_rank = float(weight @ share), float(weight @ rank)
    spread = float(weight @ (rank - mean_rank) ** 2)
    if spread == 0.0:
        return Slope(np.nan, np.nan)
    gradient = float(weight @ ((rank - mean_rank) * (share - mean))) / spread
    # The ratio of the line's two ends, another relative index, fails where few are offline: the line may end below 0.
    return Slope(-gradient, -gradient / mean if mean > 0.0 else np.nan)


def concentration(share: np.ndarray, people: np.ndarray) -> Concentration:
    """Concentration index of grouped data, twice the covariance of share and rank over the mean, and its corrections."""
    if not people.sum() > 0:
        return Concentration(np.nan, np.nan, np.nan)
    weight, rank = people / people.sum(), ridits(people)
    mean = float(weight @ share)
    twice_covariance = 2.0 * float(weight @ ((rank - 0.5) * share))
    if not 0.0 < mean < 1.0:
        # Nobody or everybody is in the state: nothing to concentrate.
        return Concentration(np.nan if mean == 0.0 else 0.0, 0.0, np.nan)
    return Concentration(twice_covariance / mean, 4.0 * twice_covariance, twice_covariance / (mean * (1.0 - mean)))


@dataclass(frozen=True, slots=True)
class Theil:
    """Theil's T of the areas' shares, and the part of it that lies between authorities."""

    total: float
    between: float

    @property
    def between_share(self) -> float:
        """Share of the total that lies between authorities; NaN where there is no inequality."""
        return self.between / self.total if self.total > 0 else np.nan


def theil(share: np.ndarray, authority: np.ndarray) -> Theil:
    """Theil's T over small areas, each counting the same, split between and within authorities (PySAL `inequality`)."""
    from inequality.theil import TheilD

    split = TheilD(share, authority)
    return Theil(float(split.T), float(np.asarray(split.bg).item()))


def neighbours(latitude: np.ndarray, longitude: np.ndarray, k: int = 6) -> W:
    """Weights (libpysal) of the k nearest areas of each area, in degrees; every row adds up to 1."""
    from libpysal.weights import KNN

    east = longitude * np.cos(np.radians(latitude.mean()))
    points, k = np.column_stack([east, latitude]) * KM_PER_DEGREE, min(k, len(latitude) - 1)
    # Parts of a region that lie apart are no fault.
    weights = KNN.from_array(points, k=k, silence_warnings=True)
    weights.transform = "r"
    return weights


def moran(values: np.ndarray, weights: W) -> float:
    """Moran's I: whether neighbouring areas are alike (above 0) or unlike; NaN where all are equal (PySAL `esda`)."""
    from esda.moran import Moran

    return float(Moran(values, weights, permutations=0).I) if np.ptp(values) > 0 else np.nan


def moran_p(values: np.ndarray, weights: W, permutations: int = 999, seed: int = 1) -> float:
    """Chance of a Moran's I at least as high if the areas' values were dealt out at random: seeded permutations.

    esda draws its own from the global random state, which nothing here may touch.
    """
    deviations = values - values.mean()
    if not np.ptp(values) > 0:
        return np.nan
    generator = np.random.Generator(np.random.Philox(seed))
    observed = deviations @ (weights.sparse @ deviations)
    dealt = np.array([generator.permutation(deviations) for _ in range(permutations)])
    above = int((np.einsum("pi,pi->p", dealt, (weights.sparse @ dealt.T).T) >= observed).sum())
    return (above + 1) / (permutations + 1)
