"""How much rests on assumptions: counted from the numbers that the runs used."""

import pandas as pd
import pytest

from experiments import assumed
from experiments.assumed import assumed_of_programme, share_line, share_line_of_all, shares, total
from experiments.compare import Comparison


@pytest.fixture
def comparison(monkeypatch) -> Comparison:
    """One programme with four numbers: one measured, two assumed, one set by the planner; behaviour cannot be looked up."""
    monkeypatch.setattr(assumed, "is_current", lambda comparison: False)
    numbers = pd.DataFrame(
        {
            "scenario": "plan", "design_point": "central", "replicate": 0, "programme": "courses",
            "number": ["unit_cost", "willing_share", "hours", "capacity"], "value": 1.0, "unit": "",
            "status": ["measured", "assumed", "assumed", "assumed"], "chosen": [False, False, False, True],
        }
    )  # fmt: skip
    return Comparison("baseline", ["plan"], "here", "Here", "2030-12", {}, {"programme_numbers": numbers}, {})


def test_what_a_planner_decides_is_no_assumption(comparison):
    [share] = shares(comparison, "plan")
    assert (share.assumed, share.total, share.percent) == (2, 4, 50.0)
    assert assumed_of_programme(comparison, "plan")["courses"].assumed == 2


def test_the_lines_say_how_much(comparison):
    found = shares(comparison, "plan")
    assert share_line(found) == "50% of the numbers behind this are assumed (the plan’s programmes: 2 of 4)."
    assert share_line_of_all(comparison) == "50% of the numbers behind this are assumed."
    assert share_line(()) == ""


def test_behaviour_counts_where_the_same_model_is_installed(comparison, monkeypatch):
    monkeypatch.setattr(assumed, "is_current", lambda comparison: True)
    behaviour, programmes = shares(comparison, "plan")
    assert behaviour.total > 150
    assert total((behaviour, programmes)).total == behaviour.total + 4


def test_nothing_known_is_said_by_nothing(monkeypatch):
    monkeypatch.setattr(assumed, "is_current", lambda comparison: False)
    old = Comparison("baseline", ["plan"], "here", "Here", "2030-12", {}, {}, {})
    assert share_line_of_all(old) == "" and assumed_of_programme(old, "plan") == {}
