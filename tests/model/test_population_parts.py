"""Parts the roster is made of: whole numbers from expected ones, households of one area, national schedules."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.demography import (
    BAND_CENTRES,
    disability_by_band,
    read_mortality,
    smooth_over_age,
    survivors_after_90,
    time_edges,
    uk_adults_by_year,
    uk_adults_index,
)
from model.households import ADULT_CHILD, ALONE, CHILD, COMMUNAL, PARTNER, assemble
from model.rounding import reconcile, sigmoid, systematic_counts, systematic_sample, tilt
from model.synthesis import proportional_fit
from scenarios.regions_io import load_national


@given(st.lists(st.floats(0.0, 9.0), min_size=1, max_size=40), st.floats(0.0, 0.999))
def test_systematic_counts_stay_within_one_of_the_running_sum(expected: list[float], offset: float) -> None:
    counts = systematic_counts(np.array(expected), offset)
    assert (counts >= 0).all()
    assert (np.abs(np.cumsum(counts) - np.cumsum(expected)) <= 1.0 + 1e-6).all()


@given(st.integers(0, 60), st.floats(0.0, 0.999), st.integers(0, 5))
def test_systematic_sample_takes_exactly_the_number(number: int, offset: float, seed: int) -> None:
    weights = np.random.default_rng(seed).random(60) ** 4
    assert systematic_sample(weights, number, offset).sum() == number


def test_systematic_sample_follows_the_weights() -> None:
    weights = np.array([0.1, 0.5, 0.9, 0.5])
    generator = np.random.default_rng(1)
    share = np.mean([systematic_sample(weights, 2, generator.random()) for _ in range(4000)], axis=0)
    assert share == pytest.approx(weights, abs=0.03)


def test_reconciled_rows_add_up_and_keep_their_shares() -> None:
    counts = np.array([[10.0, 21.0, 31.0], [0.0, 0.0, 0.0]])
    whole = reconcile(counts, np.array([60, 5]))
    assert whole.sum(axis=1).tolist() == [60, 5]
    assert np.abs(whole[0] - counts[0] * 60 / 62).max() < 1


def test_tilt_meets_its_target() -> None:
    logits, numbers = np.array([[-1.0, 0.0, 2.0]]), np.array([[10.0, 20.0, 5.0]])
    shift = tilt(logits, numbers, np.array([12.0]))
    assert (numbers * sigmoid(logits + shift[:, None])).sum() == pytest.approx(12.0, abs=1e-6)


def test_proportional_fit_meets_both_margins() -> None:
    table = proportional_fit(np.array([[3.0, 1.0], [1.0, 2.0]]), np.array([40.0, 60.0]), np.array([30.0, 70.0]))
    assert table.sum(axis=1) == pytest.approx([40.0, 60.0], rel=1e-3)
    assert table.sum(axis=0) == pytest.approx([30.0, 70.0], rel=1e-9)


def _people(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    return np.sort(rng.integers(0, 95, n)), rng.integers(0, 2, n).astype(np.int8)


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(60, 900), st.floats(1.2, 3.6))
def test_households_place_everyone_with_an_adult(seed: int, n: int, mean_size: float) -> None:
    rng = np.random.default_rng(seed)
    age, sex = _people(rng, n)
    shares = rng.dirichlet(np.array([3.0, 4.0, 2.0, 1.5, 0.5, 0.2, 0.1, 0.1]))
    sizes = np.round(shares * n / mean_size).astype(np.int64)
    homes = assemble(age, sex, sizes, np.random.Generator(np.random.Philox(seed)))
    assert (homes.household >= 0).all() and (homes.household < homes.count).all()
    adults = np.bincount(homes.household, weights=age >= 16, minlength=homes.count)
    assert (adults >= 1).all()
    assert ((homes.role == CHILD) == (age < 16)).all()


def test_households_have_the_published_sizes_and_plausible_families() -> None:
    rng = np.random.default_rng(3)
    age, sex = _people(rng, 1600)
    sizes = np.array([190, 230, 110, 90, 30, 10, 2, 1])
    homes = assemble(age, sex, sizes, np.random.Generator(np.random.Philox(5)))
    private = homes.role != COMMUNAL
    members = np.bincount(homes.household[private])
    assert (np.bincount(np.minimum(members, 8), minlength=9)[1:] == sizes).all()
    assert (homes.role == ALONE).sum() == sizes[0]
    youngest_parent = np.full(homes.count, 999)
    np.minimum.at(youngest_parent, homes.household[homes.role == PARTNER], age[homes.role == PARTNER])
    gap = youngest_parent[homes.household[age < 16]] - age[age < 16]
    assert np.mean((gap >= 15) & (gap <= 55)) > 0.93
    assert age[homes.role == ADULT_CHILD].mean() < age[homes.role == PARTNER].mean() - 10


def test_time_runs_from_2013_over_the_census_to_the_horizon() -> None:
    edges, census = time_edges(98, [113, 137])
    assert edges[0] == 0 and edges[census] == 98 and edges[-1] == 276
    assert {113, 137} <= set(edges.tolist()) and (np.diff(edges) > 0).all()


def test_disability_smoothed_over_age_keeps_the_bands() -> None:
    bands = disability_by_band(load_national()["uk_adults"])[2014]
    curve = smooth_over_age(bands, np.arange(16, 100) + 0.5)
    assert curve[4] < curve[24] < curve[44] < curve[64]
    ages = np.arange(55, 65) - 16
    assert curve[ages].mean() == pytest.approx(bands[4], abs=0.003)
    assert BAND_CENTRES.size == bands.size


def test_the_uk_index_is_the_survey_relative_to_census_date() -> None:
    uk = load_national()["uk_adults"]
    by_year = uk_adults_by_year(uk)
    index = uk_adults_index(uk, np.array([0, 48, 98]), 98)
    assert index[2] == pytest.approx(np.ones(7))
    assert index[1] / index[0] == pytest.approx((by_year.loc[2017] / by_year.loc[2013]).to_numpy())
    assert by_year.loc[2020].sum() / by_year.loc[2013].sum() == pytest.approx(1.051, abs=0.001)


def test_few_live_long_after_ninety() -> None:
    mortality = read_mortality(load_national()["mortality"], "England")
    share = survivors_after_90(mortality)
    assert share.sum() == pytest.approx(1.0)
    assert (np.diff(share) < 0).all() and share[10:].sum() < 0.08
    assert mortality.hazard(1, np.array([70.5])) > mortality.hazard(0, np.array([70.5]))
