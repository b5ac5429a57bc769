"""Targets of the residents' module: use of the internet by age and disability, and digital skills.

The Labour Force Survey publishes recent, lapsed and never users in thousands: two shares, the recent among all three
and the lapsed among those who are not recent, which say all of it and do not hang together. By age and disability the
target is the contrast of disabled less other people, so that nobody is counted twice: the level is the age band's.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING

from calibration.evidence_reader import load
from calibration.targets.skills import skill_targets
from calibration.targets.survey_error import observed_log_odds, share_error, survey_error
from calibration.targets.target import NORMAL, Extract, Target, figure_key, survey_month, years_since_start
from model.outcomes import VALUES
from model.region import AGE_BANDS

if TYPE_CHECKING:
    import pandas as pd

USES = {"recent": "online", "lapsed": "lapsed", "never": "never"}
"""published class of use -> the model's indicator"""
WHOLE_OF = {"recent": tuple(USES), "lapsed": ("lapsed", "never")}
"""measure of a target -> the published classes it is a share of"""
EXTRACT_YEARS = range(2014, 2021)
"""surveys of the main series after the start"""
NOT_DISABLED, DISABLED = VALUES["disability"]
_SIDES = {"yes": DISABLED, "no": NOT_DISABLED}

LEVEL_CONFORM = "stock of the first quarter; share of recent + lapsed + never, people who did not know left out"
CONTRAST_CONFORM = "stock of the first quarter; disabled less not disabled, by the Equality Act in survey and model"
UNIT_OF = {"recent": "% of adults", "lapsed": "% of adults not recent users"}
LEAST_PEOPLE = 5.0
"""The contrast of a band is left out where either side of the share stands for fewer effective people than this in any
year: log odds of so few are far from normal."""


def resident_targets() -> list[Target]:
    """Targets of the residents' module. InputError for a row that no rule covers."""
    use, skills = (load(name, purpose="fit").query("role == 'fit'") for name in ("lfs_uk_use", "digital_skills"))
    return [*use_targets(use), *skill_targets(skills)]


def resident_extracts(years: Iterable[int] = EXTRACT_YEARS) -> list[Extract]:
    """What is read of a run: use by age band and age band x disability in every survey, and what skill targets read."""
    use = [
        use_extract(measure, band, disability, year)
        for year in years
        for measure in WHOLE_OF
        for band in AGE_BANDS
        for disability in ("", *_SIDES.values())
    ]
    fitted = (extract for target in resident_targets() for extract in target.extracts)
    return list({extract.id: extract for extract in (*use, *fitted)}.values())


def use_extract(measure: str, band: str, disability: str, year: int) -> Extract:
    """A measure of use in an age band of a survey; disability "" is everyone of the band."""
    sides = (("disability", (disability,)),) if disability else ()
    name = "/".join(part for part in (measure, band, disability, str(year)) if part)
    whole = tuple(USES[use] for use in WHOLE_OF[measure])
    return Extract(name, survey_month(year), (("age_band", (band,)), *sides), (USES[measure],), whole)


def use_targets(rows: pd.DataFrame) -> list[Target]:
    """Levels by age band and contrasts by age band x disability, from rows of lfs_uk_use in thousands of people."""
    thousands = rows[rows["unit"] == "thousands"]
    found = [UseCell(cell) for _, cell in thousands.groupby(["group", "year"], sort=False)]
    cells = {(cell.group, cell.year): cell for cell in found}
    levels = [_level(measure, cell) for measure in WHOLE_OF for cell in found if cell.group in AGE_BANDS]
    contrasts: list[Target] = []
    for measure in WHOLE_OF:
        for band in contrast_bands(measure, cells):
            years = [year for group, year in cells if group == f"{band} x yes"]
            contrasts += [_contrast(measure, band, year, cells) for year in years]
    return [*levels, *contrasts]


class UseCell:
    """Recent, lapsed and never users of one group in one year: thousands, and the people of the survey behind them."""

    def __init__(self, rows: pd.DataFrame) -> None:
        records = rows.to_dict("records")
        first = records[0]
        self.group, self.year = str(first["group"]), int(first["year"])
        self.block, self.source_id = str(first["block"]), str(first["source_id"])
        self.error = survey_error(self.source_id, self.group)
        self.thousands = {row["measure"]: float(row["value"]) for row in records}
        self.figures = tuple(figure_key(row) for row in records)

    def whole(self, measure: str) -> float:
        """Thousands that the measure is a share of."""
        return sum(self.thousands[use] for use in WHOLE_OF[measure])

    def share(self, measure: str) -> float:
        """Share, 0 to 1."""
        return self.thousands[measure] / self.whole(measure)

    def least(self, measure: str) -> float:
        """Effective people on the smaller side of the share."""
        share = self.share(measure)
        return self.error.effective(self.whole(measure)) * min(share, 1.0 - share)

    def log_odds_and_error(self, measure: str) -> tuple[float, float]:
        """The share's log odds and their standard deviation."""
        share, whole = self.share(measure), self.whole(measure)
        return observed_log_odds(share, self.error.effective(whole)), share_error(share, self.error, whole)


def contrast_bands(measure: str, cells: dict[tuple[str, int], UseCell]) -> list[str]:
    """Age bands with enough people on both sides of the measure, disabled or not, in every year there is."""
    least = {
        band: [cell.least(measure) for (group, _), cell in cells.items() if group.startswith(f"{band} x ")]
        for band in AGE_BANDS
    }
    return [band for band, people in least.items() if people and min(people) >= LEAST_PEOPLE]


def _level(measure: str, cell: UseCell) -> Target:
    value, error = cell.log_odds_and_error(measure)
    extract = use_extract(measure, cell.group, "", cell.year)
    return Target(
        extract.id, "residents", "lfs_uk_use", cell.block, cell.source_id, cell.year, cell.group, measure,
        100.0 * cell.share(measure), UNIT_OF[measure], extract, None, LEVEL_CONFORM, value, error, NORMAL,
        f"{measure} {cell.group}", "use by age" if measure == "recent" else "lapsed", years_since_start(extract.month),
        cell.figures,
    )  # fmt: skip


def _contrast(measure: str, band: str, year: int, cells: dict[tuple[str, int], UseCell]) -> Target:
    yes, no = (cells[f"{band} x {side}", year] for side in _SIDES)
    (value, error), (value_no, error_no) = yes.log_odds_and_error(measure), no.log_odds_and_error(measure)
    extract, minus = (use_extract(measure, band, side, year) for side in _SIDES.values())
    return Target(
        f"{measure}/{band}/by disability/{year}", "residents", "lfs_uk_use", yes.block, yes.source_id, year,
        f"{band}, disabled less not disabled", measure, 100.0 * (yes.share(measure) - no.share(measure)),
        f"points, {UNIT_OF[measure]}", extract, minus, CONTRAST_CONFORM, value - value_no, math.hypot(error, error_no),
        NORMAL, f"{measure} {band} by disability",
        "use by disability" if measure == "recent" else "lapsed", years_since_start(extract.month),
        (*yes.figures, *no.figures),
    )  # fmt: skip
