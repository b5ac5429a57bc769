"""Patterns that emerge from how firms take up technologies, written down with thresholds before a run was read.

a  A technology spreads along an S-curve: log odds of its share of those who ever take it up rise in a straight line
   (Griliches 1957, doi:10.2307/1905380), at .1 to .6 a year. The share is taken of the highest one that a run reaches,
   for what a technology is of no use to has no part in its speed, while it lies between a tenth and nine tenths of that.
d  Small firms lag, and the gap to larger ones first widens, then narrows: in cloud and in AI, the technologies whose
   spread falls most within the span. Means of three years, so that luck alone makes no widest gap.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from calibration.run_table import Progress
from calibration.simulators import simulate_firms
from calibration.targets.target import Extract, log_odds, survey_month
from calibration.validation.pattern import Pattern, judged
from experiments.runner import MAX_SEED, spread
from model.calendar import END_YEAR, START_YEAR
from model.chance import hash_words
from model.region import SIZE_BANDS
from model.technologies import TECHNOLOGIES
from scenarios.uk_sample import LARGEST_SAMPLE

if TYPE_CHECKING:
    import pandas as pd


YEARS = range(START_YEAR, END_YEAR + 1)
SIZES = {"all": SIZE_BANDS, "small": SIZE_BANDS[:1], "large": SIZE_BANDS[2:]}
"""Small: under 10. Large: 50 and over, as there are few of 250 and over in a run"""
CURVES = tuple(name for name in TECHNOLOGIES if name != "data_iot")
"""Data and sensors are a scenario: no figure says how they spread"""
GAPS = ("cloud", "ai")
FROM, TO = 0.1, 0.9
"""Part of the highest share reached between which the speed is measured"""
FEWEST_YEARS = 3

SPEED = {
    name: Pattern(
        f"a/{name}", f"S-curve of {name.replace('_', ' ')} among firms",
        f"""Slope of the log odds of the share of firms that use it over the highest share up to {END_YEAR}, by least squares,
        while between a tenth and nine tenths of that.""",
        "log odds a year", 0.1, 0.6,
    )
    for name in CURVES
}  # fmt: skip
LAGS = Pattern(
    "d/lags", "Small firms lag",
    f"Share of firms of 50 and over less share of firms under 10, mean of all Januaries to {END_YEAR}; the lesser of cloud and AI.",
    "points", 1.0,
)  # fmt: skip
GAP = Pattern(
    "d/gap", "The gap between small and larger firms widens first, then narrows",
    f"""Widest gap, in means of three years, above that of {START_YEAR} to {START_YEAR + 2} or of the last three years,
    whichever is the lesser; the lesser of cloud and AI.""",
    "points", 1.0,
)  # fmt: skip


def firm_patterns(draws: Sequence[Mapping[str, float]], seed: int, progress: Progress) -> list[dict[str, object]]:
    """Rows of `judged`: a run of the largest UK-weighted sample at every draw of the parameters."""
    return judged_patterns(firm_counts(draws, seed, progress))


def judged_patterns(counts: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of `judged` from counts of runs (columns of `firm_counts`)."""
    runs = [run for _, run in counts.groupby("draw")]
    rows = [judged(SPEED[name], [speed(run, name) for run in runs]) for name in CURVES]
    gaps = [[gap_by_year(run, name) for name in GAPS] for run in runs]
    rows.append(judged(LAGS, [min(gap.mean() for gap in of_run) for of_run in gaps]))
    return [*rows, judged(GAP, [min(widens_then_narrows(gap) for gap in of_run) for of_run in gaps])]


def firm_counts(draws: Sequence[Mapping[str, float]], seed: int, progress: Progress) -> pd.DataFrame:
    """draw, technology, size (all, small, large), year, users and firms (simulated, January) of a run at every draw."""
    import pandas as pd

    simulate = partial(simulate_firms, n_adults=LARGEST_SAMPLE, extracts=list(_extracts()))
    tasks = [(hash_words(seed, draw) % MAX_SEED, dict(values)) for draw, values in enumerate(draws)]
    progress(0, len(tasks), "runs of firms")
    found: dict[int, pd.DataFrame] = {}
    for draw, pairs in spread(partial(_run, simulate), tasks):
        keys = [(draw, *name.split("/")) for name in pairs]
        table = pd.DataFrame(keys, columns=["draw", "technology", "size", "year"]).astype({"year": int})
        table[["users", "firms"]] = list(pairs.values())
        found[draw] = table
        progress(len(found), len(tasks), "runs of firms")
    return pd.concat([found[draw] for draw in range(len(tasks))], ignore_index=True)


def speed(run: pd.DataFrame, technology: str) -> float:
    """Pattern a of one run, log odds a year; NaN where too few years lie on the slope of the curve."""
    curve = _by_year(run, technology, "all")
    highest = float((curve["users"] / curve["firms"]).max())
    reached = curve["users"] / curve["firms"] / highest if highest > 0 else curve["users"] * 0.0
    on_slope = (reached >= FROM) & (reached <= TO) & (curve["year"] <= curve["year"].iloc[int(np.argmax(reached))])
    if on_slope.sum() < FEWEST_YEARS:
        return math.nan
    users, within = curve["users"][on_slope].to_numpy(float), highest * curve["firms"][on_slope].to_numpy(float)
    return float(np.polyfit(curve["year"][on_slope], log_odds(users, within), 1)[0])


def gap_by_year(run: pd.DataFrame, technology: str) -> np.ndarray:
    """(years,) share of large firms less share of small ones that use a technology, points."""
    large, small = (_by_year(run, technology, size) for size in ("large", "small"))
    return 100.0 * (large["users"] / large["firms"] - small["users"] / small["firms"]).to_numpy(float)


def widens_then_narrows(gap: np.ndarray) -> float:
    """Pattern d of one gap (years,), points: by how much its widest exceeds both its beginning and its end."""
    smooth = np.convolve(gap, np.full(3, 1.0 / 3.0), mode="valid")
    return float(smooth.max() - max(smooth[0], smooth[-1]))


def _by_year(run: pd.DataFrame, technology: str, size: str) -> pd.DataFrame:
    chosen = run[(run["technology"] == technology) & (run["size"] == size)]
    return chosen.sort_values("year").reset_index(drop=True)


def _extracts() -> list[Extract]:
    return [
        Extract(f"{name}/{size}/{year}", survey_month(year), (("size_band", bands),), (f"adopters_{name}",), ("firms",))
        for name in CURVES
        for size, bands in SIZES.items()
        for year in YEARS
    ]


def _run(
    simulate: Callable[..., Mapping[str, tuple[int, int]]], task: tuple[int, dict[str, float]]
) -> dict[str, tuple[int, int]]:
    seed, values = task
    return dict(simulate(values, seed))
