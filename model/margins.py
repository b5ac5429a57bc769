"""Published margins of a region, reconciled: what every small area's persons and households have to add up to.

Tables of one area differ by rounding noise, so each is scaled to the area's population, households or adults. Where
the publisher gives no figure by small area, the region's `fallbacks` or its authority's mean stand in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from model.errors import InputError
from model.region import (
    CENSUS_AGE_COLUMNS,
    DISABILITY_COLUMNS,
    EMPLOYMENT_COLUMNS,
    QUALIFICATION_COLUMNS,
    SIZE_COLUMNS,
    Region,
)
from model.rounding import logit, reconcile, sigmoid, tilt

if TYPE_CHECKING:
    import pandas as pd

N_AGES = 111
"""Single years of age 0..110: cohorts are named by their age at Census date."""
OLDEST_PUBLISHED = 90
CENSUS_AGE_LIMITS = (0, 16, 25, 35, 50, 65, N_AGES)
EDUCATION_GROUPS = {
    0: ("qualification_none", "qualification_level1"),
    1: ("qualification_level2", "qualification_apprenticeship", "qualification_level3", "qualification_other"),
    2: ("qualification_level4_plus",),
}
TYPICAL_SIZES = np.array([0.301, 0.340, 0.160, 0.129, 0.046, 0.016, 0.005, 0.003])
"""Households by size, England, Census 2021 (ONS TS017), tilted to an area's mean size where its own are not published."""
SEX_FIT_ROUNDS = 12
"""Rounds of proportional fitting between areas' ages and sexes and their authority's: a prison or a hall of residence
moves the sexes of some ages only."""
COMMUNAL_SHARE = 0.018
"""Residents in communal establishments where household sizes are not published (assumed: England's share of 2021)."""
CHILD_DISABILITY = 0.08
"""Disability of those under 16 at the survey's level (assumed; the survey covers adults)."""
SURVEY_PER_CENSUS_DISABILITY = 1.25
"""Residents disabled by the Labour Force Survey's table for one counted by the Census of England (assumed: 21.6%
expected from England's ages over 17.3% counted in 2021). A region whose Census asked otherwise gives its own ratio."""
NATIONAL_EDUCATION = np.array([[0.22, 0.41, 0.37], [0.48, 0.30, 0.22]])
NATIONAL_EMPLOYMENT = np.array([[0.72], [0.10]])
"""Shares of those aged 16-64 and 65 and over, where neither areas nor fallbacks give any (assumed, England's level)."""
EDUCATION_TILT_PER_DECILE = 0.11
EMPLOYMENT_TILT_PER_DECILE = 0.09
"""Change of log-odds a deprivation decile, where areas lack figures of their own (assumed: the slope across the small
areas of the English regions)."""


@dataclass(frozen=True, slots=True, eq=False)
class Margins:
    """Targets of every small area (rows: area index), whole numbers unless said otherwise.

    expected_age: float (areas, 2 sexes, 111 ages) summing to the population and, by Census age band, to its counts.
    female, population, households: (areas,). sizes: (areas, 8). education: (areas, 3 levels), adults.
    employed: (areas,), adults. disabled: (areas,), residents at the survey's level. income_deprived: share (areas,).
    """

    population: np.ndarray
    households: np.ndarray
    expected_age: np.ndarray
    female: np.ndarray
    sizes: np.ndarray
    education: np.ndarray
    employed: np.ndarray
    disabled: np.ndarray
    income_deprived: np.ndarray


def area_margins(region: Region, survival_after_90: np.ndarray) -> Margins:
    """Reconciled targets. survival_after_90 (21,) spreads the open age group 90 and over."""
    areas = region.areas
    ages = reconcile(_columns(areas, CENSUS_AGE_COLUMNS), areas["population"].to_numpy(np.int64))
    population = ages.sum(axis=1)
    households = areas["households"].to_numpy(np.int64)
    female = reconcile(_filled(areas, ("female", "male")), population)[:, 0]
    expected = _expected_age(region, ages, female, survival_after_90)
    disabled = reconcile(_filled(areas, DISABILITY_COLUMNS), population)[:, :2].sum(axis=1)
    return Margins(
        population=population,
        households=households,
        expected_age=expected,
        female=female,
        sizes=_sizes(region, population, households),
        education=_education(region, ages),
        employed=_employed(region, ages),
        disabled=np.minimum(np.round(disabled * _survey_level(region)).astype(np.int64), population),
        income_deprived=np.clip(areas["income_deprived"].to_numpy(float) / np.maximum(population, 1), 0.005, 0.8),
    )


def authority_ages(region: Region, edition: str, survival_after_90: np.ndarray) -> np.ndarray | None:
    """Residents by authority index, sex and single year of age 0..110 (authorities, 2, 111); None if not published.

    An edition given only for persons takes the sex ratio, age by age, of the nearest edition that has it.
    """
    table = region.ages[region.ages["edition"] == edition]
    if table.empty:
        return None
    codes = list(region.authorities["authority_code"])
    by_sex = {sex: _pivot(rows, codes) for sex, rows in table.groupby("sex")}
    if "female" in by_sex and "male" in by_sex:
        both = np.stack([by_sex["female"], by_sex["male"]], axis=1)
    else:
        share = _female_share(region, codes)
        both = np.stack([by_sex["persons"] * share, by_sex["persons"] * (1.0 - share)], axis=1)
    spread = np.zeros((*both.shape[:2], N_AGES))
    spread[:, :, :OLDEST_PUBLISHED] = both[:, :, :OLDEST_PUBLISHED]
    spread[:, :, OLDEST_PUBLISHED:] = both[:, :, OLDEST_PUBLISHED, None] * survival_after_90
    return spread


def census_ages(region: Region, survival_after_90: np.ndarray) -> np.ndarray:
    """Residents at Census date by authority, sex and age; a mid-year edition scaled to the Census where it has none.

    Raises InputError if the region has neither.
    """
    for edition in ("census-2021", "census-2022"):
        ages = authority_ages(region, edition, survival_after_90)
        if ages is not None:
            return ages
    nearest = authority_ages(region, "mid-2022", survival_after_90)
    if nearest is None:
        raise InputError("no edition by single year of age near the Census", file="ages.csv", key="edition",
                         allowed="census-2021, census-2022 or mid-2022")  # fmt: skip
    population = region.authorities["population"].to_numpy(float)
    return nearest * (population / nearest.sum(axis=(1, 2)))[:, None, None]


def authority_residents(region: Region, margins: Margins, survival_after_90: np.ndarray) -> np.ndarray:
    """Residents at Census date by authority, sex and age (authorities, 2, 111): the Census by single year of age, or
    where there is none its small areas added up."""
    if _census_is_published(region):
        return census_ages(region, survival_after_90)
    total = np.zeros((len(region.authorities), 2, N_AGES))
    np.add.at(total, _authority_index(region), margins.expected_age)
    return total


def _census_is_published(region: Region) -> bool:
    """Whether the authorities' single years of age are of the Census itself."""
    return bool(region.ages["edition"].str.startswith("census").any())


def _columns(areas: pd.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    return areas[list(names)].to_numpy(np.float64)


def _filled(areas: pd.DataFrame, names: tuple[str, ...]) -> np.ndarray:
    """Counts with blank areas filled by their authority's shares, else by the region's; NaN if all are blank."""
    counts = _columns(areas, names)
    blank = np.isnan(counts).any(axis=1)
    for code in areas["authority_code"].unique() if blank.any() else ():
        here = (areas["authority_code"] == code).to_numpy()
        known = here & ~blank if (here & ~blank).any() else ~blank
        if known.any():
            counts[here & blank] = counts[known].sum(axis=0)
    return counts


def _pivot(rows: pd.DataFrame, codes: list[str]) -> np.ndarray:
    wide = rows.pivot_table(index="authority_code", columns="age", values="count", aggfunc="sum", fill_value=0)
    return wide.reindex(index=codes, columns=range(OLDEST_PUBLISHED + 1), fill_value=0).to_numpy(np.float64)


def _female_share(region: Region, codes: list[str]) -> np.ndarray:
    for edition in ("census-2021", "census-2022", "mid-2022", "mid-2024"):
        rows = region.ages[(region.ages["edition"] == edition) & (region.ages["sex"] != "persons")]
        if not rows.empty:
            female, male = (_pivot(rows[rows["sex"] == sex], codes) for sex in ("female", "male"))
            both = female + male
            return np.where(both > 0, female / np.where(both > 0, both, 1.0), 0.5)
    return np.full((len(codes), OLDEST_PUBLISHED + 1), 0.5)


def _expected_age(region: Region, bands: np.ndarray, female: np.ndarray, after_90: np.ndarray) -> np.ndarray:
    """Expected persons by area, sex and age: authority single years within the finest published bands of the place."""
    authority = _authority_index(region)
    singles = census_ages(region, after_90)
    expected = np.empty((len(region.areas), 2, N_AGES))
    for rows, detail, lows, known_sex in _detail_groups(region):
        shares = singles[authority[rows]] if known_sex else singles[authority[rows]].sum(axis=1, keepdims=True)
        by_band = np.add.reduceat(shares, lows, axis=2)
        width = np.diff([*lows, N_AGES])
        within = np.divide(shares, np.repeat(by_band, width, axis=2), out=np.zeros_like(shares),
                           where=np.repeat(by_band, width, axis=2) > 0)  # fmt: skip
        people = within * np.repeat(detail, width, axis=2)
        if not known_sex:
            both = singles[authority[rows]]
            people = people * both / np.maximum(both.sum(axis=1, keepdims=True), 1e-9)
        expected[rows] = people
    if not _census_is_published(region):
        return _fit_sex(_fit_bands(expected, bands), female)
    for _ in range(SEX_FIT_ROUNDS):
        total = np.zeros_like(singles)
        np.add.at(total, authority, expected)
        expected *= np.divide(singles, total, out=np.ones_like(total), where=total > 0)[authority]
        expected = _fit_sex(_fit_bands(expected, bands), female)
    return expected


def _detail_groups(region: Region) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray, bool]]:
    """Yield (area rows, counts (rows, 1 or 2, bands), band lows, sexes known) for areas and for parent areas."""
    detail = region.age_detail
    own = region.areas["area_code"].isin(detail["area_code"]).to_numpy()
    for here, column in ((own, "area_code"), (~own, "parent_code")):
        rows = np.flatnonzero(here)
        if not rows.size:
            continue
        codes = region.areas[column].to_numpy()[rows]
        part = detail[detail["area_code"].isin(codes)]
        sexes = ["female", "male"] if set(part["sex"]) >= {"female", "male"} else ["persons"]
        lows = np.sort(part["age_low"].unique())
        wide = part.pivot_table(index="area_code", columns=["sex", "age_low"], values="count", fill_value=0)
        counts = np.stack([wide[sex].reindex(index=codes, columns=lows, fill_value=0).to_numpy(float) for sex in sexes],
                          axis=1)  # fmt: skip
        yield rows, counts, lows, len(sexes) == 2


def _authority_index(region: Region) -> np.ndarray:
    codes = {code: i for i, code in enumerate(region.authorities["authority_code"])}
    return region.areas["authority_code"].map(codes).to_numpy(np.int64)


def _fit_bands(expected: np.ndarray, bands: np.ndarray) -> np.ndarray:
    fitted = expected.copy()
    for band, (low, high) in enumerate(pairwise(CENSUS_AGE_LIMITS)):
        part = fitted[:, :, low:high]
        total = part.sum(axis=(1, 2))
        empty = total <= 0
        part[empty] = fitted[:, :, low:high].mean(axis=0) + 1e-9
        total = part.sum(axis=(1, 2))
        part *= (bands[:, band] / total)[:, None, None]
    return fitted


def _fit_sex(expected: np.ndarray, female: np.ndarray) -> np.ndarray:
    """Tilt the sex ratio of every age alike so that the area's women add up to their published number."""
    both = expected.sum(axis=1)
    logits = logit(np.where(both > 0, expected[:, 0] / np.where(both > 0, both, 1.0), 0.5))
    shift = tilt(logits, both, female.astype(np.float64))
    share = sigmoid(logits + shift[:, None])
    return np.stack([both * share, both * (1.0 - share)], axis=1)


def _sizes(region: Region, population: np.ndarray, households: np.ndarray) -> np.ndarray:
    """Households by persons (areas, 8); an assumed distribution tilted to the mean size where none is published."""
    counts = _filled(region.areas, SIZE_COLUMNS)
    if not np.isnan(counts).any():
        return reconcile(counts, households)
    found = _fallback(region, "household_size", "households", SIZE_COLUMNS)
    shares = TYPICAL_SIZES if found is None else found
    persons = np.arange(1, 9)
    mean = np.clip(population * (1.0 - COMMUNAL_SHARE) / np.maximum(households, 1), 1.02, 6.0)
    low, high = np.full(len(counts), -4.0), np.full(len(counts), 4.0)
    for _ in range(40):
        slope = 0.5 * (low + high)
        weights = shares * np.exp(slope[:, None] * (persons - 2.4))
        short = (weights @ persons) / weights.sum(axis=1) < mean
        low, high = np.where(short, slope, low), np.where(short, high, slope)
    return reconcile(weights, households)


def _education(region: Region, bands: np.ndarray) -> np.ndarray:
    """Adults by education (areas, 3)."""
    counts = _filled(region.areas, QUALIFICATION_COLUMNS)
    levels = tuple(f"education_{level}" for level in range(3))
    if np.isnan(counts).any():
        shares = _older_and_younger(region, "qualification", levels, bands, NATIONAL_EDUCATION)
        decile = region.areas["deprivation_decile"].to_numpy(float)
        centred = (decile - np.average(decile, weights=bands.sum(axis=1)))[:, None]
        counts = shares * np.exp(EDUCATION_TILT_PER_DECILE * centred * np.array([-1.0, 0.0, 1.0]))
        counts *= (shares.sum(axis=0) / np.maximum(counts.sum(axis=0), 1e-9))[None, :]
        return reconcile(counts, bands[:, 1:].sum(axis=1))
    columns = [[QUALIFICATION_COLUMNS.index(name) for name in EDUCATION_GROUPS[level]] for level in range(3)]
    return reconcile(np.stack([counts[:, c].sum(axis=1) for c in columns], axis=1), bands[:, 1:].sum(axis=1))


def _employed(region: Region, bands: np.ndarray) -> np.ndarray:
    """Adults in employment (areas,)."""
    counts = _filled(region.areas, EMPLOYMENT_COLUMNS)
    if np.isnan(counts).any():
        employed = _older_and_younger(region, "employment", ("employed",), bands, NATIONAL_EMPLOYMENT)[:, 0]
        adults = bands[:, 1:].sum(axis=1)
        decile = region.areas["deprivation_decile"].to_numpy(float)
        centred = decile - np.average(decile, weights=bands.sum(axis=1))
        share = sigmoid(logit(employed / np.maximum(adults, 1)) + EMPLOYMENT_TILT_PER_DECILE * centred)
        return np.round(share * adults * employed.sum() / np.maximum((share * adults).sum(), 1e-9)).astype(np.int64)
    return reconcile(counts, bands[:, 1:].sum(axis=1))[:, 0]


def _older_and_younger(
    region: Region, table: str, categories: tuple[str, ...], bands: np.ndarray, otherwise: np.ndarray
) -> np.ndarray:
    """Adults by category (areas, k) from fallback shares of those aged 16-64 and of those aged 65 and over."""
    found = [_fallback(region, table, group, categories) for group in ("16-64", "65+")]
    young, old = (otherwise[i] if share is None else share for i, share in enumerate(found))
    return bands[:, 1:5].sum(axis=1)[:, None] * young + bands[:, 5][:, None] * old


def _fallback(region: Region, table: str, group: str, categories: tuple[str, ...]) -> np.ndarray | None:
    """Shares (k,) of the first authority that has them, as a fraction; None if the region gives none."""
    rows = region.fallbacks
    rows = rows[(rows["table"] == table) & (rows["group"] == group) & rows["category"].isin(categories)]
    if rows.empty:
        return None
    value = rows.drop_duplicates("category").set_index("category")["value"].reindex(list(categories))
    return value.to_numpy(np.float64) / 100.0


def _survey_level(region: Region) -> float:
    """Adults disabled in the survey's sense for one counted disabled by the region's Census."""
    rows = region.fallbacks[region.fallbacks["table"] == "disability"]
    return float(rows["value"].iloc[0]) if len(rows) else SURVEY_PER_CENSUS_DISABILITY
