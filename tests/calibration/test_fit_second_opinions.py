"""ABC on the table, pyABC on the emulator, and simulation-based calibration."""

import sys

import numpy as np
import pytest

from calibration.fit.abc import abc_posterior
from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.emulator import Emulator, replicate_noise
from calibration.fit.pyabc_check import pyabc_posterior
from calibration.fit.simulation_based import Recovery, simulation_based
from calibration.fit.space import normal_scores
from model.errors import InputError
from tests.calibration.toy_simulators import NEGLIGIBLE, Diffusion, Linear, figures

TOY, ERROR = Linear(), 0.3
OBSERVATION = figures(6, ERROR).with_value(np.array([[0.8, -0.5, 0.3, 0.6, -0.4]] @ TOY.effects)[0])


def assert_near_exact(points, tolerance):
    mean, covariance = TOY.joint(OBSERVATION.value, ERROR)
    sd = np.sqrt(np.diag(covariance))[:3]
    found = normal_scores(points)
    assert np.abs((found.mean(axis=0) - mean[:3]) / sd).max() < tolerance
    assert found.std(axis=0) == pytest.approx(sd, rel=tolerance)


def test_abc_agrees_with_the_exact_posterior():
    points, outputs = TOY.table(400, 1)
    found = abc_posterior(TOY.space, points, outputs, OBSERVATION, NEGLIGIBLE, 2000, 1)
    assert found.shape == (2000, 3)
    assert_near_exact(found, 0.2)
    again = abc_posterior(TOY.space, points, outputs, OBSERVATION, NEGLIGIBLE, 2000, 1)
    assert (found == again).all()


def test_missing_pyabc_names_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyabc", None)
    with pytest.raises(InputError, match=r"uptake\[pyabc\]"):
        pyabc_posterior(None, OBSERVATION, NEGLIGIBLE, 10, 1)


@pytest.mark.full
def test_pyabc_agrees_with_the_exact_posterior():
    pytest.importorskip("pyabc")
    emulator = Emulator.fit(TOY.space, *TOY.table(120, 1), np.eye(6) * TOY.noise**2)
    found = pyabc_posterior(emulator, OBSERVATION, NEGLIGIBLE, 2000, 1)
    assert_near_exact(found, 0.25)


def test_recovery_reads_ranks():
    recovery = Recovery(("a", "b"), np.column_stack([np.arange(60), np.full(60, 59)]), 59)
    assert recovery.covered(0.5).tolist() == [0.5, 0.0]
    assert recovery.covered(0.9).tolist() == [0.9, 0.0]
    even, skewed = recovery.rows()
    assert even["rank_p_value"] == 1.0 and skewed["rank_p_value"] < 1e-9
    assert even["error_90"] == pytest.approx(np.sqrt(0.09 / 60))


@pytest.mark.full
def test_known_truths_are_covered_at_the_nominal_rate():
    toy = Diffusion()
    points, outputs = toy.table(360, 1)
    noise = replicate_noise(toy.run(np.full((40, 5), 0.5), 5))
    observation = figures(10, 0.05, per_series=5)
    prior = DiscrepancyPrior({"all": 0.1})
    recovery = simulation_based(toy.space, points, outputs, observation, prior, 120, 1, noise)
    for level in (0.5, 0.9):
        error = np.sqrt(level * (1.0 - level) / 120)
        assert np.abs(recovery.covered(level) - level).max() < 3.0 * error
        assert recovery.covered(level).mean() == pytest.approx(level, abs=2.0 * error)
    assert min(row["rank_p_value"] for row in recovery.rows()) > 0.001
