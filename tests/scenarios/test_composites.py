"""Composites: templates of several parts with one budget, in the catalogue and in scenarios."""

from pathlib import Path
from typing import Any

import pytest

from model.calendar import month_index
from scenarios.catalogue import load_programme
from scenarios.loader import load_plan
from scenarios.number_draws import NumberDraws
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

TEACH = {"template": "library-skills", "budget_share": 0.25}
GIVE = {"template": "device-gift", "budget_share": 0.75}
GIFT = {"template": "./both.yaml", "budget_gbp": 2e6, **WINDOW}


def both(folder: Path, **parts: Any) -> Path:
    return write_template(folder, "both", parts=parts or {"teach": TEACH, "give": GIVE})


def plan(folder: Path, name: str = "plan", /, **keys: Any) -> Path:
    both(folder)
    return write_scenario(folder, name, programmes={"both": {**GIFT, **keys}})


def test_parts_are_templates_with_the_composites_own_values(tmp_path: Path) -> None:
    cost = number(250, "GBP per place")
    composite = load_programme(both(tmp_path, teach={**TEACH, "unit_cost": cost, "title": "Classes"}, give=GIVE))
    teach, give = composite.members()
    assert (composite.kind, teach.id, give.id) == ("composite", "both.teach", "both.give")
    assert (teach.title, teach.unit_cost.value, teach.unit_cost.see, teach.strategy) == ("Classes", 250, [], ["G14"])
    assert give.numbers() == load_programme("device-gift").numbers()


def test_a_part_can_be_a_variant(tmp_path: Path) -> None:
    write_template(tmp_path, "older", extends="library-skills", targeting="older_first")
    teach = load_programme(both(tmp_path, teach={**TEACH, "template": "./older.yaml"}, give=GIVE)).members()[0]
    assert (teach.targeting, teach.extends) == ("older_first", "library-skills")


def test_a_scheduled_composite_becomes_programmes_that_share_its_budget(tmp_path: Path) -> None:
    teach, give = resolved(plan(tmp_path)).programmes
    assert (teach.id, give.id) == ("both.teach", "both.give")
    assert teach.title == f"Own: {load_programme('library-skills').title}"
    assert (teach.budget_pence, give.budget_pence) == (50_000_000, 150_000_000)
    assert {(p.start_month, p.end_month) for p in (teach, give)} == {(month_index("2027-04"), month_index("2030-04"))}


def test_a_scenario_can_change_dates_shares_and_values_of_parts(tmp_path: Path) -> None:
    first = plan(tmp_path, "first", budget_gbp_per_adult=2, budget_gbp=None)
    parts = {
        "teach": {
            "budget_share": 0.5,
            "unit_cost": 200,
            "targeting": "older_first",
            "effects": {"hours": {"value": 4, "low": 4}},
        },
        "give": {"budget_share": 0.5},
    }
    changes = {"both": {"end": "2029-03", "title": "Both", "pilot": None, "parts": parts}}
    teach, give = resolved(write_scenario(tmp_path, extends=f"./{first.name}", programmes=changes)).programmes
    assert teach.budget_pence == give.budget_pence == EXTENT.adults * 100
    assert (teach.unit_cost_pence, teach.targeting, teach.effects["hours"]) == (20_000, "older_first", 4)
    assert teach.title.startswith("Both: ") and teach.end_month == give.end_month == month_index("2029-04")
    cost = {item.name: item for item in teach.evidence}["unit_cost"]
    base = load_programme("library-skills").unit_cost
    assert (cost.low, cost.high, cost.source) == (base.low, base.high, "assumption")


def test_one_template_can_be_scheduled_under_two_names(tmp_path: Path) -> None:
    both(tmp_path)
    twice = {"one": GIFT, "two": {**GIFT, "start": "2028-01"}}
    ids = [programme.id for programme in resolved(write_scenario(tmp_path, programmes=twice)).programmes]
    assert ids == ["one.teach", "one.give", "two.teach", "two.give"]


def test_partners_money_and_a_pilot_belong_to_every_part(tmp_path: Path) -> None:
    pilot = {"months": 6, "share": 0.2, "go_on_if_completed_share": 0.4}
    programmes = resolved(plan(tmp_path, private_gbp_per_public_gbp=0.5, pilot=pilot)).programmes
    assert [programme.budget_pence for programme in programmes] == [75_000_000, 225_000_000]
    assert {programme.pilot.months for programme in programmes} == {6}


def test_a_parts_numbers_are_drawn_under_its_own_name(tmp_path: Path) -> None:
    draws = NumberDraws(0, 5, seed=3)
    (part, _), _ = load_plan(plan(tmp_path)).programmes
    alone = load_plan(write_scenario(tmp_path, "alone", programmes={"library-skills": {"budget_gbp": 1e6, **WINDOW}}))
    renamed = part.model_copy(update={"id": "library-skills"})
    assert draws.of(part).unit_cost != draws.of(renamed).unit_cost
    assert draws.of(renamed).numbers() == draws.of(alone.programmes[0][0]).numbers()


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"teach": TEACH}, "parts: too few parts (got 1); allowed: 2 or more"),
        ({"teach": TEACH, "give": {**GIVE, "budget_share": 0.7}}, "parts: the budget shares do not sum to 1 (got 0.95)"),
        ({"teach": {**TEACH, "budget_share": 1.25}, "give": GIVE}, "parts.teach.budget_share: not a share (got 1.25)"),
        ({"teach": {**TEACH, "budget_share": "half"}, "give": GIVE}, "parts.teach.budget_share: a number is wanted"),
        ({"teach": {"template": "library-skills"}, "give": GIVE}, "parts.teach.budget_share: missing"),
        ({"teach": {"budget_share": 0.25}, "give": GIVE}, "parts.teach.template: missing"),
        ({"teach": {**TEACH, "template": "library"}, "give": GIVE}, "both.yaml:8: parts.teach.template: unknown programme"),
        ({"teach": {**TEACH, "template": "./no.yaml"}, "give": GIVE}, "both.yaml:8: parts.teach.template: no such file"),
        ({"teach": {**TEACH, "template": "./inner.yaml"}, "give": GIVE}, "parts.teach.template: a part cannot be a composite"),
        ({"teach": {**TEACH, "template": "./both.yaml"}, "give": GIVE}, "parts.teach.template: a part cannot be a composite"),
        ({"teach": {**TEACH, "instrument": "equip"}, "give": GIVE}, "parts.teach.instrument: belongs to the template"),
        ({"teach": {**TEACH, "start": "2027-04"}, "give": GIVE}, "parts.teach.start: belongs to the whole, not to a part"),
        ({"teach": {**TEACH, "chanel": "hub"}, "give": GIVE}, "both.yaml:10: parts.teach.chanel: unknown key, did you mean"),
        ({"teach": {**TEACH, "effects": {"hours": number(4, "h")}}, "give": GIVE}, "parts.teach.effects.hours.unit: unknown"),
        ({"Teach": TEACH, "give": GIVE}, "parts.Teach: not a name"),
        ({"teach": "library-skills", "give": GIVE}, "parts.teach: a block of keys is wanted"),
    ],
)  # fmt: skip
def test_faults_of_a_composite(tmp_path: Path, parts: dict[str, Any], words: str) -> None:
    write_template(tmp_path, "inner", parts={"a": {**TEACH, "budget_share": 0.5}, "b": {**TEACH, "budget_share": 0.5}})
    assert words in fault_of_template(both(tmp_path, **parts))


def test_a_composite_cannot_be_extended(tmp_path: Path) -> None:
    both(tmp_path)
    fault = fault_of_template(write_template(tmp_path, "own", extends="./both.yaml"))
    assert "own.yaml:6: extends: a composite cannot be extended (got './both.yaml')" in fault


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"targeting": "older_first"}, "targeting: belongs to a part of this composite; allowed: parts.teach.targeting, parts.g"),
        ({"parts": {"tech": {}}}, "parts.tech: unknown part, did you mean 'teach'?; allowed: give, teach"),
        ({"parts": {"teach": {"budget_share": 0.5}}}, "parts: the budget shares do not sum to 1 (got 1.25)"),
        ({"parts": {"teach": {"start": "2028-01"}}}, "parts.teach.start: belongs to the whole, not to a part"),
        ({"parts": {"teach": {"instrument": "inform"}}}, "parts.teach.instrument: belongs to the template"),
        ({"parts": {"teach": {"template": "device-gift"}}}, "parts.teach.template: unknown key"),
        ({"parts": {"teach": {"unit_cost": 5000}}}, "parts.teach.unit_cost: the range does not hold the value"),
        ({"parts": {"teach": 5}}, "parts.teach: a block of keys is wanted"),
        ({"budget_gbp": None}, "budget_gbp: missing; allowed: one of budget_gbp, budget_gbp_per_adult, budget_gbp_per"),
        ({"budget_gbp": "much"}, "budget_gbp: a number is wanted (got 'much')"),
        ({"end": "2027-01"}, "end: before the start 2027-04"),
        ({"budget": 5}, "budget: unknown key, did you mean 'budget_gbp'?"),
    ],
)  # fmt: skip
def test_faults_of_a_composite_in_a_scenario(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    fault = fault_of_scenario(plan(tmp_path, **keys))
    assert f"programmes.both.{words}" in fault
    assert fault.startswith(str(tmp_path / "plan.yaml"))


def test_parts_belong_to_composites_only(tmp_path: Path) -> None:
    skills = {"library-skills": {"parts": {"teach": {}}, "budget_gbp": 1e6, **WINDOW}}
    assert "programmes.library-skills.parts: unknown key" in fault_of_scenario(
        write_scenario(tmp_path, programmes=skills)
    )
