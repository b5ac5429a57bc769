"""Firm tables: published totals, complete national tables, the UK's firms in the sample, and errors that name the place."""

import csv
import re
import shutil

import pytest

from model.errors import InputError
from model.region import BUSINESS_SIZES, SECTORS, SIZE_BANDS
from model.technologies import PREREQUISITE, TECHNOLOGIES
from scenarios.firm_checks import ROUNDING
from scenarios.region_tables import BUSINESS_AREAS, RATE_MEASURES
from scenarios.regions_io import REGIONS_FOLDER, list_regions, load_national, load_region
from scenarios.uk_region import load_uk_region

ENTERPRISES = {
    "glasgow": 19_595,
    "gloucestershire": 28_860,
    "hertfordshire": 61_065,
    "staffordshire": 39_140,
    "west-midlands": 91_940,
}
UK_ENTERPRISES = 2_724_770


def sums(counts, group):
    return counts[counts["group"] == group].groupby(["authority_code", "measure"])["count"].sum().unstack()


@pytest.mark.parametrize("name", sorted(ENTERPRISES))
def test_published_enterprises(name):
    region = load_region(name)
    by_size, by_sector = sums(region.firm_counts, "size"), sums(region.firm_counts, "sector")
    assert by_size["enterprises"].sum() == ENTERPRISES[name]
    assert (by_size - by_sector).abs().max().max() <= ROUNDING
    assert (by_size["local_units"] > by_size["enterprises"]).all()
    assert list(by_size.index) == list(region.authorities["authority_code"])


def test_categories_come_in_the_order_of_the_model():
    counts = load_region("glasgow").firm_counts
    for measure in ("enterprises", "local_units"):
        own = counts[counts["measure"] == measure]
        assert tuple(own[own["group"] == "sector"]["category"]) == SECTORS
        assert tuple(own[own["group"] == "size"]["category"]) == BUSINESS_SIZES


def test_rates_of_six_years_for_every_authority():
    for name in list_regions():
        region = load_region(name)
        table = region.firm_rates.pivot(index=["authority_code", "year"], columns="measure", values="value")
        assert set(table.columns) == set(RATE_MEASURES)
        assert len(table) == 6 * len(region.authorities)
        assert not table.isna().any().any()
        assert table[["birth_rate_pct", "death_rate_pct"]].min().min() > 3


def test_the_mix_of_each_business_area_is_complete_and_adds_up():
    national = load_national()
    mix = national["firm_sector_size"].pivot_table(index=["area", "sector"], columns="size", values="enterprises")
    assert len(mix) == len(BUSINESS_AREAS) * len(SECTORS)
    assert set(mix.columns) == set(BUSINESS_SIZES) and not mix.isna().any().any()
    assert mix.loc["uk"].to_numpy().sum() == UK_ENTERPRISES
    published = national["firm_counts_uk"].query("measure == 'enterprises' and group == 'size'")
    assert mix.loc["uk"].sum()[published["category"]].tolist() == published["count"].tolist()


def test_the_index_runs_from_2009_to_2024_and_ends_at_the_stock():
    index = load_national()["firm_index"].pivot(index="year", columns="sector", values="enterprises")
    assert list(index.index) == list(range(2009, 2025)) and set(index.columns) == set(SECTORS)
    assert index.loc[2024].sum() == pytest.approx(UK_ENTERPRISES, abs=50)
    assert 0.75 < index.loc[2013].sum() / index.loc[2024].sum() < 0.85


def test_survival_falls_year_by_year():
    survival = load_national()["firm_survival"].set_index("years")["survival_pct"]
    assert list(survival.index) == [1, 2, 3, 4, 5] and survival.is_monotonic_decreasing
    assert survival[5] == pytest.approx(38.4, abs=0.1)


def test_the_start_of_adoption_rises_with_size_and_keeps_prerequisites():
    table = load_national()["start_adoption"]
    start = table.pivot(index="technology", columns="size", values="share_pct")
    start = start.loc[list(TECHNOLOGIES), list(SIZE_BANDS)]
    assert (start.diff(axis=1).iloc[:, 1:] >= 0).all().all()
    assert (start.loc["cyber_essentials"] == 0).all()
    for technology, needed in enumerate(PREREQUISITE):
        if needed >= 0:
            assert (start.iloc[technology] <= start.iloc[needed]).all()
    assert table["share_pct"].between(table["low"], table["high"]).all()


def test_sectors_have_ranges():
    national = load_national()
    sectors = national["sectors"]
    assert tuple(sectors["sector"]) == SECTORS
    for value, low, high in (
        ("gva_per_job_gbp", "gva_low_gbp", "gva_high_gbp"),
        ("charity_share", "charity_low", "charity_high"),
        ("digital_tilt", "tilt_low", "tilt_high"),
    ):
        assert sectors[value].between(sectors[low], sectors[high]).all()


def test_digital_tilts_have_a_mean_of_about_zero_over_jobs():
    national = load_national()
    mix = national["firm_sector_size"].query("area == 'uk'").pivot(index="sector", columns="size", values="enterprises")
    rough_jobs = {"0-4": 2, "5-9": 7, "10-19": 14, "20-49": 30, "50-99": 70, "100-249": 150, "250+": 1000}
    jobs = sum(mix[size] * mean for size, mean in rough_jobs.items())
    tilt = national["sectors"].set_index("sector")["digital_tilt"]
    assert (tilt * jobs).sum() / jobs.sum() == pytest.approx(0, abs=0.03)


def test_the_uk_sample_has_the_uks_firms():
    region = load_uk_region()
    published = load_national()["firm_counts_uk"].set_index(["measure", "group", "category"])["count"]
    shared = region.firm_counts.groupby(["measure", "group", "category"])["count"].sum()
    assert (shared.reindex(published.index) == published).all()
    assert region.business_area == "uk"
    by_size, by_sector = sums(region.firm_counts, "size"), sums(region.firm_counts, "sector")
    assert (by_size - by_sector).abs().max().max() <= ROUNDING
    adults = (region.areas["population"] - region.areas["age_0_15"]).groupby(region.areas["authority_code"]).sum()
    assert (by_size["enterprises"] / UK_ENTERPRISES - adults / adults.sum()).abs().max() < 1e-5
    assert set(region.firm_rates["authority_code"]) == set(region.authorities["authority_code"])


@pytest.fixture
def folder(tmp_path):
    """A copy of a shipped region that a test may spoil."""
    copy = tmp_path / "spoilt"
    shutil.copytree(REGIONS_FOLDER / "gloucestershire", copy)
    return copy


def set_cell(path, row, column, value):
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    lines[row - 1][lines[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "expected"),
    [
        ("firm_counts.csv", 3, "count", "-5", ["row 3", "negative"]),
        ("firm_counts.csv", 3, "category", "productin", ["row 3", "did you mean 'production'"]),
        ("firm_counts.csv", 3, "category", "5-9", ["row 3", "not a sector"]),
        ("firm_counts.csv", 3, "count", "900", ["row 2", "do not add up", "5185 give or take 25"]),
        ("firm_counts.csv", 3, "authority_code", "E07000084", ["row 3", "unknown code", "authorities.csv"]),
        ("firm_counts.csv", 3, "category", "agriculture", ["row 3", "duplicate row"]),
        ("firm_rates.csv", 2, "value", "105.31", ["row 2", "up to 50"]),
        ("firm_rates.csv", 2, "measure", "birth_rate", ["row 2", "did you mean 'birth_rate_pct'"]),
    ],
)
def test_a_bad_firm_figure_is_named(folder, file, row, column, value, expected):
    set_cell(folder / file, row, column, value)
    with pytest.raises(InputError) as error:
        load_region(folder)
    for part in [file, *expected]:
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("file", "pattern", "expected"),
    [
        ("firm_counts.csv", r"E07000079,local_units,size,250\+,\d+\n", "E07000079 are missing for size 250+"),
        ("firm_counts.csv", r"E07000083,.*\n", "enterprises of E07000083 are missing for sector agriculture"),
        ("firm_rates.csv", r"E07000079,2021,death_rate_pct,.*\n", "E07000079, 2021: a measure is missing"),
        ("firm_rates.csv", r"E07000083,.*\n", "E07000083 has no rates"),
    ],
)
def test_missing_firm_figures_are_named(folder, file, pattern, expected):
    path = folder / file
    path.write_text(re.sub(pattern, "", path.read_text()))
    with pytest.raises(InputError, match=re.escape(expected)):
        load_region(folder)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("enterprises: 28860", "enterprises: 31000", "published total is 31,000, firm_counts.csv gives 28,860"),
        ("business_area: south_west", "business_area: wessex", "allowed: uk, east, scotland, south_west"),
        ("business_area: south_west\n", "", "business_area: the key is missing"),
    ],
)
def test_a_bad_description_of_firms_is_named(folder, old, new, expected):
    path = folder / "region.yaml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(InputError, match=re.escape(expected)):
        load_region(folder)
