"""A forecast of a published share as a distribution: the one type that the model and every simpler forecast give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import expit, logit, ndtr

from calibration.validation.scores import crps_of_distribution

Scale = Literal["per cent", "log odds"]
INTERVALS = {"low90": 0.05, "low50": 0.25, "high50": 0.75, "high90": 0.95}
"""Ends of the central intervals as probabilities of lying below."""
FAR = 7.0
"""Standard deviations beyond which a normal holds nothing (1e-12)."""
BISECTIONS = 40
NEVER_NONE = 1e-4
"""Per cent by which a published 0 or 100 is moved inwards, so that it has log odds."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """A mixture of normals on a scale, sampling error of the published figure included.

    mean, sd, weight: (k,), on the scale; weights add up to 1.
    """

    mean: np.ndarray
    sd: np.ndarray
    weight: np.ndarray
    scale: Scale

    def below(self, points: np.ndarray) -> np.ndarray:
        """Probability of lying below points (m,) of the scale."""
        return np.array([self.weight @ ndtr((point - self.mean) / self.sd) for point in np.atleast_1d(points)])

    def quantiles_pct(self, probabilities: Sequence[float]) -> np.ndarray:
        """Shares in per cent below which the forecast lies with each of the probabilities (m,), by bisection."""
        wanted = np.asarray(probabilities, float)
        low, high = (np.full(wanted.shape, end) for end in self._ends())
        for _ in range(BISECTIONS):
            middle = 0.5 * (low + high)
            reached = self.below(middle) >= wanted
            low, high = np.where(reached, low, middle), np.where(reached, middle, high)
        return self._percent(0.5 * (low + high))

    def log_density(self, published_pct: float) -> float:
        """Log of the predictive density at a published share, per percentage point: the log score, higher is better."""
        point = self._point(published_pct)
        z = (point - self.mean) / self.sd
        parts = np.log(self.weight) - 0.5 * z * z - np.log(self.sd * np.sqrt(2.0 * np.pi))
        return float(np.logaddexp.reduce(parts) - np.log(self._slope(np.array([point]))[0]))

    def crps(self, published_pct: float) -> float:
        """CRPS at a published share, in percentage points."""
        low, high = self._ends()
        return crps_of_distribution(self.below, self._slope, low, self._point(published_pct), high)

    def _ends(self) -> tuple[float, float]:
        return float((self.mean - FAR * self.sd).min()), float((self.mean + FAR * self.sd).max())

    def _point(self, percent: float) -> float:
        if self.scale == "per cent":
            return percent
        return float(logit(min(max(percent, NEVER_NONE), 100.0 - NEVER_NONE) / 100.0))

    def _percent(self, points: np.ndarray) -> np.ndarray:
        return points if self.scale == "per cent" else 100.0 * expit(points)

    def _slope(self, points: np.ndarray) -> np.ndarray:
        """Percentage points a unit of the scale."""
        return np.ones_like(points) if self.scale == "per cent" else 100.0 * expit(points) * expit(-points)


def normal(mean: float, sd: float, scale: Scale) -> Prediction:
    """One normal on a scale; on log odds this is the logit-normal distribution of a share."""
    return Prediction(np.array([mean]), np.array([sd]), np.ones(1), scale)


def mixture(log_odds: np.ndarray, sd: np.ndarray | float, weight: np.ndarray | None = None) -> Prediction:
    """Draws of a share (k,) in log odds, each with a normal error of sd (k,) or one for all, weighted or not."""
    mean = np.asarray(log_odds, float).ravel()
    spread = np.broadcast_to(np.asarray(sd, float).ravel(), mean.shape)
    share = np.ones(mean.size) if weight is None else np.asarray(weight, float).ravel()
    kept = share > 0
    return Prediction(mean[kept], spread[kept], share[kept] / share[kept].sum(), "log odds")


def percent_error(share_pct: np.ndarray, log_odds_error: np.ndarray | float) -> np.ndarray:
    """A sampling error in log odds as percentage points, at a share in per cent."""
    return share_pct * (1.0 - share_pct / 100.0) * log_odds_error
