"""The table of measures: every template works, and the command fails when one does not."""

import pytest

from experiments import coverage
from experiments.coverage import STATE, Trial, trial
from scenarios.measures import STATES, load_measures, templates_of


def test_every_name_a_measure_may_use_is_read():
    assert set(STATE) == set(STATES)
    found = trial("confidence-campaign")
    assert {name for measure in load_measures() for name in measure.moves} <= found.plan.keys()


def test_a_campaign_moves_trust_and_no_firm_grant():
    moved = trial("public-confidence").moved()
    assert {"spend", "completed", "trust", "motivation"} <= moved
    assert "joined" not in moved, "nobody applies to hear a campaign"


def test_what_works_through_others_has_others_to_work_through():
    assert {"joined", "completed"} <= trial("inclusion-coalition").moved()


def test_a_mechanism_that_moves_nothing_is_a_fault(monkeypatch):
    mechanism = next(m for m in load_measures() if m.kind == "mechanism" and m.id == "G14")
    [template] = templates_of("G14")
    monkeypatch.setattr(coverage, "load_measures", lambda: [mechanism])
    monkeypatch.setattr(coverage, "trial", _still)
    table = coverage.coverage()
    assert table["fault"].tolist() == ["moves nothing that it names"]
    assert table["carried_by"].tolist() == [template]
    monkeypatch.setattr(coverage, "templates_of", lambda measure: [])
    assert coverage.coverage()["fault"].tolist() == ["no template carries it"]


def _still(template: str, scale: float) -> Trial:
    same = {"online": [1.0], "spend": [2.0]}
    return Trial(template, same, same)


@pytest.mark.full
def test_every_measure_of_the_five_strategies_works():
    table = coverage.coverage()
    assert len(table) == 95
    assert table[table["fault"] != ""].to_dict("records") == []
