"""The fit from end to end on made-up modules: what it finds, going on after a stop, what is refused, what is shipped."""

import json
import shutil
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration import budget, calibrate, module_fit, module_runs, posterior_candidate, same_model
from calibration.budget import Plan
from calibration.calibrate import Request, accept_fit, add_third_opinions, run_calibration
from calibration.calibrate_commands import calibrate as calibrate_command
from calibration.fit import simulation_based
from calibration.fit.sampler import sample_posterior
from calibration.module_fit import PYABC, read_module_fit
from model.errors import InputError
from model.parameters import registry
from model.posterior import read_posterior
from tests.calibration import fit_toys

N_DRAWS = 40
SAMPLED = tuple(
    registry()[name]
    for name in ("onset_base", "onset_peers", "onset_skill", "lapse_base", "support_onset_dose", "attention_size")
)
TOYS = {
    "residents": fit_toys.make_module(),
    "training": fit_toys.make_module("training", ("support_onset_dose",)),
    "firms": fit_toys.make_module("firms", ("attention_size",)),
}
PLAN = Plan(1000, replicates=6, waves=(30, 16), reruns=N_DRAWS, truths=4)
RESIDENTS = ("residents",)


@pytest.fixture(autouse=True)
def toys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Made-up modules, few runs, no processes."""
    monkeypatch.setattr(calibrate, "load_module", TOYS.__getitem__)
    monkeypatch.setattr(
        budget, "FULL", {name: replace(PLAN, reruns=8, truths=2) for name in TOYS} | {"residents": PLAN}
    )
    monkeypatch.setattr(budget, "LEAST_FIRST_WAVE", dict.fromkeys(TOYS, 12))
    monkeypatch.setattr(budget, "QUICK", dict.fromkeys(TOYS, replace(PLAN, waves=(30,), reruns=8, truths=2)))
    for module in (calibrate, module_fit):
        monkeypatch.setattr(module, "N_DRAWS", N_DRAWS)
    for module in (calibrate, module_fit, module_runs, same_model):
        monkeypatch.setattr(module, "sampled_parameters", lambda: SAMPLED)
    monkeypatch.setattr(module_fit, "sample_posterior", partial(sample_posterior, steps=600))
    monkeypatch.setattr(simulation_based, "STEPS", 200)
    monkeypatch.setattr(simulation_based, "DRAWS", 19)


def another_model(*args, **settings) -> dict[str, tuple[int, int]]:
    """One more person online than there were."""
    return {name: (part + 1, whole) for name, (part, whole) in fit_toys.simulate(*args, **settings).items()}


def fit(out: Path, **changes) -> dict:
    return run_calibration(Request(out, **({"targets": RESIDENTS} | changes)), jobs=1)


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished fit of residents; the patches of `toys` last for one test, so they are made here again."""
    out = tmp_path_factory.mktemp("fit") / "residents"
    with pytest.MonkeyPatch.context() as patch:
        toys.__wrapped__(patch)
        fit(out)
    return out


@pytest.mark.parametrize("name", list(fit_toys.TRUTH))
def test_the_fit_finds_the_truth_its_figures_were_made_with(fitted, name):
    posterior = read_posterior(fitted / "posterior")
    values = posterior.values[:, posterior.names.index(name)]
    prior_sd = registry()[name].prior_2
    assert abs(np.median(values) - fit_toys.TRUTH[name]) < 0.5 * prior_sd
    assert values.std() < 0.5 * prior_sd
    assert posterior.manifest["labels"][name] == "informed"


def test_what_is_not_fitted_keeps_its_prior_in_every_draw(fitted):
    points = read_module_fit(fitted, TOYS["residents"]).draws["u:onset_peers"].to_numpy()
    assert set((N_DRAWS * points).astype(int)) == set(range(N_DRAWS))


def test_the_folder_holds_runs_tables_and_the_candidate(fitted):
    files = {path.name for path in (fitted / "residents").iterdir()}
    assert {"fit.csv", "identifiability.csv", "discrepancy.csv", "recovery.csv", "second_opinion.csv"} <= files
    assert len(pd.read_csv(fitted / "residents" / "fit.csv")) == 6
    manifest = json.loads((fitted / "manifest.json").read_text())
    assert manifest["runs"] == {"residents": PLAN.runs} and manifest["finished"] and not manifest["complete"]
    assert manifest["checks"]["effective_sample_size"] > N_DRAWS / 4
    assert read_posterior(fitted / "posterior").weight.sum() == pytest.approx(1.0, abs=1e-6)


def test_the_same_command_reads_a_finished_fit(fitted):
    before = {path: path.stat().st_mtime_ns for path in fitted.rglob("*") if path.is_file()}
    assert fit(fitted)["finished"]
    assert {path: path.stat().st_mtime_ns for path in fitted.rglob("*") if path.is_file()} == before


def test_a_stopped_fit_goes_on_to_the_same_posterior(fitted, tmp_path, monkeypatch):
    class Stop(Exception):
        pass

    def stopping(function, tasks, jobs):
        for number, task in enumerate(tasks):
            if number == 3:
                raise Stop
            yield number, function(task)

    with monkeypatch.context() as patch, pytest.raises(Stop):
        patch.setattr(calibrate, "spread", stopping)
        fit(tmp_path / "fit")
    fit(tmp_path / "fit")
    found, wanted = (pd.read_csv(folder / "posterior" / "draws.csv") for folder in (tmp_path / "fit", fitted))
    pd.testing.assert_frame_equal(found, wanted, rtol=1e-4)


def test_pyabc_adds_a_third_opinion_to_a_finished_fit_and_changes_nothing_else(fitted, tmp_path, monkeypatch):
    shutil.copytree(fitted, tmp_path / "fit")
    monkeypatch.setattr(
        module_fit, "pyabc_posterior", lambda emulator, observation, prior, n, seed: np.full((n, 2), 0.5)
    )
    file = tmp_path / "fit" / "residents" / "second_opinion.csv"
    before = {path: path.read_bytes() for path in (tmp_path / "fit").rglob("*") if path.is_file()}
    known = pd.read_csv(file)
    for _ in range(2):
        add_third_opinions(Request(tmp_path / "fit", RESIDENTS))
    found = pd.read_csv(file)
    third = found[found["by"] == PYABC]
    assert third["parameter"].tolist() == list(fit_toys.TRUTH)
    assert third["median"].tolist() == pytest.approx([registry()[name].quantile(0.5) for name in fit_toys.TRUTH])
    assert found["parameter"].tolist() == sorted(found["parameter"], key=list(fit_toys.TRUTH).index)
    pd.testing.assert_frame_equal(found.drop(third.index).reset_index(drop=True), known)
    assert [path for path, content in before.items() if path.read_bytes() != content] == [file]


def test_a_third_opinion_without_pyabc_is_refused_before_anything_is_run(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyabc", None)
    with pytest.raises(InputError, match=r"uptake\[pyabc\]") as refused:
        calibrate_command(tmp_path / "fit", pyabc=True)
    assert refused.value.key == "--pyabc" and not (tmp_path / "fit").exists()


@pytest.mark.parametrize(
    "changes", [{"seed": 2}, {"budget": 200}, {"quick": True}, {"targets": ("residents", "firms")}]
)
def test_a_folder_of_another_fit_is_refused_and_kept(fitted, changes):
    before = (fitted / "manifest.json").read_bytes()
    with pytest.raises(InputError, match="--out"):
        fit(fitted, **changes)
    assert (fitted / "manifest.json").read_bytes() == before


def test_a_fit_of_another_model_does_not_go_on(fitted, monkeypatch):
    manifest = json.loads((fitted / "manifest.json").read_text())
    (fitted / "manifest.json").write_text(json.dumps(manifest | {"finished": None}))
    with monkeypatch.context() as patch:
        patch.setattr(calibrate, "load_module", lambda name: replace(TOYS[name], simulate=another_model))
        with pytest.raises(InputError, match="other results"):
            fit(fitted)
    (fitted / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"targets": ("residents", "farms")}, "unknown targets"),
        ({"targets": ()}, "--targets"),
        ({"budget": 20}, "or more"),
        ({"seed": -1}, "--seed"),
    ],
)
def test_bad_input_is_refused_before_anything_is_written(tmp_path, changes, message):
    with pytest.raises(InputError, match=message):
        fit(tmp_path / "fit", **changes)
    assert not (tmp_path / "fit").exists()


def test_the_least_budget_is_enough(tmp_path):
    with pytest.raises(InputError) as refused:
        budget.plans(("residents", "firms"), 1, quick=False)
    least = int(str(refused.value).split("allowed: ")[1].split()[0])
    assert (
        budget.plans(("residents", "firms"), least, quick=False)["firms"].waves[0] >= budget.LEAST_FIRST_WAVE["firms"]
    )
    with pytest.raises(InputError):
        budget.plans(("residents", "firms"), least - 2, quick=False)


def test_an_unreachable_cluster_is_refused_before_anything_is_written(tmp_path, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr("calibration.cluster.CONNECT_SECONDS", 0.5)
    with pytest.raises(InputError, match="no answer"):
        run_calibration(Request(tmp_path / "fit", RESIDENTS), cluster="tcp://127.0.0.1:9")
    assert not (tmp_path / "fit").exists()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished fit of all three modules."""
    out = tmp_path_factory.mktemp("whole") / "fit"
    with pytest.MonkeyPatch.context() as patch:
        toys.__wrapped__(patch)
        fit(out, targets=tuple(TOYS))
    return out


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an accepted posterior goes, instead of into the model."""
    monkeypatch.setattr(posterior_candidate.accept_candidate, "__defaults__", (tmp_path / "posterior",))
    return tmp_path / "posterior"


def test_a_whole_fit_is_accepted(whole, shipped):
    assert accept_fit(whole) == shipped
    assert (shipped / "draws.csv").read_bytes() == (whole / "posterior" / "draws.csv").read_bytes()
    assert {"support_onset_dose", "attention_size", "onset_base"} <= set(read_posterior(shipped).manifest["labels"])
    accept_fit(whole)  # over an older one


def test_a_fit_of_some_targets_is_not_accepted(fitted, shipped):
    with pytest.raises(InputError, match="some targets"):
        accept_fit(fitted)
    assert not shipped.exists()


@pytest.mark.parametrize(("key", "value"), [("quick", True), ("split", "another")])
def test_a_quick_fit_and_another_split_are_not_accepted(whole, shipped, tmp_path, key, value):
    shutil.copytree(whole, tmp_path / "copy")
    file = tmp_path / "copy" / "posterior" / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {key: value}))
    with pytest.raises(InputError, match=key):
        accept_fit(tmp_path / "copy")
    assert not shipped.exists()


def test_a_fit_of_another_model_is_not_accepted(whole, shipped, monkeypatch):
    monkeypatch.setattr(calibrate, "load_module", lambda name: replace(TOYS[name], simulate=another_model))
    with pytest.raises(InputError, match="other results"):
        accept_fit(whole)
    assert not shipped.exists()
