"""Use of the internet in years that were not fitted: the model and simpler forecasts on the same footing.

2013 is the start of every run and never scored. The share of those of 75 and over published for 2020 is a break in the
series: it is scored apart and in no mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from calibration.validation.bars import Bar, at_least, at_most, within
from calibration.validation.baselines import BASELINES
from calibration.validation.fitted_draws import FittedDraws
from calibration.validation.holdout_rows import MODEL, as_table, holdout_row, summary
from calibration.validation.predictions import Prediction
from calibration.validation.use_forecast import forecast_use
from calibration.validation.use_shares import (
    BY_AGE,
    BY_DISABILITY,
    EVERYONE,
    UseShare,
    disabled_shares,
    known_series,
)
from model.calendar import START_YEAR

if TYPE_CHECKING:
    import pandas as pd

FIRST_FITTED_YEAR = 2014
TREND_WITH_START = f"logit trend from {START_YEAR}"
"""The logit trend once more, given the start that the model is given; by age only, as disability was defined anew in
2014."""
BROKEN = ("75+", 2020)
BREAK = f"{BROKEN[0]} in {BROKEN[1]}, a break"
"""Slice of the scores that holds it alone."""
OLDER = ("55-64", "65-74", "75+")

MOST_ERROR_BY_AGE, MOST_ERROR_BY_DISABILITY = 0.45, 1.0
"""Percentage points, mean over cells."""
MOST_CRPS_RATIO = 1.1
COVER_90, COVER_50 = (80.0, 97.0), (40.0, 62.0)
"""Per cent of cells whose interval holds the published share."""
HARDEST = "logit trend"
TO_BEAT = ("last value", "linear trend", "random walk with drift")


def score_use(draws: FittedDraws, published: Iterable[UseShare], known: Iterable[UseShare], seed: int) -> pd.DataFrame:
    """The model and every simpler forecast against published shares: rows of `holdout_rows.COLUMNS`.

    known: shares that simpler forecasts may use, all before the published ones. Lapsed and never users by age only.
    """
    known = list(known)
    scored = [share for share in published if share.measure == "recent" or share.who == EVERYONE]
    rows = [
        _row(share, MODEL, forecast)
        for share, forecast in zip(scored, forecast_use(draws, scored, disabled_shares(), seed), strict=True)
    ]
    for measure in dict.fromkeys(share.measure for share in scored):
        series = known_series(known, measure)
        for holdout in (BY_AGE, BY_DISABILITY):
            for year in dict.fromkeys(share.year for share in scored):
                part = [s for s in scored if (s.measure, s.holdout, s.year) == (measure, holdout, year)]
                if part:
                    rows += _simpler(part, year, [series[share.band, share.who] for share in part])
    return as_table(rows)


def use_scores(rows: pd.DataFrame) -> pd.DataFrame:
    """Scores by hold-out, measure, slice and forecast: all cells, ages 55 and over, each year, and the break apart."""
    import pandas as pd

    broken = is_broken(rows)
    older = rows["cell"].str.startswith(OLDER)
    parts = []
    for (holdout, measure), part in rows.groupby(["holdout", "measure"], sort=False):
        own = (rows["holdout"] == holdout) & (rows["measure"] == measure)
        slices = {"all": own & ~broken, "55 and over": own & ~broken & older}
        slices |= {str(year): own & ~broken & (rows["year"] == year) for year in sorted(part["year"].unique())}
        slices |= {BREAK: own & broken}
        found = summary(rows, {name: chosen for name, chosen in slices.items() if chosen.any()})
        found.insert(0, "measure", str(measure))
        found.insert(0, "holdout", str(holdout))
        parts.append(found)
    return pd.concat(parts, ignore_index=True)


def is_broken(rows: pd.DataFrame) -> pd.Series:
    """Which rows are of the share that breaks its series."""
    return rows["cell"].str.startswith(BROKEN[0]) & (rows["year"] == BROKEN[1])


def use_bars(scores: pd.DataFrame) -> list[Bar]:
    """The bars declared for the years held out, computed from `use_scores`."""
    recent = scores[scores["measure"] == "recent"].set_index(["holdout", "slice", "predictor"])

    def of(column: str, slice_name: str, predictor: str = MODEL, holdout: str = BY_AGE) -> float:
        return float(recent[column].loc[holdout, slice_name, predictor])

    years = [name for name in recent.loc[BY_AGE].index.unique("slice") if name.isdigit()]
    bars = []
    for ages in ("all", "55 and over"):
        part = BY_AGE if ages == "all" else f"{BY_AGE}, {ages}"
        bars.append(at_most(part, "mean absolute error", of("abs_error", ages), MOST_ERROR_BY_AGE, "points"))
        for name in (HARDEST, TREND_WITH_START):
            ratio = of("crps", ages) / of("crps", ages, name)
            bars.append(at_most(part, f"CRPS over that of the {name}", ratio, MOST_CRPS_RATIO, "times"))
    for column, name in (("abs_error", "error"), ("crps", "CRPS")):
        for other in TO_BEAT:
            better = sum(of(column, year) < of(column, year, other) for year in years)
            bars.append(at_least(BY_AGE, f"years with a lower {name} than {other}", better, len(years), "years"))
    for holdout in (BY_AGE, BY_DISABILITY):
        for column, name, (low, high) in (("cover90", "90%", COVER_90), ("cover50", "50%", COVER_50)):
            covered = of(column, "all", holdout=holdout)
            bars.append(within(holdout, f"cells inside {name} intervals", covered, low, high, "% of cells"))
    error = of("abs_error", "all", holdout=BY_DISABILITY)
    bars.append(at_most(BY_DISABILITY, "mean absolute error", error, MOST_ERROR_BY_DISABILITY, "points"))
    return bars


def _simpler(shares: Sequence[UseShare], year: int, series: list) -> list[dict[str, object]]:
    """Rows of every simpler forecast for the shares of one measure, hold-out and year."""
    errors = [share.error for share in shares]
    fitted_years = [one.since(FIRST_FITTED_YEAR) for one in series]
    forecasts = {name: forecast(fitted_years, year, errors) for name, forecast in BASELINES.items()}
    if all(one.years[0] == START_YEAR for one in series):
        forecasts[TREND_WITH_START] = BASELINES[HARDEST](series, year, errors)
    return [
        _row(share, name, forecast)
        for name, all_forecasts in forecasts.items()
        for share, forecast in zip(shares, all_forecasts, strict=True)
    ]


def _row(share: UseShare, predictor: str, forecast: Prediction) -> dict[str, object]:
    return holdout_row(share.holdout, share.cell, share.year, share.measure, predictor, share.share_pct, forecast)
