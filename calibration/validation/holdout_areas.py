"""The five study areas, never fitted: the model's prediction of use there against rates that know no place.

What tells areas apart in the model is who lives there and the tilt of the start by schooling and deprivation, whose
prior is wide, dated and hashed before any area is scored (`tilt_prior.py`). So the score is prior predictive in the
tilt and posterior in the rest. Each forecast carries the survey's sampling error of the area; the rates carry it alone,
the model its draws and discrepancy too, the latter as if all ages missed alike.
The published 2020 contains a break at 75 and over, which the national rates share with the areas and the model does
not.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

from calibration.evidence_reader import load
from calibration.run_table import Progress
from calibration.validation.bars import Bar, at_least
from calibration.validation.baseline_runs import AREA_SCALE, baseline_runs
from calibration.validation.holdout_rows import MODEL, as_table, holdout_row
from calibration.validation.posterior_used import draws_of, median_discrepancy
from calibration.validation.predictions import Prediction, mixture
from calibration.validation.published_areas import WINDOWS, PublishedShare, published_shares
from calibration.validation.tilt_prior import check_tilt_prior
from scenarios.regions_io import list_regions, load_region

if TYPE_CHECKING:
    import pandas as pd


RATES = {
    "national rate": "all",
    "age-standardised rate": "age_band",
    "age x disability-standardised rate": "age_band x disability",
}
"""forecast without places -> grouping of the published UK rows it applies to the area's own people"""
_GROUPS = ["age_band", "disability"]
_PUBLISHED_GROUP: Mapping[str, Callable[[str, str], str]] = {
    "all": lambda band, disability: "all",
    "age_band": lambda band, disability: band,
    "age_band x disability": lambda band, disability: f"{band} x {'yes' if disability == 'disabled' else 'no'}",
}
"""name of the published group that people of an age band and disability belong to"""
TO_BEAT = ("national rate", "age x disability-standardised rate")
WHOLE, PART = "study areas", "parts of study areas"
HEADLINE = "2018-20"
N_DRAWS = 30


def run_areas(
    fit: Path | None, seed: int, progress: Progress, n_draws: int = N_DRAWS
) -> tuple[pd.DataFrame, list[Bar], tuple[str, ...]]:
    """Run the five regions at draws of the posterior and score them: rows of `area_rows`, a bar a window, and
    sentences.

    Opens the figures held out. InputError when the tilt's prior is not the one recorded.
    """
    check_tilt_prior()
    published = load("lfs_study_areas", purpose="validate")
    uk = load("lfs_uk_use", purpose="validate")
    shares, around = published_shares(published, study_authorities())
    years = sorted(year for window in WINDOWS.values() for year in window)
    places = [(region, AREA_SCALE) for region in list_regions()]
    counts, _ = baseline_runs(places, years, draws_of(fit, n_draws, seed), seed=seed, progress=progress)
    rows = area_rows(shares, counts, uk, median_discrepancy(fit, "use by age"))
    says = [area_verdict(rows, window) for window in WINDOWS]
    if around:
        says.append(f"Published areas around them are not scored: {', '.join(around)}.")
    return rows, [area_bar(rows, window) for window in WINDOWS], tuple(says)


def study_authorities() -> pd.DataFrame:
    """region, authority_code and authority_name of the five regions."""
    import pandas as pd

    parts = [
        load_region(name).authorities[["authority_code", "authority_name"]].assign(region=name)
        for name in list_regions()
    ]
    return pd.concat(parts, ignore_index=True)


def area_rows(
    shares: Sequence[PublishedShare], counts: pd.DataFrame, uk: pd.DataFrame, discrepancy: float
) -> pd.DataFrame:
    """A row of holdout_rows.COLUMNS for every area, window and forecast, and sampling_error in points.

    counts: of `baseline_runs`. uk: rows of `lfs_uk_use` in thousands (everyone, age_band, age_band x disability).
    discrepancy: of the model, standard deviation in log odds. A window's year is its last.
    """
    by_authority = counts.groupby(["year", "authority_code", "draw"])[["recent", "adults"]].sum()
    # The roster is the same in every draw.
    people = (
        counts[counts["draw"] == counts["draw"].min()].groupby(["year", "authority_code", *_GROUPS])["adults"].sum()
    )
    rates = {name: _rates(uk, group_by) for name, group_by in RATES.items()}
    rows, errors = [], []
    for share in shares:
        forecasts = {MODEL: _prediction(_simulated(share, by_authority), share, discrepancy)}
        for name, rate in rates.items():
            forecasts[name] = _prediction(_standardised(share, people, rate, RATES[name]), share, 0.0)
        holdout = f"{WHOLE if share.whole_region else PART} {share.window}"
        for name, prediction in forecasts.items():
            last = max(share.year_weights)
            rows.append(holdout_row(holdout, share.area, last, "recent", name, share.share_pct, prediction))
            errors.append(share.error_points)
    return as_table(rows).assign(sampling_error=errors)


def area_bar(rows: pd.DataFrame, window: str = HEADLINE) -> Bar:
    """How far the study areas' summed log score lies above the better of the two rates to beat."""
    scores = _study_areas(rows, window).groupby("predictor")["log_score"].sum()
    best = max(scores[name] for name in TO_BEAT)
    bar = f"study areas, {window} pooled: summed log score beyond the better of {' and '.join(TO_BEAT)}"
    return at_least("areas", bar, float(scores[MODEL] - best), 0.0, "log units")


def area_verdict(rows: pd.DataFrame, window: str = HEADLINE) -> str:
    """The sentence that says whether the model beats both rates, or says plainly that it does not."""
    of_window = _study_areas(rows, window)
    scores = of_window.groupby("predictor", sort=False)["log_score"].sum()
    errors = of_window.groupby("predictor", sort=False)["abs_error"].mean()
    lost_to = [name for name in TO_BEAT if scores[MODEL] < scores[name]]
    says = (
        f"The model does not predict the study areas better than the {' nor the '.join(lost_to)}"
        if lost_to
        else f"The model predicts the study areas better than the {' and the '.join(TO_BEAT)}"
    )
    figures = ", ".join(f"{name} {scores[name]:.2f} ({errors[name]:.2f} points off)" for name in (MODEL, *RATES))
    return (
        f"{says} ({window} pooled, summed log score and mean error of {of_window['cell'].nunique()} areas: {figures}; "
        f"the survey's own error is {of_window['sampling_error'].mean():.2f} points)."
    )


def _study_areas(rows: pd.DataFrame, window: str) -> pd.DataFrame:
    return rows[rows["holdout"] == f"{WHOLE} {window}"]


def _prediction(predicted: np.ndarray, share: PublishedShare, discrepancy: float) -> Prediction:
    """Shares (0-1) by draw with the area's sampling error at each of them and a discrepancy, in log odds."""
    known = share.share_pct / 100.0
    effective_n = known * (1.0 - known) / (share.error_points / 100.0) ** 2
    sampling = 1.0 / (effective_n * predicted * (1.0 - predicted))
    return mixture(logit(predicted), np.sqrt(sampling + discrepancy**2))


def _simulated(share: PublishedShare, by_authority: pd.DataFrame) -> np.ndarray:
    """The model's share (0-1) of recent users at every draw, pooled over years as the published one."""
    codes = sorted(share.members)
    total: np.ndarray | float = 0.0
    for year, weight in share.year_weights.items():
        area = by_authority.loc[year].loc[codes].groupby("draw").sum().sort_index()
        total = total + weight * (area["recent"] / area["adults"]).to_numpy()
    return np.asarray(total)


def _rates(uk: pd.DataFrame, group_by: str) -> pd.Series:
    """Published UK share of recent users (0-1) by year and group."""
    rows = uk[(uk["unit"] == "thousands") & (uk["group_by"] == group_by)]
    classes = rows.pivot_table(index=["year", "group"], columns="measure", values="value", aggfunc="sum")
    return classes["recent"] / classes[["recent", "lapsed", "never"]].sum(axis=1)


def _standardised(share: PublishedShare, people: pd.Series, rate: pd.Series, group_by: str) -> np.ndarray:
    """UK rates of groups applied to the area's own adults, pooled over years: shape (1,), 0-1.

    people: adults by year, authority_code, age band and disability.
    """
    total = 0.0
    for year, weight in share.year_weights.items():
        adults = people.loc[year].loc[sorted(share.members)].groupby(_GROUPS).sum()
        groups = [_PUBLISHED_GROUP[group_by](band, disability) for band, disability in adults.index]
        total += weight * float(np.average(rate.loc[year].loc[groups], weights=adults))
    return np.array([total])
