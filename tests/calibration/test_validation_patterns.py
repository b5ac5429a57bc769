"""Emergent patterns on made-up curves, made-up homes and tiny worlds: what each definition calls shown, and what not."""

import math

import numpy as np
import pandas as pd
import pytest

from calibration.validation import patterns
from calibration.validation.baseline_runs import baseline_runs, january_counts
from calibration.validation.clustering import clustering, non_use_clustering
from calibration.validation.pattern import Pattern, judged, shown
from calibration.validation.patterns import cluster_rows, curve_rows, discount_row, gap_row, pattern_bar
from experiments.runner import RunInput, make_model
from model.parameters import central_values, prior_draws
from model.region import AGE_BANDS
from model.state import ABSENT, RECENT
from scenarios.loader import load_scenario

ADULTS = 100_000
DISTANCE = {band: max(0, place - 2) for place, band in enumerate(AGE_BANDS)}
"""How far a band lies behind the young"""


def curves(speed: dict[str, float], behind: float = 1.2, n_draws: int = 5) -> pd.DataFrame:
    """Counts of logistic curves by band, from 2013 to 2035; the first draw's lies a little lower than the next one's."""
    rows = []
    for draw in range(n_draws):
        for band in AGE_BANDS:
            for year in range(2013, 2036):
                level = 3.6 - behind * DISTANCE[band] + 0.02 * draw + speed[band] * (year - 2013)
                rows.append((draw, year, band, round(ADULTS / (1.0 + math.exp(-level))), ADULTS))
    return pd.DataFrame(rows, columns=["draw", "year", "age_band", "recent", "adults"])


def same(speed: float) -> dict[str, float]:
    return dict.fromkeys(AGE_BANDS, speed)


@pytest.mark.parametrize(("speed", "passed"), [(0.25, True), (0.05, False), (0.8, False)])
def test_speed_of_the_curves_is_read_and_judged(speed, passed):
    rows = curve_rows(curves(same(speed)))
    speeds = [row for row in rows if row["id"] != "a/shape"]
    assert [row["id"] for row in speeds] == ["a/45-54", "a/55-64", "a/65-74", "a/75+"]
    if speed < 0.5:
        assert [row["median"] for row in speeds] == pytest.approx([speed] * 4, rel=0.02)
    assert shown(rows) == {"a": passed}


def test_a_curve_that_bends_in_log_odds_is_no_s_curve():
    table = curves(same(0.2))
    late = (table["year"] >= 2018) & (table["age_band"] == "75+")
    table.loc[late, "recent"] = int(ADULTS * 0.5)
    row = curve_rows(table)[-1]
    assert row["id"] == "a/shape" and not row["passed"]


def test_gaps_halve_first_among_the_young_only_where_they_do():
    young = gap_row(curves(same(0.25)))
    assert young["passed"] and young["median"] > 1
    old_first = {band: 0.005 + 0.04 * max(0, DISTANCE[band] - 1) ** 2 for band in AGE_BANDS}
    assert not gap_row(curves(old_first))["passed"]


def test_gaps_that_never_halve_have_no_order():
    row = gap_row(curves(same(0.001)))
    assert row["median"] == pytest.approx(0.0, abs=1e-9) and not row["passed"]


def homes(generator: np.random.Generator, together: bool) -> dict[str, float]:
    """3,000 couples in 60 areas, a tenth of the people offline: at random, or most of them in the same homes."""
    household = np.repeat(np.arange(3000), 2)
    offline = generator.random(6000) < 0.1
    if together:
        offline = np.repeat(generator.random(3000) < 0.1, 2)
    return clustering(offline, household, household // 50, np.zeros(6000, np.int64), generator)


def test_couples_offline_together_are_seen_and_chance_is_not():
    generator = np.random.default_rng(1)
    together = [{"region": "x", "draw": draw} | homes(generator, True) for draw in range(4)]
    apart = [{"region": "x", "draw": draw} | homes(generator, False) for draw in range(4)]
    ratio = {row["id"]: row for row in cluster_rows(pd.DataFrame(together))}["c/households"]["median"]
    assert ratio == pytest.approx(10.0, rel=0.15)
    rows = cluster_rows(pd.DataFrame(apart))
    assert rows[0]["median"] == pytest.approx(1.0, abs=0.25)
    assert shown(rows) == {"c": False}


def test_clustering_that_composition_explains_does_not_count():
    """Old couples: everyone of kind 1 is offline, so homes share non-use without any more to it."""
    household = np.repeat(np.arange(2000), 2)
    old = np.repeat(np.arange(2000) % 5 == 0, 2)
    found = clustering(old, household, household // 50, old.astype(np.int64), np.random.default_rng(1))
    assert found["household_pairs"] == found["household_expected"] == 400
    assert found["household_variance"] == 0


def test_a_planted_spread_of_areas_is_found_though_few_old_people_live_where_it_is_high():
    """Old people are offline 1.3 times as often in half of the areas and .7 times in the others, of which they are
    three times as many: the ratio is 1 + .3 squared, less for what the uneven numbers take from the middle."""
    generator = np.random.default_rng(1)
    per_area, n_areas = 200, 300
    area = np.repeat(np.arange(n_areas), per_area)
    worse = area % 2 == 0
    old = np.arange(area.size) % per_area < np.where(worse, 40, 120)
    rate = np.where(old, 0.3 * np.where(worse, 1.3, 0.7), 0.02)
    non_use = generator.random(area.size) < rate
    found = clustering(non_use, np.arange(area.size), area, old.astype(np.int64), generator)
    share = (40 * 0.39 + 120 * 0.21) / 160
    remainder = 0.5 * ((40 * (0.39 - share)) ** 2 + (120 * (0.21 - share)) ** 2)
    expected = 0.5 * ((40 * share + 3.2) ** 2 + (120 * share + 1.6) ** 2)
    assert found["area_pairs"] / found["area_expected"] == pytest.approx(1.0 + remainder / expected, abs=0.01)
    assert found["area_pairs"] - found["area_expected"] > 5 * found["area_variance"] ** 0.5


def test_a_pattern_is_judged_by_its_median_and_counts_what_cannot_be_measured():
    pattern = Pattern("x", "X", "made up", "points", low=1.0)
    row = judged(pattern, [0.5, 1.5, 2.0])
    assert (row["median"], row["passed"], row["threshold"]) == (1.5, True, "at least 1")
    assert row["share_of_draws"] == pytest.approx(200 / 3)
    assert not judged(pattern, [2.0, math.nan, math.nan])["passed"]
    assert not judged(pattern, [])["passed"]


def test_four_of_five_patterns_are_enough():
    rows = [{"id": name, "passed": name != "b"} for name in ("a/1", "a/2", "b", "c", "d", "e")]
    bar = pattern_bar(rows)
    assert (bar.measured, bar.met) == ("4", True)
    assert not pattern_bar([*rows, {"id": "a/3", "passed": False}]).met


def test_the_whole_part_judges_every_pattern(monkeypatch):
    pairs = [{"region": "x", "draw": draw} | homes(np.random.default_rng(draw), True) for draw in range(4)]
    monkeypatch.setattr(patterns, "baseline_runs", lambda *how, **more: (curves(same(0.25)), pd.DataFrame(pairs)))
    trial = pd.DataFrame([{"model": 60.0, "low": 40.0, "high": 62.0}])
    monkeypatch.setattr(patterns, "run_replications", lambda **how: trial)
    small = Pattern("d/lags", "D", "made up", "points", low=0.0)
    monkeypatch.setattr(patterns, "firm_patterns", lambda *how: [judged(small, [1.0])])
    rows, bars = patterns.run_patterns(None, 1, lambda done, total, text: None, n_draws=4)
    assert shown(rows.to_dict("records")) == {letter: letter != "c" or bool(rows.query("id == 'c/areas'")["passed"].all())
                                              for letter in "abcde"}  # fmt: skip
    assert bars[0].met


def test_the_discount_is_judged_by_its_best_estimate():
    row = discount_row(pd.Series({"model": 60.0, "low": 40.0, "high": 62.0}))
    assert row["passed"] and (row["median"], row["low"]) == (60.0, 40.0)


@pytest.mark.full
def test_runs_of_a_region_are_the_same_however_many_draws_share_a_task():
    draws = prior_draws(2, 1)
    both, pairs = baseline_runs([("glasgow", 0.01)], [2013, 2014], draws, measure=non_use_clustering)
    alone, _ = baseline_runs([("glasgow", 0.01)], [2013, 2014], draws[:1])
    assert both[both["draw"] == 0].reset_index(drop=True).equals(alone)
    assert len(pairs) == 2
    assert (pairs["household_pairs"] > 0).all()


@pytest.mark.full
def test_a_run_is_counted_whole():
    values = tuple(sorted(central_values().items()))
    run = RunInput("glasgow", 0.01, 1, 12, 1, values, "central", 0, 0)
    model = make_model(run, load_scenario("baseline", "glasgow"))
    model.run()
    counts = january_counts(model, [2013, 2014]).query("year == 2014")
    codes = model.record.codes[12]
    present = codes != ABSENT
    assert counts["adults"].sum() == present.sum()
    assert counts["recent"].sum() == (codes[present] >= RECENT * 16).sum()
    assert non_use_clustering(model) == non_use_clustering(model)
