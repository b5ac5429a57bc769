"""The UK-weighted calibration sample: whole linked households of the five regions, resampled to look like the UK.

Weights make adults by age band of each January 2013-17 and disabled adults by age band of 2014-17 those of the Labour
Force Survey, a fifth of adults live in each fifth of deprivation, and a stated share in rural areas. The sample drawn
with these weights is of equal weight. What it cannot be: a mix of all nations, coasts and London; docs/population.md.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model.area_roster import linked_groups
from model.chance import key_from_text, mix
from model.demography import FIRST_SURVEY_YEAR, uk_adults_by_year
from model.errors import InputError
from model.population import ARRAYS, ROW_TYPES, Population, Progress, get_population, population_fingerprint
from model.region import AGE_BANDS
from model.rounding import systematic_counts
from model.storage import cache_dir, cached_columns, content_hash, source_hash
from scenarios.regions_io import list_regions, load_national, load_region

if TYPE_CHECKING:
    import pandas as pd

SAMPLE_NAME = "uk-sample"
POOL_SCALE = 0.1
SURVEY_YEARS = range(2013, 2018)
DISABILITY_YEARS = range(2014, 2018)
RURAL_SHARE = 0.17
"""UK adults in rural areas (assumed from England's and Scotland's official classifications, 17-18%)."""
REFINING_STEPS, REFINING_CANDIDATES = 800, 8000
LARGEST_SAMPLE = 250_000


def get_uk_sample(n_adults: int = 60_000, structure_seed: int = 1, progress: Progress | None = None) -> Population:
    """About n_adults equal-weight adults of January 2013 and all who join them later, from the user's cache.

    Builds the five regions' rosters at scale 0.1 on first use. A household drawn twice has other keys the second time.
    """
    if not 1000 <= n_adults <= LARGEST_SAMPLE:
        raise InputError("the sample's size", key="n_adults", value=n_adults, allowed=f"1000 to {LARGEST_SAMPLE}")
    regions = [load_region(name) for name in list_regions()]
    parts = [population_fingerprint(region, POOL_SCALE, structure_seed) for region in regions]
    source = source_hash(Path(__file__))
    fingerprint = content_hash({"parts": parts, "adults": n_adults, "seed": structure_seed, "source": source})
    uk_adults = load_national()["uk_adults"]
    weight = 1000.0 * float(uk_adults_by_year(uk_adults).loc[FIRST_SURVEY_YEAR].to_numpy().sum()) / n_adults

    def build() -> tuple[dict[str, np.ndarray], dict[str, object]]:
        pools = [get_population(region, POOL_SCALE, structure_seed, progress) for region in regions]
        sample = resample(pooled(pools), uk_adults, n_adults, structure_seed)
        return {name: getattr(sample, name) for name in ARRAYS}, {"region": SAMPLE_NAME, "fingerprint": fingerprint}

    columns, _ = cached_columns(cache_dir() / "populations" / fingerprint[:32], build)
    return Population(
        **columns, region=SAMPLE_NAME, scale=1.0 / weight, structure_seed=structure_seed, fingerprint=fingerprint,
        weight=weight,
    )  # fmt: skip


def pooled(populations: list[Population]) -> Population:
    """Several regions' rosters as one: areas, authorities and households are numbered on."""
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ARRAYS}
    areas = households = authorities = 0
    offsets = ("area", "household_area"), ("household", "next_household", "parent_household"), ("area_authority",)
    for part in populations:
        first = {name: start for names, start in zip(offsets, (areas, households, authorities), strict=True)
                 for name in names}  # fmt: skip
        for name in ARRAYS:
            values = np.asarray(getattr(part, name))
            if name in first:
                values = np.where(values >= 0, values + values.dtype.type(first[name]), values)
            columns[name].append(values)
        areas, households = areas + part.n_areas, households + part.n_households
        authorities += part.authority_code.size
    joined: dict[str, Any] = {name: np.concatenate(parts) for name, parts in columns.items()}
    return replace(populations[0], **joined, region=SAMPLE_NAME)


def resample(pool: Population, uk_adults: pd.DataFrame, n_adults: int, structure_seed: int) -> Population:
    """Draw whole linked households, some more than once, so that the constraints hold at n_adults adults of 2013."""
    group = linked_groups(np.asarray(pool.household), np.asarray(pool.next_household), pool.n_households)
    features, target = constraints(pool, group, uk_adults, n_adults)
    generator = np.random.Generator(np.random.Philox(key=key_from_text(f"{structure_seed}|{SAMPLE_NAME}|{n_adults}")))
    weights = rake(features, target, n_adults / float(pool.present(0).sum()))
    copies = refine(systematic_counts(weights, generator.random()), weights, features, target, generator)
    return replicate(pool, group, copies)


def constraints(
    pool: Population, group: np.ndarray, uk_adults: pd.DataFrame, n_adults: int
) -> tuple[np.ndarray, np.ndarray]:
    """features (groups, k): people of a linked group by what is held to the UK; target (k,), for n_adults adults."""
    of_row = group[np.asarray(pool.household)]
    count = int(group.max()) + 1
    by_year = uk_adults_by_year(uk_adults)
    disabled = _disabled_by_year(uk_adults)
    per_thousand = n_adults / float(by_year.loc[FIRST_SURVEY_YEAR].to_numpy().sum())
    features, target = [], []
    for year in SURVEY_YEARS:
        month = 12 * (year - FIRST_SURVEY_YEAR)
        present, band = pool.present(month), pool.age_band(month)
        features.append(_by_group(of_row, band, present, count, len(AGE_BANDS)))
        target.append(by_year.loc[year].to_numpy() * per_thousand)
        if year in DISABILITY_YEARS:
            features.append(_by_group(of_row, band, present & pool.disabled(month), count, len(AGE_BANDS)))
            target.append(disabled.loc[year].to_numpy() * per_thousand)
    present = pool.present(0)
    fifth = np.asarray(pool.area_deprivation)[pool.area]
    features.append(_by_group(of_row, fifth, present, count, 5)[:, :4])
    target.append(np.full(4, n_adults / 5.0))
    rural = np.asarray(pool.area_rural)[pool.area]
    features.append(_by_group(of_row, rural, present, count, 2)[:, 1:])
    target.append(np.array([RURAL_SHARE * n_adults]))
    return np.concatenate(features, axis=1), np.concatenate(target)


def _disabled_by_year(uk_adults: pd.DataFrame) -> pd.DataFrame:
    """Thousands of disabled UK adults by year (rows) and age band."""
    disabled = uk_adults[uk_adults["disability"] == "yes"]
    return disabled.pivot_table(index="year", columns="age_band", values="thousands")[list(AGE_BANDS)]


def _by_group(of_row: np.ndarray, value: np.ndarray, mask: np.ndarray, groups: int, kinds: int) -> np.ndarray:
    rows = np.flatnonzero(mask)
    cell = of_row[rows].astype(np.int64) * kinds + value[rows]
    return np.bincount(cell, minlength=groups * kinds).reshape(groups, kinds).astype(np.float64)


def rake(features: np.ndarray, target: np.ndarray, start: float) -> np.ndarray:
    """Weights (groups,) nearest to `start` in relative entropy that meet the targets: damped Newton steps on the dual
    (Deville and Sarndal 1992, doi:10.1080/01621459.1992.10475217)."""
    dual = np.zeros(target.size)
    weights = np.full(features.shape[0], start)
    miss = features.T @ weights - target
    for _ in range(60):
        hessian = features.T @ (features * weights[:, None])
        step = np.linalg.solve(hessian + 1e-8 * np.trace(hessian) * np.eye(target.size), miss)
        for halving in range(12):
            tried = np.minimum(start * np.exp(features @ (dual - step * 0.5**halving)), 50.0)
            tried_miss = features.T @ tried - target
            if np.abs(tried_miss / target).max() < np.abs(miss / target).max():
                break
        dual, weights, miss = dual - step * 0.5**halving, tried, tried_miss
        if np.abs(miss / target).max() < 1e-6:
            break
    return weights


def refine(
    copies: np.ndarray, weights: np.ndarray, features: np.ndarray, target: np.ndarray, generator: np.random.Generator
) -> np.ndarray:
    """Take groups in or out one by one, whatever lowers the squared relative misses most, until nothing does."""
    copies = copies.copy()
    scaled = features / target
    miss = copies @ scaled - 1.0
    likely = np.flatnonzero(weights > 0)
    for _ in range(REFINING_STEPS):
        tried = generator.choice(likely, REFINING_CANDIDATES)
        move = scaled[tried]
        size, slope = (move**2).sum(axis=1), move @ miss
        gain_in, gain_out = -2.0 * slope - size, np.where(copies[tried] > 0, 2.0 * slope - size, -np.inf)
        best_in, best_out = int(np.argmax(gain_in)), int(np.argmax(gain_out))
        if max(gain_in[best_in], gain_out[best_out]) <= 0:
            break
        sign, place = (1, best_in) if gain_in[best_in] >= gain_out[best_out] else (-1, best_out)
        copies[tried[place]] += sign
        miss += sign * move[place]
    return copies


def replicate(pool: Population, group: np.ndarray, copies: np.ndarray) -> Population:
    """The pool's linked households, each as often as `copies` says; rows sorted by area and household again."""
    of_row = group[np.asarray(pool.household)]
    rows, copy = [], []
    for number in range(int(copies.max(initial=0))):
        taken = np.flatnonzero(copies[of_row] > number)
        rows.append(taken)
        copy.append(np.full(taken.size, number))
    row, turn = np.concatenate(rows), np.concatenate(copy)
    order = np.lexsort((row, turn, np.asarray(pool.household)[row]))
    row, turn = row[order], turn[order]
    columns: dict[str, Any] = {name: np.asarray(getattr(pool, name))[row] for name in ROW_TYPES}
    key = np.asarray(pool.key)[row]
    columns["key"] = np.where(turn > 0, _copied_key(key, turn), key)
    return replace(pool, **(columns | _renumbered(pool, row, turn)))


def _renumbered(pool: Population, row: np.ndarray, turn: np.ndarray) -> dict[str, np.ndarray]:
    """Household columns of the copied rows, numbered by area, and the households' areas."""
    turns = int(turn.max(initial=0)) + 1
    old = {name: np.asarray(getattr(pool, name))[row].astype(np.int64)
           for name in ("household", "next_household", "parent_household")}  # fmt: skip
    named = {name: np.where(number >= 0, number * turns + turn, -1) for name, number in old.items()}
    used = np.unique(np.concatenate((named["household"], named["next_household"][named["next_household"] >= 0])))
    area = np.asarray(pool.household_area)[used // turns]

    def position(number: np.ndarray) -> np.ndarray:
        place = np.minimum(np.searchsorted(used, number), used.size - 1)
        return np.where(used[place] == number, place, -1).astype(np.int32)

    return {"household_area": area.astype(np.int32)} | {name: position(number) for name, number in named.items()}


def _copied_key(key: np.ndarray, turn: np.ndarray) -> np.ndarray:
    return np.array([mix(np.uint64(k), np.uint64(t)) for k, t in zip(key, turn, strict=True)], dtype=np.uint64)


def uk_sample_report(sample: Population) -> list[tuple[str, pd.DataFrame]]:
    """Titled tables: adults and disabled adults of the sample against the UK survey, in percent of difference."""
    import pandas as pd

    uk_adults = load_national()["uk_adults"]
    by_year = uk_adults_by_year(uk_adults)
    disabled = _disabled_by_year(uk_adults)
    rows, first = [], None
    for year in SURVEY_YEARS:
        month = 12 * (year - FIRST_SURVEY_YEAR)
        present, band = sample.present(month), sample.age_band(month)
        adults = np.bincount(band[present], minlength=len(AGE_BANDS)) * sample.weight / 1000.0
        first = adults if first is None else first
        growth = 100.0 * (adults / first - 1.0)
        published = 100.0 * (by_year.loc[year] / by_year.loc[FIRST_SURVEY_YEAR] - 1.0).to_numpy()
        share = 100.0 * np.bincount(band[present], sample.disabled(month)[present], len(AGE_BANDS)) / np.bincount(
            band[present], minlength=len(AGE_BANDS))  # fmt: skip
        uk_share = 100.0 * (disabled.loc[year] / by_year.loc[year]).to_numpy() if year in DISABILITY_YEARS else np.nan
        rows.append(pd.DataFrame({
            "january": year, "age_band": AGE_BANDS, "uk_thousands": by_year.loc[year].to_numpy(),
            "sample_thousands": adults.round(1), "uk_growth_pct": published.round(2),
            "sample_growth_pct": growth.round(2), "uk_disabled_pct": np.round(uk_share, 2),
            "sample_disabled_pct": share.round(2),
        }))  # fmt: skip
    return [("Adults and disability, UK survey and sample", pd.concat(rows, ignore_index=True))]
