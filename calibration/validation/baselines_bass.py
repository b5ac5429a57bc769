"""The Bass curve through the published shares of one technology: takers by themselves, imitators, and a ceiling.

Share t years after the launch: m (1 - e^-(p+q)t) / (1 + q/p e^-(p+q)t). Bass (1969), doi:10.1287/mnsc.15.5.215.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import least_squares
from scipy.special import expit

from calibration.validation.baselines import Series
from calibration.validation.predictions import Prediction, normal

FEWEST_POINTS = 3
"""As many as the curve has free numbers"""
TYPICAL = (0.03, 0.38, 0.5)
"""p and q a year as usual in studies of diffusion (Sultan, Farley and Lehmann 1990, doi:10.2307/3172552), and a ceiling
of half: where the search begins"""
LOOSE = 3.0
"""Standard deviation of a prior about them, on log p, log q and the ceiling's log odds: a factor of 20 either way. It
keeps numbers finite of which the points say nothing."""
STEP = 1e-4


def bass_curve(series: Series, year: float, error: float, launch_year: float) -> Prediction:
    """Forecast of a share by least squares, of at least FEWEST_POINTS known ones; normal, in per cent.

    Its variance is that of the fitted numbers, from sampling errors (times the mean squared residual over e^2 where
    there are more points than numbers, at least 1), and the sampling error of the figure forecast, `error` in log odds.
    """
    values, sampling = series.on("per cent")
    ages = series.years - launch_year

    def residuals(numbers: np.ndarray) -> np.ndarray:
        return (_share_pct(numbers, ages) - values) / sampling

    p, q, ceiling = TYPICAL
    start = np.array([np.log(p), np.log(q), np.log(ceiling / (1.0 - ceiling))])
    found = least_squares(lambda x: np.concatenate([residuals(x), (x - start) / LOOSE]), start)
    freedom = values.size - start.size
    squares = float((residuals(found.x) ** 2).sum())
    factor = max(squares / freedom, 1.0) if freedom > 0 else 1.0
    covariance = factor * np.linalg.inv(found.jac.T @ found.jac)
    ahead = np.array([year - launch_year])
    slope = np.array([
        (_share_pct(found.x + step, ahead) - _share_pct(found.x - step, ahead))[0] / (2.0 * STEP)
        for step in STEP * np.eye(start.size)
    ])  # fmt: skip
    mean = float(_share_pct(found.x, ahead)[0])
    variance = float(slope @ covariance @ slope) + factor * series.error_ahead("per cent", error) ** 2
    return normal(mean, float(np.sqrt(variance)), "per cent")


def _share_pct(numbers: np.ndarray, ages: np.ndarray) -> np.ndarray:
    p, q = np.exp(numbers[:2])
    left = np.exp(-(p + q) * ages)
    return 100.0 * expit(numbers[2]) * (1.0 - left) / (1.0 + q / p * left)
