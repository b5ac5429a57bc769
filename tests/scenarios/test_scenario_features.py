"""Several scenarios in one, targets, reviews, pilots, partners' money and needs: from a file to the model."""

from pathlib import Path
from typing import Any

import pytest

from model.calendar import month_index
from model.programmes.programme import FIRM_NEEDS, NEEDS, RESIDENT_NEEDS
from model.programmes.review import Pilot, Review
from model.scenario import Scenario, Target
from scenarios.catalogue import load_programme
from scenarios.loader import load_plan, load_scenario
from scenarios.number_draws import NumberDraws
from scenarios.scenario_commands import scenarios_app
from tests.scenarios.template_files import (
    EXTENT,
    WINDOW,
    fault_of_scenario,
    fault_of_template,
    number,
    resolved,
    write_scenario,
    write_template,
)
from tests.scenarios.test_loader_commands import run

SKILLS = {"budget_gbp": 1e6, **WINDOW}
PILOT = {"months": 12, "share": 0.2, "go_on_if_completed_share": 0.5}
REVIEW = {"every_months": 12, "rule": "to_those_waiting", "moved_share": 0.5}
TARGET = {"indicator": "never_share", "at_most": 15, "by": "2026-12"}
LEVERAGE = "private_gbp_per_public_gbp"


def skills(folder: Path, name: str = "plan", /, *, scenario: dict[str, Any] | None = None, **keys: Any) -> Path:
    """A scenario with library-skills alone."""
    return write_scenario(folder, name, programmes={"library-skills": SKILLS | keys}, **scenario or {})


def only(scenario: Scenario) -> Any:
    (programme,) = scenario.programmes
    return programme


def test_of_several_scenarios_later_ones_win_and_programmes_are_united(tmp_path: Path) -> None:
    trend = {"unit": "share", "status": "assumed", "source": "assumption", "why": "A test.", "points": {"2020-01": 0.7}}
    first = {
        "trends": {"digital_services_share": trend},
        "network": "placebo",
        "targets": {"all": TARGET},
        "review": REVIEW,
    }
    skills(tmp_path, "first", scenario=first, unit_cost=200, targeting="older_first")
    both = {"library-skills": {"targeting": "deprived_first"}, "device-gift": {**WINDOW, "budget_gbp": 2e6}}
    write_scenario(tmp_path, "second", programmes=both)
    scenario = resolved(write_scenario(tmp_path, extends=["./first.yaml", "./second.yaml"]))
    programmes = {programme.id: programme for programme in scenario.programmes}
    assert list(programmes) == ["library-skills", "device-gift"]
    assert programmes["library-skills"].targeting == "deprived_first"
    assert programmes["library-skills"].unit_cost_pence == 20_000
    # The second one rests on the baseline too, which is not put over what the first one changed.
    assert scenario.trends["digital_services_share"] == ((month_index("2020-01"), 0.7),)
    assert scenario.network_variant == "placebo"
    assert scenario.review == Review(**REVIEW) and [target.name for target in scenario.targets] == ["all"]


def test_a_library_scenario_can_rest_on_several_and_is_listed_with_them(tmp_path: Path) -> None:
    path = write_scenario(tmp_path, extends=["smart-people", "smart-futures"])
    plan = load_plan(path)
    assert plan.extends == ("smart-people", "smart-futures")
    ids = {programme.id for programme, _ in plan.programmes}
    parents = [{programme.id for programme, _ in load_plan(name).programmes} for name in plan.extends]
    assert ids == parents[0] | parents[1]


@pytest.mark.parametrize(
    ("extends", "words"),
    [
        (["smart-people", "smart-peple"], "plan.yaml:6: extends: unknown scenario, did you mean 'smart-people'?"),
        (["smart-people", 5], "extends: a name or a list of names is wanted (got 5)"),
        ({"a": 1}, "extends: a name or a list of names is wanted"),
        (["baseline", "./plan.yaml"], "extends: scenarios extend each other in a circle (got 'plan -> plan')"),
        (["./absent.yaml"], "plan.yaml:5: extends: no such file (got './absent.yaml')"),
    ],
)
def test_faults_of_extends(tmp_path: Path, extends: Any, words: str) -> None:
    assert words in fault_of_scenario(write_scenario(tmp_path, extends=extends))


def test_targets_and_review_reach_the_model(tmp_path: Path) -> None:
    targets = {"non-users": TARGET, "firms": {"indicator": "adopted_ai", "at_least": 30.5, "by": "2030-06"}}
    scenario = resolved(skills(tmp_path, scenario={"targets": targets, "review": REVIEW}))
    assert scenario.targets == (
        Target("non-users", "never_share", 15, None, month_index("2026-12")),
        Target("firms", "adopted_ai", None, 30.5, month_index("2030-06")),
    )
    assert scenario.review == Review(12, "to_those_waiting", 0.5)


def test_null_takes_an_extended_review_away(tmp_path: Path) -> None:
    skills(tmp_path, "first", scenario={"review": REVIEW})
    assert resolved(write_scenario(tmp_path, extends="./first.yaml")).review == Review(**REVIEW)
    assert resolved(write_scenario(tmp_path, extends="./first.yaml", review=None)).review is None


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"indicator": "nevr_share"}, "targets.t.indicator: unknown indicator, did you mean 'never_share'?"),
        ({"at_most": None}, "targets.t: no limit; allowed: one of at_most, at_least"),
        ({"at_least": 3}, "targets.t: both at_most and at_least; allowed: one of at_most, at_least"),
        ({"at_most": 101}, "targets.t.at_most: out of range (got 101.0); allowed: 0 to 100"),
        ({"at_most": "15"}, "targets.t.at_most: a number is wanted (got '15')"),
        ({"by": "2026"}, "targets.t.by: not a month (got '2026')"),
        ({"untill": "2026-01"}, "targets.t.untill: unknown key"),
    ],
)
def test_faults_of_a_target(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    fault = fault_of_scenario(write_scenario(tmp_path, targets={"t": TARGET | keys}))
    assert words in fault and "plan.yaml:" in fault


def test_a_target_that_counts_is_not_bound_to_100(tmp_path: Path) -> None:
    target = {"indicator": "jobs", "at_least": 250_000, "by": "2030-12"}
    assert resolved(write_scenario(tmp_path, targets={"t": target})).targets[0].at_least == 250_000


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (
            {"rule": "to_all"},
            "review.rule: unknown rule of reviews (got 'to_all'); allowed: to_cheapest_completion, to_those",
        ),
        ({"every_months": 0}, "review.every_months: out of range (got 0); allowed: whole numbers from 1 to 120"),
        ({"every_months": 1.5}, "review.every_months: a whole number is wanted"),
        ({"moved_share": 2}, "review.moved_share: out of range (got 2.0); allowed: 0 to 1"),
        ({"moved_share": None}, "review.moved_share: a number is wanted"),
    ],
)
def test_faults_of_a_review(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    assert words in fault_of_scenario(write_scenario(tmp_path, review=REVIEW | keys))


def test_a_pilot_reaches_the_model(tmp_path: Path) -> None:
    assert only(resolved(skills(tmp_path, pilot=PILOT))).pilot == Pilot(12, 0.2, 0.5)
    assert only(resolved(skills(tmp_path))).pilot is None


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"months": 36}, "pilot.months: out of range (got 36); allowed: whole numbers from 1 to 35"),
        ({"share": 0}, "pilot.share: out of range (got 0.0); allowed: above 0 to 1"),
        ({"go_on_if_completed_share": 1.1}, "pilot.go_on_if_completed_share: out of range"),
        ({"go_on": 1}, "pilot.go_on: unknown key; allowed: go_on_if_completed_share, months, share"),
        ({"months": "12"}, "pilot.months: a whole number is wanted"),
    ],
)
def test_faults_of_a_pilot(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    assert f"programmes.library-skills.{words}" in fault_of_scenario(skills(tmp_path, pilot=PILOT | keys))


def test_a_window_of_one_month_has_no_room_for_a_pilot(tmp_path: Path) -> None:
    fault = fault_of_scenario(skills(tmp_path, pilot=PILOT, end=WINDOW["start"]))
    assert "programmes.library-skills.pilot: a pilot in a window of one month" in fault


def test_partners_money_makes_the_budget_larger(tmp_path: Path) -> None:
    programme = only(resolved(skills(tmp_path, **{LEVERAGE: 0.5})))
    assert (programme.budget_pence, programme.private_gbp_per_public_gbp) == (150_000_000, 0.5)
    evidence = {item.name: item for item in programme.evidence}[LEVERAGE]
    assert (evidence.low, evidence.high, evidence.status) == (0.5, 0.5, "assumed")


def test_partners_money_of_a_template_holds_unless_a_scenario_says_otherwise(tmp_path: Path) -> None:
    given = number(1, "GBP private per GBP public", low=0.5, high=2)
    write_template(tmp_path, "own", extends="library-skills", **{LEVERAGE: given})
    as_it_is, other = (
        only(resolved(write_scenario(tmp_path, programmes={"own": {**SKILLS, "template": "./own.yaml", **keys}})))
        for keys in ({}, {LEVERAGE: 1.5})
    )
    assert (as_it_is.budget_pence, other.budget_pence) == (200_000_000, 250_000_000)


def test_partners_money_is_uncertain_if_a_range_is_given_and_pilots_and_reviews_never_are(tmp_path: Path) -> None:
    ranged = {"value": 1, "low": 0.5, "high": 2, "why": "Two funds made offers."}
    fixed, uncertain = (
        [
            load_scenario(path, "gloucestershire", NumberDraws(draw, 4, seed=1))
            for draw in range(4)
            for path in [skills(tmp_path, pilot=PILOT, scenario={"review": REVIEW}, **{LEVERAGE: given})]
        ]
        for given in (1, ranged)
    )
    assert {only(scenario).private_gbp_per_public_gbp for scenario in fixed} == {1}
    drawn = [only(scenario).private_gbp_per_public_gbp for scenario in uncertain]
    assert len(set(drawn)) == 4 and 0.5 <= min(drawn) <= max(drawn) <= 2
    assert {only(scenario).budget_pence for scenario in uncertain} == {round(1e8 * (1 + share)) for share in drawn}
    assert {only(scenario).pilot for scenario in uncertain} == {Pilot(**PILOT)}
    assert {scenario.review for scenario in uncertain} == {Review(**REVIEW)}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (-1, "out of range (got -1.0); allowed: 0 to 20"),
        ("half", "a block of keys is wanted"),
        ({"value": 1, "unit": "share"}, "unknown unit (got 'share'); allowed: GBP private per GBP public"),
        ({"value": 1, "low": 2}, "the range does not hold the value"),
    ],
)
def test_faults_of_partners_money(tmp_path: Path, given: Any, words: str) -> None:
    fault = fault_of_scenario(skills(tmp_path, **{LEVERAGE: given}))
    assert f"programmes.library-skills.{LEVERAGE}" in fault and words in fault


def test_the_identity_changes_with_review_pilot_and_money_and_not_with_targets(tmp_path: Path) -> None:
    plain = resolved(skills(tmp_path)).identity()
    assert resolved(skills(tmp_path, scenario={"targets": {"t": TARGET}})).identity() == plain
    for changed in (
        resolved(skills(tmp_path, scenario={"review": REVIEW})),
        resolved(skills(tmp_path, pilot=PILOT)),
        resolved(skills(tmp_path, need="work_skills")),
        resolved(skills(tmp_path, **{LEVERAGE: 0.1})),
    ):
        assert changed.identity() != plain


def test_a_need_is_the_instruments_unless_the_template_or_the_scenario_says_otherwise(tmp_path: Path) -> None:
    assert only(resolved(skills(tmp_path))).need == NEEDS["train"]
    assert only(resolved(skills(tmp_path, need="work_skills"))).need == "work_skills"
    assert load_programme("confidence-campaign").need_served() == ""
    assert set(NEEDS.values()) <= {*RESIDENT_NEEDS, *FIRM_NEEDS}


@pytest.mark.parametrize(
    ("extends", "need", "words"),
    [
        (
            "library-skills",
            "finance",
            "need: unknown need of residents (got 'finance'); allowed: basic_skills, connection",
        ),
        ("innovation-grant", "device", "need: unknown need of firms"),
        ("confidence-campaign", "peers", "need: does not belong to instrument 'inform' (got 'peers')"),
    ],
)
def test_faults_of_a_need(tmp_path: Path, extends: str, need: str, words: str) -> None:
    assert words in fault_of_template(write_template(tmp_path, "own", extends=extends, need=need))


def test_numbers_say_whether_they_are_already_reduced(tmp_path: Path) -> None:
    gain = number(0.05, "share of missing trust")
    write_template(
        tmp_path,
        "own",
        extends="library-skills",
        effects={"trust_gain": gain | {"shrunk": True}, "hours": number(4, "hours")},
    )
    scenario = resolved(write_scenario(tmp_path, programmes={"own": {**SKILLS, "template": "./own.yaml"}}))
    shrunk = {item.name: item.shrunk for item in only(scenario).evidence}
    assert shrunk["effects.trust_gain"] and not shrunk["effects.hours"]


def test_a_scenarios_card_shows_targets_review_and_partners_money(tmp_path: Path) -> None:
    scenario = {"targets": {"non-users": TARGET}, "review": REVIEW}
    card = run(scenarios_app, "show", str(skills(tmp_path, pilot=PILOT, scenario=scenario, **{LEVERAGE: 0.5})))
    for words in ("Partners add GBP 500,000 of it", "never_share", "% of adults", "Review every 12 months: 50% of the"):
        assert words in card


def test_budgets_that_fixed_costs_would_overspend_count_partners_money(tmp_path: Path) -> None:
    fixed = load_plan(skills(tmp_path)).for_region(EXTENT).programmes[0].fixed_cost_pence_per_month * 36 / 100
    assert "overspent by the fixed costs alone" in fault_of_scenario(skills(tmp_path, budget_gbp=0.6 * fixed))
    assert only(resolved(skills(tmp_path, budget_gbp=0.6 * fixed, **{LEVERAGE: 1}))).budget_pence > fixed * 100
