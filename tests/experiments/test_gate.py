"""The gate: what an inclusion impact assessment finds, and what it changes before a comparison's runs."""

import importlib.util
from dataclasses import replace
from pathlib import Path

import pytest

from experiments import gate
from experiments.compare import run_comparison
from experiments.gate import KEPT, N_PAIRS, PASSED, REDESIGNED, STOPPED, Rule, decide, pass_gate, rule_of
from experiments.runner import RunInput
from experiments.summary import summary_text
from experiments.twins import TwinTask
from model.programmes.programme import Eligibility, Programme
from model.scenario import Scenario

_SPEC = importlib.util.spec_from_file_location("made_up_groups", Path(__file__).parent / "made_up_groups.py")
made_up = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made_up)

RULE = Rule(widening_probability=0.9, worst_group_fall_points=0.5, stops=False)


def programme(name: str, instrument: str = "train", **changes: object) -> Programme:
    values = {
        "id": name, "title": name, "summary": "", "instrument": instrument, "start_month": 6, "end_month": 30,
        "budget_pence": 100_000, "fixed_cost_pence_per_month": 0, "unit_cost_pence": 1000, "capacity_per_month": 10.0,
        "channel": "direct", "staff_hours_per_place": 1.0, "hub_hours_share": 0.5, "eligibility": Eligibility(),
        "targeting": "first_come", "awareness_start": 0.5, "awareness_limit": 0.5, "awareness_half_life_months": 6.0,
        "willing_share": 0.5, "willing_motivation_slope": 0.0, "apply_probability_monthly": 0.5,
        "completion_probability": 1.0,
    }  # fmt: skip
    return Programme(**values | changes)


def assessment(on_widening: int = 1, **changes: object) -> Programme:
    effects = {"widening_probability": 0.9, "delay_months": 1.0, "on_widening": on_widening, "worst_group_fall": 0.5}
    return programme("check", "assess", effects=effects, **changes)


def plan(*programmes: Programme) -> Scenario:
    return Scenario("plan", "A plan", "", programmes)


PLAN = plan(
    assessment(),
    programme("courses"),
    programme("tablets", "equip", targeting="older_first"),
    programme("campaign", "inform"),
    programme("grants", "subsidise_firm", audience="firms"),
    programme("earlier", start_month=0),
)


def tables(base: dict, after: dict, **how: object):
    return made_up.make_tables({"baseline": base, "plan": after}, seeds=8, **how)


def decided(base: dict, after: dict, rule: Rule = RULE, scenario: Scenario = PLAN, **how: object):
    return decide(tables(base, after, **how), "baseline", scenario, rule, made_up.SCALE)


DISABLED, DEPRIVED, RICH = ("disability", "disabled"), ("deprivation_in_region", "1 most deprived"), (
    "deprivation_in_region", "5 least deprived")  # fmt: skip


def test_a_plan_that_leaves_everyone_alike_passes():
    decision = decided({DISABLED: 0.15}, {DISABLED: 0.15})
    assert decision.result == PASSED and decision.n_pairs == 8 and not decision.reasons
    assert {found.widening_probability for found in decision.findings} == {0.0}
    assert decision.applied(PLAN) == PLAN
    assert "found no reason to change it" in decision.plain()["sentence"]


def test_a_widening_gap_sends_the_offline_first_and_touches_nothing_else():
    decision = decided({DISABLED: 0.15}, {DISABLED: 0.15, ("disability", "not disabled"): 0.04})
    assert decision.result == REDESIGNED and "disabled people" in decision.reasons[0]
    after = {p.id: p for p in decision.applied(PLAN).programmes}
    assert {name for name, p in after.items() if p.targeting == "offline_first"} == {"courses", "tablets"}
    untouched = ("check", "campaign", "grants", "earlier")
    assert all(after[name] == next(p for p in PLAN.programmes if p.id == name) for name in untouched)


def test_a_widening_gap_between_places_sends_the_most_deprived_first():
    decision = decided({DEPRIVED: 0.12}, {DEPRIVED: 0.12, RICH: 0.03})
    assert set(decision.targeting.values()) == {"deprived_first"}
    assert "people in the most deprived areas go first" in decision.plain()["sentence"]


def test_conditions_that_shut_out_those_left_behind_are_lifted():
    for_some = Eligibility(use=("never", "lapsed"), deprivation_quintiles=(4, 5), max_age_years=60)
    scenario = plan(assessment(), programme("courses", targeting="deprived_first", eligibility=for_some))
    decision = decided({DEPRIVED: 0.12}, {DEPRIVED: 0.12, RICH: 0.03}, scenario=scenario)
    assert decision.result == REDESIGNED and decision.opened == {"courses": ("deprivation_quintiles",)}
    after = next(p for p in decision.applied(scenario).programmes if p.id == "courses")
    # The gap by age does not widen, so the upper age stays.
    assert after.eligibility == replace(for_some, deprivation_quintiles=())
    assert "those whom its conditions shut out may take part" in decision.plain()["sentence"]


def test_a_lead_of_the_most_deprived_that_shrinks_is_no_widening():
    decision = decided({DEPRIVED: 0.03, RICH: 0.08}, {DEPRIVED: 0.03, RICH: 0.06})
    assert decision.result == PASSED


def test_the_probability_has_to_be_above_the_rule():
    """Disabled people fall behind in six of eight pairs of runs."""
    some = tables({DISABLED: 0.15}, {DISABLED: 0.15})
    rows = some["series"]
    behind = (rows["group"] == "disabled") & (rows["scenario"] == "plan") & (rows["replicate"] < 6)
    rows.loc[behind & (rows["indicator"] == "online"), "value"] -= 100.0
    strict, lax = (decide(some, "baseline", PLAN, Rule(p, 5.0, False), made_up.SCALE) for p in (0.7, 0.75))
    assert strict.result == REDESIGNED and lax.result == PASSED
    found = next(found for found in strict.findings if found.group_by == "disability")
    assert found.widening_probability == pytest.approx(0.75)


def test_a_fall_of_the_worst_group_is_enough():
    """The worst-placed group and its counterpart fall alike, so no gap widens."""
    base = {(by, group): 0.05 for by in gate.GATED for group in made_up.GROUPS[by]} | {("age_band", "75+"): 0.20}
    after = {pair: share + 0.006 for pair, share in base.items()}
    decision = decided(base, after)
    assert decision.worst_group.group == "75+" and len(decision.reasons) == 1 and "0.6 points" in decision.reasons[0]
    assert decided(base, after, Rule(0.9, 0.7, False)).result == PASSED


def test_stopping_takes_the_money_of_residents_programmes():
    decision = decided({}, {("disability", "not disabled"): 0.04}, Rule(0.9, 0.5, stops=True))
    money = {p.id: p.budget_pence for p in decision.applied(PLAN).programmes}
    assert decision.result == STOPPED
    assert money == {"check": 100_000, "courses": 0, "tablets": 0, "campaign": 0, "grants": 100_000, "earlier": 100_000}


def test_there_may_be_nothing_to_redesign():
    scenario = plan(assessment(), programme("courses", targeting="offline_first"))
    decision = decided({}, {("disability", "not disabled"): 0.04}, scenario=scenario)
    assert decision.result == KEPT and decision.applied(scenario) == scenario
    assert "nothing to redesign" in decision.plain()["sentence"]
    # Nobody applies to a campaign: it does not put anyone first, and the sentence does not say that it does.
    campaign = decided(
        {}, {("disability", "not disabled"): 0.04}, scenario=plan(assessment(), programme("news", "inform"))
    )
    assert campaign.result == KEPT and "already" not in campaign.plain()["sentence"]


def test_small_groups_decide_nothing():
    decision = decided({}, {("disability", "not disabled"): 0.04}, adults={DISABLED: 200.0})
    assert decision.result == PASSED and "disability" not in {found.group_by for found in decision.findings}
    nobody = decided({}, {}, adults={(by, group): 200.0 for by in gate.GATED for group in made_up.GROUPS[by]})
    assert nobody.result == PASSED and "too small" in nobody.plain()["sentence"]


def test_a_rule_needs_an_assessment_with_money_and_the_strictest_counts():
    assert rule_of(plan(programme("courses"))) is None
    assert rule_of(plan(assessment(budget_pence=0))) is None
    looser = programme("other", "assess", effects={"widening_probability": 0.95, "delay_months": 0.0, "on_widening": 2,
                                                   "worst_group_fall": 0.2})  # fmt: skip
    assert rule_of(plan(assessment(), looser)) == Rule(0.9, 0.2, True)


def task(point: str, draw: int, replicate: int, *plans: Scenario) -> TwinTask:
    run = RunInput("r", made_up.SCALE, 1, 24, replicate, (), point, draw, replicate)
    return TwinTask(run, Scenario("baseline", "No plan", ""), plans, keep_detail=True)


def test_the_gate_tries_a_few_pairs_and_lets_changed_plans_through():
    free = Scenario("free", "Free", "", (programme("courses"),))
    tasks = [task("central", 0, seed, PLAN, free) for seed in range(3)]
    tasks += [task("posterior", draw, seed, PLAN, free) for draw in range(12) for seed in (0, 1)]
    tried: list[list[TwinTask]] = []

    def run(some: list[TwinTask]):
        tried.append(some)
        return tables({}, {("disability", "not disabled"): 0.04})

    passed, decisions = pass_gate(tasks, 1, run)
    assert list(decisions) == ["plan"] and len(tried) == 1
    assert [(t.run.design_point, t.run.draw, t.run.replicate) for t in tried[0]] == [
        ("posterior", d, 0) for d in range(N_PAIRS)
    ]
    assert all(t.plans == (PLAN,) and not t.keep_detail for t in tried[0])
    assert [t.run for t in passed] == [t.run for t in tasks]
    assert all(t.plans == (decisions["plan"].applied(PLAN), free) for t in passed)


def test_without_draws_the_gate_takes_seeds_of_its_own():
    tried: list[TwinTask] = []

    def run(some: list[TwinTask]):
        tried.extend(some)
        return tables({}, {})

    pass_gate([task("central", 0, 0, PLAN)], 1, run)
    assert [t.run.replicate for t in tried] == list(range(N_PAIRS)) and len({t.run.seed for t in tried}) == N_PAIRS
    without = [task("central", 0, 0, plan(programme("courses")))]
    assert pass_gate(without, 1, run) == (without, {}) and len(tried) == N_PAIRS


def test_a_comparison_runs_the_plan_as_the_gate_lets_it(in_this_process, monkeypatch, tmp_path):
    """The gate is told to shut: nothing is spent on residents, and manifest and answer say why."""

    def shut(tables, base, scenario, rule, scale):
        assert set(tables["series"]["scenario"].astype(str)) == {"baseline", "assessed"}
        stopped = tuple(p.id for p in scenario.programmes if p.instrument != "assess")
        return gate.Decision(scenario.name, STOPPED, ("a gap widens",), rule, 1, "2013-12", (), None, stopped=stopped)

    monkeypatch.setattr(gate, "decide", shut)
    monkeypatch.setattr(gate, "N_PAIRS", 1)
    file = tmp_path / "assessed.yaml"
    file.write_text(
        "name: assessed\ntitle: Assessed\nsummary: Made up.\nextends: baseline\nprogrammes:\n"
        "  inclusion-assessments: {start: 2013-02, end: 2014-12, budget_gbp: 100000}\n"
        "  device-gift: {start: 2013-02, end: 2014-12, budget_gbp_per_adult: 6}\n",
        encoding="utf-8",
    )
    found = run_comparison(
        "baseline", [str(file)], "gloucestershire", replicates=1, draws=0, scale=0.02, seed=1, until="2013-12"
    )
    money = found.tables["programmes"].groupby("programme", observed=True)["spend_gbp"].sum()
    assert money.drop("inclusion-assessments", errors="ignore").sum() == 0
    assert found.manifest["gate"]["assessed"]["result"] == STOPPED
    assert found.answer().gate == found.manifest["gate"]["assessed"]["sentence"]
    assert found.answer().gate in found.answer().paragraphs and found.answer().gate in summary_text(found)
