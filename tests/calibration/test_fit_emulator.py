"""The emulator predicts, knows how well it predicts, and tells luck from lack of fit."""

import numpy as np
import pytest

from calibration.fit.emulator import Emulator, replicate_noise
from calibration.fit.space import Space, latin_hypercube, normal_scores, probabilities
from tests.calibration.toy_simulators import Diffusion, Linear, luck


@pytest.fixture(scope="module")
def diffusion():
    toy = Diffusion()
    points, outputs = toy.table(150, 1)
    noise = replicate_noise(toy.run(np.full((40, 5), 0.5), 5))
    return toy, Emulator.fit(toy.space, points, outputs, noise)


def mean_of_reruns(toy, points):
    return np.mean([toy.run(points, 100 + seed) for seed in range(30)], axis=0)


def test_predicts_runs_never_seen_within_its_own_error(diffusion):
    toy, emulator = diffusion
    points = luck(2).random((80, 5))
    truth = mean_of_reruns(toy, points)
    mean, variance = emulator.predict(points)
    assert (1.0 - ((mean - truth) ** 2).mean(axis=0) / truth.var(axis=0) > 0.9).all()
    assert emulator.q2.min() > 0.85
    standardised = (mean - truth) / np.sqrt(variance)
    assert 0.5 < np.sqrt((standardised**2).mean()) < 1.4
    assert (variance.mean(axis=0) < 2.0 * np.diag(emulator.noise_covariance)).all()


def test_noise_is_that_of_replicates(diffusion):
    toy, emulator = diffusion
    runs = toy.run(np.full((2000, 5), 0.5), 9)
    assert np.sqrt(np.diag(emulator.noise_covariance)) == pytest.approx(runs.std(axis=0), rel=0.35)


def test_slopes_are_derivatives(diffusion):
    _, emulator = diffusion
    scores = luck(3).standard_normal((6, 5))
    step = 1e-4
    for column, slope in enumerate(emulator.mean_slopes(scores)):
        moved = step * np.eye(5)[column]
        change = emulator.mean_of_scores(scores + moved) - emulator.mean_of_scores(scores - moved)
        assert slope == pytest.approx(change.mean(axis=0) / (2 * step), abs=1e-5)


def test_some_outputs_only(diffusion):
    _, emulator = diffusion
    points = luck(4).random((5, 5))
    few = emulator.of([7, 2])
    for whole, part in zip(emulator.predict(points), few.predict(points), strict=True):
        assert part == pytest.approx(whole[:, [7, 2]])
    assert few.mean_covariance(points) == pytest.approx(emulator.mean_covariance(points)[np.ix_([7, 2], [7, 2])])


def test_mean_covariance_agrees_with_pointwise_variance(diffusion):
    _, emulator = diffusion
    points = luck(5).random((40, 5))
    assert np.diag(emulator.mean_covariance(points)) == pytest.approx(emulator.predict(points)[1].mean(axis=0))


def test_without_replicates_what_is_left_counts_as_luck():
    toy = Linear(noise=0.3)
    emulator = Emulator.fit(toy.space, *toy.table(200, 3))
    assert np.sqrt(np.diag(emulator.noise_covariance)) == pytest.approx(np.full(6, 0.3), rel=0.25)
    assert not emulator.lack_of_fit.any()


def test_replicates_show_what_the_emulator_cannot_follow():
    # The product of two parameters that act in straight lines only, by declaration.
    space = Space(("fitted",), (), ("one", "two"))
    points = latin_hypercube(200, 3, luck(1))
    z = normal_scores(points)
    outputs = (z[:, 0] + 0.5 * z[:, 1] * z[:, 2])[:, None] * np.array([1.0, 0.7])
    outputs += 0.05 * luck(2).standard_normal(outputs.shape)
    emulator = Emulator.fit(space, points, outputs, np.diag([0.05**2] * 2))
    assert np.sqrt(emulator.lack_of_fit[0, 0]) == pytest.approx(0.5, rel=0.25)
    assert emulator.predict(points)[1].min() > 0.05


def test_lack_of_fit_is_that_of_runs_near_the_posterior():
    # The product matters far out only: the trailing runs, near the middle, hardly see it.
    space = Space(("fitted",), (), ("one", "two"))
    far, near = latin_hypercube(150, 3, luck(1)), 0.45 + 0.1 * latin_hypercube(50, 3, luck(3))
    points = np.concatenate([far, near])
    z = normal_scores(points)
    outputs = (z[:, 0] + 0.5 * z[:, 1] * z[:, 2])[:, None] + 0.05 * luck(2).standard_normal((200, 1))
    everywhere = Emulator.fit(space, points, outputs, np.array([[0.05**2]]))
    local = Emulator.fit(space, points, outputs, np.array([[0.05**2]]), near=50)
    assert local.lack_of_fit[0, 0] < 0.1 * everywhere.lack_of_fit[0, 0]


def test_one_output_of_one_parameter():
    points = latin_hypercube(60, 1, luck(1))
    outputs = np.sin(normal_scores(points)) + 0.02 * luck(2).standard_normal((60, 1))
    emulator = Emulator.fit(Space(("dose",)), points, outputs)
    mean, variance = emulator.predict(probabilities(np.array([[0.7]])))
    assert mean[0, 0] == pytest.approx(np.sin(0.7), abs=0.03)
    assert variance.shape == (1, 1)


def test_replicate_noise_keeps_spread_and_correlation():
    correlation = 0.7 ** np.abs(np.subtract.outer(np.arange(5), np.arange(5)))
    runs = luck(1).multivariate_normal(np.zeros(5), 0.04 * correlation, size=400)
    noise = replicate_noise(runs)
    assert np.diag(noise) == pytest.approx(runs.var(axis=0, ddof=1))
    assert noise[0, 1] / noise[0, 0] == pytest.approx(0.7, abs=0.12)
    assert np.linalg.eigvalsh(replicate_noise(runs[:4])).min() > 0.0
