"""The hold-out of later years inside the open figures: fit those up to 2016, forecast 2017. A check while building."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from calibration.module_runs import ModuleRuns
from calibration.targets.target import Target
from calibration.validation.fitted_draws import refitted_draws
from calibration.validation.holdout_use import score_use
from calibration.validation.use_forecast import can_forecast
from calibration.validation.use_shares import UseShare

if TYPE_CHECKING:
    import pandas as pd

LAST_KNOWN_YEAR = 2016


def known_by(targets: Sequence[Target], year: int) -> np.ndarray:
    """Places of the targets published for a year or an earlier one."""
    return np.flatnonzero([target.year <= year for target in targets])


def run_backtest(runs: ModuleRuns, open_shares: Sequence[UseShare], seed: int, n_draws: int) -> pd.DataFrame:
    """Rows of `score_use` for the open year after LAST_KNOWN_YEAR, by a fit and by forecasts that know no later
    figure."""
    kept = known_by(runs.module.targets, LAST_KNOWN_YEAR)
    draws = refitted_draws(runs, runs.emulator(), kept, n_draws, seed)
    known = [share for share in open_shares if share.year <= LAST_KNOWN_YEAR]
    # Of a few bands nothing by disability is fitted, so the emulator does not know them.
    later = [share for share in open_shares if share.year == LAST_KNOWN_YEAR + 1 and can_forecast(draws, share)]
    return score_use(draws, later, known, seed)
