"""Comparisons: what the twins say adds up, can be counted again, and is the same wherever it is run."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments import compare
from experiments.compare import RUN_COLUMNS, load_comparison, run_comparison
from experiments.runner import Cancelled, RunInput, make_model
from experiments.store import table_hash
from model.errors import InputError
from model.outcomes import GROUP_LABELS, INDICATORS, SIDE_GROUP_LABELS, TWIN_INDICATORS, indicator
from model.parameters import central_values
from model.state import ABSENT
from scenarios.loader import load_scenario

ROOT = Path(__file__).parents[2]
REGION, SCALE, UNTIL, WEIGHT = "gloucestershire", 0.02, "2015-06", 50.0
STOCKS = [entry.name for entry in INDICATORS if not entry.share]
DECEMBERS = ["2013-12", "2014-12", "2015-06"]
"""Months for which twins are compared: Decembers, and the last month."""


def central(table: pd.DataFrame, scenario: str, replicate: int = 0) -> pd.DataFrame:
    """Rows of one run at central parameters."""
    wanted = (table["scenario"] == scenario) & (table["replicate"] == replicate)
    return table[wanted & (table["design_point"] == "central")]


def test_net_is_who_came_less_who_went(comparison):
    twins = comparison.tables["twins"]
    assert np.array_equal(twins["net"], twins["n10"] - twins["n01"])
    assert np.array_equal(twins["net"], twins["n_plan"] - twins["n_base"])
    assert np.array_equal(twins["net"], twins["net_beneficiaries"] + twins["net_spillover"])
    assert (twins[["n_base", "n_plan", "n10", "n01", "beneficiaries"]] >= 0).all(axis=None)
    assert (twins["beneficiaries_in_state_both"] <= twins["beneficiaries_in_state"]).all()
    assert (twins["beneficiaries_in_state"] <= twins["beneficiaries"]).all()
    assert (twins["beneficiaries_in_state_both"] <= twins["n_base"]).all()
    assert set(twins["period"]) == set(DECEMBERS) and set(twins["indicator"]) == set(TWIN_INDICATORS)
    assert twins["n10"].sum() > twins["n01"].sum() > 0


def test_groups_of_twins_sum_to_everyone(comparison):
    twins = comparison.tables["twins"]
    keys = ["scenario", *RUN_COLUMNS, "period", "indicator"]
    columns = ["n_base", "n_plan", "n10", "n01", "beneficiaries", "net_spillover"]
    sums = twins.groupby([*keys, "group_by"], observed=True)[columns].sum()
    everyone = sums.xs("all", level="group_by")
    for dimension in GROUP_LABELS | SIDE_GROUP_LABELS:
        pd.testing.assert_frame_equal(sums.xs(dimension, level="group_by"), everyone)


def test_twins_and_series_tell_the_same_levels(comparison):
    series = comparison.tables["series"]
    levels = series.astype({"group": str}).set_index(
        ["scenario", *RUN_COLUMNS, "period", "indicator", "group_by", "group"]
    )["value"]
    for row in comparison.tables["twins"].astype({"group": str}).sample(400, random_state=1).to_dict("records"):
        at = (*(row[name] for name in RUN_COLUMNS), row["period"], row["indicator"], row["group_by"], row["group"])
        assert levels[("baseline", *at)] == pytest.approx(row["n_base"])
        assert levels[(row["scenario"], *at)] == pytest.approx(row["n_plan"])


@pytest.mark.parametrize("name", TWIN_INDICATORS)
def test_twins_can_be_counted_again_from_the_agents(comparison, name):
    """Person by person, joined on key, with the treated from their own table."""
    agents, treated = comparison.tables["agents"], comparison.tables["treated"]
    base = central(agents, "baseline").set_index("key")
    plan = central(agents, "generous").set_index("key")
    assert set(base.index) == set(plan.index)
    base = base.loc[plan.index]
    first = central(treated, "generous").groupby("key")["first_period"].agg(lambda periods: min(map(str, periods)))
    in_state = np.zeros(256, bool)
    in_state[:48] = indicator(name).in_state()
    twins = central(comparison.tables["twins"], "generous")
    for period in DECEMBERS:
        here = plan[period].to_numpy() != ABSENT
        assert np.array_equal(here, base[period].to_numpy() != ABSENT)
        one, other = in_state[base[period].to_numpy()], in_state[plan[period].to_numpy()]
        done = first.reindex(plan.index).le(period).fillna(False).to_numpy(bool) & here
        [row] = twins[
            (twins["period"] == period) & (twins["indicator"] == name) & (twins["group_by"] == "all")
        ].to_dict("records")
        counted = {
            "n10": (other & ~one).sum(),
            "n01": (one & ~other).sum(),
            "beneficiaries": done.sum(),
            "beneficiaries_in_state": (done & other).sum(),
            "beneficiaries_in_state_both": (done & other & one).sum(),
            "net_beneficiaries": (done & other & ~one).sum() - (done & one & ~other).sum(),
        }
        assert {column: row[column] for column in counted} == {c: WEIGHT * n for c, n in counted.items()}, period


def test_the_cube_sums_to_every_series(comparison):
    cube, series = (central(comparison.tables[name], "generous") for name in ("cube", "series"))
    for dimension in GROUP_LABELS:
        rows = series[(series["group_by"] == dimension) & series["period"].isin(cube["period"].unique())]
        by = ["period"] if dimension == "all" else ["period", dimension]
        sums = cube.groupby(by, observed=True)[STOCKS].sum()
        for row in rows[rows["indicator"].isin(STOCKS)].astype({"period": str, "group": str}).to_dict("records"):
            at = row["period"] if dimension == "all" else (row["period"], row["group"])
            assert (sums.loc[at, row["indicator"]] if at in sums.index else 0.0) == pytest.approx(row["value"])


def test_areas_sum_to_the_region_and_lie_in_their_authority(comparison):
    areas, series = (central(comparison.tables[name], "generous") for name in ("areas", "series"))
    everyone = series[series["group_by"] == "all"].pivot(index="period", columns="indicator", values="value")
    sums = areas.groupby("period", observed=True)[["adults", "online", "never", "foundation"]].sum()
    for period in sums.index:
        assert sums.loc[period].to_dict() == pytest.approx(everyone.loc[period, sums.columns].to_dict())
    places = comparison.tables["places"].set_index("area_code")["authority"]
    assert (areas["authority"].to_numpy(str) == places[areas["area_code"]].to_numpy(str)).all()


def test_a_plan_without_money_is_the_baseline(comparison):
    series = comparison.tables["series"].drop(columns=["run_id"], errors="ignore")
    base, nothing = (
        series[series["scenario"] == name].drop(columns="scenario").reset_index(drop=True)
        for name in ("baseline", "nothing")
    )
    pd.testing.assert_frame_equal(base, nothing)
    twins = comparison.tables["twins"]
    assert (twins.loc[twins["scenario"] == "nothing", ["n10", "n01", "beneficiaries"]] == 0).all(axis=None)
    for name in ("programmes", "treated", "cohorts"):
        assert "nothing" not in set(comparison.tables[name]["scenario"]), name
    answer = comparison.answer("nothing")
    assert [tile.value for tile in answer.tiles[:3:2]] == [0.0, 0.0]
    assert "no measurable difference" in answer.sentence
    assert comparison.spend("nothing").empty


def test_the_people_are_the_same_in_every_run(comparison):
    """Nobody is born, dies or moves for a plan, a seed or a parameter."""
    series = comparison.tables["series"]
    adults = series[series["indicator"] == "adults"]
    spread = adults.groupby(["period", "group_by", "group"], observed=True)["value"].agg(["min", "max"])
    assert np.array_equal(spread["min"], spread["max"])


def test_programmes_spend_within_their_budgets_and_treat_whom_they_say(comparison, plan_files):
    table = central(comparison.tables["programmes"], "generous")
    scenario = load_scenario(plan_files / "generous.yaml", REGION)
    scenario_budgets = {programme.id: programme.budget_pence / 100 for programme in scenario.programmes}
    spent = table.groupby("programme", observed=True)["spend_gbp"].sum()
    assert set(spent.index) == set(scenario_budgets)
    for programme, pounds in spent.items():
        assert 0 < pounds <= scenario_budgets[str(programme)]
    treated = central(comparison.tables["treated"], "generous")
    cohorts = central(comparison.tables["cohorts"], "generous")
    for programme, rows in table.groupby("programme", observed=True):
        n = WEIGHT * (treated["programme"] == programme).sum()
        assert rows["beneficiaries_cum"].iloc[-1] == n
        at_start = cohorts[(cohorts["programme"] == programme) & (cohorts["months_since"] == 0)]
        assert at_start["treated"].sum() == n


def test_cohorts_hold_shares_of_the_treated(comparison):
    cohorts = comparison.tables["cohorts"]
    for name in TWIN_INDICATORS:
        for twin in ("plan", "base"):
            assert cohorts[f"{name}_{twin}"].between(0, cohorts["treated"]).all()
    assert (
        cohorts.groupby(["scenario", *RUN_COLUMNS, "programme"], observed=True)["treated"].diff().dropna() <= 0
    ).mean() > 0.9
    assert cohorts["online_plan"].sum() > cohorts["online_base"].sum()


def full_interval(draws: pd.Series, seeds: pd.Series) -> list[float]:
    """The interval over posterior draws, widened to hold the best estimate and the interval by chance."""
    (low, high), (chance_low, chance_high) = (np.quantile(values, [0.05, 0.95]) for values in (draws, seeds))
    return [min(low, seeds.mean(), chance_low), max(high, seeds.mean(), chance_high)]


def test_bands_are_means_and_quantiles_of_the_runs(comparison):
    bands = comparison.bands("online_share").set_index(["scenario", "period"])
    series = comparison.tables["series"]
    rows = series[(series["indicator"] == "online_share") & (series["group_by"] == "all")]
    rows = rows[(rows["scenario"] == "generous") & (rows["period"] == "2014-12")]
    seeds = rows.loc[rows["design_point"] == "central", "value"]
    draws = rows.loc[rows["design_point"] == "posterior", "value"]
    assert (len(seeds), len(draws)) == (3, 2)
    band = bands.loc[("generous", "2014-12")]
    assert band["mean"] == pytest.approx(seeds.mean())
    assert [band["chance_low"], band["chance_high"]] == pytest.approx(np.quantile(seeds, [0.05, 0.95]))
    assert [band["low"], band["high"]] == pytest.approx(full_interval(draws, seeds))
    assert band["unit"] == "% of adults"
    assert len(bands) == 3 * 30


def test_differences_are_paired_run_by_run(comparison):
    table = comparison.differences("online", "2014-12", "age_band").set_index(["plan", "group"])
    assert len(table) == 2 * 7
    series = comparison.tables["series"]
    rows = series[(series["indicator"] == "online") & (series["period"] == "2014-12") & (series["group"] == "65-74")]
    values = rows.pivot_table(index=RUN_COLUMNS, columns="scenario", values="value", observed=True)
    paired = values["generous"] - values["baseline"]
    row = table.loc[("generous", "65-74")]
    assert row["difference"] == pytest.approx(paired.loc["central"].mean())
    assert row["base"] == pytest.approx(values["baseline"].loc["central"].mean())
    assert row["plan_value"] == pytest.approx(values["generous"].loc["central"].mean())
    interval = full_interval(paired.loc["posterior"], paired.loc["central"])
    assert [row["difference_low"], row["difference_high"]] == pytest.approx(interval)
    # The difference of twins is known better than the difference of the levels' ends.
    assert row["difference_high"] - row["difference_low"] <= row["plan_high"] - row["base_low"]
    assert (table.loc["nothing", "difference"] == 0).all()


def test_the_map_shows_every_area_once(comparison):
    table = comparison.areas("generous")
    assert not table["area_code"].duplicated().any()
    assert len(table) == len(comparison.tables["places"])
    known = table.dropna(subset="base_share")
    assert known["difference"].to_numpy() == pytest.approx((known["plan_share"] - known["base_share"]).to_numpy())
    weighted = (known["difference"] * known["adults"]).sum() / known["adults"].sum()
    difference = comparison.differences("online_share").set_index("plan").loc["generous", "difference"]
    assert weighted == pytest.approx(difference, abs=1e-6)


def test_the_answer_is_that_of_the_tables(comparison):
    answer = comparison.answer("generous")
    twins = comparison.twin_values("generous", "online", "2015-06")
    seeds = twins[twins["design_point"] == "central"]
    assert answer.tiles[0].value == pytest.approx(seeds["net"].mean())
    assert answer.people.gross.value == pytest.approx(seeds["beneficiaries_in_state"].mean())
    assert answer.people.spillover.value == pytest.approx(seeds["net_spillover"].mean())
    deadweight = seeds["beneficiaries_in_state_both"] / seeds["beneficiaries_in_state"]
    assert answer.people.deadweight_share.value == pytest.approx(deadweight.mean())
    assert 0 < answer.people.deadweight_share.low <= answer.people.deadweight_share.high < 1
    spend = comparison.spend("generous")
    assert answer.tiles[2].value == pytest.approx(spend["spend_gbp"].sum())
    assert answer.tiles[3].value == pytest.approx(answer.tiles[2].value / answer.tiles[0].value)
    # Gross less deadweight, and what those lost who would have been online, is the beneficiaries' part of the net.
    lost = seeds["beneficiaries_in_state"] - seeds["beneficiaries_in_state_both"] - seeds["net_beneficiaries"]
    assert (lost >= 0).all()


def test_a_comparison_is_read_as_it_was_made(comparison, folder):
    read = load_comparison(folder)
    assert (read.base, read.plans, read.until) == ("baseline", ["generous", "nothing"], UNTIL)
    assert read.manifest == comparison.manifest
    assert {name: table_hash(table) for name, table in read.tables.items()} == {
        name: entry["hash"] for name, entry in comparison.manifest["tables"].items()
    }
    assert read.answer("generous") == comparison.answer("generous")


def test_the_same_inputs_find_the_first_results(comparison, folder, plan_files, monkeypatch):
    def never(*_):
        raise AssertionError("run again")

    monkeypatch.setattr(compare, "_collect", never)
    plans = [str(plan_files / f"{name}.yaml") for name in ("generous", "nothing")]
    again = run_comparison(
        "baseline", plans, REGION, replicates=3, draws=1, scale=SCALE, seed=3, until=UNTIL, out=folder
    )
    assert again.manifest["created"] == comparison.manifest["created"]


@pytest.mark.parametrize("change", [{"seed": 4}, {"scale": 0.03}, {"until": "2015-07"}, {"parameters": {"onset_peers": 0.0}}],
                         ids=str)  # fmt: skip
def test_other_inputs_do_not_go_into_the_same_folder(comparison, folder, plan_files, change):
    plans = [str(plan_files / f"{name}.yaml") for name in ("generous", "nothing")]
    inputs = {"replicates": 3, "draws": 1, "scale": SCALE, "seed": 3, "until": UNTIL} | change
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    with pytest.raises(InputError, match="other inputs"):
        run_comparison("baseline", plans, REGION, out=folder, **inputs)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before


SCRIPT = """
import json, sys
from experiments.compare import run_comparison
from experiments.store import table_hash
if __name__ == "__main__":
    result = run_comparison("baseline", [sys.argv[1]], "gloucestershire", replicates=2, draws=0, scale=0.02, seed=3,
                            until="2015-06")
    json.dump({name: table_hash(table) for name, table in result.tables.items()}, sys.stdout)
"""


def test_other_processes_fewer_seeds_and_fewer_plans_give_the_same_tables(comparison, plan_files, tmp_path):
    """Two seeds of one plan in every form of the model, in workers of another process, against the first two of three."""
    script = tmp_path / "run.py"
    script.write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, script, plan_files / "generous.yaml"], cwd=ROOT, capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    hashes = json.loads(done.stdout)
    assert {"series", "twins", "programmes", "cube", "cohorts", "areas", "treated", "agents"} <= hashes.keys()
    for name, found in hashes.items():
        table = comparison.tables[name]
        if name != "places":
            table = table[
                (table["scenario"] != "nothing") & (table["design_point"] != "posterior") & (table["replicate"] < 2)
            ]
        assert table_hash(table.reset_index(drop=True)) == found, name


def test_threads_give_the_same_run_of_a_real_region(plan_files):
    scenario = load_scenario(plan_files / "generous.yaml", REGION)
    run = RunInput(REGION, SCALE, 1, 20, 5, tuple(sorted(central_values().items())), "central", 0, 0)
    one, two = (make_model(run, scenario, n_threads=n).run() for n in (1, 2))
    assert np.array_equal(one.code_counts, two.code_counts)
    assert all(np.array_equal(one.codes[month], two.codes[month]) for month in one.codes)
    assert one.delivery == two.delivery


def test_stopping_leaves_nothing_behind(in_this_process, tmp_path):
    asked = []

    def stop() -> bool:
        asked.append(True)
        return len(asked) > 1

    with pytest.raises(Cancelled):
        run_comparison(
            "baseline", ["smart-people"], REGION, replicates=3, draws=0, scale=SCALE, until="2013-06",
            out=tmp_path / "results", cancelled=stop,
        )  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_run_by_run(in_this_process):
    told = []
    run_comparison(
        "baseline", [], REGION, replicates=2, draws=0, scale=SCALE, until="2013-03",
        progress=lambda done, total, text: told.append((done, total)),
    )  # fmt: skip
    assert told[-3:] == [(0, 2), (1, 2), (2, 2)]


def test_a_parameter_set_by_hand_changes_the_runs_and_is_kept(in_this_process):
    usual, changed = (
        run_comparison(
            "baseline", [], REGION, replicates=1, draws=0, scale=SCALE, until="2014-12", parameters=parameters
        )
        for parameters in ({}, {"onset_base": -3.0})
    )
    online = [result.bands("online_share")["mean"].iloc[-1] for result in (usual, changed)]
    assert online[1] > online[0] + 2.0
    assert changed.manifest["inputs"]["parameters"] == {"onset_base": -3.0}
    assert changed.manifest["identity"] != usual.manifest["identity"]


def test_one_run_gives_no_interval(in_this_process):
    result = run_comparison("baseline", [], REGION, replicates=1, draws=0, scale=SCALE, until="2013-06")
    bands = result.bands("online_share")
    assert bands["mean"].notna().all() and bands[["low", "high", "chance_low", "chance_high"]].isna().all(axis=None)


def test_two_files_that_give_the_same_name_are_refused(plan_files, tmp_path):
    """Their rows could not be told apart."""
    twin = tmp_path / "other.yaml"
    twin.write_text(
        (plan_files / "nothing.yaml").read_text(encoding="utf-8").replace("nothing", "generous", 1), encoding="utf-8"
    )
    with pytest.raises(InputError, match="twice"):
        run_comparison(
            "baseline", [str(plan_files / "generous.yaml"), str(twin)], REGION, replicates=1, draws=0, scale=SCALE,
            until="2013-03",
        )  # fmt: skip


@pytest.mark.parametrize("plans", [["baseline"], ["smart-people", "smart-people"]], ids=str)
def test_a_scenario_is_not_compared_with_itself(plans):
    with pytest.raises(InputError, match="twice"):
        run_comparison("baseline", plans, REGION, replicates=1, draws=0, scale=SCALE, until="2013-03")
