"""Templates that extend another: what is taken over, what is replaced, and what is refused."""

from pathlib import Path
from typing import Any

import pytest

from scenarios.catalogue import load_programme
from tests.scenarios.template_files import (
    WINDOW,
    fault_of_scenario,
    fault_of_template,
    number,
    resolved,
    write_scenario,
    write_template,
)


def test_only_what_is_written_differs_from_the_extended_template(tmp_path: Path) -> None:
    effects = {"hours": number(4, "hours")}
    path = write_template(
        tmp_path,
        "own",
        extends="library-skills",
        eligibility={"min_age_years": 60},
        effects=effects,
        targeting="older_first",
    )
    own, base = load_programme(path), load_programme("library-skills")
    assert (own.kind, base.kind, own.extends) == ("variant", "single", "library-skills")
    assert (own.id, own.title, own.strategy, own.targeting) == ("own", "Own", ["G14"], "older_first")
    assert (own.effects["hours"].value, own.effects["hours"].source) == (4, "assumption")
    assert own.eligibility == base.eligibility.model_copy(update={"min_age_years": 60})
    changed = {name for name, value in own.numbers().items() if value != base.numbers()[name]}
    assert changed == {"effects.hours"}


def test_a_number_takes_nothing_of_the_one_it_replaces(tmp_path: Path) -> None:
    whole = number(200, "GBP per place")
    unit_cost = load_programme(write_template(tmp_path, "own", extends="library-skills", unit_cost=whole)).unit_cost
    assert (unit_cost.see, unit_cost.why, unit_cost.status) == ([], "Ours.", "assumed")
    half = write_template(tmp_path, "half", extends="library-skills", unit_cost={"value": 200})
    assert "half.yaml:8: unit_cost.unit: missing" in fault_of_template(half)


def test_null_takes_a_number_away_that_another_channel_does_not_have(tmp_path: Path) -> None:
    without = {"staff_hours_per_place": None, "hub_hours_share": None}
    own = load_programme(write_template(tmp_path, "own", extends="library-skills", channel="direct", **without))
    assert own.channel == "direct" and not {"staff_hours_per_place", "hub_hours_share"} & own.numbers().keys()


def test_a_variant_can_be_extended_again_and_scheduled(tmp_path: Path) -> None:
    write_template(tmp_path, "first", extends="library-skills", targeting="older_first")
    write_template(tmp_path, "second", extends="./first.yaml", unit_cost=number(200, "GBP per place"))
    plan = {
        "second": {"template": "./second.yaml", "unit_cost": {"value": 210, "high": 220}, "budget_gbp": 1e6, **WINDOW}
    }
    programme = resolved(write_scenario(tmp_path, programmes=plan)).programmes[0]
    assert (programme.targeting, programme.unit_cost_pence, programme.instrument) == ("older_first", 21_000, "train")


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"extends": "library-skill"}, "own.yaml:6: extends: unknown programme, did you mean 'library-skills'?"),
        ({"extends": "./absent.yaml"}, "own.yaml:6: extends: no such file (got './absent.yaml')"),
        ({"extends": 7}, "own.yaml:6: extends: text is wanted (got 7)"),
        ({"extends": "./own.yaml"}, "own.yaml:6: extends: templates extend each other in a circle (got 'own -> own')"),
        ({"extends": "library-skills", "instrument": "inform"}, "own.yaml:7: instrument: does not belong to a template that"),
        ({"extends": "library-skills", "parts": {}}, "own.yaml:7: parts: does not belong to a template that extends"),
        ({"extends": "library-skills", "unit_csot": {}}, "own.yaml:7: unit_csot: unknown key, did you mean 'unit_cost'?"),
        ({"extends": "library-skills", "effects": {"hours": number(-1, "hours")}}, "own.yaml:11: effects.hours.low: out of"),
        ({"extends": "library-skills", "strategy": ["X01"]}, "own.yaml:5: strategy.0: unknown strategy measure"),
    ],
)  # fmt: skip
def test_faults_of_a_variant(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    assert words in fault_of_template(write_template(tmp_path, "own", **keys))


@pytest.mark.parametrize("key", ["title", "summary", "strategy"])
def test_a_variant_needs_its_own_words(tmp_path: Path, key: str) -> None:
    path = write_template(tmp_path, "own", extends="library-skills")
    path.write_text(
        "".join(line for line in path.read_text().splitlines(keepends=True) if not line.startswith((key, "-")))
    )
    assert f"own.yaml: {key}: missing; a template that extends another needs its own" in fault_of_template(path)


def test_a_longer_circle_names_every_template(tmp_path: Path) -> None:
    write_template(tmp_path, "two", extends="./three.yaml")
    write_template(tmp_path, "three", extends="./one.yaml")
    fault = fault_of_template(write_template(tmp_path, "one", extends="./two.yaml"))
    assert "three.yaml:6: extends: templates extend each other in a circle (got 'one -> two -> three -> one')" in fault


def test_a_fault_of_the_extended_template_stands_in_its_own_file(tmp_path: Path) -> None:
    write_template(tmp_path, "base", extends="library-skills", unit_cost=number(200, "EUR"))
    fault = fault_of_template(write_template(tmp_path, "own", extends="./base.yaml"))
    assert "base.yaml:9: unit_cost.unit: unknown unit (got 'EUR')" in fault


def test_a_scenario_cannot_change_what_a_programme_extends(tmp_path: Path) -> None:
    plan = {"library-skills": {"extends": "device-gift", "budget_gbp": 1e6, **WINDOW}}
    assert "programmes.library-skills.extends: belongs to the template" in fault_of_scenario(
        write_scenario(tmp_path, programmes=plan)
    )
