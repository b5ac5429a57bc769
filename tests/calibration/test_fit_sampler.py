"""The sampler against posteriors known exactly."""

import numpy as np
import pytest

from calibration.fit.discrepancy import DiscrepancyPrior, draw_discrepancy
from calibration.fit.emulator import Emulator
from calibration.fit.sampler import sample_posterior
from calibration.fit.space import latin_hypercube, normal_scores, probabilities
from tests.calibration.toy_simulators import NEGLIGIBLE, Linear, figures, luck

ERROR = 0.3
TOY = Linear()
TRUTH = np.array([[0.8, -0.5, 0.3, 0.6, -0.4]])


@pytest.fixture(scope="module")
def emulator():
    return Emulator.fit(TOY.space, *TOY.table(120, 1), np.eye(6) * TOY.noise**2)


@pytest.fixture(scope="module")
def observation():
    value = TRUTH @ TOY.effects + ERROR * luck(8).standard_normal((1, 6))
    return figures(6, ERROR).with_value(value[0])


def test_cut_draws_have_the_exact_mean_and_spread(emulator, observation):
    draws = sample_posterior(emulator, observation, NEGLIGIBLE, 400, 1, steps=600)
    found = normal_scores(draws.points)[:, :3]
    mean, covariance = TOY.cut(observation.value, ERROR)
    sd = np.sqrt(np.diag(covariance))
    assert np.abs((found.mean(axis=0) - mean) / sd).max() < 4.0 / np.sqrt(400)
    assert found.std(axis=0) == pytest.approx(sd, rel=4.0 / np.sqrt(800))
    assert np.abs(draws.convergence.drift).max() < 0.15
    assert draws.convergence.split_r_hat is None


def test_each_draw_keeps_the_nuisance_it_was_given(emulator, observation):
    nuisance = latin_hypercube(60, 5, luck(3))
    draws = sample_posterior(emulator, observation, NEGLIGIBLE, 60, 1, steps=100, nuisance=nuisance)
    assert draws.points[:, 3:] == pytest.approx(nuisance[:, 3:])
    assert not np.allclose(draws.points[:, :3], nuisance[:, :3])


def test_nuisance_keeps_its_prior_by_default(emulator, observation):
    draws = sample_posterior(emulator, observation, NEGLIGIBLE, 60, 1, steps=100)
    for column in draws.points[:, 3:].T:
        assert (np.sort(column) * 60).astype(int).tolist() == list(range(60))


def test_fitted_parameters_follow_each_draws_nuisance(emulator, observation):
    draws = sample_posterior(emulator, observation, NEGLIGIBLE, 400, 1, steps=600)
    scores = normal_scores(draws.points)
    gain, covariance = TOY.conditional(ERROR)
    left = scores[:, :3] - (observation.value - scores[:, 3:] @ TOY.effects[3:]) @ gain.T
    assert left.std(axis=0) == pytest.approx(np.sqrt(np.diag(covariance)), rel=0.15)


def test_sampled_nuisance_gives_the_exact_joint_posterior(emulator, observation):
    draws = sample_posterior(emulator, observation, NEGLIGIBLE, 400, 1, steps=800, sampled=("active", "other"))
    found = normal_scores(draws.points)
    mean, covariance = TOY.joint(observation.value, ERROR)
    sd = np.sqrt(np.diag(covariance))
    assert np.abs((found.mean(axis=0) - mean) / sd).max() < 4.0 / np.sqrt(400)
    assert found.std(axis=0) == pytest.approx(sd, rel=4.0 / np.sqrt(800))
    assert draws.convergence.split_r_hat.max() < 1.2


def test_same_seed_same_bits(emulator, observation):
    first, again, other = (
        sample_posterior(emulator, observation, NEGLIGIBLE, 30, seed, steps=60) for seed in (1, 1, 2)
    )
    assert (first.points == again.points).all()
    assert (first.discrepancy_sd == again.discrepancy_sd).all()
    assert not (first.points == other.points).any()


def test_discrepancy_is_found_where_there_is_one(emulator):
    prior = DiscrepancyPrior({"all": 0.5})
    observation = figures(6, 0.02)
    exact = probabilities(TRUTH)
    right = observation.with_value(emulator.mean(exact)[0])
    wrong = right.with_value(right.value + np.array([0.5, 0.6, 0.5, -0.6, -0.5, -0.6]))
    sizes = [
        np.median(sample_posterior(emulator, seen, prior, 100, 1, steps=400, nuisance=exact).discrepancy_sd)
        for seen in (right, wrong)
    ]
    assert sizes[1] > 2.0 * sizes[0]


@pytest.mark.full
def test_discrepancy_restores_coverage_of_a_wrong_model(emulator):
    prior, n_truths = DiscrepancyPrior({"all": 0.4}), 60
    rng = luck(11)
    covered = {}
    for name, assumed in (("with", prior), ("without", NEGLIGIBLE)):
        inside = []
        for truth in range(n_truths):
            scores = rng.standard_normal((1, 5))
            value = scores @ TOY.effects + 0.1 * rng.standard_normal((1, 6))
            value = value + draw_discrepancy(figures(6, 0.1), prior, 1, rng)
            seen = figures(6, 0.1).with_value(value[0])
            draws = sample_posterior(emulator, seen, assumed, 60, truth, steps=400, nuisance=probabilities(scores))
            low, high = np.quantile(normal_scores(draws.points)[:, :3], [0.05, 0.95], axis=0)
            inside.append((low < scores[0, :3]) & (scores[0, :3] < high))
        covered[name] = np.mean(inside)
    assert covered["without"] < 0.75
    assert covered["with"] == pytest.approx(0.9, abs=3.0 * np.sqrt(0.09 / n_truths))
