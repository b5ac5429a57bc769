"""Shares of firms published after the fitted ones, and sizes of firms left out: the model beside simpler forecasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.module_runs import ModuleRuns
from calibration.run_table import Progress
from calibration.targets.firms import firm_target, has_place
from calibration.targets.target import Row, Target
from calibration.validation.baselines import BASELINES, Series
from calibration.validation.baselines_bass import FEWEST_POINTS, bass_curve
from calibration.validation.firm_forecast import forecast_firms, series_of
from calibration.validation.fitted_draws import FittedDraws, refitted_draws
from calibration.validation.holdout_rows import MODEL, as_table, holdout_row
from calibration.validation.predictions import Prediction
from model.region import SIZE_BANDS

if TYPE_CHECKING:
    import pandas as pd

LATER = "later shares of firms"
SIZE_LEFT_OUT = "one size of firms left out"
SAW_IT = "full fit, which saw the size"
LEFT_OUT_FOR = "ai"
"""The one technology published by size in more than one year"""
BASS = "Bass curve"
FEWEST_FOR_A_STEP = 2
LAUNCH_YEAR = {
    "website": -18.0, "ecommerce": -18.0, "cloud": -7.0, "business_software": -7.0, "cyber_essentials": 1.4, "ai": 0.0,
}  # fmt: skip
"""Years since January 2013 at which a Bass curve begins (assumed, but for Cyber Essentials, a scheme of June 2014): web
commerce 1995, rented computing 2006, learning from data at firms' prices 2013. A curve well under way hardly
feels it."""


def later_shares(rows: Iterable[Row]) -> list[Target]:
    """Published shares of firms that have a place in the model; the others are left."""
    return [firm_target(row) for row in rows if has_place(row)]


def score_firms(
    draws: FittedDraws, published: Sequence[Target], known: Sequence[Target], prior: DiscrepancyPrior
) -> pd.DataFrame:
    """The model and every simpler forecast that is possible: rows of `holdout_rows.COLUMNS`.

    known: shares published before, of which simpler forecasts are made.
    """
    rows = []
    for target, forecast in zip(published, forecast_firms(draws, published, prior), strict=True):
        rows.append(_row(LATER, target, target.group, MODEL, forecast))
        for name, simpler, _ in _simpler(target, known):
            if simpler is not None:
                rows.append(_row(LATER, target, target.group, name, simpler))
    return as_table(rows)


def not_possible(published: Sequence[Target], known: Sequence[Target]) -> pd.DataFrame:
    """Simpler forecasts that too few known shares allow: cell, measure, predictor, shares known and shares needed."""
    import pandas as pd

    rows = []
    for target in published:
        for name, simpler, needed in _simpler(target, known):
            if simpler is None:
                n_known = len(_known_of(target, known))
                rows.append((target.group, target.measure, target.source_id, name, n_known, needed))
    return pd.DataFrame(rows, columns=["cell", "measure", "source_id", "predictor", "known", "needed"])


def leave_sizes_out(runs: ModuleRuns, full: FittedDraws, seed: int, n_draws: int, progress: Progress) -> pd.DataFrame:
    """Every size of firms predicted for AI by a fit without any AI share that counts firms of that size, and by the fit
    that saw them: rows of `holdout_rows.COLUMNS`. Sizes that go with the same shares are one fit."""
    emulator, targets = runs.emulator(), runs.module.targets
    fits: dict[tuple[int, ...], list[str]] = {}
    for band in SIZE_BANDS:
        fits.setdefault(tuple(without_size(targets, band)), []).append(band)
    rows: list[dict[str, object]] = []
    for number, (kept, bands) in enumerate(fits.items()):
        progress(number, len(fits), "fits without one size of firms")
        left_out = [target for place, target in enumerate(targets) if place not in kept]
        draws = refitted_draws(runs, emulator, np.array(kept), n_draws, seed)
        for name, used in ((MODEL, draws), (SAW_IT, full)):
            for target, forecast in zip(left_out, forecast_firms(used, left_out, runs.prior), strict=True):
                cell = f"{target.group}, without {' and '.join(bands)}"
                rows.append(_row(SIZE_LEFT_OUT, target, cell, name, forecast))
    progress(len(fits), len(fits), "fits without one size of firms")
    return as_table(rows)


def without_size(targets: Sequence[Target], band: str) -> list[int]:
    """Places of the targets that stay when a size is left out: all but the AI shares that count firms of it."""

    def counts(target: Target) -> bool:
        return band in dict(target.extract.where).get("size_band", SIZE_BANDS)

    return [place for place, target in enumerate(targets) if target.discrepancy != LEFT_OUT_FOR or not counts(target)]


def _simpler(target: Target, known: Sequence[Target]) -> Iterable[tuple[str, Prediction | None, int]]:
    """Name, forecast (None where it is not possible) and number of known shares that it needs."""
    of = _known_of(target, known)
    series = Series(
        target.series,
        np.array([one.time_years for one in of]),
        np.array([one.published for one in of]),
        np.array([one.error for one in of]),
    )
    for name, forecast in BASELINES.items():
        possible = len(of) >= FEWEST_FOR_A_STEP
        yield name, forecast([series], target.time_years, [target.error])[0] if possible else None, FEWEST_FOR_A_STEP
    launch = LAUNCH_YEAR[target.discrepancy]
    bass = bass_curve(series, target.time_years, target.error, launch) if len(of) >= FEWEST_POINTS else None
    yield BASS, bass, FEWEST_POINTS


def _known_of(target: Target, known: Sequence[Target]) -> list[Target]:
    """Known shares of the same firms and technology, in the order of time."""
    series = series_of(target, [one.series for one in known])
    return sorted((one for one in known if one.series == series), key=lambda one: one.time_years)


def _row(holdout: str, target: Target, cell: str, predictor: str, forecast: Prediction) -> dict[str, object]:
    of_what = f"{cell} ({target.source_id})" if holdout == LATER else cell
    return holdout_row(holdout, of_what, target.year, target.measure, predictor, target.published, forecast)
