"""Reruns of the simulator correct the emulator's posterior, and the predictive check sees a wrong model."""

from dataclasses import replace

import numpy as np
import pytest

from calibration.fit.acceptance import (
    accepted_weights,
    effective_sample_size,
    importance_weights,
    log_ratios,
    posterior_predictive,
    surprise,
)
from calibration.fit.emulator import Emulator
from calibration.fit.identifiability import contraction, label
from calibration.fit.sampler import sample_posterior
from calibration.fit.space import normal_scores, probabilities
from tests.calibration.toy_simulators import NEGLIGIBLE, Linear, figures, luck

TOY, ERROR = Linear(), 0.3


def test_weights_recover_a_shifted_distribution():
    draws = luck(1).standard_normal(4000)
    target = -0.5 * ((draws - 0.6) / 0.8) ** 2
    weights = importance_weights(target + 0.5 * draws**2)
    mean = weights @ draws
    assert weights.sum() == pytest.approx(1.0)
    assert mean == pytest.approx(0.6, abs=0.05)
    assert np.sqrt(weights @ (draws - mean) ** 2) == pytest.approx(0.8, abs=0.05)
    assert 1000 < effective_sample_size(weights) < 4000


def test_one_weight_cannot_take_all():
    weights = importance_weights(np.array([200.0] + [0.0] * 99))
    assert weights.max() <= 1.0
    assert effective_sample_size(importance_weights(np.zeros(100))) == pytest.approx(100.0)


@pytest.fixture(scope="module")
def fitted():
    emulator = Emulator.fit(TOY.space, *TOY.table(120, 1), np.eye(6) * TOY.noise**2)
    value = np.array([0.8, -0.5, 0.3, 0.0, 0.0]) @ TOY.effects + ERROR * luck(8).standard_normal(6)
    observation = figures(6, ERROR).with_value(value)
    draws = sample_posterior(emulator, observation, NEGLIGIBLE, 300, 1, steps=400)
    return emulator, observation, draws


def test_a_right_emulator_keeps_its_draws(fitted):
    emulator, observation, draws = fitted
    reruns = TOY.run(draws.points, 3)
    weights = importance_weights(log_ratios(emulator, observation, draws, reruns))
    assert effective_sample_size(weights) > 0.9 * 300
    assert surprise(emulator, draws.points, reruns) == pytest.approx(np.ones(6), abs=0.4)


def test_reruns_lead_an_emulator_that_errs_to_the_exact_posterior(fitted):
    emulator, observation, _ = fitted
    off = 0.3 * np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0])
    wrong = replace(emulator, centre=emulator.centre + off, lack_of_fit=np.eye(6) * 0.3**2)
    given = np.full((1500, 5), 0.5)
    draws = sample_posterior(wrong, observation, NEGLIGIBLE, 1500, 1, steps=200, nuisance=given)
    weights = importance_weights(log_ratios(wrong, observation, draws, TOY.run(draws.points, 3)))
    scores = normal_scores(draws.points)[:, :3]
    gain, covariance = TOY.conditional(ERROR)
    exact, sd = gain @ observation.value, np.sqrt(np.diag(covariance))
    before, after = (np.abs((w @ scores - exact) / sd).max() for w in (np.full(1500, 1 / 1500), weights))
    assert before > 0.5
    assert after < 0.2
    assert np.sqrt(weights @ (scores - weights @ scores) ** 2) == pytest.approx(sd, rel=0.2)


def test_predictive_check_accepts_a_right_model_and_sees_a_wrong_one(fitted):
    emulator, observation, draws = fitted
    reruns, weights = TOY.run(draws.points, 3), np.full(300, 1 / 300)
    right = posterior_predictive(observation, draws, reruns, emulator.noise_covariance, weights, 1)
    assert right.quantiles.shape == (5, 6)
    assert right.share_inside_90 >= 5 / 6
    assert 0.1 < right.p_value < 0.99
    far = observation.with_value(observation.value + np.array([2.0, -2.0, 2.0, -2.0, 2.0, -2.0]))
    wrong = posterior_predictive(far, draws, reruns, emulator.noise_covariance, weights, 1)
    assert wrong.p_value < 1e-6
    assert wrong.share_inside_90 < 0.5


def test_contraction_and_its_label():
    rng = luck(1)
    points = probabilities(rng.standard_normal((20_000, 3)) * np.array([0.5, 0.85, 1.0]))
    assert contraction(points) == pytest.approx([0.75, 0.2775, 0.0], abs=0.03)
    assert [label(value) for value in contraction(points)] == ["informed", "weak", "prior-only"]
    weights = np.where(points[:, 2] < 0.5, 1.0, 0.0)
    assert contraction(points, weights / weights.sum())[2] == pytest.approx(2.0 / np.pi, abs=0.03)


def test_weights_of_a_few_draws_are_not_taken():
    spread = np.array([0.1, 0.2, 0.3, 0.4])
    np.testing.assert_array_equal(accepted_weights(spread), spread)
    few = np.zeros(100)
    few[:10] = 0.1
    assert effective_sample_size(few) == pytest.approx(10.0)
    np.testing.assert_array_equal(accepted_weights(few), np.full(100, 0.01))
