"""Pictures say what the tables hold, and say so when there is nothing to find."""

import re
from types import ModuleType

import numpy as np
import pytest

from experiments.compare import Comparison
from viz import pictures, words
from viz.figures import plotly_figure
from viz.theme import DARK, LIGHT, resolve

PLAN = "smart-people"


def all_pictures(comparison: Comparison) -> list[pictures.Picture]:
    return [
        pictures.added(comparison, PLAN),
        pictures.over_time(comparison, PLAN),
        *(pictures.who(comparison, PLAN, by) for by in words.GROUPINGS),
        pictures.helped(comparison, PLAN),
        pictures.where(comparison, PLAN),
    ]


def test_every_picture_has_words_a_source_and_a_table(comparison: Comparison) -> None:
    for picture in all_pictures(comparison):
        assert picture.title and picture.unit and picture.note
        assert picture.title in picture.alt
        assert "uncalibrated" in picture.source
        assert picture.table.rows
        assert all(len(row) == len(picture.table.headers) for row in picture.table.rows)
        assert picture.table.csv.count("\n") > len(picture.table.rows)


def test_the_gain_is_told_and_is_the_last_row_of_its_table(comparison: Comparison) -> None:
    picture = pictures.added(comparison, PLAN)
    net = comparison.answer(PLAN).tiles[0].value
    told = f"{net:,.0f}"
    assert picture.title == f"{told} more people are online in December 2030 because of Smart people"
    assert picture.table.rows[-1][:2] == ["2030", f"+{told} people"]


def test_no_measurable_difference_is_a_finding(made_up: ModuleType) -> None:
    nothing = made_up.make_comparison(gain=0.0)
    assert pictures.added(nothing, PLAN).title.startswith("No measurable difference")
    assert pictures.who(nothing, PLAN, "age_band").title == "Age: no group shows a measurable gain"


def test_one_run_has_values_and_no_bands(made_up: ModuleType) -> None:
    one = made_up.make_comparison(replicates=1, draws=0)
    picture = pictures.over_time(one, PLAN)
    assert picture.table.rows[-1][2] == "one run, no interval"
    assert [trace for trace in plotly_figure(picture.chart)["data"] if "fill" in trace] == []


def test_a_scenario_keeps_its_colour(comparison: Comparison) -> None:
    base, plan = pictures.series_of(comparison).values()
    assert (base.colour, base.dash) == ("base", "dash")
    assert pictures.who(comparison, PLAN, "sex").chart.colour == plan.colour == "plan-1"


def test_groups_come_in_their_own_order(comparison: Comparison) -> None:
    assert pictures.who(comparison, PLAN, "education").table.rows[0][0] == "No or basic qualifications"
    assert pictures.who(comparison, PLAN, "authority").table.rows[0][0] == "First Town"


def test_map_colours_follow_the_change(comparison: Comparison) -> None:
    picture = pictures.where(comparison, PLAN)
    change = comparison.areas(PLAN)["difference"].to_numpy()
    colour = picture.chart.colour
    assert ((colour == 0) == (change < 0)).all()
    ranked = colour[np.argsort(change)]
    assert (np.diff(ranked) >= 0).all()
    assert len(set(ranked.tolist())) >= 5


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_figures_are_plain_data_with_known_colours(comparison: Comparison, palette: dict[str, str]) -> None:
    import json

    for picture in all_pictures(comparison):
        text = json.dumps(resolve(plotly_figure(picture.chart), palette), allow_nan=False)
        assert not re.search(r'"@', text)


def test_a_large_region_stays_below_300_kb(made_up: ModuleType) -> None:
    import json

    picture = pictures.where(made_up.make_comparison(n_areas=1720, draws=1), PLAN)
    assert len(json.dumps(plotly_figure(picture.chart), separators=(",", ":"))) < 300_000
