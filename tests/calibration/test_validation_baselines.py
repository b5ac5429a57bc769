"""The simpler forecasts, against ordinary least squares and against series made by the process each assumes."""

import numpy as np
import pytest
from scipy.special import expit, logit

from calibration.validation.baselines import BASELINES, Series, last_value, linear_trend, logit_trend, random_walk

YEARS = np.arange(2014, 2018)


def series(share_pct, error=0.02, cell="65-74") -> Series:
    share = np.asarray(share_pct, float)
    return Series(cell, YEARS[-share.size :], share, np.full(share.size, error))


def test_the_line_is_that_of_least_squares_and_so_is_its_variance():
    share = np.array([60.0, 64.5, 66.0, 70.5])
    known = series(share)
    forecast = linear_trend([known], 2019, [0.02])[0]
    slope, level = np.polyfit(YEARS - 2014, share, 1)
    assert forecast.mean[0] == pytest.approx(level + 5 * slope)
    # With one sampling error s the variance is f s^2 (1 + 1/n + distance^2 / sum of squares), f at least 1.
    sampling = known.on("per cent")[1]
    residuals = share - np.polyval([slope, level], YEARS - 2014)
    factor = max(1.0, float(((residuals / sampling) ** 2).sum()) / 2)
    weights = 0.25 + (2019 - 2015.5) * (YEARS - 2015.5) / 5.0
    expected = factor * (weights**2 @ sampling**2 + sampling[-1] ** 2)
    assert forecast.sd[0] ** 2 == pytest.approx(expected)


def test_the_trend_in_log_odds_stays_below_a_hundred():
    share = 100.0 * expit(3.0 + 0.5 * (YEARS - 2014))
    straight, curved = (forecast([series(share)], 2023, [0.1])[0] for forecast in (linear_trend, logit_trend))
    assert straight.quantiles_pct([0.5])[0] > 100.0
    assert curved.quantiles_pct([0.5])[0] == pytest.approx(100.0 * expit(3.0 + 0.5 * 9))
    assert curved.quantiles_pct([0.95])[0] < 100.0


def test_a_poor_line_widens_every_series():
    good, poor = series([60, 62, 64, 66]), series([30, 38, 31, 41])
    alone = logit_trend([good], 2018, [0.02])[0].sd[0]
    together = logit_trend([good, poor], 2018, [0.02, 0.02])[0].sd[0]
    assert together > 1.5 * alone


def test_the_last_value_stays_and_grows_unsure_by_its_steps():
    forecasts = [last_value([series([60, 63, 66, 69])], year, [0.02])[0] for year in (2018, 2020)]
    assert [forecast.mean[0] for forecast in forecasts] == [69.0, 69.0]
    sampling = series([60, 63, 66, 69]).on("per cent")[1]
    step = 9.0 - (sampling[1:] ** 2 + sampling[:-1] ** 2).mean()
    assert forecasts[1].sd[0] ** 2 - forecasts[0].sd[0] ** 2 == pytest.approx(2 * step)


def test_the_walk_with_drift_carries_its_mean_step_on():
    forecast = random_walk([series([60, 63, 66, 69])], 2020, [0.02])[0]
    assert forecast.mean[0] == pytest.approx(78.0)
    # Steps all alike: nothing but sampling error, weighted 2 on the last value and -1 on the first.
    sampling = series([60, 63, 66, 69]).on("per cent")[1]
    assert forecast.sd[0] ** 2 == pytest.approx(4 * sampling[-1] ** 2 + sampling[0] ** 2 + sampling[-1] ** 2)


@pytest.mark.parametrize("name", BASELINES)
def test_a_baseline_is_honest_where_it_is_right(name):
    """On series of the process that a baseline assumes, its 90% intervals hold about 90% of the later figures."""
    generator = np.random.Generator(np.random.Philox(key=7))
    inside = []
    for _ in range(60):
        known, later = [], []
        for _ in range(7):
            level, drift = generator.uniform(-0.5, 1.5), generator.uniform(0.1, 0.25)
            if name == "logit trend":
                path = 100.0 * expit(level + drift * np.arange(6))
            elif name == "linear trend":
                path = 100.0 * expit(level) + 8.0 * drift * np.arange(6)
            else:
                steps = generator.normal(0.0 if name == "last value" else 1.5, 1.0, 5)
                path = 100.0 * expit(level) + np.concatenate([[0.0], np.cumsum(steps)])
            published = 100.0 * expit(logit(path / 100.0) + generator.normal(0.0, 0.03, 6))
            known.append(series(published[:4], 0.03))
            later.append(published[5])
        for forecast, truth in zip(BASELINES[name](known, 2019, [0.03] * 7), later, strict=True):
            inside.append(forecast.quantiles_pct([0.05])[0] <= truth <= forecast.quantiles_pct([0.95])[0])
    # A step's variance from three steps is itself unsure, so the walks fall a little short.
    assert (0.87 if "trend" in name else 0.72) < np.mean(inside) < 0.99


def test_years_before_the_fit_can_be_left_out():
    known = Series("75+", np.arange(2013, 2018), np.array([20.0, 32, 34, 38, 40]), np.full(5, 0.02))
    assert known.since(2014).share_pct.tolist() == [32, 34, 38, 40]


def test_two_known_years_make_a_line_without_residuals():
    forecast = logit_trend([series([60.0, 62.0])], 2018, [0.02])[0]
    assert np.isfinite(forecast.sd[0])
