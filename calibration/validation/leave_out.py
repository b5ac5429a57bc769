"""One age band left out: fit without any figure that counts its people, then predict it.

A target counts them unless what is read of the run names other age bands only; so totals, schooling and every contrast
of the band go with it. What remains of the band is its start in January 2013, which every forecast here is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit

from calibration.fit.emulator import Emulator
from calibration.module_runs import ModuleRuns
from calibration.run_table import Progress
from calibration.targets.target import Extract, Target
from calibration.validation.fitted_draws import FittedDraws, refitted_draws
from calibration.validation.holdout_rows import MODEL, as_table, holdout_row
from calibration.validation.predictions import Prediction, normal
from calibration.validation.use_forecast import forecast_use
from calibration.validation.use_shares import EVERYONE, UseShare, disabled_shares
from experiments.runner import spread
from model.calendar import START_YEAR
from model.region import AGE_BANDS

if TYPE_CHECKING:
    import pandas as pd

HOLDOUT = "one age band left out"
SAW_IT = "full fit, which saw the band"
LogOdds = dict[tuple[str, int], float]
"""(age band, year) -> published log odds"""


def covers(extract: Extract, band: str) -> bool:
    """Whether people of an age band may be counted.

    >>> covers(Extract("a", 0, (("age_band", ("65-74", "75+")),), (), ()), "75+")
    True
    """
    return band in dict(extract.where).get("age_band", AGE_BANDS)


def without_band(targets: Sequence[Target], band: str) -> np.ndarray:
    """Places of the targets that count nobody of an age band."""
    return np.flatnonzero([not any(covers(extract, band) for extract in target.extracts) for target in targets])


def leave_bands_out(
    runs: ModuleRuns, full: FittedDraws, known: Sequence[UseShare], seed: int, n_draws: int, progress: Progress
) -> pd.DataFrame:
    """Every age band predicted by a fit without it, by the fit that saw it and by what its neighbours did: rows of
    `holdout_rows.COLUMNS`, one a band, fitted year and forecast."""
    fit_without = partial(_fit_without, runs, runs.emulator(), n_draws, seed)
    progress(0, len(AGE_BANDS), "fits without one age band")
    rows: dict[int, list[dict[str, object]]] = {}
    for number, draws in spread(fit_without, list(AGE_BANDS)):
        rows[number] = band_rows(draws, full, known, AGE_BANDS[number], seed)
        progress(len(rows), len(AGE_BANDS), "fits without one age band")
    return as_table([row for number in range(len(AGE_BANDS)) for row in rows[number]])


def _fit_without(runs: ModuleRuns, emulator: Emulator, n_draws: int, seed: int, band: str) -> FittedDraws:
    return refitted_draws(runs, emulator, without_band(runs.module.targets, band), n_draws, seed)


def band_rows(
    draws: FittedDraws, full: FittedDraws, known: Sequence[UseShare], band: str, seed: int
) -> list[dict[str, object]]:
    """Rows of one band left out: its recent users in every known year after the start."""
    recent = [share for share in known if share.measure == "recent" and share.who == EVERYONE]
    published = {(share.band, share.year): float(logit(share.share_pct / 100.0)) for share in recent}
    scored = [share for share in recent if share.band == band and share.year > START_YEAR]
    forecasts = {
        MODEL: forecast_use(draws, scored, disabled_shares(), seed),
        "mean of neighbouring bands": [_by(_level_of_neighbours, published, share) for share in scored],
        "own start, moved as neighbouring bands": [_by(_start_moved, published, share) for share in scored],
        SAW_IT: forecast_use(full, scored, disabled_shares(), seed),
    }
    return [
        holdout_row(HOLDOUT, share.cell, share.year, share.measure, name, share.share_pct, prediction)
        for name, predictions in forecasts.items()
        for share, prediction in zip(scored, predictions, strict=True)
    ]


def _neighbours(band: str, without: str) -> list[str]:
    """The next known bands on either side."""
    place = AGE_BANDS.index(band)
    younger = [other for other in AGE_BANDS[:place] if other != without]
    older = [other for other in AGE_BANDS[place + 1 :] if other != without]
    return [*younger[-1:], *older[:1]]


def _level_of_neighbours(published: LogOdds, band: str, year: int, without: str) -> float:
    return float(np.mean([published[other, year] for other in _neighbours(band, without)]))


def _start_moved(published: LogOdds, band: str, year: int, without: str) -> float:
    moves = [published[other, year] - published[other, START_YEAR] for other in _neighbours(band, without)]
    return published[band, START_YEAR] + float(np.mean(moves))


def _by(rule: Callable[[LogOdds, str, int, str], float], published: LogOdds, share: UseShare) -> Prediction:
    """A rule's forecast; its spread is how far it misses the bands that are known, that year, and sampling error."""
    others = [band for band in AGE_BANDS if band != share.band]
    misses = [published[band, share.year] - rule(published, band, share.year, share.band) for band in others]
    spread = float(np.sqrt(np.mean(np.square(misses)) + share.error**2))
    return normal(rule(published, share.band, share.year, share.band), spread, "log odds")
