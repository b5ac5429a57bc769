"""Forecast of a published share of firms: what draws simulate, their misses carried forward, sampling error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from calibration.fit.discrepancy import DiscrepancyPrior, forecast_discrepancy
from calibration.targets.target import Target
from calibration.validation.fitted_draws import FittedDraws
from calibration.validation.predictions import Prediction, mixture


def forecast_firms(draws: FittedDraws, targets: Sequence[Target], prior: DiscrepancyPrior) -> list[Prediction]:
    """A forecast of each share: one normal a draw, in log odds.

    A size whose share was never published before has the misses of all firms. Where nothing of a technology was fitted,
    its misses have the size expected beforehand. The chance of one run is left in: firms keep what they have for years,
    so it persists like a miss and is corrected like one.
    """
    return [_forecast(draws, target, prior) for target in targets]


def series_of(target: Target, known: Sequence[str]) -> str:
    """The known series that a share goes on: its own, else that of all firms (nearly all are small)."""
    return target.series if target.series in known else f"{target.discrepancy} all"


def _forecast(draws: FittedDraws, target: Target, prior: DiscrepancyPrior) -> Prediction:
    observation, simulated = draws.observation, draws.values[target.extract.id]
    if target.discrepancy in observation.groups:
        series = series_of(target, observation.series)
        mean, covariance = forecast_discrepancy(
            observation, draws.fitted(), draws.sd, draws.ell, (series,), (target.discrepancy,),
            np.array([target.time_years]),
        )  # fmt: skip
        mean, variance = mean[:, 0], covariance[:, 0, 0]
    else:
        mean, variance = np.zeros_like(simulated), np.full_like(simulated, prior.sd_scale[target.discrepancy] ** 2)
    return mixture(simulated + mean, np.sqrt(np.maximum(variance, 0.0) + target.error**2), draws.weight)
