"""Fitted against published margins of a region's roster: what `uptake regions population` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.area_roster import Inputs, disability_at_census
from model.calendar import HORIZON_MONTHS, START_YEAR
from model.demography import survivors_after_90, uk_adults_index
from model.households import COMMUNAL, assemble
from model.margins import CENSUS_AGE_LIMITS, EDUCATION_GROUPS, N_AGES, authority_residents
from model.migration import band_overlap
from model.population import SEXES, Population, build_inputs, census_margins, get_population
from model.region import AGE_BANDS, CENSUS_AGE_COLUMNS, SIZE_COLUMNS, Region
from model.rounding import logit, sigmoid
from model.synthesis import ADULT_AGE, AreaProfile, Persons, area_generator, census_persons
from scenarios.regions_io import load_region

if TYPE_CHECKING:
    import pandas as pd

Report = list[tuple[str, "pd.DataFrame"]]

CELL_PERSONS, CELL_SHARE = 12, 0.05
"""A small-area cell is met when it is within the larger of so many persons and this share of the published figure."""
REMARKS = {
    "disability": "Census count times the survey's level",
    "household size": "communal establishments apart",
    "qualification": "the model's three levels",
}
LAST_INDEX_YEAR = 2020
SIZES_OPEN_FROM = 8


def population_report(region_name: str, scale: float = 1.0, structure_seed: int = 1) -> Report:
    """Titled tables of a region's roster against what is published.

    The small-area cells are those of the synthesis at full population, of which the roster at any scale is a sample;
    the other tables count the roster itself times its weight.
    """
    region = load_region(region_name)
    population = get_population(region, scale, structure_seed)
    inputs = build_inputs(region)
    cells, shifts = _small_areas(region, inputs, structure_seed)
    return [
        ("Adults at Census date by authority, age band and sex", authority_table(region, population, inputs)),
        ("Small-area cells at Census date (whole synthesis, before sampling)", cells),
        ("Disability by age at Census date", disability_table(region, population, inputs, shifts)),
        ("Adults by January and age band", adults_by_year(region, population)),
        ("Households by number of adults", household_table(population, region.census_month)),
    ]


def authority_table(region: Region, population: Population, inputs: Inputs) -> pd.DataFrame:
    """authority_code, age_band, sex, published, fitted (people), difference_pct.

    Published is the Census by single year of age; where it gives only persons, split by the sexes of the nearest
    mid-year estimate.
    """
    import pandas as pd

    census = authority_residents(region, inputs.margins, survivors_after_90(inputs.schedules.mortality))
    band = band_overlap(np.arange(N_AGES) + 0.5)
    published = np.einsum("asc,cb->abs", census, band)
    fitted = census_margins(population, region.census_month)
    table = fitted.groupby(["authority_code", "age_band", "sex"], sort=False)["adults"].sum()
    index = pd.MultiIndex.from_product([population.authority_code, AGE_BANDS, SEXES], names=table.index.names)
    result = pd.DataFrame({"published": published.ravel(), "fitted": table.reindex(index).to_numpy()}, index=index)
    result["difference_pct"] = 100.0 * (result["fitted"] / result["published"] - 1.0)
    return result.reset_index().round({"published": 0, "fitted": 0, "difference_pct": 2})


def disability_table(region: Region, population: Population, inputs: Inputs, shifts: np.ndarray) -> pd.DataFrame:
    """age_band; national: the UK's share disabled at Census date (%); expected: the same tilted in every small area to
    its Census count; fitted; difference_points (fitted less expected)."""
    import pandas as pd

    share = disability_at_census(inputs.schedules)
    people = inputs.margins.expected_age.sum(axis=1)
    disabled = people * sigmoid(logit(share)[None, :] + shifts[:, None])
    band = band_overlap(np.arange(N_AGES) + 0.5)
    standard = people.sum(axis=0) @ band
    fitted = census_margins(population, region.census_month).groupby(["age_band", "disabled"])["adults"].sum().unstack()
    fitted = fitted.reindex(list(AGE_BANDS))
    table = pd.DataFrame(
        {
            "age_band": AGE_BANDS,
            "national_pct": 100.0 * ((people.sum(axis=0) * share) @ band) / standard,
            "expected_pct": 100.0 * (disabled.sum(axis=0) @ band) / standard,
            "fitted_pct": (100.0 * fitted[True] / fitted.sum(axis=1)).to_numpy(),
        }
    )
    table["difference_points"] = table["fitted_pct"] - table["expected_pct"]
    return table.round(2)


def adults_by_year(region: Region, population: Population) -> pd.DataFrame:
    """january, one column an age band (people), total, and up to 2020 the largest difference of a band from the UK's
    index applied to Census date (index_difference_pct)."""
    import pandas as pd

    months = np.arange(0, HORIZON_MONTHS, 12)
    counts = np.array([_bands(population, int(month)) for month in months])
    index = uk_adults_index(region.national["uk_adults"], months, region.census_month)
    held = _bands(population, region.census_month) * index
    off = np.abs(100.0 * (counts / np.maximum(held, 1e-9) - 1.0)).max(axis=1)
    table = pd.DataFrame(counts.round(), columns=list(AGE_BANDS))
    table.insert(0, "january", START_YEAR + months // 12)
    table["total"] = counts.sum(axis=1).round()
    table["index_difference_pct"] = np.where(table["january"] <= LAST_INDEX_YEAR, off.round(2), np.nan)
    return table


def household_table(population: Population, census_month: int) -> pd.DataFrame:
    """month, households with at least one adult, and their shares (%) by number of adults; at three dates."""
    import pandas as pd

    rows = []
    for label, month in (("January 2013", 0), ("Census", census_month), ("December 2030", 215)):
        present = population.present(month)
        moved = population.next_household_month <= month
        household = np.where(moved, population.next_household, population.household)[present]
        adults = np.bincount(household)
        adults = adults[adults > 0]
        shares = 100.0 * np.bincount(np.minimum(adults, 4), minlength=5)[1:] / adults.size
        rows.append([label, round(adults.size * population.weight), *shares.round(1)])
    names = ["one_adult_pct", "two_adults_pct", "three_adults_pct", "four_or_more_pct"]
    return pd.DataFrame(rows, columns=["date", "households", *names])


def _bands(population: Population, month: int) -> np.ndarray:
    band = population.age_band(month)[population.present(month)]
    return np.bincount(band, minlength=len(AGE_BANDS)) * population.weight


def _small_areas(region: Region, inputs: Inputs, structure_seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Errors of small-area cells by margin, from a repeat of the Census synthesis; and each area's disability shift."""
    import pandas as pd

    fitted: dict[str, list[np.ndarray]] = {}
    shifts = []
    for area, code in enumerate(region.areas["area_code"]):
        generator = area_generator(structure_seed, str(code))
        persons, profile, homes = _census(inputs, area, generator)
        shifts.append(profile.disability_shift)
        for name, counts in _area_counts(persons, homes).items():
            fitted.setdefault(name, []).append(counts)
    published = _published(region, inputs)
    rows = [_cell_errors(name, published[name], np.array(counts)) for name, counts in fitted.items()]
    return pd.DataFrame(rows), np.array(shifts)


def _census(inputs: Inputs, area: int, generator: np.random.Generator) -> tuple[Persons, AreaProfile, np.ndarray]:
    """Persons of an area and their household numbers, -1 in communal establishments: the synthesis of the roster."""
    persons, profile = census_persons(
        inputs.margins, area, inputs.schedules.census_month, disability_at_census(inputs.schedules),
        inputs.education_by_age, generator,
    )  # fmt: skip
    homes = assemble(persons.age, persons.sex, inputs.margins.sizes[area], generator)
    return persons, profile, np.where(homes.role == COMMUNAL, -1, homes.household)


def _area_counts(persons: Persons, household: np.ndarray) -> dict[str, np.ndarray]:
    members = np.bincount(household[household >= 0])
    sizes = np.bincount(np.minimum(members[members > 0], SIZES_OPEN_FROM), minlength=SIZES_OPEN_FROM + 1)[1:]
    adults = persons.age >= ADULT_AGE
    return {
        "age": np.histogram(persons.age, bins=[*CENSUS_AGE_LIMITS[:-1], N_AGES + 1])[0],
        "sex": np.bincount(persons.sex, minlength=2),
        "disability": np.bincount(persons.disabled, minlength=2),
        "household size": sizes,
        "qualification": np.bincount(persons.education_now[adults], minlength=3),
        "employment": np.bincount(persons.employed[adults], minlength=2),
    }


def _published(region: Region, inputs: Inputs) -> dict[str, np.ndarray]:
    """Published counts by area, blank where none are published; disability at the survey's level (a constant times the
    Census count), qualifications in the model's three levels."""
    areas = region.areas
    levels = [areas[list(EDUCATION_GROUPS[level])].sum(axis=1, min_count=1).to_numpy(float) for level in range(3)]
    blank = areas["disabled_a_lot"].isna().to_numpy()
    disabled = np.where(blank, np.nan, inputs.margins.disabled)
    return {
        "age": areas[list(CENSUS_AGE_COLUMNS)].to_numpy(float),
        "sex": areas[["female", "male"]].to_numpy(float),
        "disability": np.stack([areas["population"].to_numpy(float) - disabled, disabled], axis=1),
        "household size": areas[list(SIZE_COLUMNS)].to_numpy(float),
        "qualification": np.stack(levels, axis=1),
        "employment": areas[["not_employed", "employed"]].to_numpy(float),
    }


def _cell_errors(name: str, published: np.ndarray, fitted: np.ndarray) -> dict[str, object]:
    known = ~np.isnan(published)
    if not known.any():
        return {"margin": name, "cells": 0, "remark": "not published by small area: see the region's fallbacks"}
    error = np.abs(fitted - published)[known]
    allowed = np.maximum(CELL_PERSONS, CELL_SHARE * published[known])
    return {
        "margin": name,
        "cells": int(known.sum()),
        "published": float(published[known].sum()),
        "fitted": float(fitted[known].sum()),
        "median_error": float(np.median(error)),
        "p99_error": float(np.percentile(error, 99)),
        "largest_error": float(error.max()),
        "cells_beyond_limit": int((error > allowed).sum()),
        "remark": REMARKS.get(name, ""),
    }
