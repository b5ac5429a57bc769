"""Pictures and tables of an appraisal: they say what it holds, and draw nothing that cannot be measured."""

from dataclasses import replace
from types import ModuleType

import pytest

from experiments.appraisal import Appraisal
from experiments.compare import Comparison
from viz import appraisal_pictures, appraisal_tables, words
from viz.picture import BarChart, Picture
from viz.svg import chart_svg
from viz.theme import LIGHT, contrast_ratio

PLAN = "smart-people"


@pytest.fixture(scope="module")
def both(made_up: ModuleType) -> Comparison:
    return made_up.make_comparison(firms=900.0, n_areas=12)


@pytest.fixture(scope="module")
def appraisal(both: Comparison) -> Appraisal:
    found = appraisal_pictures.appraisal_of(both, PLAN)
    assert found and found.measurable
    return found


@pytest.fixture(scope="module")
def nothing(made_up: ModuleType) -> tuple[Comparison, Appraisal]:
    made = made_up.make_comparison(gain=0.0, draws=4, n_areas=12)
    found = appraisal_pictures.appraisal_of(made, PLAN)
    assert found and not found.measurable
    return made, found


@pytest.fixture(scope="module")
def drawings(both: Comparison, appraisal: Appraisal) -> list[Picture]:
    return [
        appraisal_pictures.lines(both, appraisal),
        appraisal_pictures.by_year(both, appraisal),
        *(appraisal_pictures.value_for_money(both, appraisal, name) for name in ("npv_gbp", "bcr")),
    ]


def test_every_picture_has_words_a_source_and_a_table(drawings: list[Picture]) -> None:
    for picture in drawings:
        assert picture.title and picture.unit and picture.note and picture.title in picture.alt
        assert "uncalibrated" in picture.source
        assert picture.table.rows and picture.table.csv
        assert all(len(row) == len(picture.table.headers) for row in picture.table.rows), picture.key
        assert chart_svg(picture.chart, picture.alt).startswith("<svg")


def test_lines_are_those_of_the_appraisal_costs_below_zero(drawings: list[Picture], appraisal: Appraisal) -> None:
    rows = drawings[0].chart.rows.set_index("label")["mean"]
    costs = rows[rows.index.str.startswith("Cost: ")]
    assert -costs.sum() * 1e6 == pytest.approx(appraisal.costs["value_gbp"].sum())
    assert rows.drop(costs.index).sum() * 1e6 == pytest.approx(appraisal.lines["value_gbp"].sum())
    assert "Saved on goods and bills (assumed)" in rows.index
    assert any("(multiplier, " in label for label in rows.index)
    status = {row[0]: row[-1] for row in drawings[0].table.rows}
    assert (
        status["Saved on goods and bills"] == "assumed" and status["Cost: programmes, public money"] == "see programmes"
    )


def test_years_add_up_and_bars_can_be_told_apart_without_colour(drawings: list[Picture], appraisal: Appraisal) -> None:
    chart = drawings[1].chart
    assert isinstance(chart, BarChart)
    paid = appraisal.by_year[appraisal.by_year["kind"] == "cost"]["value_gbp"].sum()
    assert chart.rows.loc[chart.rows["part"] == "Costs", "value"].sum() * 1e6 == pytest.approx(-paid)
    benefits, costs = (LIGHT[part.colour] for part in chart.parts)
    assert contrast_ratio(benefits, costs) > 3
    assert drawings[1].table.headers[1:] == tuple(str(year) for year in sorted(appraisal.by_year["year"].unique()))


def test_value_stands_unweighted_weighted_and_without_multipliers(
    drawings: list[Picture], appraisal: Appraisal
) -> None:
    npv, ratio = drawings[2:]
    found = appraisal.result.set_index("measure")["value"]
    assert [row[0] for row in npv.table.rows][:2] == ["Each pound counts the same", "The same without multipliers"]
    assert npv.chart.rows["mean"].iloc[0] * 1e6 == pytest.approx(found["npv_gbp"])
    assert npv.chart.rows["mean"].iloc[1] * 1e6 == pytest.approx(found["npv_counted_gbp"])
    assert ratio.chart.break_even == 1.0 and words.number(found["bcr"], words.unit_of("GBP a GBP")) in ratio.title
    assert len(npv.table.rows) == 2 + bool(len(appraisal.weighted))


def test_what_cannot_be_measured_is_said_and_not_drawn(nothing: tuple[Comparison, Appraisal]) -> None:
    made, appraisal = nothing
    picture = appraisal_pictures.lines(made, appraisal)
    assert picture.chart.rows["label"].str.startswith("Cost: ").all() and "no benefit is drawn" in picture.title
    years = appraisal_pictures.by_year(made, appraisal)
    assert set(years.chart.rows["part"]) == {"Costs"} and [item.label for item in years.legend] == ["Costs"]
    assert "benefits are not findings" in picture.table.caption and "benefits are not findings" in years.table.caption
    assert appraisal_pictures.tiles(appraisal) == ()
    assert appraisal_tables.switching_sentence(appraisal) == appraisal_tables.counted_sentence(appraisal) == ""


def test_no_ratio_is_shown_where_the_costs_may_be_nothing(appraisal: Appraisal) -> None:
    result = appraisal.result.copy()
    result.loc[result["measure"] == "bcr", ["value", "low", "high"]] = float("nan")
    free = replace(appraisal, result=result)
    assert [tile.title for tile in appraisal_pictures.tiles(free)] == ["Net present value"]
    assert appraisal_pictures.has_ratio(appraisal) and not appraisal_pictures.has_ratio(free)


def test_multipliers_are_labelled_with_their_status(appraisal: Appraisal) -> None:
    table = appraisal_tables.multiplier_table(appraisal)
    assert "not findings" in table.caption
    assert {row[-1] for row in table.rows} == set(appraisal.multipliers["status"])
    last = appraisal.multipliers[appraisal.multipliers["year"] == appraisal.multipliers["year"].max()]
    assert len(table.rows) == len(last)


def test_the_value_without_multipliers_is_said(appraisal: Appraisal) -> None:
    counted = appraisal.result.set_index("measure")["value"]["npv_counted_gbp"]
    said = appraisal_tables.counted_sentence(appraisal)
    assert said.startswith("Without multipliers") and words.number(counted, words.unit_of("GBP")) in said


def test_the_switching_sentence_names_the_line_that_turns_the_answer_soonest(appraisal: Appraisal) -> None:
    rows = appraisal.switching.dropna(subset=["multiple"])
    rows = rows[~rows["item"].isin(["benefits", "costs"])]
    soonest = rows.iloc[int(rows["change_percent"].abs().to_numpy().argmin())]
    said = appraisal_tables.switching_sentence(appraisal)
    assert soonest["title"] in said or soonest["multiple"] > appraisal_tables.MOST_TIMES
    assert all("e+" not in cell for row in appraisal_tables.switching_table(appraisal).rows for cell in row)


def test_the_ladder_names_every_indicator(appraisal: Appraisal) -> None:
    names = [row[0] for row in appraisal_tables.ladder_table(appraisal).rows]
    assert names == [words.INDICATORS[name] for name in appraisal.gross_to_net["indicator"]] and "Online" in names
