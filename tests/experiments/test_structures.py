"""Other forms of the model: same seeds and luck, told apart by design point, and out of every interval."""

from dataclasses import replace

import pandas as pd
import pytest

from experiments.compare import run_comparison
from experiments.runner import RunInput
from experiments.structures import FORMS, NO_PEERS, PEERS, PLACEBO, in_forms, structure_tasks, without_peers
from experiments.summary import summary_text
from experiments.twins import TwinTask, run_twins
from model.parameters import central_values, registry
from scenarios.loader import load_scenario

REGION, SCALE = "gloucestershire", 0.02
NAMES = [form.name for form in FORMS]


@pytest.fixture(scope="module")
def task(plan_files) -> TwinTask:
    """A generous plan for fifteen months, at central parameters."""
    base, plan = (load_scenario(name, REGION) for name in ("baseline", plan_files / "generous.yaml"))
    run = RunInput(REGION, SCALE, 1, 15, 5, tuple(sorted(central_values().items())), "central", 0, 0)
    return TwinTask(run, base, (plan,), keep_detail=True)


def with_seeds(task: TwinTask, n: int) -> list[TwinTask]:
    return [replace(task, run=replace(task.run, seed=5 + seed, replicate=seed)) for seed in range(n)]


@pytest.mark.parametrize("n_central, n_seeds", [(1, 1), (2, 2), (4, 2), (10, 2), (20, 4), (50, 4)])
def test_the_first_seeds_are_run_in_every_form(task, n_central, n_seeds):
    found = structure_tasks(with_seeds(task, n_central))
    assert [task.run.design_point for task in found] == [name for name in NAMES for _ in range(n_seeds)]
    assert [task.run.seed for task in found] == 2 * [5 + seed for seed in range(n_seeds)]
    assert not any(task.keep_detail for task in found)


def test_draws_and_runs_without_a_plan_have_no_other_form(task):
    drawn = replace(task, run=replace(task.run, design_point="posterior"))
    assert structure_tasks([drawn, replace(task, plans=())]) == []


def test_a_form_differs_by_what_it_is_named_after(task):
    found = {form.run.design_point: form for form in structure_tasks([task])}
    changed = {name for name, value in found[NO_PEERS].run.values if dict(task.run.values)[name] != value}
    assert changed == set(PEERS) and all(registry()[name].low == 0.0 for name in PEERS)
    assert found[PLACEBO].run.values == task.run.values
    variants = {name: {s.network_variant for s in (form.base, *form.plans)} for name, form in found.items()}
    assert variants == {NO_PEERS: {"standard"}, PLACEBO: {"placebo"}}


def test_without_peers_to_begin_with_the_form_is_the_standard_one_bit_for_bit(task):
    values = tuple(sorted(central_values(dict.fromkeys(PEERS, 0.0)).items()))
    task = replace(task, run=replace(task.run, values=values), keep_detail=False)
    no_peers, _ = structure_tasks([task])
    standard, form = run_twins(task), run_twins(no_peers)
    assert standard["twins"]["n10"].sum() > 0
    for name, table in standard.items():
        if name != "areas":  # of central runs only
            plain = ["design_point", "run_id"]
            pd.testing.assert_frame_equal(table.drop(columns=plain), form[name].drop(columns=plain))


def test_numbers_are_set_beside_each_other_seed_by_seed():
    points = [("central", 10.0), ("central", 20.0), ("central", 99.0), (NO_PEERS, 4.0), (NO_PEERS, 8.0),
              (PLACEBO, 9.0), (PLACEBO, 19.0)]  # fmt: skip
    seeds = [0, 1, 2, 0, 1, 0, 1]
    rows = pd.DataFrame(points, columns=["design_point", "n"]).assign(replicate=seeds, draw=0)
    assert in_forms(rows, "n").to_numpy().tolist() == [[10, 4, 9], [20, 8, 19]]
    found = without_peers(rows, "n")
    assert (found.value, found.with_peers, found.n_seeds) == (6.0, 15.0, 2)
    assert found.text() == "6 with no peer effect, 15 with it (means of the same 2 seeds)"
    assert without_peers(rows[rows["design_point"] == "central"], "n") is None
    assert without_peers(rows.assign(n=float("nan")), "n") is None


def test_intervals_leave_other_forms_out(comparison):
    tables = {
        name: table[~table["design_point"].isin(NAMES)] if "design_point" in table else table
        for name, table in comparison.tables.items()
    }
    assert len(tables["twins"]) < len(comparison.tables["twins"])
    plain = replace(comparison, tables=tables)
    pd.testing.assert_frame_equal(plain.bands("online_share"), comparison.bands("online_share"))
    pd.testing.assert_frame_equal(plain.spend(), comparison.spend())
    without, answer = plain.answer(), comparison.answer()
    for one, other in zip(without.tiles, answer.tiles, strict=True):
        assert [one.value, one.low, one.high] == pytest.approx([other.value, other.low, other.high], nan_ok=True)
    assert without.people.spillover == answer.people.spillover
    assert without.people.spillover_without_peers is None and answer.people.spillover_without_peers.n_seeds == 2


def test_a_calibrated_comparison_says_so_and_splits_its_spread(in_this_process, ship_posterior, plan_files):
    """Whole draws go into the runs; text names the fit, the spread by source and the spillover without peers."""
    ship_posterior({"onset_base": [-5.4, -5.0], "lapse_base": [-8.8, -8.2]})
    found = run_comparison(
        "baseline", [str(plan_files / "generous.yaml")], REGION, replicates=2, draws=2, scale=SCALE, until="2013-12"
    )
    assert found.manifest["calibrated"] and found.manifest["fitted"] == ["residents"]
    text = summary_text(found)
    assert "90% intervals: 2 posterior draws x 2 seeds" in text
    assert "fitted to UK figures of 2014-17; numbers of programmes from their stated ranges" in text
    assert "Of the spread of additional people online: what we are unsure of (parameters)" in text
    assert "the form of the model" in text and "the same with no peer effect" in text
    assert "uncalibrated" not in text and "prior draws" not in text
