"""The roster of a small made-up region: who exists when, in which household, from luck of their own area."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from model.calendar import HORIZON_MONTHS, NEVER
from model.errors import InputError
from model.population import Population, build_population, census_margins, get_population
from model.region import QUALIFICATION_COLUMNS, SIZE_COLUMNS, Region
from scenarios.regions_io import load_national

CENSUS_MONTH = 98
AGES = np.arange(91)
PYRAMID = np.where(AGES < 70, 1.0, np.exp(-((AGES - 70) ** 2) / 220.0))
BAND_LOWS = (0, 5, 10, 15, 16, 20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90)


def _area(code: str, authority: str, population: int, deprivation: int) -> dict[str, object]:
    """One row of the areas table: a typical mix, more disability and fewer qualifications where deprivation is higher."""
    shares = np.array(
        [PYRAMID[low:high].sum() for low, high in ((0, 16), (16, 25), (25, 35), (35, 50), (50, 65), (65, 91))]
    )
    bands = np.round(population * shares / shares.sum()).astype(int)
    people = int(bands.sum())
    adults = people - int(bands[0])
    households = int(people / 2.3)
    sizes = np.round(households * np.array([0.28, 0.36, 0.16, 0.13, 0.05, 0.015, 0.004, 0.001])).astype(int)
    sizes[1] += households - sizes.sum()
    disabled = round(people * (0.24 - 0.012 * deprivation))
    levels = np.round(adults * np.array([0.2, 0.1, 0.14, 0.05, 0.18, 0.3, 0.03])).astype(int)
    return {
        "area_code": code, "area_name": f"Place {code}", "authority_code": authority, "parent_code": f"M-{authority}",
        "latitude": 51.9, "longitude": -2.1, "deprivation_decile": deprivation, "rural": int(deprivation > 8),
        "population": people, "households": households,
        **dict(zip(("age_0_15", "age_16_24", "age_25_34", "age_35_49", "age_50_64", "age_65_plus"), bands, strict=True)),
        "female": people - people // 2 + 7, "male": people // 2 - 7,
        "disabled_a_lot": disabled // 3, "disabled_a_little": disabled - disabled // 3, "not_disabled": people - disabled,
        **dict(zip(SIZE_COLUMNS, sizes, strict=True)), **dict(zip(QUALIFICATION_COLUMNS, levels, strict=True)),
        "employed": round(adults * 0.57), "not_employed": adults - round(adults * 0.57),
        "income_deprived": round(people * 0.15),
    }  # fmt: skip


def make_region(n_areas: int = 8) -> Region:
    """Two authorities of four areas each; further areas make further authorities of up to four."""
    codes = [f"E0100{i:04d}" for i in range(n_areas)]
    homes = [f"E0700000{i // 4}" for i in range(n_areas)]
    areas = pd.DataFrame([_area(code, home, 1300 + 90 * (i % 4), 1 + (3 * i) % 10)
                          for i, (code, home) in enumerate(zip(codes, homes, strict=True))])  # fmt: skip
    totals = areas.groupby("authority_code")["population"].sum()
    authorities = pd.DataFrame(
        {"authority_code": totals.index, "authority_name": totals.index, "population": totals.to_numpy()}
    )
    ages, detail = [], []
    for home, total in totals.items():
        single = total * PYRAMID / PYRAMID.sum()
        for edition, growth in (("census-2021", 1.0), ("mid-2022", 1.01), ("mid-2024", 1.03)):
            for sex in ("female", "male"):
                ages += [(home, edition, sex, age, count * growth / 2) for age, count in zip(AGES, single, strict=True)]
        ends = (*BAND_LOWS[1:], 91)
        detail += [
            (f"M-{home}", "persons", low, single[low:end].sum()) for low, end in zip(BAND_LOWS, ends, strict=True)
        ]
    return Region(
        name="anyshire", title="Anyshire", nation="England", census_month=CENSUS_MONTH, authorities=authorities,
        areas=areas, ages=pd.DataFrame(ages, columns=["authority_code", "edition", "sex", "age", "count"]),
        age_detail=pd.DataFrame(detail, columns=["area_code", "sex", "age_low", "count"]), hubs=pd.DataFrame(),
        fallbacks=pd.DataFrame(columns=["authority_code", "table", "group", "category", "value"]),
        business_area="uk", firm_counts=pd.DataFrame(), firm_rates=pd.DataFrame(),
        national=load_national(), fingerprint=f"anyshire-{n_areas}",
    )  # fmt: skip


@pytest.fixture(scope="module")
def region() -> Region:
    return make_region()


@pytest.fixture(scope="module")
def population(region: Region) -> Population:
    return build_population(region)


def test_rows_are_sorted_and_keys_unique(population: Population) -> None:
    assert np.unique(population.key).size == population.n
    assert (np.diff(population.area) >= 0).all()
    assert (np.diff(population.household) >= 0).all()


def test_everyone_is_an_adult_while_present(population: Population) -> None:
    entry = population.entry_month.astype(int)
    assert (entry >= 0).all() and (entry < HORIZON_MONTHS).all()
    assert (entry < population.exit_month).all()
    assert ((entry - population.birth_month) // 12 >= 16).all()
    left = population.exit_month[population.exit_month != NEVER]
    assert (left < HORIZON_MONTHS).all()


def test_households_and_their_changes_stay_in_the_area(population: Population) -> None:
    assert (population.household_area[population.household] == population.area).all()
    for name in ("next_household", "parent_household"):
        other = getattr(population, name)
        known = other >= 0
        assert known.any()
        assert (population.household_area[other[known]] == population.area[known]).all()
    moves = population.next_household >= 0
    assert ((population.next_household_month < NEVER) == moves).all()
    assert (population.next_household_month[moves] > population.entry_month[moves]).all()
    assert (population.next_household_month[moves] < population.exit_month[moves]).all()
    assert (population.next_household[moves] != population.household[moves]).all()


def test_every_household_has_a_member_at_some_time(population: Population) -> None:
    members = np.concatenate((population.household, population.next_household[population.next_household >= 0]))
    assert np.unique(members).size == population.n_households


def test_census_counts_are_met(region: Region, population: Population) -> None:
    present = population.present(CENSUS_MONTH)
    adults = np.bincount(population.area[present], minlength=population.n_areas)
    published = (region.areas["population"] - region.areas["age_0_15"]).to_numpy()
    assert (adults == published).all()
    older = present & (population.age(CENSUS_MONTH) >= 65)
    assert (np.bincount(population.area[older]) == region.areas["age_65_plus"]).all()
    degree = region.areas["qualification_level4_plus"].sum()
    grown = present & (population.age(CENSUS_MONTH) >= 21)
    assert 0.85 * degree < (population.education[grown] == 2).sum() < 1.05 * degree


def test_disability_rises_with_age_and_with_the_areas_census(population: Population) -> None:
    table = census_margins(population, CENSUS_MONTH).groupby(["age_band", "disabled"])["adults"].sum().unstack()
    share = table[True] / table.sum(axis=1)
    assert share["75+"] > share["65-74"] > share["55-64"] > share["16-24"]
    present = population.present(CENSUS_MONTH)
    by_area = np.bincount(population.area[present], population.disabled(CENSUS_MONTH)[present])
    by_area /= np.bincount(population.area[present])
    deprivation = np.array([1 + (3 * i) % 10 for i in range(population.n_areas)])
    assert np.corrcoef(by_area, deprivation)[0, 1] < -0.9


def test_people_of_2013_who_are_gone_by_the_census_exist(population: Population) -> None:
    gone = population.exit_month <= CENSUS_MONTH
    assert 0.05 < gone.sum() / population.present(0).sum() < 0.4
    old = gone & (population.age(0) >= 75)
    assert old.sum() > 0.2 * (population.present(0) & (population.age(0) >= 75)).sum()


def test_the_disabled_die_sooner(population: Population) -> None:
    old = population.present(CENSUS_MONTH) & (population.age(CENSUS_MONTH) >= 70)
    disabled = population.disabled(CENSUS_MONTH)
    in_ten_years = population.exit_month <= CENSUS_MONTH + 120
    assert in_ten_years[old & disabled].mean() > in_ten_years[old & ~disabled].mean() + 0.05


def test_adults_before_the_census_follow_the_uk(region: Region, population: Population) -> None:
    from scenarios.population_check import adults_by_year

    table = adults_by_year(region, population)
    early = table[table["january"] <= 2020]
    totals = early["total"].to_numpy()
    uk = region.national["uk_adults"]
    growth = uk[uk["disability"] == "all"].groupby("year")["thousands"].sum()
    assert totals[4] / totals[0] == pytest.approx(growth[2017] / growth[2013], abs=0.015)


def test_another_area_leaves_everyone_else_unchanged(population: Population) -> None:
    larger = build_population(make_region(9))
    same = larger.area < population.n_areas
    for name in ("key", "birth_month", "sex", "entry_month", "exit_month", "disability_onset_month", "education",
                 "household", "next_household", "income_quintile", "employment"):  # fmt: skip
        assert (getattr(larger, name)[same] == getattr(population, name)).all(), name


def test_the_structure_seed_changes_people_but_not_margins(region: Region, population: Population) -> None:
    other = build_population(region, structure_seed=2)
    assert not np.array_equal(other.birth_month[:500], population.birth_month[:500])
    for month in (CENSUS_MONTH,):
        counts = [np.bincount(p.area[p.present(month)]) for p in (population, other)]
        assert (counts[0] == counts[1]).all()


def test_thinning_keeps_whole_linked_households_and_shares(region: Region, population: Population) -> None:
    thin = build_population(region, scale=0.25)
    row = {key: i for i, key in enumerate(population.key.tolist())}
    origin = np.array([row[key] for key in thin.key.tolist()])
    for name in ("birth_month", "entry_month", "exit_month", "disability_onset_month", "education", "employment"):
        assert (getattr(thin, name) == getattr(population, name)[origin]).all(), name
    kept = np.unique(population.household[origin])
    assert np.isin(population.household, kept).sum() == thin.n
    assert thin.weight == 4.0
    for month in (0, CENSUS_MONTH, 215):
        whole, part = population.present(month), thin.present(month)
        assert part.sum() * thin.weight == pytest.approx(whole.sum(), rel=0.03)
        assert thin.disabled(month)[part].mean() == pytest.approx(population.disabled(month)[whole].mean(), abs=0.03)
        assert (thin.age(month)[part] >= 65).mean() == pytest.approx(
            (population.age(month)[whole] >= 65).mean(), abs=0.03
        )


def test_an_area_without_residents_has_no_rows(region: Region) -> None:
    areas = region.areas.copy()
    counts = areas.columns[8:]
    areas.loc[3, counts] = 0
    population = build_population(replace(region, areas=areas))
    assert not (population.area == 3).any()
    assert population.n_areas == 8


def test_blank_margins_are_filled_from_the_authority(region: Region) -> None:
    areas = region.areas.copy()
    blank = [
        "female",
        "male",
        "disabled_a_lot",
        "disabled_a_little",
        "not_disabled",
        *SIZE_COLUMNS,
        *QUALIFICATION_COLUMNS,
    ]
    areas[blank] = areas[blank].astype(float)
    areas.loc[2, blank] = np.nan
    population = build_population(replace(region, areas=areas))
    here = population.present(CENSUS_MONTH) & (population.area == 2)
    assert here.sum() == int(areas.loc[2, "population"] - areas.loc[2, "age_0_15"])
    assert 0.1 < population.disabled(CENSUS_MONTH)[here].mean() < 0.5


@pytest.mark.parametrize("scale", [0.0, 2.0, -0.1, float("nan")])
def test_an_impossible_scale_is_refused(region: Region, scale: float) -> None:
    with pytest.raises(InputError, match="scale"):
        get_population(region, scale)


def test_a_stored_roster_is_the_built_one(region: Region, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setenv("UPTAKE_CACHE_DIR", str(tmp_path))
    first, again = get_population(region, 0.5), get_population(region, 0.5)
    assert first.fingerprint == again.fingerprint
    assert (np.asarray(first.key) == build_population(region, 0.5).key).all()
    assert not again.key.flags.writeable
