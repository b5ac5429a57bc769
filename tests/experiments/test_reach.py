"""Whom the money of residents' programmes reaches, counted again from the roster, one person at a time."""

import numpy as np
import pytest

from model.calendar import month_index
from model.setting import fifths_in_region
from model.state import ABSENT, RECENT
from scenarios.materials import materials

REGION, SCALE = "gloucestershire", 0.02


@pytest.fixture(scope="module")
def first_run(comparison):
    """Tables of the first central run of the plan, by person's row in the roster."""
    region, population = materials(REGION, SCALE, 1)
    row_of = {str(key): row for row, key in enumerate(np.asarray(population.key))}
    tables = {}
    for name in ("treated", "agents", "reach"):
        table = comparison.tables[name]
        at = (table["scenario"] == "generous") & (table["design_point"] == "central") & (table["replicate"] == 0)
        tables[name] = table[at]
    states = {row_of[str(row["key"])]: row for row in tables["agents"].to_dict("records")}
    periods = sorted(name for name in tables["agents"].columns if name[:2] == "20")
    fifths = fifths_in_region(region.areas)

    def is_furthest(row: int, period: str) -> bool:
        code, month = int(states[row][period]), month_index(period)
        age = (month - int(population.birth_month[row])) // 12
        disabled = population.disability_onset_month[row] <= month
        counts = bool(fifths[population.area[row]] <= 1 or age >= 75 or disabled)
        return code != ABSENT and code // 16 != RECENT and counts

    treated = [(row_of[str(row["key"])], row["programme"], row["first_period"]) for row in
               tables["treated"].to_dict("records")]  # fmt: skip
    return tables["reach"].set_index("programme"), treated, states, periods, is_furthest


def test_people_reached_are_counted_by_their_state_before_help_came(first_run):
    reach, treated, _, periods, is_furthest = first_run
    assert set(reach.index) == {programme for _, programme, _ in treated}
    for programme, counted in reach.iterrows():
        people = [(row, first) for row, name, first in treated if name == programme]
        furthest = sum(is_furthest(row, max(p for p in periods if p < first)) for row, first in people)
        assert counted["reached"] == pytest.approx(len(people) / SCALE)
        assert counted["furthest"] == pytest.approx(furthest / SCALE)
    assert (reach["furthest"] < reach["reached"]).any() and (reach["furthest"] > 0).any()


def test_their_share_of_adults_is_that_of_the_december_before_the_programmes(first_run):
    reach, _, states, periods, is_furthest = first_run
    before = max(period for period in periods if period < "2013-04")
    there = [row for row, state in states.items() if state[before] != ABSENT]
    share = sum(is_furthest(row, before) for row in there) / len(there)
    assert reach["adults_furthest_share"].to_numpy() == pytest.approx(share)
