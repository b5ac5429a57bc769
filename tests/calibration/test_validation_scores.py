"""Scores and forecasts as distributions, against closed forms, other ways to the same number, and luck."""

import numpy as np
import pytest
from scipy import stats
from scipy.integrate import quad
from scipy.special import expit

from calibration.validation import scores
from calibration.validation.predictions import mixture, normal, percent_error


def crps_of_normal(mean: float, sd: float, truth: float) -> float:
    """Gneiting and others 2005, doi:10.1175/MWR2904.1, equation 5."""
    z = (truth - mean) / sd
    return sd * (z * (2.0 * stats.norm.cdf(z) - 1.0) + 2.0 * stats.norm.pdf(z) - 1.0 / np.sqrt(np.pi))


def test_a_forecast_without_spread_scores_its_absolute_error():
    assert normal(1.0, 1e-9, "per cent").crps(4.0) == pytest.approx(3.0)


@pytest.mark.parametrize("truth", [40.0, 42.0, 115.0])
def test_a_normal_is_scored_as_the_published_closed_form_says(truth):
    assert normal(40.0, 1.5, "per cent").crps(truth) == pytest.approx(crps_of_normal(40.0, 1.5, truth), rel=1e-10)


def test_a_normal_in_per_cent_has_the_closed_form_s_density_and_quantiles():
    forecast = normal(40.0, 1.5, "per cent")
    assert forecast.log_density(42.0) == pytest.approx(stats.norm.logpdf(42.0, 40.0, 1.5))
    assert forecast.quantiles_pct([0.95])[0] == pytest.approx(stats.norm.ppf(0.95, 40.0, 1.5))


def test_a_mixture_of_normals_scores_by_its_closed_form():
    # Grimit and others 2006, doi:10.1256/qj.05.235: pairwise terms A(m, s2) = 2 s phi(m/s) + m (2 Phi(m/s) - 1).
    mean, sd, weight, truth = np.array([30.0, 41.0, 55.0]), np.array([1.0, 4.0, 0.5]), np.array([0.2, 0.5, 0.3]), 47.0

    def term(m, s):
        return 2.0 * s * stats.norm.pdf(m / s) + m * (2.0 * stats.norm.cdf(m / s) - 1.0)

    pairs = term(mean[:, None] - mean, np.hypot(sd[:, None], sd))
    exact = weight @ term(truth - mean, sd) - 0.5 * weight @ pairs @ weight
    forecast = type(normal(0, 1, "per cent"))(mean, sd, weight, "per cent")
    assert forecast.crps(truth) == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize(("mean", "sd", "truth"), [(0.4, 0.3, 55.0), (5.0, 0.4, 99.8), (-1.0, 1.5, 80.0)])
def test_a_logit_normal_share_scores_as_its_definition_says(mean, sd, truth):
    forecast = normal(mean, sd, "log odds")

    def below(x):
        return stats.norm.cdf(np.log(x / (100.0 - x)), mean, sd)

    low = quad(lambda x: below(x) ** 2, 1e-9, truth, limit=200, points=[forecast.quantiles_pct([0.5])[0]])[0]
    high = quad(lambda x: (1.0 - below(x)) ** 2, truth, 100.0 - 1e-9, limit=200)[0]
    assert forecast.crps(truth) == pytest.approx(low + high, rel=1e-6)
    point, share = np.log(truth / (100.0 - truth)), truth / 100.0
    density = stats.norm.pdf(point, mean, sd) / (100.0 * share * (1.0 - share))
    assert forecast.log_density(truth) == pytest.approx(np.log(density))
    assert forecast.quantiles_pct([0.25])[0] == pytest.approx(100.0 * expit(stats.norm.ppf(0.25, mean, sd)))


def test_a_mixture_weighs_its_draws_and_forgets_those_without_weight():
    forecast = mixture(np.array([0.0, 2.0, 9.0]), 0.1, np.array([3.0, 1.0, 0.0]))
    assert forecast.mean.size == 2
    assert forecast.below(np.array([1.0])) == pytest.approx([0.75])


def test_density_adds_up_to_one_per_percentage_point():
    forecast = mixture(np.array([3.0, 4.0]), 0.3)
    assert quad(lambda x: np.exp(forecast.log_density(x)), 60.0, 99.99)[0] == pytest.approx(1.0, abs=1e-5)


def test_intervals_hold_their_nominal_share_of_what_the_forecast_draws():
    generator = np.random.Generator(np.random.Philox(key=6))
    forecast = mixture(np.array([1.0, 1.4]), np.array([0.2, 0.4]))
    drawn = 100.0 * expit(np.concatenate([generator.normal(1.0, 0.2, 5000), generator.normal(1.4, 0.4, 5000)]))
    inside = (drawn >= forecast.quantiles_pct([0.05])[0]) & (drawn <= forecast.quantiles_pct([0.95])[0])
    assert scores.share_inside(inside) == pytest.approx(90.0, abs=1.0)


def test_a_share_of_none_or_all_can_be_scored():
    for published in (0.0, 100.0):
        assert np.isfinite(normal(4.0, 0.5, "log odds").log_density(published))


def test_error_in_percent_follows_the_slope_of_the_share():
    assert percent_error(50.0, 0.04) == pytest.approx(1.0)
