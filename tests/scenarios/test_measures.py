"""The measures of the five strategies: all there, each with what it is and what carries it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from model.errors import InputError
from scenarios.catalogue import list_programmes, load_programme
from scenarios.loader import list_scenarios, load_plan
from scenarios.measures import MEASURES, load_measures, templates_of
from scenarios.programme_commands import programmes_app
from scenarios.strategies import STRATEGIES, measure_ids
from tests.scenarios.test_loader_commands import run


def changed(folder: Path, strategy: str, position: int, **keys: Any) -> Path:
    """A copy of the measures with values of one changed; None takes a key out, no keys take the measure out."""
    shutil.copytree(MEASURES, folder / "measures")
    path = folder / "measures" / f"{strategy}.yaml"
    data = yaml.safe_load(path.read_text())
    measure = data["measures"].pop(position)
    if keys:
        data["measures"].insert(position, {key: value for key, value in (measure | keys).items() if value is not None})
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    return folder / "measures"


def test_every_measure_of_every_strategy_is_there_once_and_in_order() -> None:
    ids = [measure.id for measure in load_measures()]
    assert ids == [name for letter in STRATEGIES for name in measure_ids(letter)]
    assert len(set(ids)) == 95


def test_templates_and_measures_name_each_other() -> None:
    carried = {name: set() for measure in load_measures() for name in templates_of(measure.id)}
    for measure in load_measures():
        for name in templates_of(measure.id):
            carried[name].add(measure.id)
    assert carried == {name: set(load_programme(name).strategy) for name in list_programmes()}


def test_reviews_pilots_and_targets_that_carry_labels_are_in_the_library() -> None:
    plans = [load_plan(name) for name in list_scenarios()]
    in_use = {
        "review": any(plan.review for plan in plans),
        "target": any(plan.targets for plan in plans),
        "pilot": any(programme.pilot for plan in plans for programme, _ in plan.programmes),
    }
    assert all(in_use[measure.carried_by] for measure in load_measures() if measure.carried_by in in_use)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, "measures: missing (got 'G14'); allowed: every measure once"),
        ({"id": "G13"}, "measures.13.id: the measure stands twice (got 'G13')"),
        ({"id": "L14"}, "measures.13.id: unknown measure of Gloucestershire: Digital Innovation"),
        ({"kind": "magic"}, "measures.13.kind: unknown kind of measure (got 'magic'); allowed: label, mechanism, multiplier"),
        ({"moves": ["joined", "onlin"]}, "measures.13.moves.1: unknown indicator, did you mean 'online'?"),
        ({"moves": None}, "measures.13.moves: missing; needed by a measure of kind 'mechanism'"),
        ({"note": " "}, "measures.13.note: no words"),
        ({"note": None}, "measures.13.note: missing"),
        ({"carried_by": "review"}, "measures.13.carried_by: does not belong to a measure of kind 'mechanism'"),
        ({"kind": "multiplier"}, "measures.13.multiplier: missing; needed by a measure of kind 'multiplier'"),
        ({"kind": "multiplier", "multiplier": "lonliness"}, "unknown multiplier, did you mean 'loneliness'?"),
        ({"kind": "label", "carried_by": "package:smart", "moves": None}, "carried_by: unknown package"),
        ({"kind": "label", "carried_by": "outcome:jbs", "moves": None}, "carried_by: unknown outcome, did you mean 'jobs'?"),
        ({"kind": "label", "carried_by": "rule:tageting", "moves": None}, "unknown rule, did you mean 'targeting'?"),
        ({"kind": "label", "carried_by": "wish", "moves": None}, "carried_by: not what can carry a label (got 'wish')"),
        ({"kind": "label", "carried_by": "review:12", "moves": None}, "not what can carry a label (got 'review:12')"),
        ({"tilte": "T"}, "measures.13.tilte: unknown key, did you mean 'title'?"),
    ],
)  # fmt: skip
def test_faults_of_a_measure(tmp_path: Path, keys: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as caught:
        load_measures(changed(tmp_path, "gloucestershire", 13, **keys))
    assert words in str(caught.value)
    assert str(tmp_path / "measures" / "gloucestershire.yaml") in str(caught.value)


def test_a_measure_of_the_model_needs_a_template(tmp_path: Path) -> None:
    # G34 is a label for outcomes, which no template carries.
    keys = {"kind": "mechanism", "moves": ["jobs"], "carried_by": None}
    with pytest.raises(InputError, match=r"measures\.33\.id: no template of the catalogue carries it \(got 'G34'\)"):
        load_measures(changed(tmp_path, "gloucestershire", 33, **keys))


def test_measures_are_listed_by_strategy() -> None:
    rows = json.loads(run(programmes_app, "measures", "--strategy", "staffordshire", "--json"))
    assert [row["id"] for row in rows] == list(measure_ids("S"))
    assert json.loads(run(programmes_app, "measures", "--strategy", "S", "--json")) == rows
    assert "digital-champions" in run(programmes_app, "measures")
    with pytest.raises(InputError, match=r"--strategy: unknown strategy, did you mean 'glasgow'\?"):
        run(programmes_app, "measures", "--strategy", "glasgo")
