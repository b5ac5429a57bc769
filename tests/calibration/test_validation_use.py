"""Years held out, on a made-up survey: shares, the model's forecast, scores, slices and bars."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from calibration.validation import bars
from calibration.validation.holdout_rows import COLUMNS, MODEL, as_table, holdout_row, summary
from calibration.validation.holdout_use import BROKEN, TREND_WITH_START, score_use, use_bars, use_scores
from calibration.validation.predictions import normal
from calibration.validation.use_forecast import forecast_use, split_by_contrast
from calibration.validation.use_shares import BY_AGE, BY_DISABILITY, disabled_shares, known_series, use_shares

_SPEC = importlib.util.spec_from_file_location("made_up_use", Path(__file__).with_name("made_up_use.py"))
assert _SPEC and _SPEC.loader
made_up = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made_up)

KNOWN = made_up.survey(range(2013, 2018))
FITTED = KNOWN[(KNOWN["year"] > 2014) | ((KNOWN["year"] == 2014) & (KNOWN["group_by"] == "age_band"))]
LATER = made_up.survey(range(2018, 2021), seed=2, role="holdout")


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return score_use(made_up.draws(FITTED, n=20), use_shares(LATER), use_shares(KNOWN), seed=1)


def test_shares_are_of_all_three_classes_with_their_sampling_error():
    share = next(s for s in use_shares(KNOWN) if (s.cell, s.year, s.measure) == ("65-74 disabled", 2016, "recent"))
    part = KNOWN[(KNOWN["group"] == "65-74 x yes") & (KNOWN["year"] == 2016)].set_index("measure")["value"]
    assert share.share_pct == pytest.approx(100 * part["recent"] / part.sum())
    people, p = part.sum(), share.share_pct / 100
    assert share.error == pytest.approx(1 / np.sqrt(people * p * (1 - p)), rel=0.01)
    assert share.holdout == BY_DISABILITY


def test_series_are_in_the_order_of_years():
    series = known_series(use_shares(KNOWN), "recent")["75+", ""]
    assert series.years.tolist() == [2013, 2014, 2015, 2016, 2017]


@pytest.mark.parametrize("level", [-3.0, 0.0, 2.5, 6.0])
@pytest.mark.parametrize("contrast", [-2.0, 0.0, 1.0])
def test_two_shares_keep_their_contrast_and_add_up(level, contrast):
    disabled, others = split_by_contrast(np.array([level]), np.array([contrast]), 0.36)
    assert disabled - others == pytest.approx(contrast)
    assert 0.36 * expit(disabled) + 0.64 * expit(others) == pytest.approx(expit(level), rel=1e-12)


def test_a_miss_that_persisted_is_carried_forward_and_fades():
    # The model is half a unit of log odds too high in every fitted year.
    draws = made_up.draws(made_up.survey(range(2014, 2018), seed=None), off=0.5, miss=0.5)
    shares = [
        s for s in use_shares(made_up.survey([2018, 2020], seed=None)) if (s.cell, s.measure) == ("65-74", "recent")
    ]
    medians = [forecast.quantiles_pct([0.5])[0] for forecast in forecast_use(draws, shares, disabled_shares(), seed=1)]
    misses = [
        made_up.log_odds(m) - made_up.truth("level", "65-74", s.year) for m, s in zip(medians, shares, strict=True)
    ]
    assert 0.0 < misses[0] < misses[1] < 0.35


def test_a_forecast_is_no_surer_than_the_survey_that_will_judge_it():
    draws = made_up.draws(FITTED, spread=1e-6, miss=1e-6)
    shares = [s for s in use_shares(LATER) if s.measure == "recent"]
    for share, forecast in zip(shares, forecast_use(draws, shares, disabled_shares(), seed=1), strict=True):
        width = made_up.log_odds(forecast.quantiles_pct([0.95])[0]) - made_up.log_odds(
            forecast.quantiles_pct([0.05])[0]
        )
        assert width == pytest.approx(2 * 1.645 * share.error, rel=0.01)


def test_an_unfitted_series_gets_the_size_of_its_group():
    known = FITTED[~FITTED["group"].str.startswith("75+")]
    share = next(s for s in use_shares(LATER) if (s.cell, s.year, s.measure) == ("75+", 2018, "recent"))
    draws = made_up.draws(known, spread=1e-6, miss=0.3)
    forecast = forecast_use(draws, [share], disabled_shares(), seed=1)[0]
    width = made_up.log_odds(forecast.quantiles_pct([0.95])[0]) - made_up.log_odds(forecast.quantiles_pct([0.05])[0])
    assert width == pytest.approx(2 * 1.645 * np.hypot(0.3, share.error), rel=0.1)


def test_lapsed_and_never_add_up_with_recent():
    draws = made_up.draws(FITTED, spread=1e-6, miss=1e-6)
    shares = [s for s in use_shares(LATER) if (s.cell, s.year) == ("65-74", 2019)]
    medians = [forecast.quantiles_pct([0.5])[0] for forecast in forecast_use(draws, shares, disabled_shares(), seed=1)]
    assert len(medians) == 3 and sum(medians) == pytest.approx(100.0, abs=0.01)


def test_every_share_is_forecast_by_everybody(rows):
    assert list(rows.columns) == list(COLUMNS) and not rows.isna().any().any()
    recent = rows[rows["measure"] == "recent"]
    assert (recent[recent["holdout"] == BY_AGE].groupby("predictor").size() == 21).all()
    assert (recent[recent["holdout"] == BY_DISABILITY].groupby("predictor").size() == 42).all()
    assert set(recent["predictor"]) == {MODEL, "last value", "linear trend", "random walk with drift", "logit trend", TREND_WITH_START}  # fmt: skip
    assert set(rows[rows["measure"] != "recent"]["holdout"]) == {BY_AGE}


def test_the_start_is_given_to_no_series_by_disability(rows):
    assert TREND_WITH_START not in set(rows[rows["holdout"] == BY_DISABILITY]["predictor"])


def test_the_break_stands_apart_and_older_people_on_their_own(rows):
    scores = use_scores(rows).set_index(["holdout", "measure", "slice", "predictor"])["cells"]
    model = scores.xs(MODEL, level="predictor").xs("recent", level="measure")
    assert model[BY_AGE].to_dict() == {
        "all": 20, "55 and over": 8, "2018": 7, "2019": 7, "2020": 6, f"{BROKEN[0]} in 2020, a break": 1
    }  # fmt: skip
    assert model[BY_DISABILITY]["all"] == 40


def test_a_model_that_is_right_does_well_and_covers_its_share(rows):
    scores = use_scores(rows).set_index(["holdout", "measure", "slice", "predictor"])
    mine = scores.loc[(BY_AGE, "recent", "all", MODEL)]
    straight = scores.loc[(BY_AGE, "recent", "all", "linear trend")]
    assert mine["abs_error"] < 0.45 < straight["abs_error"]
    assert scores.loc[(BY_DISABILITY, "recent", "all", MODEL), "cover90"] >= 80


def test_bars_are_computed_and_a_bad_model_misses_them(rows):
    good = bars.bar_table(use_bars(use_scores(rows))).set_index(["part", "bar"])
    assert bool(good.loc[(BY_AGE, "mean absolute error"), "met"])
    wrong = made_up.draws(FITTED, n=10, off=0.0, spread=1e-3, miss=1e-3)
    for name in wrong.values:
        if name.startswith("recent") and int(name[-4:]) > 2017:
            wrong.values[name] += 0.8
    bad = bars.bar_table(use_bars(use_scores(score_use(wrong, use_shares(LATER), use_shares(KNOWN), seed=1))))
    bad = bad.set_index(["part", "bar"])
    assert not bad.loc[(BY_AGE, "mean absolute error"), "met"]
    assert not bad.loc[(BY_AGE, "cells inside 90% intervals"), "met"]
    assert not bad.loc[(BY_AGE, "CRPS over that of the logit trend"), "met"]


def test_a_bar_without_a_number_is_missed():
    assert not bars.at_most("p", "b", float("nan"), 1.0, "points").met
    assert bars.at_least("p", "b", 4, 4, "patterns").met
    assert bars.within("p", "b", 90.0, 80.0, 97.0, "%") == bars.Bar("p", "b", "80 to 97 %", "90", True)


def test_a_summary_weighs_cells_alike():
    made = [
        holdout_row("h", cell, 2018, "recent", "model", truth, normal(50.0, 1.0, "per cent"))
        for cell, truth in (("a", 50.0), ("b", 53.0))
    ]
    table = as_table(made)
    found = summary(table, {"all": table["year"] == 2018}).iloc[0]
    assert found["cells"] == 2 and found["abs_error"] == pytest.approx(1.5)
    assert (found["cover50"], found["cover90"]) == (50.0, 50.0)


def test_luck_is_a_function_of_the_seed():
    draws, shares = made_up.draws(FITTED, n=5), [s for s in use_shares(LATER) if s.who == "yes"][:1]
    first, again, other = (forecast_use(draws, shares, disabled_shares(), seed)[0].mean for seed in (1, 1, 2))
    assert np.array_equal(first, again) and not np.array_equal(first, other)
