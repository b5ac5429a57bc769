"""Whom or what programmes reached, in words."""

import pandas as pd
import pytest

from experiments.compare import Comparison
from experiments.reached import reached, serves_residents, through_whom

RUN = {"design_point": "central", "draw": 0, "replicate": 0}


def make_comparison(programmes: dict[str, tuple[str, str]]) -> Comparison:
    """A plan whose programmes (name -> audience, instrument) deliver 3 units in each of two months."""
    months = [{"scenario": "plan", "programme": name, "audience": audience, "period": period, "spend_gbp": 10.0, "served": 3.0,
               "completed": 3.0, "beneficiaries_cum": 1234.0, **RUN}
              for name, (audience, _) in programmes.items() for period in ("2028-01", "2028-02")]  # fmt: skip
    numbers = [{"scenario": "plan", "programme": name, "instrument": instrument, **RUN}
               for name, (_, instrument) in programmes.items()]  # fmt: skip
    tables = {"programmes": pd.DataFrame(months), "programme_numbers": pd.DataFrame(numbers)}
    return Comparison("base", ["plan"], "region", "Region", "2028-02", {}, tables)


def test_units_of_places_add_up_unless_they_are_paid_by_the_month():
    made = make_comparison({
        "courses": ("residents", "train"), "grants": ("firms", "subsidise_firm"), "forms": ("places", "redesign_service"),
        "partners": ("places", "coordinate"),
    })  # fmt: skip
    assert reached(made, "plan") == {
        "courses": "1,234 people", "grants": "1,234 firms", "forms": "6 services", "partners": "3 partners",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("programmes", "in_person", "through"),
    [
        ({"courses": ("residents", "train")}, True, "through family and friends"),
        ({"courses": ("residents", "train"), "rooms": ("places", "open_hub")}, True, "through family and friends"),
        ({"forms": ("places", "redesign_service")}, False, "through services, connections and partners"),
        (
            {"courses": ("residents", "train"), "forms": ("places", "redesign_service")},
            True,
            "through family and friends, services and connections",
        ),
    ],
)
def test_others_gain_through_what_the_plan_changes(programmes, in_person, through):
    made = make_comparison(programmes)
    assert serves_residents(made, "plan") is in_person
    assert through_whom(made, "plan") == through


def test_results_without_instruments_name_nobody_wrongly():
    made = make_comparison({"rooms": ("places", "open_hub")})
    del made.tables["programme_numbers"]
    assert reached(made, "plan") == {"rooms": "all who come"}
