"""A calibrated comparison in the report: true words, a bar of where the spread comes from, numbers before and after the fit."""

from dataclasses import replace
from types import ModuleType

import pytest

from experiments.compare import Comparison
from experiments.store import model_version
from experiments.structures import FORMS
from experiments.summary import intervals_title
from model.parameters import registry
from viz import assumptions, firm_pictures, pictures
from viz.report import report_html
from viz.spread_bar import spread_bars

PLAN = "smart-people"


@pytest.fixture
def calibrated(made_up: ModuleType, ship_posterior) -> Comparison:
    ship_posterior(
        {"onset_base": [-5.5, -5.0, -4.5], "onset_peers": [0.5, 0.8, 1.1]}, labels={"onset_peers": "prior-only"}
    )
    made = made_up.make_comparison(firms=900.0, draws=3, n_areas=30)
    manifest = made.manifest | {"calibrated": True, "fitted": ["residents", "firms"], "model_version": model_version()}
    return replace(made, manifest=manifest)


def test_bars_hold_all_of_the_spread(calibrated: Comparison) -> None:
    bars = spread_bars(calibrated, PLAN)
    assert ["additional people online" in bars[0].sentence, "additional adoptions" in bars[1].sentence] == [True, True]
    for bar in bars:
        assert [item.label for item, _ in bar.slices] == ["Parameters", "Luck", "Form of the model"]
        assert sum(percent for _, percent in bar.slices) == pytest.approx(100.0)


def test_the_report_of_a_calibrated_comparison(calibrated: Comparison) -> None:
    html = report_html(calibrated)
    assert "ncalibrated" not in html and "prior draws" not in html and "not been tuned" not in html
    assert "3 posterior draws x 2 seeds" in html and "fitted to UK figures of 2014-17 (firms: to 2024)" in html
    assert html.count('class="spread"') == 2 and spread_bars(calibrated, PLAN)[0].sentence in html
    assert html.count("with no peer effect") >= 2
    assert "<dt>Posterior draws</dt>" in html
    assert "-5 (-5.5 to -4.5), informed" in html.replace("−\u2060", "-").replace("−", "-")


def test_numbers_before_and_after_the_fit(calibrated: Comparison, ship_posterior) -> None:
    table = assumptions.parameter_table(calibrated)
    at = table.headers.index("After the fit")
    rows = dict(zip(registry(), table.rows, strict=True))
    assert rows["onset_base"][at].endswith("informed") and "fitted to published figures" in rows["onset_base"]
    assert rows["onset_peers"][at] == "0.8 (0.5 to 1.1), prior-only" and "assumed" in rows["onset_peers"]
    assert rows["lapse_base"][at] == ""


def test_without_a_fit_there_is_nothing_after_it(made_up: ModuleType, ship_posterior) -> None:
    table = assumptions.parameter_table(made_up.make_comparison(draws=0))
    assert "After the fit" not in table.headers and "Stated range, 90%" in table.headers


def test_spillovers_stand_beside_their_value_without_peers(calibrated: Comparison) -> None:
    for picture in (pictures.helped(calibrated, PLAN), firm_pictures.helped(calibrated, PLAN)):
        assert "with no peer effect" in picture.note
        assert picture.table.rows[-1][0] == "Spillover with no peer effect" and len(picture.chart.rows) == 4
        assert "Spillover with no peer effect" in picture.table.csv


def test_results_without_other_forms_show_what_they_have(calibrated: Comparison) -> None:
    names = [form.name for form in FORMS]
    tables = {
        name: table[~table["design_point"].isin(names)] if "design_point" in table else table
        for name, table in calibrated.tables.items()
    }
    old = replace(calibrated, tables=tables)
    assert [item.label for item, _ in spread_bars(old, PLAN)[0].slices] == ["Parameters", "Luck"]
    assert "no peer effect" not in report_html(old)


def test_uncalibrated_words_stay_for_uncalibrated_results(made_up: ModuleType) -> None:
    made = made_up.make_comparison(draws=3, n_areas=30)
    assert intervals_title(made).startswith("90% intervals, uncalibrated: 3 prior draws x 2 seeds")
    assert "<dt>Uncalibrated</dt>" in report_html(made)
