"""Firms of twins: every difference counted again firm by firm, from made-up records of two runs."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from experiments.compare import Comparison
from experiments.firm_twins import firm_run_tables, firm_twin_tables
from experiments.runner import RunInput
from model.calendar import NEVER
from model.firm_outcomes import FIRM_DIMENSIONS, FIRM_GROUP_LABELS, FirmCounter
from model.firm_roster import FirmRoster, empty_roster
from model.hubs import HubMonth
from model.region import SECTORS, SIZE_BANDS
from model.scenario import Scenario
from model.state import TOLD_OPEN, empty_firms, empty_units
from model.technologies import N_TECHNOLOGIES, TECHNOLOGIES, Technology

AUTHORITIES = ("E1", "E2")
N, WEIGHT, MONTHS = 300, 4.0, 24
HELP_MONTH = 8
RUN = RunInput("anyshire", 0.25, 1, MONTHS - 1, 1, (), "central", 0, 0)


def made_up_roster() -> FirmRoster:
    """Firms of one unit each."""
    random = np.random.default_rng(3)
    jobs = random.integers(2, 60, N).astype(np.int32)
    return replace(
        empty_roster(2),
        key=np.arange(1, N + 1, dtype=np.uint64),
        authority=random.integers(0, 2, N).astype(np.int16),
        sector=random.integers(0, len(SECTORS), N).astype(np.int8),
        size_band=random.integers(0, len(SIZE_BANDS), N).astype(np.int8),
        entry_jobs=jobs,
        entry_month=np.zeros(N, np.int16),
        unit_ptr=np.arange(N + 1, dtype=np.int32),
        unit_key=np.arange(N, dtype=np.uint64),
        unit_firm=np.arange(N, dtype=np.int32),
        unit_entry_jobs=jobs,
        sector_gva_per_job_gbp=np.full(len(SECTORS), 50_000.0),
        weight=WEIGHT,
    )


def made_up_run(roster: FirmRoster, name: str, helped: np.ndarray) -> SimpleNamespace:
    """Two years of luck shared by all runs; helped firms take up more, grow, and survive; others shrink a little."""
    random = np.random.default_rng(9)
    lots, closing = random.random((MONTHS, N, N_TECHNOLOGIES)), random.random((MONTHS, N))
    counter = FirmCounter(roster, AUTHORITIES)
    record = SimpleNamespace(
        months=[], firm_months=[], firm_cube={}, firm_states={}, firm_jobs={}, firm_gva={}, hubs=[]
    )
    firms, units = empty_firms(N), empty_units(N)
    firms.open[:], firms.closed_month[:] = 1, NEVER
    first_treated = np.where(helped, HELP_MONTH, NEVER).astype(np.int16)
    for month in range(MONTHS):
        with_help = helped & (month >= HELP_MONTH)
        likely = np.where(with_help, 0.12, 0.03)
        for k in range(N_TECHNOLOGIES):
            firms.adopted[:] |= ((lots[month, :, k] < likely) << k).astype(np.uint8)
        closes = (closing[month] < np.where(with_help, 0.002, 0.006)) & (firms.open == 1)
        firms.open[closes], firms.closed_month[closes] = 0, month
        firms.adopted[firms.open == 0] = 0
        firms.size_index[:] = 1.0 + 0.3 * with_help - 0.05 * (~helped & (month >= HELP_MONTH) & helped.any())
        firms.productivity[:] = 1.0 + 0.1 * with_help
        units.jobs[:] = np.floor(roster.entry_jobs * firms.size_index).astype(np.int32) * firms.open
        units.held[:] = units.jobs // 2
        units.commuters[:] = units.jobs // 4
        tally = counter.count(month, firms, units, [first_treated] if helped.any() else [])
        record.months.append(month)
        record.firm_months.append(tally.counts.sum(axis=0))
        if month in (0, 11, 23):
            record.firm_cube[month], record.firm_states[month] = tally.counts, tally.states
            record.firm_jobs[month], record.firm_gva[month] = tally.jobs, tally.gva_gbp
    programme = SimpleNamespace(id="grants", audience="firms", technologies=("cloud", "ai"))
    delivery = SimpleNamespace(
        programme=programme, first_treated=first_treated, treated_rows=np.flatnonzero(helped).astype(np.int32)
    )
    return SimpleNamespace(
        record=record,
        world=SimpleNamespace(roster=roster),
        firm_counter=counter,
        firm_deliveries=[delivery] if helped.any() else [],
        spec=SimpleNamespace(scenario=Scenario(name, name, "")),
    )


@pytest.fixture(scope="module")
def runs() -> tuple[SimpleNamespace, SimpleNamespace]:
    roster = made_up_roster()
    nobody, some = np.zeros(N, bool), np.arange(N) % 3 == 0
    return made_up_run(roster, "baseline", nobody), made_up_run(roster, "plan", some)


@pytest.fixture(scope="module")
def tables(runs) -> dict[str, pd.DataFrame]:
    base, plan = runs
    found = firm_twin_tables(base, plan, RUN)
    for name in ("firm_series", "firm_cube", "firm_agents"):
        found[name] = pd.concat([firm_run_tables(model, RUN, True)[name] for model in runs], ignore_index=True)
    found["firm_treated"] = firm_run_tables(plan, RUN, True)["firm_treated"]
    return found


def test_net_is_who_took_up_less_who_dropped_and_leaves_out_firms_of_one_twin(tables):
    twins = tables["firm_twins"]
    assert np.array_equal(twins["net"], twins["n10"] - twins["n01"])
    assert np.array_equal(twins["net"], twins["net_beneficiaries"] + twins["net_spillover"])
    difference = twins["n_plan"] - twins["n_base"]
    assert np.array_equal(difference, twins["net"] + twins["only_plan"] - twins["only_base"])
    assert twins["only_plan"].sum() > 0
    assert (twins["beneficiaries_in_state_both"] <= twins["beneficiaries_in_state"]).all()


@pytest.mark.parametrize("technology", [Technology.WEBSITE, Technology.CLOUD, Technology.AI])
def test_twins_can_be_counted_again_from_the_agents(tables, technology):
    agents = tables["firm_agents"].set_index(["scenario", "key"])
    base, plan = agents.loc["baseline"], agents.loc["plan"]
    assert set(base.index) == set(plan.index)
    helped = set(tables["firm_treated"]["key"])
    counted = dict.fromkeys(["n10", "n01", "only_base", "only_plan", "net_beneficiaries", "beneficiaries"], 0)
    for key in base.index:
        one, other = int(base.loc[key, "2014-12"]), int(plan.loc[key, "2014-12"])
        with_base, with_plan = one >> technology & 1, other >> technology & 1
        if one >= TOLD_OPEN and other >= TOLD_OPEN:
            counted["beneficiaries"] += key in helped
            counted["n10"] += with_plan > with_base
            counted["n01"] += with_base > with_plan
            counted["net_beneficiaries"] += (with_plan - with_base) * (key in helped)
        else:
            counted["only_base"] += with_base
            counted["only_plan"] += with_plan
    twins = tables["firm_twins"]
    [row] = twins[
        (twins["period"] == "2014-12")
        & (twins["technology"] == TECHNOLOGIES[technology])
        & (twins["group_by"] == "all")
    ].to_dict("records")
    assert {name: row[name] for name in counted} == {name: WEIGHT * n for name, n in counted.items()}


def test_deadweight_is_about_what_firms_were_helped_with_and_did_not_use_before(runs, tables):
    base, plan = runs
    twins = tables["firm_twins"]
    rows = twins[(twins["period"] == "2014-12") & (twins["group_by"] == "all")].set_index("technology")
    assert rows.loc["website", "beneficiaries_in_state"] == 0
    states = base.record.firm_states[23], plan.record.firm_states[23]
    both_open = (states[0] >= TOLD_OPEN) & (states[1] >= TOLD_OPEN) & (np.arange(N) % 3 == 0)
    before = plan.firm_counter.before_help
    bit = 1 << Technology.CLOUD
    taken_up = both_open & (states[1] & bit > 0) & (before & bit == 0)
    assert rows.loc["cloud", "beneficiaries_in_state"] == WEIGHT * taken_up.sum() > 0
    assert rows.loc["cloud", "beneficiaries_in_state_both"] == WEIGHT * (taken_up & (states[0] & bit > 0)).sum()
    per_technology = rows.drop("all")
    for column in ("net", "n10", "beneficiaries_in_state"):
        assert rows.loc["all", column] == per_technology[column].sum()
    assert (rows["beneficiaries"] == rows.loc["all", "beneficiaries"]).all()


def test_groups_sum_to_all_firms(tables):
    for name, kind in (("firm_twins", "technology"), ("firm_effects", "effect")):
        table = tables[name]
        columns = [c for c in table.columns if c.startswith(("n", "only", "displ")) or c in ("base", "plan")]
        sums = table.groupby(["period", kind, "group_by"], observed=True)[columns].sum()
        for dimension in FIRM_GROUP_LABELS:
            pd.testing.assert_frame_equal(
                sums.xs(dimension, level="group_by"), sums.xs("all", level="group_by"), check_exact=True
            )


def test_effects_are_of_the_helped_and_of_the_others(runs, tables):
    base, plan = runs
    helped = np.arange(N) % 3 == 0
    effects = tables["firm_effects"]
    rows = effects[(effects["period"] == "2014-12") & (effects["group_by"] == "all")].set_index("effect")
    change = plan.record.firm_jobs[23].astype(int) - base.record.firm_jobs[23]
    assert rows.loc["jobs", "net_beneficiaries"] == WEIGHT * change[helped].sum() > 0
    assert rows.loc["jobs", "displaced"] == -WEIGHT * change[~helped].sum() > 0
    assert (rows["net"] == rows["net_beneficiaries"] + rows["net_others"]).all()
    assert rows.loc["gva", "plan"] == WEIGHT * plan.record.firm_gva[23].sum()
    assert rows.loc["firms", "net"] == WEIGHT * (
        (plan.record.firm_states[23] >= TOLD_OPEN).sum() - (base.record.firm_states[23] >= TOLD_OPEN).sum()
    )


def test_before_help_twins_are_the_same(runs):
    roster = made_up_roster()
    base = made_up_run(roster, "baseline", np.zeros(N, bool))
    twin = made_up_run(roster, "plan", np.zeros(N, bool))
    found = firm_twin_tables(base, twin, RUN)
    assert (found["firm_twins"][["n10", "n01", "only_base", "only_plan", "beneficiaries"]] == 0).all(axis=None)
    assert (found["firm_effects"]["net"] == 0).all()


def test_series_cube_and_states_tell_the_same(runs, tables):
    series, cube = tables["firm_series"], tables["firm_cube"]
    at = (series["scenario"] == "plan") & (series["period"] == "2014-12") & (series["group_by"] == "all")
    values = series[at].set_index("indicator")["value"]
    states = runs[1].record.firm_states[23]
    assert values["firms"] == WEIGHT * (states >= TOLD_OPEN).sum()
    rows = cube[(cube["scenario"] == "plan") & (cube["period"] == "2014-12")]
    for name in ("firms", "jobs", "adoptions", "gva", "vacancies"):
        assert rows[name].sum() == values[name]
    assert values["jobs"] == values["jobs_held"] + values["jobs_commuters"] + values["vacancies"]
    assert values["adopted_cloud"] == pytest.approx(100 * values["adopters_cloud"] / values["firms"])
    assert not rows.duplicated(list(FIRM_DIMENSIONS)).any()
    # Births and closures belong to their month: no group of a December carries them.
    assert set(series.loc[series["indicator"] == "closed_firms", "group_by"]) == {"all"}
    closed = series[(series["indicator"] == "closed_firms") & (series["scenario"] == "plan")]["value"].sum()
    assert values["firms"] + closed == WEIGHT * N


def test_a_region_without_firms_has_no_firm_tables():
    roster = empty_roster(1)
    model = SimpleNamespace(world=SimpleNamespace(roster=roster), record=SimpleNamespace(hubs=[]), firm_deliveries=[])
    assert [name for name, table in firm_run_tables(model, RUN, True).items() if len(table)] == []
    assert firm_twin_tables(model, model, RUN) == {}


def hub_month(month: int, hub_id: str, load: float, waiting: float) -> HubMonth:
    return HubMonth(month, hub_id, "library", 100.0, 100.0 * min(load, 1.0), load, waiting, 0.9, 2.0)


def test_hubs_are_told_by_year_and_a_quiet_month_counts_as_one(runs):
    base, plan = runs
    plan.record.hubs = [hub_month(m, "west", 1.5, 12.0) for m in range(12, 24)]
    plan.record.hubs += [hub_month(m, "new", 0.5, 4.0) for m in range(18, 24)]
    hubs = pd.concat([firm_run_tables(model, RUN, False)["hubs"] for model in (base, plan)], ignore_index=True)
    tables = {"hubs": hubs, "twins": firm_twin_tables(base, plan, RUN)["firm_twins"]}
    comparison = Comparison("baseline", ["plan"], "anyshire", "Anyshire", "2014-12", {}, tables)
    assert comparison.firms.has_hubs and comparison.firms.hub_kinds() == ["library"]
    [load] = comparison.firms.hub_bands("load").to_dict("records")
    assert (load["scenario"], load["period"]) == ("plan", "2014-12")
    assert load["mean"] == pytest.approx(100 * (12 * 1.5 + 6 * 0.5) / 18)
    assert comparison.firms.hub_bands("waiting")["mean"].tolist() == [14.0]
    plan.record.hubs = []
