from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.calendar import START_YEAR
from model.errors import InputError
from model.firm_roster import ARRAYS, FirmRoster, build_firm_roster, get_firm_roster
from model.firm_synthesis import SIZE_STARTS, expected_stock, published
from model.firm_turnover import (
    NEWBORN_SIZE_SHARES,
    YOUNG_MONTHS,
    build_turnover,
    closure_factors,
    open_probability,
)
from model.population import Population
from model.region import BUSINESS_SIZES, SECTORS, SIZE_BANDS, Region

NATIONAL = Path(__file__).parents[2] / "scenarios" / "national"
TABLES = ("firm_sector_size", "firm_index", "firm_survival", "sectors")
CODES = ("E07000001", "E07000002")
SIZE_MIX = {"enterprises": (0.78, 0.11, 0.055, 0.033, 0.012, 0.006, 0.004),
            "local_units": (0.72, 0.13, 0.08, 0.05, 0.014, 0.004, 0.002)}  # fmt: skip


def made_up_counts(enterprises: dict[str, int]) -> pd.DataFrame:
    """Counts of each authority: every sector of much the same size, the usual mix of sizes, a fifth more local units."""
    rows = []
    for code, total in enterprises.items():
        sectors = 1.0 + 0.3 * np.sin(np.arange(len(SECTORS)))
        for measure, number in (("enterprises", total), ("local_units", 1.2 * total)):
            mixes = (("sector", SECTORS, sectors / sectors.sum()), ("size", BUSINESS_SIZES, SIZE_MIX[measure]))
            for group, categories, mix in mixes:
                rows += [(code, measure, group, category, round(number * share))
                         for category, share in zip(categories, mix, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["authority_code", "measure", "group", "category", "count"])


def made_up_rates(enterprises: dict[str, int]) -> pd.DataFrame:
    rows = []
    for code, total in enterprises.items():
        for year in range(2019, 2025):
            rows += [(code, year, "birth_rate_pct", 11.0 + 0.2 * (year - 2021)), (code, year, "death_rate_pct", 10.5),
                     (code, year, "active_enterprises", 1.03 * total)]  # fmt: skip
    return pd.DataFrame(rows, columns=["authority_code", "year", "measure", "value"])


def made_up_region(population: Population, enterprises: dict[str, int]) -> Region:
    none = pd.DataFrame()
    return Region(
        name="anyshire", title="Anyshire", nation="England", census_month=98,
        authorities=pd.DataFrame({"authority_code": CODES, "authority_name": ["Anyshire", "Otherham"]}),
        areas=pd.DataFrame({"area_code": population.area_code, "population": 1500}),
        ages=none, age_detail=none, hubs=none, fallbacks=none, business_area="south_west",
        firm_counts=made_up_counts(enterprises), firm_rates=made_up_rates(enterprises),
        national={name: pd.read_csv(NATIONAL / f"{name}.csv") for name in TABLES}, fingerprint=str(enterprises),
    )  # fmt: skip


@pytest.fixture(scope="module")
def population(make_population: Callable[..., Population]) -> Population:
    made = make_population(12, 60)
    return replace(
        made, area_authority=(np.arange(12) >= 6).astype(np.int16), authority_code=np.array(CODES),
        authority_name=np.array(["Anyshire", "Otherham"]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def region(population: Population) -> Region:
    return made_up_region(population, {CODES[0]: 3000, CODES[1]: 2000})


@pytest.fixture(scope="module")
def roster(region: Region, population: Population) -> FirmRoster:
    return build_firm_roster(region, population)


def at_scale(population: Population, scale: float) -> Population:
    return replace(population, scale=scale, weight=1.0 / scale)


def test_the_stock_meets_the_counts_by_sector_and_by_size_of_each_authority(roster: FirmRoster, region: Region) -> None:
    stock = roster.entry_month <= 0
    expected = expected_stock(region)
    index = region.national["firm_index"].set_index(["sector", "year"])["enterprises"]
    ratio = np.array([index[sector, 2013] / index[sector, 2024] for sector in SECTORS])
    by_sector = published(region, "enterprises", "sector") * ratio
    np.testing.assert_allclose(expected.sum(axis=2), by_sector, rtol=1e-6)
    got = np.zeros((2, len(SECTORS), len(SIZE_BANDS)))
    np.add.at(got, (roster.authority[stock], roster.sector[stock], roster.size_band[stock]), 1)
    assert np.abs(got.sum(axis=2) - by_sector).max() < 1.0
    by_band = np.add.reduceat(expected.sum(axis=1), (0, 2, 4, 6), axis=1)
    assert np.abs(got.sum(axis=1) - by_band).max() < 2.0
    assert np.abs(got.sum(axis=(1, 2)) - by_sector.sum(axis=1)).max() < 1.0


def test_local_units_of_the_stock_have_the_published_mix_of_sizes(roster: FirmRoster, region: Region) -> None:
    stock = roster.entry_month[roster.unit_firm] <= 0
    size = np.searchsorted(SIZE_STARTS, roster.unit_entry_jobs[stock], side="right") - 1
    authority = roster.authority[roster.unit_firm[stock]]
    wanted = published(region, "local_units", "size").sum(axis=0)
    got = np.bincount(size, minlength=7)
    assert np.abs(got / got.sum() - wanted / wanted.sum()).max() < 0.005
    assert set(authority) == {0, 1}


def test_units_belong_to_their_enterprises(roster: FirmRoster, population: Population) -> None:
    np.testing.assert_array_equal(np.repeat(np.arange(roster.n), np.diff(roster.unit_ptr)), roster.unit_firm)
    jobs = np.bincount(roster.unit_firm, weights=roster.unit_entry_jobs)
    np.testing.assert_array_equal(jobs, roster.entry_jobs)
    assert (np.diff(roster.unit_ptr) >= 1).all() and (roster.unit_entry_jobs >= 1).all()
    main_area = roster.unit_area[roster.unit_ptr[:-1]]
    np.testing.assert_array_equal(population.area_authority[main_area], roster.authority)
    several = np.diff(roster.unit_ptr)[roster.size_band == 3]
    assert several.mean() > 3.0, "branches go to the large"


def test_enterprises_stay_in_their_size_band(roster: FirmRoster) -> None:
    ceiling = np.array([9, 49, 249, 2**31 - 1])[roster.size_band]
    assert (roster.entry_jobs <= ceiling).all()
    small = roster.size_band == 0
    assert 2.0 < roster.entry_jobs[small].mean() < 2.6


def test_keys_are_unique_and_the_same_at_every_scale(
    roster: FirmRoster, region: Region, population: Population
) -> None:
    assert np.unique(roster.key).size == roster.n and np.unique(roster.unit_key).size == roster.n_units
    thin = build_firm_roster(region, at_scale(population, 0.2))
    row = {key: i for i, key in enumerate(roster.key)}
    same = np.array([row[key] for key in thin.key])
    for name in ("authority", "sector", "size_band", "entry_jobs", "entry_month", "charity"):
        np.testing.assert_array_equal(getattr(thin, name), getattr(roster, name)[same])
    unit = {key: i for i, key in enumerate(roster.unit_key)}
    same = np.array([unit[key] for key in thin.unit_key])
    np.testing.assert_array_equal(thin.unit_area, roster.unit_area[same])
    assert thin.weight == 5.0


def test_a_thinned_roster_keeps_shares_and_jobs(roster: FirmRoster, region: Region, population: Population) -> None:
    thin = build_firm_roster(region, at_scale(population, 0.1))
    stock, kept = roster.entry_month <= 0, thin.entry_month <= 0
    assert abs(kept.sum() - 0.1 * stock.sum()) <= 3
    for name, n in (("sector", len(SECTORS)), ("size_band", len(SIZE_BANDS)), ("authority", 2)):
        whole = np.bincount(getattr(roster, name)[stock], minlength=n) / stock.sum()
        part = np.bincount(getattr(thin, name)[kept], minlength=n) / kept.sum()
        assert np.abs(whole - part).max() < 0.015, name
    assert thin.entry_jobs[kept].sum() * 10 == pytest.approx(roster.entry_jobs[stock].sum(), rel=0.05)
    np.testing.assert_array_equal(thin.closure_probability_monthly, roster.closure_probability_monthly)


def test_the_same_seed_gives_the_same_roster_and_another_seed_another(
    roster: FirmRoster, region: Region, population: Population
) -> None:
    again, other = (build_firm_roster(region, population, seed) for seed in (1, 2))
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(again, name), getattr(roster, name), err_msg=name)
    assert roster.fingerprint == again.fingerprint != other.fingerprint
    assert (other.entry_jobs[:1000] != roster.entry_jobs[:1000]).any()


def test_more_enterprises_in_one_authority_leave_the_stock_of_the_other(
    roster: FirmRoster, population: Population
) -> None:
    more = build_firm_roster(made_up_region(population, {CODES[0]: 3000, CODES[1]: 2100}), population)
    for made in (roster, more):
        assert made.n_authorities == 2

    def stock_of_first(made: FirmRoster) -> dict[str, np.ndarray]:
        rows = np.flatnonzero((made.authority == 0) & (made.entry_month <= 0))
        main = made.unit_ptr[rows]
        return {"key": made.key[rows], "sector": made.sector[rows], "size": made.size_band[rows],
                "charity": made.charity[rows], "area": made.unit_area[main], "jobs": made.unit_entry_jobs[main]}  # fmt: skip

    before, after = stock_of_first(roster), stock_of_first(more)
    for name, values in before.items():
        np.testing.assert_array_equal(values, after[name], err_msg=name)
    assert more.n > roster.n


def test_closure_factors_renew_the_stock_they_are_made_for() -> None:
    shares = np.array([0.89, 0.09, 0.016, 0.004])
    factors = closure_factors(shares, 0.11, 0.40)
    assert (np.diff(factors.size) <= 0.2).all() and factors.size[0] > factors.size[1]
    assert factors.age[0] > 1.0 > factors.age[1]
    yearly = 0.11 * factors.size
    there = np.ones(4)
    stock = np.zeros(4)
    survival = 0.0
    births = 0.11 * NEWBORN_SIZE_SHARES
    for month in range(12 * 2000):
        if month == YOUNG_MONTHS:
            survival = float(NEWBORN_SIZE_SHARES @ there)
        stock += births / 12.0 * there
        there *= np.exp(-yearly * factors.age[int(month >= YOUNG_MONTHS)] / 12.0)
    assert survival == pytest.approx(0.40, abs=0.002)
    np.testing.assert_allclose(stock / stock.sum(), shares, rtol=0.02)
    assert stock.sum() == pytest.approx(1.0, abs=0.02)


def test_the_stocks_mean_closure_factor_is_one(roster: FirmRoster) -> None:
    stock = roster.entry_month <= 0
    young = -roster.entry_month[stock].astype(int) < YOUNG_MONTHS
    factor = roster.closure_size_factor[roster.size_band[stock]] * roster.closure_age_factor[np.where(young, 0, 1)]
    assert factor.mean() == pytest.approx(1.0, abs=0.03)
    yearly = 12.0 * roster.closure_probability_monthly[:, 0]
    np.testing.assert_allclose(yearly, 0.105 * 1.03, rtol=0.01)


def test_births_and_closures_keep_the_stock_on_the_index_path(roster: FirmRoster, region: Region) -> None:
    years = (2013, 2019, 2024, 2035)
    chance = open_probability(roster, [12 * (year - START_YEAR) for year in years])
    expected = [expected_stock(region, min(year, 2024)).sum() for year in years]
    np.testing.assert_allclose(chance.sum(axis=1), expected, rtol=0.08)
    np.testing.assert_allclose(chance.sum(axis=1)[1], expected[1], rtol=0.02)
    shares = np.array([np.bincount(roster.size_band, weights=there) / there.sum() for there in chance])
    assert np.abs(shares - shares[0]).max() < 0.025, "sizes keep their shares"
    jobs = chance @ roster.entry_jobs
    assert 0.85 < jobs[-1] / jobs[0] / (expected[-1] / expected[0]) < 1.15


def test_births_of_published_years_are_the_published_rate_on_the_path(region: Region) -> None:
    turnover = build_turnover(region, np.add.reduceat(expected_stock(region), (0, 2, 4, 6), axis=2))
    months = slice(12 * (2022 - START_YEAR), 12 * (2023 - START_YEAR))
    births = turnover.births[:, :, months].sum(axis=(1, 2))
    np.testing.assert_allclose(births, 0.112 * 1.03 * turnover.path[:, months].mean(axis=1), rtol=0.01)


def test_founding_dates_reach_back_and_births_forward(roster: FirmRoster) -> None:
    assert -600 <= roster.entry_month.min() < -300
    born = roster.entry_month[roster.entry_month > 0]
    assert born.min() == 1 and born.max() == 275
    large = (roster.size_band == 3) & (roster.entry_month <= 0)
    small = (roster.size_band == 0) & (roster.entry_month <= 0)
    assert np.median(roster.entry_month[large]) < np.median(roster.entry_month[small])


def test_charities_are_where_charities_are(roster: FirmRoster) -> None:
    health, retail = (roster.sector == SECTORS.index(name) for name in ("health", "retail"))
    assert 0.1 < roster.charity[health].mean() < 0.3
    assert roster.charity[retail].mean() < 0.05


def test_farms_stand_in_the_country(roster: FirmRoster, population: Population) -> None:
    farm = roster.sector[roster.unit_firm] == SECTORS.index("agriculture")
    rural = population.area_rural[roster.unit_area] > 0
    assert rural[farm].mean() > 0.8 > rural[~farm].mean()


def test_a_region_without_firms_has_an_empty_roster(region: Region, population: Population) -> None:
    none = replace(region, firm_counts=region.firm_counts.assign(count=0))
    empty = build_firm_roster(none, population)
    assert (empty.n, empty.n_units, empty.n_authorities) == (0, 0, 2)


def test_counts_that_are_missing_are_named(region: Region, population: Population) -> None:
    short = region.firm_counts[region.firm_counts["category"] != "retail"]
    with pytest.raises(InputError, match="counts are missing"):
        build_firm_roster(replace(region, firm_counts=short), population)


def test_a_stored_roster_is_the_built_one(
    region: Region, population: Population, roster: FirmRoster, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("UPTAKE_CACHE_DIR", str(tmp_path))
    first, again = get_firm_roster(region, population), get_firm_roster(region, population)
    assert first.fingerprint == again.fingerprint == roster.fingerprint
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(again, name), getattr(roster, name), err_msg=name)
    assert not again.key.flags.writeable
