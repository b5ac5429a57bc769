"""Targets of digital skills: shares of adults or workers with a level, from surveys of several thousand people.

Published groups are matched to the model's by GROUPS, each with its rule; MEASURES turns "people who lack a level" into
those who have it. The two figures of workers in 2024 are bounds: those who lack the level altogether, and those who
cannot do each of its tasks.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from calibration.targets.not_fitted import reason_left_out
from calibration.targets.survey_error import observed_log_odds, share_error, survey_error
from calibration.targets.target import (
    NORMAL,
    Extract,
    Row,
    Target,
    figure_key,
    period_month,
    require_known,
    years_since_start,
)
from model.region import AGE_BANDS

if TYPE_CHECKING:
    import pandas as pd

MEASURES = {
    "foundation": ("foundation", False),
    "essential": ("essential", False),
    "work": ("work", False),
    "foundation_lacking": ("foundation", True),
    "work_lacking": ("work", True),
    "work_not_all_20_tasks": ("work", True),
}
"""published measure -> the model's indicator, and whether those who lack it are published"""
BOUNDS = "fit-skills-work-2024"
"""block whose figures are the two ends of one interval"""


@dataclass(frozen=True, slots=True)
class Group:
    """The model's people for a published group."""

    name: str
    where: tuple[tuple[str, tuple[str, ...]], ...]
    whole: tuple[str, ...]
    rule: str


_FROM_16 = "published from 15 or 18, the model's adults are 16 and over"
GROUPS = {
    "adults 15+": Group("all", (), ("adults",), _FROM_16),
    "adults 18+": Group("all", (), ("adults",), _FROM_16),
    "15-24": Group("16-24", (("age_band", AGE_BANDS[:1]),), ("adults",), "published from 15, the model's band from 16"),
    "65-74": Group("65-74", (("age_band", ("65-74",)),), ("adults",), "same ages"),
    "75+": Group("75+", (("age_band", ("75+",)),), ("adults",), "same ages"),
    "65+": Group("65+", (("age_band", ("65-74", "75+")),), ("adults",), "bands 65-74 and 75+ together"),
    "degree": Group("level 4+", (("education", ("level 4+",)),), ("adults",), "degree stands for level 4+, which is wider"),
    "no qualifications": Group(
        "none or level 1", (("education", ("none or level 1",)),), ("adults",),
        "no qualifications stand for none or level 1, which is wider",
    ),
    "employees": Group("employed", (), ("employed",), "employees stand for everyone in work"),
    "working-age adults": Group("employed", (), ("employed",), "working-age adults at work stand for everyone in work"),
}  # fmt: skip
"""published group -> the model's"""


def skill_targets(rows: pd.DataFrame) -> list[Target]:
    """One target a published share that is not left out, and one for the two bounds of workers' skills."""
    records = [row for row in rows.to_dict("records") if not reason_left_out(row)]
    for row in records:
        require_known(row, row["measure"], MEASURES)
        require_known(row, row["group"], GROUPS)
    bounds = [row for row in records if row["block"] == BOUNDS]
    targets = [
        _target([row], *_value_and_error(row), f"stock; {GROUPS[row['group']].rule}")
        for row in records
        if row not in bounds
    ]
    return [*targets, _between(bounds)] if bounds else targets


def _between(rows: Sequence[Row]) -> Target:
    """Two bounds as a uniform interval in log odds, with the sampling error of the ends."""
    ends = [_value_and_error(row) for row in rows]
    values = sorted(value for value, _ in ends)
    spread = (values[-1] - values[0]) / math.sqrt(12.0)
    error = math.hypot(spread, *(error / len(ends) for _, error in ends))
    rule = (
        "stock; those who lack the level and those who cannot do all 20 tasks are its two ends, anything between is as "
        f"likely in log odds; {GROUPS[rows[0]['group']].rule}"
    )
    return _target(rows, sum(values) / len(values), error, rule)


def _target(rows: Sequence[Row], value: float, error: float, conform: str) -> Target:
    first, group = rows[0], GROUPS[rows[0]["group"]]
    level, lacking = MEASURES[first["measure"]]
    month = period_month(first["year"], first["period"])
    extract = Extract(f"{level}/{group.name}/{first['year']}", month, group.where, (level,), group.whole)
    return Target(
        extract.id, "residents", "digital_skills", first["block"], first["source_id"], first["year"], first["group"],
        first["measure"], first["value"], first["unit"], extract, None,
        f"{conform}; have = 100 - lack" if lacking else conform, value, error, NORMAL, f"{level} {group.name}", "skills",
        years_since_start(month), tuple(figure_key(row) for row in rows),
    )  # fmt: skip


def _value_and_error(row: Row) -> tuple[float, float]:
    _, lacking = MEASURES[row["measure"]]
    share = (100.0 - row["value"] if lacking else row["value"]) / 100.0
    error = survey_error(row["source_id"], row["group"])
    return observed_log_odds(share, error.size), share_error(share, error)
