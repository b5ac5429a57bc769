"""The regions that ship with Uptake: published totals, declared columns, sources."""

import functools
import re
import shutil

import numpy as np
import pytest

from model.errors import InputError
from model.region import AGE_BANDS
from scenarios.region_checks import totals_table
from scenarios.region_tables import AREAS, AUTHORITIES, HUBS, OPTIONAL_GROUPS, PARTS, SOURCES
from scenarios.regions_io import REGIONS_FOLDER, list_regions, load_national, load_region, read_folder
from scenarios.tables import read_table

loaded = functools.cache(load_region)
"""Regions are read-only here, so each is read once."""

CENSUS = {
    "glasgow": 621_170,
    "gloucestershire": 645_095,
    "hertfordshire": 1_198_725,
    "staffordshire": 1_134_443,
    "west-midlands": 2_919_651,
}
AUTHORITY_COUNTS = {"glasgow": 1, "gloucestershire": 6, "hertfordshire": 10, "staffordshire": 9, "west-midlands": 7}
BLANK_AREAS = {"gloucestershire": 4, "hertfordshire": 0, "staffordshire": 3, "west-midlands": 0}


def test_five_regions_ship():
    assert list_regions() == sorted(CENSUS)


@pytest.mark.parametrize("name", sorted(CENSUS))
def test_published_census_total(name):
    region = loaded(name)
    assert region.population == CENSUS[name]
    assert len(region.authorities) == AUTHORITY_COUNTS[name]
    assert region.authorities["population"].sum() == CENSUS[name]


@pytest.mark.parametrize("name", sorted(CENSUS))
def test_tables_have_the_declared_columns_in_index_order(name):
    region = loaded(name)
    for table, frame in ((AREAS, region.areas), (AUTHORITIES, region.authorities), (HUBS, region.hubs)):
        assert list(frame.columns) == [column.name for column in table.columns]
    order = region.areas[["authority_code", "area_code"]]
    assert order.equals(order.sort_values(["authority_code", "area_code"], ignore_index=True))
    assert list(region.authorities["authority_code"]) == sorted(set(region.areas["authority_code"]))


@pytest.mark.parametrize("name", sorted(CENSUS))
def test_blanks_stand_only_where_the_publisher_gives_none(name):
    areas, fallbacks = loaded(name).areas, loaded(name).fallbacks
    blank = areas.isna()
    if name == "glasgow":
        expected = {column for columns in OPTIONAL_GROUPS.values() for column in columns}
        assert set(areas.columns[blank.all()]) == set(areas.columns[blank.any()]) == expected
        assert set(OPTIONAL_GROUPS) <= set(fallbacks["table"])
    else:
        assert blank.any(axis=1).sum() == BLANK_AREAS[name]
        assert fallbacks.empty


def test_parts_add_up_within_disclosure_control():
    for name in CENSUS:
        totals = totals_table(read_folder(REGIONS_FOLDER / name))
        parts = totals[totals["check"].str.contains(", by ")]
        assert len(parts) >= (4 if name == "glasgow" else len(PARTS))
        assert parts["largest_cell_difference"].max() <= 25
        assert (parts["difference"].abs() <= 0.001 * parts["published"]).all()


def test_every_year_of_age_up_to_90_and_over():
    for name in CENSUS:
        ages = loaded(name).ages
        sizes = ages.groupby(["authority_code", "edition", "sex"])["age"].agg(["size", "min", "max"])
        assert (sizes == [91, 0, 90]).all().all()
        by_sex = ages[ages["edition"] == "mid-2022"].groupby("sex")["count"].sum()
        assert 0.49 < by_sex["female"] / by_sex.sum() < 0.53


def test_age_detail_covers_every_area_and_splits_at_16():
    for name in CENSUS:
        region = loaded(name)
        level = "area_code" if region.nation == "Scotland" else "parent_code"
        assert set(region.age_detail["area_code"]) == set(region.areas[level])
        assert 16 in set(region.age_detail["age_low"])


def test_hubs_lie_in_their_region_and_say_what_is_assumed():
    for name in CENSUS:
        region = loaded(name)
        hubs = region.hubs.merge(region.areas, on="area_code", suffixes=("", "_area"))
        assert len(hubs) == len(region.hubs)
        assert (
            np.hypot(hubs["latitude"] - hubs["latitude_area"], hubs["longitude"] - hubs["longitude_area"]).max() < 0.1
        )
        assert (hubs["staffed_hours"] <= hubs["weekly_hours"]).all()
        assert (region.hubs["kind"] == "growth_hub").sum() == 1
    glasgow = loaded("glasgow").hubs
    assert glasgow["assumed"].str.contains("hours").all()
    dennistoun = glasgow[glasgow["name"] == "Dennistoun Library"].iloc[0]
    assert "outside the region" in dennistoun["assumed"]
    assert dennistoun["longitude"] < -4


@pytest.mark.parametrize("name", sorted(CENSUS))
def test_every_table_has_an_open_licence(name):
    sources, problems = read_table(REGIONS_FOLDER / name / SOURCES.file, SOURCES)
    assert not problems
    assert sources["licence"].str.match(r"Open Government Licence v3\.0|single cited facts|Apache-2\.0").all()
    used = " ".join(sources["used_in"])
    for file in (REGIONS_FOLDER / name).glob("*.csv"):
        assert file.name == "sources.csv" or file.name in used


def test_region_folders_are_compact():
    size = sum(file.stat().st_size for file in REGIONS_FOLDER.rglob("*") if file.is_file())
    assert size < 6_000_000


def test_fingerprint_follows_content_not_layout(tmp_path):
    first = loaded("gloucestershire").fingerprint
    folder = tmp_path / "copy"
    shutil.copytree(REGIONS_FOLDER / "gloucestershire", folder)
    for file in folder.glob("*.csv"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert load_region(folder).fingerprint == first
    ages = folder / "ages.csv"
    changed = re.sub(r"(mid-2024,persons,40,)(\d+)", lambda m: m[1] + str(int(m[2]) + 1), ages.read_text(), count=1)
    ages.write_text(changed)
    assert load_region(folder).fingerprint != first


def test_an_unknown_region_gets_a_hint():
    with pytest.raises(InputError, match="unknown region, did you mean 'gloucestershire'") as error:
        load_region("gloucestershir")
    assert "west-midlands" in str(error.value)


def test_a_folder_without_region_yaml_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"no region\.yaml"):
        load_region(tmp_path)


def test_uk_adults_grow_as_published():
    adults = load_national()["uk_adults"]
    everyone = adults[adults["disability"] == "all"].pivot(index="year", columns="age_band", values="thousands")
    assert list(everyone.index) == list(range(2013, 2021))
    assert list(everyone.columns) == sorted(AGE_BANDS)
    growth = everyone.loc[2020] / everyone.loc[2013] - 1
    assert everyone.loc[2020].sum() / everyone.loc[2013].sum() - 1 == pytest.approx(0.051, abs=0.002)
    assert growth["75+"] == pytest.approx(0.156, abs=0.002)


def test_disability_rises_with_age():
    adults = load_national()["uk_adults"]
    table = adults[adults["year"] == 2017].pivot(index="age_band", columns="disability", values="thousands")
    share = table["yes"] / (table["yes"] + table["no"])
    assert share["16-24"] < share["45-54"] < share["75+"]
    assert share["75+"] == pytest.approx(0.54, abs=0.03)


def test_start_tables_hold_the_start_years_only_and_agree_with_the_totals():
    national = load_national()
    start, adults = national["start_use"], national["uk_adults"]
    assert {(2013, "all"), (2014, "yes"), (2014, "no")} == set(zip(start["year"], start["disability"], strict=True))
    keys = ["year", "age_band", "disability"]
    sums = start.groupby(keys)["thousands"].sum()
    published = adults.set_index(keys)["thousands"].reindex(sums.index)
    assert np.allclose(sums, published)


@pytest.mark.parametrize(("sex", "expected_years"), [("male", 18.5), ("female", 21.0)])
def test_mortality_reproduces_published_life_expectancy_at_65(sex, expected_years):
    table = load_national()["mortality"]
    values = table[(table["nation"] == "UK") & (table["sex"] == sex)].set_index("parameter")["value"]
    a, b = values["log_hazard_at_0"], values["slope_per_year"]
    years = np.arange(0, 55, 0.05)
    survival = np.exp(-np.exp(a + b * 65) / b * (np.exp(b * years) - 1))
    assert survival.sum() * 0.05 == pytest.approx(expected_years, abs=0.15)


def test_education_shares_add_up():
    education = load_national()["education_by_age"]
    assert set(education["age_band"]) == set(AGE_BANDS)
    assert (education.groupby("age_band")["share_pct"].sum() == 100).all()
    assert education["share_pct"].between(education["low"], education["high"]).all()
