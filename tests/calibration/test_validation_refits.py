"""Fits to fewer figures, on a made-up module: one age band left out, and the last open year."""

import importlib.util
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.emulator import Emulator
from calibration.fit.sampler import sample_posterior
from calibration.fit.space import Space, normal_scores
from calibration.module_runs import observation_of
from calibration.targets.residents import resident_targets, use_targets
from calibration.validation import backtest, fitted_draws, leave_out
from calibration.validation.backtest import known_by, run_backtest
from calibration.validation.fitted_draws import refitted_draws
from calibration.validation.holdout_rows import MODEL
from calibration.validation.leave_out import HOLDOUT, SAW_IT, covers, leave_bands_out, without_band
from calibration.validation.use_shares import use_shares
from model.region import AGE_BANDS

_SPEC = importlib.util.spec_from_file_location("made_up_use", Path(__file__).with_name("made_up_use.py"))
assert _SPEC and _SPEC.loader
made_up = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made_up)

ROWS = made_up.survey(range(2013, 2018), seed=4)
FITTED = ROWS[ROWS["year"] > 2013]
N_RUNS = 120


@pytest.fixture
def brief(monkeypatch):
    """Chains of a few steps, in this process: what is tested here is what they are given."""
    monkeypatch.setattr(fitted_draws, "sample_posterior", partial(sample_posterior, steps=40))
    monkeypatch.setattr(leave_out, "spread", lambda function, tasks: enumerate(map(function, tasks)))


@pytest.fixture(scope="module")
def runs():
    """A module of three parameters, level, slope by age and speed, whose outputs follow the truth exactly at z = 0."""
    targets = use_targets(FITTED)
    generator = np.random.Generator(np.random.Philox(key=11))
    space = Space(("level", "age", "speed"))
    points = generator.uniform(0.02, 0.98, (N_RUNS, 3))
    level, age, speed = normal_scores(points).T
    columns = []
    for target in targets:
        band = target.group.split(",")[0]
        kind = "contrast" if target.minus else "lapsed" if target.measure == "lapsed" else "level"
        value = np.full(N_RUNS, made_up.truth(kind, band, target.year))
        if kind == "level":
            value += 0.6 * level + 0.3 * age * (AGE_BANDS.index(band) - 3) + 0.2 * speed * (target.year - 2014)
        columns.append(value + generator.normal(0.0, 0.01, N_RUNS))
    outputs = np.stack(columns, axis=1)
    noise = 1e-4 * np.eye(len(targets))
    prior = DiscrepancyPrior(dict.fromkeys(observation_of(targets).groups, 0.05))
    emulator = Emulator.fit(space, points, outputs, noise)
    return SimpleNamespace(
        module=SimpleNamespace(targets=targets), observation=observation_of(targets), prior=prior,
        emulator=lambda: emulator,
    )  # fmt: skip


def test_a_target_counts_a_band_unless_it_names_others_only():
    targets = resident_targets()
    kept = [targets[place] for place in without_band(targets, "75+")]
    assert kept and not any("75+" in target.group for target in kept)
    assert any(target.id == "recent/65-74/2016" for target in kept)
    assert any(target.id == "recent/65-74/by disability/2016" for target in kept)
    for target in targets:
        if not any(dimension == "age_band" for dimension, _ in target.extract.where):
            assert covers(target.extract, "75+") and target not in kept


def test_nothing_later_is_known_to_the_backtest():
    targets = resident_targets()
    assert max(targets[place].year for place in known_by(targets, 2016)) == 2016


def test_a_fit_without_a_band_still_knows_what_others_say_of_it(runs, brief):
    draws = refitted_draws(runs, runs.emulator(), without_band(runs.module.targets, "65-74"), 40, seed=1)
    assert not any("65-74" in name for name in draws.observation.ids)
    found = draws.values["recent/65-74/2016"]
    assert np.median(found) == pytest.approx(made_up.truth("level", "65-74", 2016), abs=0.1)


def test_every_band_is_left_out_and_scored_beside_its_neighbours(runs, brief):
    full = refitted_draws(runs, runs.emulator(), np.arange(len(runs.module.targets)), 12, seed=1)
    told = []
    rows = leave_bands_out(runs, full, use_shares(ROWS), 1, 12, lambda done, total, text: told.append(done))
    assert told == list(range(8))
    assert set(rows["holdout"]) == {HOLDOUT} and set(rows["cell"]) == set(AGE_BANDS)
    errors = rows.groupby("predictor")["abs_error"].mean()
    assert errors[MODEL] < errors["mean of neighbouring bands"]
    assert set(errors.index) == {
        MODEL, SAW_IT, "mean of neighbouring bands", "own start, moved as neighbouring bands"
    }  # fmt: skip
    assert rows["year"].min() == 2014


def test_a_backtest_forecasts_the_last_open_year_from_those_before(runs, brief):
    rows = run_backtest(runs, use_shares(ROWS), 1, 30)
    assert set(rows["year"]) == {backtest.LAST_KNOWN_YEAR + 1}
    assert set(rows["predictor"]) >= {MODEL, "logit trend", "last value"}
    mine = rows[(rows["predictor"] == MODEL) & (rows["measure"] == "recent")]
    assert mine["in90"].mean() > 0.7
