"""What the placebo network says, on made-up tables of runs whose peers do much, nothing, or the same for strangers."""

import json
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from calibration.evidence_reader import split_hash
from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.emulator import Emulator
from calibration.fit.observation import Observation
from calibration.fit.space import Space, normal_scores
from calibration.modules import constants, load_module, sampled_parameters
from calibration.run_table import Runs, latin_hypercube, read_run_table, run_seeds, run_table
from calibration.validation import placebo
from calibration.validation.placebo import peer_row, peer_verdict, run_placebo, with_peers
from model.errors import InputError

SPACE = with_peers(Space(("onset_base", "onset_age"), ("lapse_peers",), ("onset_peers", "access_get_user")))
TRUE_PEERS = 1.5
"""Pull of peers in the made-up truth, in prior standard deviations"""


@cache
def made_up_fit(pull: float, truth_pull: float, steps: int = 400) -> dict:
    """A fit to five figures; pull: how strongly peers move the last three of them, in the runs and in the truth."""
    rng = np.random.default_rng(3)
    points = rng.random((120, len(SPACE.names)))
    noise = 0.01**2 * np.eye(5)

    def outputs(scores: np.ndarray, pull: float) -> np.ndarray:
        base, age, peers = (scores[:, SPACE.names.index(name)] for name in ("onset_base", "onset_age", "onset_peers"))
        pulled = 0.3 * pull * peers
        return np.stack([base, base - age, age + pulled, pulled, base + pulled], axis=1) * 0.2

    table = outputs(normal_scores(points), pull) + rng.normal(0.0, 0.01, (120, 5))
    truth = np.zeros((1, len(SPACE.names)))
    truth[0, SPACE.names.index("onset_peers")] = TRUE_PEERS
    observation = Observation(
        tuple("abcde"), outputs(truth, truth_pull)[0], np.full(5, 0.01), tuple("abcde"), ("use",) * 5, np.zeros(5)
    )
    emulator = Emulator.fit(SPACE, points, table, noise)
    return peer_row("", emulator, observation, DiscrepancyPrior({"use": 0.01}), seed=1, n_draws=60, steps=steps)


def rows_of(standard: dict, placebo: dict) -> list[dict]:
    return [standard | {"network": "standard"}, placebo | {"network": "placebo"}]


def test_peers_that_the_placebo_lacks_do_not_survive():
    rows = rows_of(made_up_fit(1.0, 1.0), made_up_fit(0.0, 1.0))
    assert rows[0]["label"] == "informed" and rows[0]["shift"] == pytest.approx(TRUE_PEERS, abs=0.6)
    assert rows[1]["label"] == "prior-only"
    assert rows[0]["log_likelihood"] > rows[1]["log_likelihood"]
    assert "survives when people are tied to strangers" in peer_verdict(rows)


def test_peers_that_strangers_replace_survive_whole():
    rows = rows_of(made_up_fit(1.0, 1.0), made_up_fit(1.0, 1.0))
    assert "100% survives" in peer_verdict(rows)


def test_figures_that_do_not_speak_of_peers_are_said_to_be_silent():
    rows = rows_of(made_up_fit(0.0, 0.0, 1200), made_up_fit(0.0, 0.0, 1200))
    assert all(row["label"] == "prior-only" for row in rows)
    assert abs(rows[0]["shift"]) < 0.25
    assert "prior-only" in peer_verdict(rows)


def test_the_placebo_needs_a_fit(tmp_path):
    with pytest.raises(InputError, match="not a fit"):
        run_placebo(tmp_path, 1, lambda done, total, text: None)


SILENT = {"label": "prior-only", "shift": 0.0, "log_likelihood": 0.0}


def made_up_runs(values, seed, n_adults, extracts, network="standard"):
    """Counts that depend on two parameters, and on the pull of peers where the network is the standard one."""
    peers = values["onset_peers"] - 0.8 if network == "standard" else 0.0
    level = 0.3 * (values["onset_base"] + 5.2) + 0.2 * peers + 0.001 * (seed % 7)
    share = 1.0 / (1.0 + np.exp(-level))
    return {extract.id: (round((0.5 * share + 0.002 * n) * n_adults), n_adults) for n, extract in enumerate(extracts)}


def test_a_fit_s_runs_are_run_again_with_other_ties(tmp_path, monkeypatch):
    module = load_module("residents")
    few = module.targets[:3]
    extracts = tuple({extract.id: extract for target in few for extract in target.extracts}.values())
    module = replace(module, targets=few, extracts=extracts, simulate=made_up_runs)
    monkeypatch.setattr(placebo, "load_module", lambda name: module)
    (tmp_path / "manifest.json").write_text(
        json.dumps({"split": split_hash(), "plans": {"residents": {"n_adults": 10_000}}})
    )
    parameters, middle = sampled_parameters(), np.full((8, len(sampled_parameters())), 0.5)
    folder = tmp_path / "residents" / "runs"
    for name, points in (("replicates", middle), ("wave-1", latin_hypercube(12, len(parameters), 1, "made up"))):
        runs = Runs(points, run_seeds(1, name, len(points)), parameters, constants())
        run_table(folder / name, runs, module.simulator(10_000), "made up", spread_here, say_nothing, name)
    monkeypatch.setattr(placebo, "spread", spread_here)
    seen = {}
    monkeypatch.setattr(placebo, "Emulator", SimpleNamespace(fit=lambda space, points, outputs, noise, near: outputs))
    monkeypatch.setattr(
        placebo,
        "peer_row",
        lambda network, outputs, *how: seen.update({network: outputs}) or SILENT | {"network": network},
    )
    rows, verdict = run_placebo(tmp_path, 1, say_nothing, n_runs=6)
    assert list(rows["network"]) == ["standard", "placebo"] and "prior-only" in verdict
    known, again = read_run_table(folder / "wave-1"), read_run_table(tmp_path / "residents" / "placebo-network")
    assert again["seed"].tolist() == known["seed"].iloc[[0, 2, 4, 6, 8, 11]].tolist()
    # Without peers both networks would count the same: they differ as the pull of peers says.
    pull = again["u:onset_peers"].to_numpy()
    assert np.corrcoef((seen["standard"] - seen["placebo"])[:, 0], pull)[0, 1] > 0.9


def spread_here(function, tasks):
    return ((number, function(task)) for number, task in enumerate(tasks))


def say_nothing(done, total, text):
    pass
