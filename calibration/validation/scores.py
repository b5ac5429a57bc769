"""Scores of a forecast against what came true. Lower is better for the CRPS and the error, higher for the log score.

The CRPS is the squared distance of the forecast's distribution from a step at what came true (Gneiting and Raftery
2007, doi:10.1198/016214506000001437). It has the unit of the forecast and is the absolute error of a forecast without
spread.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
PANELS = 12


def crps_of_distribution(
    below: Callable[[np.ndarray], np.ndarray],
    slope: Callable[[np.ndarray], np.ndarray],
    low: float,
    truth: float,
    high: float,
) -> float:
    """CRPS of any smooth distribution by Gauss-Legendre on both sides of the truth.

    below: probability of lying below points of a scale, on which low, truth and high are given; slope: units of the
    score a unit of that scale at the points. Beyond low and high the distribution has no weight to speak of.
    """
    total = 0.0
    for start, end, came_true in ((min(low, truth), truth, 0.0), (truth, max(high, truth), 1.0)):
        half = 0.5 * (end - start) / PANELS
        middles = start + half * (2.0 * np.arange(PANELS) + 1.0)
        points = (middles[:, None] + half * NODES).ravel()
        total += half * float(np.tile(WEIGHTS, PANELS) @ ((below(points) - came_true) ** 2 * slope(points)))
    return total


def share_inside(inside: np.ndarray) -> float:
    """Coverage: per cent of forecasts (bool, by forecast) whose interval held what came true; NaN of none."""
    return 100.0 * float(np.mean(inside)) if np.size(inside) else float("nan")
