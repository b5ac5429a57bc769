"""Pictures and tables of fairness: which gaps change, who gains, and what is too small to show."""

from dataclasses import replace
from types import ModuleType

import pytest

from experiments.compare import Comparison
from experiments.inclusion import NARROWS, UNCHANGED, WIDENS, Fairness
from viz import fairness_pictures, words
from viz.picture import Picture
from viz.svg import chart_svg

PLAN = "smart-people"


@pytest.fixture(scope="module")
def made(made_up: ModuleType) -> Comparison:
    return made_up.make_comparison(n_areas=12)


@pytest.fixture(scope="module")
def found(made: Comparison) -> Fairness:
    fairness = fairness_pictures.fairness_of(made, PLAN)
    assert fairness
    return fairness


@pytest.fixture(scope="module")
def drawings(made: Comparison, found: Fairness) -> list[Picture]:
    return [fairness_pictures.gaps(made, found), fairness_pictures.gains(made, found)]


def test_every_picture_has_words_a_source_and_a_table(drawings: list[Picture]) -> None:
    for picture in drawings:
        assert picture.title and picture.unit and picture.note and picture.title in picture.alt
        assert "uncalibrated" in picture.source
        assert all(len(row) == len(picture.table.headers) for row in picture.table.rows), picture.key
        assert chart_svg(picture.chart, picture.alt).startswith("<svg")


def test_the_headline_counts_the_verdicts_and_names_what_widens(found: Fairness) -> None:
    verdicts = [NARROWS, WIDENS, *[UNCHANGED] * (len(found.gaps) - 2)]
    gaps = found.gaps.assign(statistic="gap", measure="non_use", verdict=verdicts)
    said = fairness_pictures.headline(replace(found, gaps=gaps))
    wider = words.GAP_SIDES[gaps["group_by"].iloc[1]].lower()
    assert said == (
        f"Of {len(gaps)} gaps between groups in being online, 1 narrows by a measurable amount and 1 widens ({wider})."
    )
    still = fairness_pictures.headline(replace(found, gaps=gaps.assign(verdict=UNCHANGED)))
    assert still.startswith("None of ")


def test_gaps_are_those_of_the_table(drawings: list[Picture], found: Fairness) -> None:
    rows = found.gaps[(found.gaps["statistic"] == "gap") & (found.gaps["measure"] == "non_use")]
    assert drawings[0].chart.rows["mean"].tolist() == rows["difference"].tolist()
    assert [row[-1] for row in drawings[0].table.rows] == rows["verdict"].tolist()
    assert set(words.GAP_SIDES) >= set(rows["group_by"])


def test_who_gains_adds_up_within_each_breakdown(drawings: list[Picture], made: Comparison) -> None:
    net = made.answer(PLAN).tiles[0].value
    rows = drawings[1].chart.rows
    for by in fairness_pictures.DRAWN:
        assert rows.loc[rows["group_by"] == by, "mean"].sum() == pytest.approx(net, rel=1e-6)
    assert "Council: First Town" in [row[0] for row in drawings[1].table.rows]


def test_small_groups_are_not_drawn_and_the_table_says_so(made: Comparison, found: Fairness) -> None:
    hidden = found.incidence["group"] == "75+"
    numbers = ["additional", "low", "high", "additional_share", "non_user_share", "ratio"]
    incidence = found.incidence.copy()
    incidence.loc[hidden, numbers] = float("nan")
    picture = fairness_pictures.gains(made, replace(found, incidence=incidence))
    assert "Age: 75+" not in picture.chart.rows["label"].tolist()
    assert next(row for row in picture.table.rows if row[0] == "Age: 75+")[1] == "not shown: too few people"


def test_what_the_money_reaches_is_told_or_said_to_be_unknown(found: Fairness) -> None:
    assert "cannot be told" in fairness_pictures.reach_sentence(found)
    reach = found.reach.assign(spend_share=40.0, low=30.0, high=50.0, adults_share=9.0)
    said = fairness_pictures.reach_sentence(replace(found, reach=reach))
    assert "40% (30% to 50%)" in said and "9% of adults" in said


def test_results_without_all_adults_have_no_fairness(made: Comparison) -> None:
    series = made.tables["series"]
    older = replace(made, tables=made.tables | {"series": series[series["indicator"] != "adults"]})
    assert fairness_pictures.fairness_of(older, PLAN) is None
