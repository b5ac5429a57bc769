"""Pictures of firms and hubs: they say what the tables hold, and stand only where there is something to show."""

import json
import re
from pathlib import Path
from types import ModuleType

import pytest

from experiments.compare import Comparison, load_comparison
from model.firm_outcomes import FIRM_VALUES, TECHNOLOGY_LABELS
from viz import firm_pictures, hub_pictures, words
from viz.example import packed
from viz.figures import plotly_figure
from viz.picture import Picture
from viz.report import report_html
from viz.svg import chart_svg
from viz.theme import LIGHT, resolve

PLAN = "smart-people"


@pytest.fixture(scope="module")
def both(made_up: ModuleType) -> Comparison:
    return made_up.make_comparison(firms=900.0)


@pytest.fixture(scope="module")
def alone(made_up: ModuleType) -> Comparison:
    return made_up.make_comparison(gain=0.0, firms=900.0)


@pytest.fixture(scope="module")
def drawings(both: Comparison) -> list[Picture]:
    return firm_drawings(both)


def firm_drawings(comparison: Comparison) -> list[Picture]:
    return [
        firm_pictures.added(comparison, PLAN),
        firm_pictures.by_technology(comparison, PLAN),
        firm_pictures.adoption(comparison, PLAN, "cloud"),
        firm_pictures.adoption_by_size(comparison, PLAN, "cloud"),
        *(firm_pictures.who(comparison, PLAN, by) for by in words.FIRM_GROUPINGS),
        firm_pictures.helped(comparison, PLAN),
        *(firm_pictures.displacement(comparison, PLAN, effect) for effect in ("jobs", "gva")),
        *(hub_pictures.busy(comparison, PLAN, measure) for measure in ("load", "waiting")),
    ]


def test_every_picture_has_words_a_source_and_a_table(drawings: list[Picture]) -> None:
    for picture in drawings:
        assert picture.title and picture.unit and picture.note and picture.title in picture.alt
        assert "uncalibrated" in picture.source
        assert picture.table.rows and picture.table.csv
        assert all(len(row) == len(picture.table.headers) for row in picture.table.rows), picture.key
        text = json.dumps(resolve(plotly_figure(picture.chart), LIGHT), allow_nan=False)
        assert not re.search(r'"@', text)
        assert chart_svg(picture.chart, picture.alt).startswith("<svg")


def test_the_gain_is_told_and_is_that_of_the_answer(both: Comparison) -> None:
    told = f"{both.answer(PLAN).firms.tiles[0].value:,.0f}"
    picture = firm_pictures.added(both, PLAN)
    assert picture.title == f"{told} more adoptions by firms in December 2030 because of Smart people"
    assert picture.table.rows[-1][:2] == ["2030", f"+{told} adoptions"]
    assert firm_pictures.leading_technology(both, PLAN) == "cloud"
    assert "“Cloud services”" in firm_pictures.by_technology(both, PLAN).title
    assert "44 would have come anyway" in firm_pictures.helped(both, PLAN).title
    assert firm_pictures.displacement(both, PLAN, "jobs").title.endswith("other firms lose 40")


def test_no_gain_is_a_finding(made_up: ModuleType) -> None:
    nothing = made_up.make_comparison(gain=0.0, firms=0.0)
    assert "no measurable difference" in firm_pictures.added(nothing, PLAN).title
    assert firm_pictures.by_technology(nothing, PLAN).title == "No technology shows a measurable gain"
    assert "taken up nothing" in firm_pictures.helped(nothing, PLAN).title
    assert firm_pictures.displacement(nothing, PLAN, "jobs").title.startswith("No measurable displacement")


def test_sizes_come_in_order_and_show_both_scenarios(both: Comparison) -> None:
    picture = firm_pictures.adoption_by_size(both, PLAN, "ai")
    assert [row[0] for row in picture.table.rows] == [
        words.group_name("size_band", b) for b in FIRM_VALUES["size_band"]
    ]
    assert picture.table.rows[0][0] == "0–9 people"
    hollow = [
        trace for trace in plotly_figure(picture.chart)["data"] if "open" in trace.get("marker", {}).get("symbol", "")
    ]
    assert len(hollow) == 1 and len(hollow[0]["x"]) == 4
    assert {item.label for item in picture.legend} == {"Smart people", "No new programme"}


def test_a_year_is_written_once_below_a_short_chart(drawings: list[Picture]) -> None:
    added = drawings[0]
    layout = plotly_figure(added.chart)["layout"]
    assert layout["xaxis"]["nticks"] <= added.chart.rows["period"].nunique() - 1


def test_every_group_and_technology_has_a_name_of_its_own() -> None:
    assert set(words.TECHNOLOGIES) == set(TECHNOLOGY_LABELS)
    assert set(words.GROUP_NAMES["sector"]) == set(FIRM_VALUES["sector"])


def test_sections_appear_only_where_there_is_something_to_show(
    both: Comparison, alone: Comparison, comparison: Comparison
) -> None:
    assert not firm_pictures.shows_firms(comparison, PLAN) and not hub_pictures.shows_hubs(comparison, PLAN)
    people, firms, hubs = "Who gets online because of it?", "Do other firms lose by it?", "Can hubs carry it?"
    pages = {name: report_html(c) for name, c in (("both", both), ("alone", alone))}
    assert [section in pages["both"] for section in (people, firms, hubs)] == [True, True, True]
    assert [section in pages["alone"] for section in (people, firms, hubs)] == [False, True, True]
    assert (
        "Additional people online" not in pages["alone"] and "Does it change anything for residents?" in pages["alone"]
    )
    assert "<dt>Displacement</dt>" in pages["both"]
    assert "480 firms" in pages["both"] and "11,000 people" in pages["both"]
    assert not re.search(r"\bnan\b", re.sub(r"<svg.*?</svg>", "", pages["alone"], flags=re.DOTALL))


def test_what_is_saved_and_shipped_draws_the_same(both: Comparison, drawings: list[Picture], tmp_path: Path) -> None:
    small = packed(both)
    assert len(small.tables["firm_series"]) < len(both.tables["firm_series"])
    small.save(tmp_path / "result")
    again = load_comparison(tmp_path / "result")
    assert again.answer(PLAN).sentence == both.answer(PLAN).sentence
    assert [p.title for p in firm_drawings(again)] == [p.title for p in drawings]
