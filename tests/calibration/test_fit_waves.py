"""Waves go where the figures allow, with nuisance from its prior."""

import numpy as np
import pytest

from calibration.fit.emulator import Emulator
from calibration.fit.space import normal_scores
from calibration.fit.waves import CUT_OFF, first_wave, implausibility, next_wave
from tests.calibration.toy_simulators import NEGLIGIBLE, Linear, figures

TOY = Linear()


@pytest.fixture(scope="module")
def emulator():
    return Emulator.fit(TOY.space, first_wave(TOY.space, 100, 1), TOY.run(first_wave(TOY.space, 100, 1), 2))


def test_first_wave_fills_the_prior():
    points = first_wave(TOY.space, 50, 1)
    assert points.shape == (50, 5)
    assert (np.sort(points, axis=0) * 50).astype(int).tolist() == [[i] * 5 for i in range(50)]


def test_truth_is_plausible_and_the_far_corner_is_not(emulator):
    points = np.array([[0.5] * 5, [0.99] * 5])
    misses = implausibility(emulator, points, figures(6, 0.2), NEGLIGIBLE)
    assert misses[0] < 1.0 < CUT_OFF < misses[1]


def test_one_bad_figure_alone_rules_nothing_out(emulator):
    observation = figures(6, 0.2).with_value(np.array([9.0, 0, 0, 0, 0, 0]))
    assert implausibility(emulator, np.full((1, 5), 0.5), observation, NEGLIGIBLE)[0] < 1.0


def test_next_wave_lies_where_the_figures_allow(emulator):
    observation = figures(6, 0.3)
    wave = next_wave(emulator, observation, NEGLIGIBLE, 60, 1)
    assert wave.points.shape == (60, 5)
    assert 0.0 < wave.fraction < 0.6
    plausible = implausibility(emulator, wave.points, observation, NEGLIGIBLE) < CUT_OFF
    assert plausible.mean() > max(0.9, 1.5 * wave.fraction)


def test_a_small_region_is_found_with_nuisance_from_its_prior(emulator):
    observation = figures(6, 0.01).with_value(np.array([[1.2, -0.8, 0.7, 0.1, 0.1]] @ TOY.effects)[0])
    wave = next_wave(emulator, observation, NEGLIGIBLE, 60, 1)
    assert wave.fraction < 0.01
    expected, _ = TOY.cut(observation.value, 0.02)
    assert normal_scores(wave.points)[:, :3].mean(axis=0) == pytest.approx(expected, abs=0.25)
    assert (np.sort(wave.points[:, 3]) * 60).astype(int).tolist() == list(range(60))
