"""Patterns that emerge from runs: nothing was fitted to any of them.

Definitions and thresholds below were written down before a run was read for them, and one rule (`pattern.judged`)
decides: a pattern is shown where the median over posterior draws lies within its threshold. What each definition is
for:

a  A takeover by imitation and a lasting minority of the slow is a straight line in log odds, at .1 to .6 a year in
   studies of diffusion. Bands that start above 95% are left out: their log odds hang on a few people. Firms:
   `patterns_firms.py`.
b  Gaps that close from the young end: the gap between a band and the next older one halves the later, the older the
   two. Reaching a level in the order of age would be no test, because the young start higher; halving a gap measures
   its closing alone. A line through the dates, not the least step between them: each date is a year or so uncertain by
   chance.
c  Non-users share households and areas more often than people of like age, disability and schooling would by chance.
   The ratio must be worth noticing, and beyond the luck of the reshuffling. A ratio of areas is 1 + the squared
   relative spread of their non-use beyond composition, so 1.01 is a spread of a tenth. Areas owe part of it to the tilt
   of the start by deprivation, households part to the disposition that people who live together are assumed to share.
   (The first measure counted bare pairs against reshuffled ones; it read .995 for areas whose non-use for age,
   disability and schooling fell from 1.2 in deprived to .87 in other places. See `clustering.py` for why.)
d  Small firms lag; the gap to large ones first widens, then narrows: `patterns_firms.py`.
e  A discount is 55 to 75% additional: the published trial of a discounted connection run again, judged by its best
   estimate as in `uptake validate replications`.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from calibration.replications import run_replications
from calibration.run_table import Progress
from calibration.targets.target import log_odds
from calibration.validation.bars import Bar, at_least
from calibration.validation.baseline_runs import AREA_SCALE, baseline_runs
from calibration.validation.clustering import non_use_clustering
from calibration.validation.pattern import Pattern, judged, shown
from calibration.validation.patterns_firms import firm_patterns
from calibration.validation.posterior_used import draws_of
from model.calendar import END_YEAR, START_YEAR
from model.region import AGE_BANDS
from scenarios.regions_io import list_regions
from scenarios.uk_sample import SAMPLE_NAME

if TYPE_CHECKING:
    import pandas as pd


SLOW_BANDS = AGE_BANDS[3:]
"""45 and over: those with less than 95% of adults online in January 2013"""
CURVE_YEARS = range(START_YEAR, START_YEAR + 11)
CLUSTERING_YEAR = 2020
GAP_POINTS = 2.0
"""Narrowest gap of January 2013 whose halving is dated; below it chance would date it"""
WANTED = 4
N_DRAWS = 30
TRIAL = "discounted-broadband"

SPEED = {
    band: Pattern(
        f"a/{band}", f"S-curve of use at {band}",
        "Slope of the log odds of being online over January 2013 to 2023, by least squares.",
        "log odds a year", 0.1, 0.6,
    )
    for band in SLOW_BANDS
}  # fmt: skip
STRAIGHT = Pattern(
    "a/shape", "S-curves are straight in log odds",
    "Smallest share of a band's variance in log odds that its straight line explains.", "share", 0.9,
)  # fmt: skip
YOUNG_FIRST = Pattern(
    "b", "The age gap closes from the young end",
    f"""Rise by band, by least squares, of the year in which the gap to the next older band is half of that of January
    2013 (in points; gaps of {GAP_POINTS:g} and over; one that does not halve by {END_YEAR} is given that year).""",
    "years later a band", 0.5,
)  # fmt: skip
IN_HOUSEHOLDS = Pattern(
    "c/households", "Non-use clusters in households beyond composition",
    f"Pairs of non-users in one household, January {CLUSTERING_YEAR}, over those that age, disability and schooling "
    "give (see clustering.py).", "ratio", 1.1,
)  # fmt: skip
IN_AREAS = Pattern(
    "c/areas", "Non-use clusters in small areas beyond composition and households",
    "The same for pairs in one small area but not in one household.", "ratio", 1.01,
)  # fmt: skip
BEYOND_LUCK = Pattern(
    "c/chance", "Clustering is beyond luck",
    "The smaller of the two excesses over the reshuffled mean, in standard deviations of the reshuffling.",
    "standard deviations", 2.0,
)  # fmt: skip
DISCOUNT = Pattern(
    "e", "A discount offer is 55 to 75% additional",
    "Connections that would not be there without the offer, among those who took it; best estimate.", "%", 55.0, 75.0,
)  # fmt: skip


def run_patterns(
    fit: Path | None, seed: int, progress: Progress, n_draws: int = N_DRAWS
) -> tuple[pd.DataFrame, list[Bar]]:
    """Run and judge all patterns at draws of the posterior: rows of `judged` and one bar. Opens one trial held out."""
    import pandas as pd

    draws = draws_of(fit, n_draws, seed)
    uk, _ = baseline_runs([(SAMPLE_NAME, 1.0)], range(START_YEAR, END_YEAR + 1), draws, seed=seed, progress=progress)
    regions = [(name, AREA_SCALE) for name in list_regions()]
    _, pairs = baseline_runs(
        regions, [CLUSTERING_YEAR], draws, seed=seed, measure=non_use_clustering, progress=progress
    )
    trial = run_replications(roles=("holdout",), only=TRIAL, progress=progress).iloc[0]
    firms = firm_patterns(draws, seed, progress)
    rows = [*curve_rows(uk), *firms, gap_row(uk), *cluster_rows(pairs), discount_row(trial)]
    rows.sort(key=lambda row: str(row["id"]).split("/")[0])
    return pd.DataFrame(rows), [pattern_bar(rows)]


def pattern_bar(rows: list[dict[str, object]]) -> Bar:
    """How many patterns are shown; a pattern of several parts is shown where all of them are."""
    found = shown(rows)
    return at_least("patterns", f"emergent patterns shown, of {len(found)}", sum(found.values()), WANTED, "patterns")


def curve_rows(counts: pd.DataFrame) -> list[dict[str, object]]:
    """Pattern a for residents, from counts of `baseline_runs` of the UK sample."""
    recent, adults, years = _by_band(counts)
    inside = [number for number, year in enumerate(years) if year in CURVE_YEARS]
    slow = [AGE_BANDS.index(band) for band in SLOW_BANDS]
    curves = np.asarray(log_odds(recent, adults))[:, slow][:, :, inside]
    time = years[inside] - years[inside].mean()
    slope = curves @ time / (time @ time)
    left = curves - curves.mean(axis=2, keepdims=True) - slope[:, :, None] * time
    explained = 1.0 - left.var(axis=2) / curves.var(axis=2)
    rows = [judged(SPEED[band], slope[:, number]) for number, band in enumerate(SLOW_BANDS)]
    return [*rows, judged(STRAIGHT, explained.min(axis=1))]


def gap_row(counts: pd.DataFrame) -> dict[str, object]:
    """Pattern b, from the same counts."""
    recent, adults, years = _by_band(counts)
    gaps = -np.diff(100.0 * recent / adults, axis=1)
    return judged(YOUNG_FIRST, [_later_a_band(of_draw, years) for of_draw in gaps])


def cluster_rows(pairs: pd.DataFrame) -> list[dict[str, object]]:
    """Pattern c, from pairs counted by `non_use_clustering` in each region and draw; regions are added up."""
    total = pairs.drop(columns="region").groupby("draw").sum()
    ratio, excess = {}, {}
    for name in ("household", "area"):
        ratio[name] = total[f"{name}_pairs"] / total[f"{name}_expected"]
        excess[name] = (total[f"{name}_pairs"] - total[f"{name}_expected"]) / np.sqrt(total[f"{name}_variance"])
    least = np.minimum(excess["household"], excess["area"])
    measured = ((IN_HOUSEHOLDS, ratio["household"]), (IN_AREAS, ratio["area"]), (BEYOND_LUCK, least))
    return [judged(pattern, values.to_numpy(float)) for pattern, values in measured]


def discount_row(trial: pd.Series) -> dict[str, object]:
    """Pattern e, from the row of `run_replications`: its best estimate decides, its interval is shown."""
    spread = {"low": float(trial["low"]), "high": float(trial["high"]), "share_of_draws": math.nan}
    return judged(DISCOUNT, [float(trial["model"])]) | spread


def _by_band(counts: pd.DataFrame) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Recent users and adults, each (draws, bands, years), and the years."""
    table = counts.groupby(["draw", "age_band", "year"])[["recent", "adults"]].sum()
    draws, years = (table.index.unique(level).sort_values() for level in ("draw", "year"))
    shape = (len(draws), len(AGE_BANDS), len(years))
    whole = table.reindex([(draw, band, year) for draw in draws for band in AGE_BANDS for year in years])
    recent, adults = (whole[name].to_numpy(float).reshape(shape) for name in ("recent", "adults"))
    return recent, adults, years.to_numpy(float)


def _later_a_band(gaps: np.ndarray, years: np.ndarray) -> float:
    """Years by which gaps halve later with each older pair of bands. gaps (pairs, years), points, youngest first.

    NaN where fewer than two gaps are wide enough to be dated.
    """
    halved = [_halving_year(gap, years) for gap in gaps if gap[0] >= GAP_POINTS]
    return float(np.polyfit(np.arange(len(halved)), halved, 1)[0]) if len(halved) > 1 else math.nan


def _halving_year(gap: np.ndarray, years: np.ndarray) -> float:
    """When a gap is first half of what it was, between two years in proportion; the last year if never."""
    below = np.flatnonzero(gap <= 0.5 * gap[0])
    if not below.size:
        return float(years[-1])
    after = int(below[0])
    part = (gap[after - 1] - 0.5 * gap[0]) / (gap[after - 1] - gap[after])
    return float(years[after - 1] + part * (years[after] - years[after - 1]))
