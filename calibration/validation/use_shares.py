"""Published use of the internet as shares with their sampling error: what is forecast, and what forecasts know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from calibration.targets.residents import USES, UseCell
from calibration.targets.survey_error import share_error
from calibration.validation.baselines import Series
from model.demography import uk_adults_by_year
from model.region import AGE_BANDS
from scenarios.regions_io import load_national

if TYPE_CHECKING:
    import pandas as pd

BY_AGE, BY_DISABILITY = "use by age", "use by age and disability"
"""Names of the two hold-outs of the main series."""
EVERYONE, DISABLED, NOT_DISABLED = "", "yes", "no"
"""Who of an age band: as published after `x`."""


@dataclass(frozen=True, slots=True)
class UseShare:
    """A published share of recent, lapsed and never users together, people who did not know left out."""

    band: str
    who: str
    """EVERYONE, DISABLED or NOT_DISABLED"""
    year: int
    measure: str
    """recent, lapsed or never"""
    share_pct: float
    error: float
    """standard deviation of its log odds by sampling"""

    @property
    def cell(self) -> str:
        """The group in words."""
        sides = {EVERYONE: self.band, DISABLED: f"{self.band} disabled", NOT_DISABLED: f"{self.band} not disabled"}
        return sides[self.who]

    @property
    def holdout(self) -> str:
        """The hold-out it belongs to."""
        return BY_DISABILITY if self.who else BY_AGE


def use_shares(rows: pd.DataFrame) -> list[UseShare]:
    """Shares by age band and by age band x disability, of all three measures, from rows of lfs_uk_use in thousands."""
    thousands = rows[(rows["unit"] == "thousands") & rows["group_by"].isin(["age_band", "age_band x disability"])]
    found = []
    for _, part in thousands.groupby(["group", "year"], sort=False):
        cell, group, year = UseCell(part), part["group"].iloc[0], int(part["year"].iloc[0])
        band, _, who = str(group).partition(" x ")
        whole = cell.whole("recent")
        for measure in USES:
            share = cell.thousands[measure] / whole
            found.append(UseShare(band, who, year, measure, 100.0 * share, share_error(share, cell.error, whole)))
    return sorted(
        found, key=lambda share: (AGE_BANDS.index(share.band), share.who, share.year, list(USES).index(share.measure))
    )


def known_series(shares: Iterable[UseShare], measure: str) -> dict[tuple[str, str], Series]:
    """Shares of one measure as series by (age band, who), in the order of years."""
    groups: dict[tuple[str, str], list[UseShare]] = {}
    for share in shares:
        if share.measure == measure:
            groups.setdefault((share.band, share.who), []).append(share)
    return {
        key: Series(
            parts[0].cell,
            np.array([share.year for share in parts]),
            np.array([share.share_pct for share in parts]),
            np.array([share.error for share in parts]),
        )
        for key, parts in groups.items()
    }


def disabled_shares() -> dict[tuple[str, int], float]:
    """(age band, year) -> share of UK adults with a disability, 0 to 1: populations are an input in every year."""
    adults = load_national()["uk_adults"]
    disabled = adults[adults["disability"] == "yes"].set_index(["age_band", "year"])["thousands"]
    everyone = uk_adults_by_year(adults)
    return {
        (str(band), int(year)): float(disabled[band, year] / everyone.loc[year, band]) for band, year in disabled.index
    }
