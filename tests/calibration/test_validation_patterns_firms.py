"""Patterns of firms on tables made by hand: speed of an S-curve up to its ceiling, small firms' lag, the gap's rise and fall."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit

from calibration.validation.patterns_firms import (
    CURVES,
    GAPS,
    YEARS,
    gap_by_year,
    judged_patterns,
    speed,
    widens_then_narrows,
)

FIRMS = 100_000
TIME = np.arange(len(YEARS))


def table(shares: dict[tuple[str, str], np.ndarray], draw: int = 0) -> pd.DataFrame:
    """Counts of one run from shares by year of (technology, size)."""
    rows = [
        (draw, technology, size, year, round(FIRMS * float(share)), FIRMS)
        for (technology, size), of_year in shares.items()
        for year, share in zip(YEARS, of_year, strict=True)
    ]
    return pd.DataFrame(rows, columns=["draw", "technology", "size", "year", "users", "firms"])


def curve(rate: float, ceiling: float = 1.0, middle: float = 10.0) -> np.ndarray:
    return ceiling * expit(rate * (TIME - middle))


@pytest.mark.parametrize("ceiling", [1.0, 0.3])
def test_the_speed_of_a_finished_curve_is_its_own_whatever_its_ceiling(ceiling):
    assert speed(table({("cloud", "all"): curve(0.6, ceiling)}), "cloud") == pytest.approx(0.6, rel=0.03)


def test_a_curve_far_from_its_ceiling_still_has_a_speed_and_one_that_never_moves_has_none():
    assert 0.3 < speed(table({("ai", "all"): curve(0.3, middle=25.0)}), "ai") < 0.5
    assert math.isnan(speed(table({("ai", "all"): np.full(len(YEARS), 0.4)}), "ai"))
    assert math.isnan(speed(table({("ai", "all"): np.zeros(len(YEARS))}), "ai"))


def test_a_gap_that_only_closes_or_only_opens_is_no_rise_and_fall():
    rise_and_fall = 10.0 - 0.1 * (TIME - 11.0) ** 2
    assert widens_then_narrows(rise_and_fall) == pytest.approx(10.0, abs=0.5)
    assert widens_then_narrows(20.0 - TIME) == widens_then_narrows(5.0 + TIME) == 0.0


def test_the_gap_is_large_less_small_in_points():
    run = table({("ai", "large"): np.full(len(YEARS), 0.5), ("ai", "small"): np.full(len(YEARS), 0.2)})
    assert gap_by_year(run, "ai") == pytest.approx(np.full(len(YEARS), 30.0))


@pytest.mark.parametrize(("ahead", "passed"), [(5.0, True), (0.0, False), (-3.0, False)])
def test_small_firms_that_follow_later_show_the_pattern(ahead, passed):
    shares = {(name, "all"): curve(0.4) for name in CURVES}
    for name in GAPS:
        shares |= {(name, "small"): curve(0.4), (name, "large"): curve(0.4, middle=10.0 - ahead)}
    rows = {row["id"]: row for row in judged_patterns(pd.concat([table(shares, draw) for draw in range(3)]))}
    assert rows["d/lags"]["passed"] == rows["d/gap"]["passed"] == passed
    assert all(rows[f"a/{name}"]["passed"] for name in CURVES) and len(rows) == len(CURVES) + 2


def test_a_technology_that_comes_at_a_stroke_is_no_s_curve():
    shares = {(name, "all"): curve(0.4) for name in CURVES} | {("ai", "all"): curve(1.5)}
    for name in GAPS:
        shares |= {(name, "small"): curve(0.4), (name, "large"): curve(0.4, middle=5.0)}
    rows = {row["id"]: row for row in judged_patterns(table(shares))}
    assert not rows["a/ai"]["passed"] and rows["a/cloud"]["passed"]
