"""Gloucestershire's roster against its published margins."""

import numpy as np
import pytest

from scenarios.population_check import population_report

TITLES = ("authority", "small area", "disability", "years", "households")


@pytest.fixture(scope="module")
def report():
    return dict(zip(TITLES, (table for _, table in population_report("gloucestershire", 0.1)), strict=True))


def test_small_area_cells_are_within_the_limit(report) -> None:
    cells = report["small area"]
    assert set(cells["margin"]) == {"age", "sex", "disability", "household size", "qualification", "employment"}
    assert cells["cells_beyond_limit"].sum() == 0


def test_authority_cells_are_within_sampling_error(report) -> None:
    table = report["authority"]
    assert len(table) == 6 * 7 * 2
    assert table["fitted"].sum() == pytest.approx(table["published"].sum(), rel=0.01)
    # One person in ten: the standard error of a cell of n people is about 3 / sqrt(n).
    z = (table["fitted"] - table["published"]) / (3.0 * np.sqrt(table["published"]))
    assert np.sqrt((z**2).mean()) < 1.3


def test_disability_follows_its_expected_gradient(report) -> None:
    table = report["disability"]
    assert (np.diff(table["expected_pct"].to_numpy()[1:]) > 0).all()
    assert table["difference_points"].abs().max() < 1.5


def test_adults_follow_the_uk_index(report) -> None:
    early = report["years"].query("january <= 2020")
    assert early["index_difference_pct"].max() < 4.0
    assert early["total"].is_monotonic_increasing


@pytest.mark.full
@pytest.mark.parametrize("region", ["glasgow", "gloucestershire", "hertfordshire", "staffordshire", "west-midlands"])
def test_every_region_meets_its_margins_at_scale_one(region: str) -> None:
    authority, cells, disability, years, _ = (table for _, table in population_report(region, 1.0))
    assert authority["difference_pct"].abs().max() < 2.0
    assert cells["cells_beyond_limit"].sum() == 0
    assert disability["difference_points"].abs().max() < 0.2
    assert years["index_difference_pct"].max() < 1.0
