"""Discrepancy in time, and forecasts that start from the last miss."""

import numpy as np
import pytest

from calibration.fit.discrepancy import (
    DiscrepancyPrior,
    discrepancy_covariance,
    draw_discrepancy,
    forecast_discrepancy,
)
from calibration.fit.observation import Observation
from tests.calibration.toy_simulators import luck


def two_series(error: float) -> Observation:
    return Observation(
        tuple("abcd"), np.array([0.0, 0.4, 1.0, 0.2]), np.full(4, error), ("old", "old", "young", "old"),
        ("use", "use", "skill", "use"), np.array([0.0, 1.0, 1.0, 2.0]),
    )  # fmt: skip


SD, ELL = np.array([[0.5, 0.3]]), np.array([2.0])


def test_covariance_is_exponential_within_a_series_and_nil_across():
    covariance = discrepancy_covariance(two_series(0.1), SD, ELL)[0]
    fall = np.exp(-0.5)
    expected = 0.09 * np.array([[1, fall, 0, fall**2], [fall, 1, 0, fall], [0, 0, 0, 0], [fall**2, fall, 0, 1]])
    expected[2, 2] = 0.25
    assert covariance == pytest.approx(expected)


def test_forecast_without_sampling_error_is_an_autoregression():
    observation, simulated = two_series(1e-9), np.full((1, 4), 0.1)
    mean, covariance = forecast_discrepancy(
        observation, simulated, SD, ELL, ("old", "old", "unseen"), ("use", "use", "skill"), np.array([3.0, 5.0, 3.0])
    )
    last = 0.2 - 0.1
    assert mean[0] == pytest.approx([last * np.exp(-0.5), last * np.exp(-1.5), 0.0])
    later = 0.09 * np.exp(-1.0) * (1.0 - np.exp(-1.0))
    assert covariance[0] == pytest.approx(
        np.array([[0.09 * (1 - np.exp(-1.0)), later, 0], [later, 0.09 * (1 - np.exp(-3.0)), 0], [0, 0, 0.25]])
    )


def test_forecast_with_errors_is_the_conditional_normal():
    observation, noise = two_series(0.2), np.diag([0.01, 0.02, 0.03, 0.04])
    simulated = luck(1).standard_normal((2, 4))
    sd, ell = np.repeat(SD, 2, axis=0), np.array([2.0, 5.0])
    mean, covariance = forecast_discrepancy(observation, simulated, sd, ell, ("old",), ("use",), np.array([4.0]), noise)
    for draw in (0, 1):
        known = discrepancy_covariance(observation, sd, ell)[draw] + np.eye(4) * 0.04 + noise
        across = 0.09 * np.exp(-(4.0 - observation.time_years) / ell[draw]) * [1, 1, 0, 1]
        gain = across @ np.linalg.inv(known)
        assert mean[draw, 0] == pytest.approx(gain @ (observation.value - simulated[draw]))
        assert covariance[draw, 0, 0] == pytest.approx(0.09 - gain @ across)


def test_draws_have_the_prior_size():
    prior = DiscrepancyPrior({"use": 0.2, "skill": 0.1})
    drawn = draw_discrepancy(two_series(0.1), prior, 20_000, luck(1))
    assert drawn.std(axis=0) == pytest.approx([0.2, 0.2, 0.1, 0.2], rel=0.05)
    assert np.corrcoef(drawn[:, 0], drawn[:, 2])[0, 1] == pytest.approx(0.0, abs=0.03)
    assert np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] > 0.6
