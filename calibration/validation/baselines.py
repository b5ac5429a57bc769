"""Simpler forecasts of a published share, as distributions, from the same figures that the model is fitted to.

Every one of them is a sum of known values with fixed weights w, on a scale of its own (per cent or log odds), and
normal: its variance holds the sampling error e of the known values, what the known values show of a process beyond
that, and the sampling error of the figure that is forecast. h is the number of years ahead, n the number of known
values of a series.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import logit

from calibration.validation.predictions import Prediction, Scale, normal, percent_error


@dataclass(frozen=True, slots=True)
class Series:
    """Published shares of one group: years (n,), share_pct (n,), and their sampling error in log odds (n,)."""

    cell: str
    years: np.ndarray
    share_pct: np.ndarray
    error: np.ndarray

    def on(self, scale: Scale) -> tuple[np.ndarray, np.ndarray]:
        """Values and sampling errors on a scale."""
        if scale == "log odds":
            return logit(self.share_pct / 100.0), self.error
        return self.share_pct, percent_error(self.share_pct, self.error)

    def error_ahead(self, scale: Scale, error: float) -> float:
        """A sampling error in log odds of a later figure on a scale, at the last known share."""
        return error if scale == "log odds" else float(percent_error(self.share_pct[-1], error))

    def since(self, year: int) -> Series:
        """The series without what was published before a year."""
        kept = self.years >= year
        return Series(self.cell, self.years[kept], self.share_pct[kept], self.error[kept])


Baseline = Callable[[Sequence[Series], float, Sequence[float]], list[Prediction]]
"""(series of all groups, year to forecast, sampling error of that year's figures in log odds) -> a forecast a series"""


def last_value(known: Sequence[Series], year: float, errors: Sequence[float]) -> list[Prediction]:
    """The last known share stays: a random walk without drift, in per cent.

    Variance h q + e_n^2 + e_ahead^2, where q, the variance of a year's step, is the mean squared difference of
    neighbouring years less the sampling error in it, at least 0.
    """
    return [_walk(series, year, error, has_drift=False) for series, error in zip(known, errors, strict=True)]


def random_walk(known: Sequence[Series], year: float, errors: Sequence[float]) -> list[Prediction]:
    """The last known share moves on by its mean step a year: a random walk with drift, in per cent.

    Variance (h + h^2/(n-1)) q + sum w^2 e^2 + e_ahead^2; q as for the last value, about the mean step, with n-2 degrees
    of freedom.
    """
    return [_walk(series, year, error, has_drift=True) for series, error in zip(known, errors, strict=True)]


def linear_trend(known: Sequence[Series], year: float, errors: Sequence[float]) -> list[Prediction]:
    """Least squares line through each series, in per cent: 2 free numbers a series.

    Variance f (sum w^2 e^2 + e_ahead^2), the prediction variance of a line whose residuals have the variance f e^2; f
    is the mean squared residual over e^2 of all series with n-2 degrees of freedom each, at least 1.
    """
    return _trend(known, year, errors, "per cent")


def logit_trend(known: Sequence[Series], year: float, errors: Sequence[float]) -> list[Prediction]:
    """Least squares line through the log odds of each series: 2 free numbers a series, 14 for seven age bands.

    Variance as for the linear trend, in log odds.
    """
    return _trend(known, year, errors, "log odds")


BASELINES: dict[str, Baseline] = {
    "last value": last_value,
    "linear trend": linear_trend,
    "random walk with drift": random_walk,
    "logit trend": logit_trend,
}
"""name in the tables -> forecast"""


def _trend(known: Sequence[Series], year: float, errors: Sequence[float], scale: Scale) -> list[Prediction]:
    lines = []
    squares, freedom = 0.0, 0
    for series in known:
        values, sampling = series.on(scale)
        ahead, inside = _line_weights(series.years, np.array([year])), _line_weights(series.years, series.years)
        squares += float((((values - inside @ values) / sampling) ** 2).sum())
        freedom += values.size - 2
        lines.append((float(ahead[0] @ values), float((ahead[0] ** 2) @ sampling**2)))
    factor = max(squares / freedom, 1.0) if freedom > 0 else 1.0
    return [
        normal(mean, float(np.sqrt(factor * (variance + series.error_ahead(scale, error) ** 2))), scale)
        for (mean, variance), series, error in zip(lines, known, errors, strict=True)
    ]


def _line_weights(years: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Weights (m, n) of the known values in a least squares line read at years (m,)."""
    middle = years.mean()
    return np.asarray(1.0 / years.size + np.outer(at - middle, years - middle) / ((years - middle) ** 2).sum())


def _walk(series: Series, year: float, error: float, has_drift: bool) -> Prediction:
    values, sampling = series.on("per cent")
    gaps, span, h = np.diff(series.years), series.years[-1] - series.years[0], year - series.years[-1]
    drift = (values[-1] - values[0]) / span if has_drift else 0.0
    freedom = gaps.size - has_drift
    in_steps = float(((sampling[1:] ** 2 + sampling[:-1] ** 2) / gaps).mean())
    squares = float(((np.diff(values) - drift * gaps) ** 2 / gaps).sum())
    step_variance = max(squares / freedom - in_steps, 0.0) if freedom > 0 else 0.0
    weights = np.zeros(values.size)
    weights[-1] = 1.0
    if has_drift:
        weights[[0, -1]] += np.array([-h, h]) / span
    variance = float(weights**2 @ sampling**2) + series.error_ahead("per cent", error) ** 2
    variance += step_variance * (h + (h * h / span if has_drift else 0.0))
    return normal(float(values[-1] + h * drift), float(np.sqrt(variance)), "per cent")
