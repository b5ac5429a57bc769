"""How far a published figure may lie from the truth by chance: one small table of surveys, and errors in log odds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from calibration.targets.target import log_odds
from model.errors import InputError
from scenarios.tables import Column, Table, read_table
from scenarios.yaml_io import shown_path

if TYPE_CHECKING:
    import pandas as pd

FILE = Path(__file__).parents[1] / "evidence" / "survey_errors.csv"
ANY = "any"
"""group of a row that stands for every group of its source without a row of its own"""
PER_THOUSAND = "effective people per thousand adults"
COUNTED = "counted"
"""basis of a register: nobody was drawn, so there is no sampling error"""

TABLE = Table(
    FILE.name,
    (
        Column("source_id", "text", "source of the published figure"),
        Column("group", "text", "published group, or any"),
        Column("size", "number", "people or firms asked, in the unit of basis", low=0),
        Column("low", "number", "lower end of what size may be", low=0),
        Column("high", "number", "upper end of what size may be", low=0),
        Column(
            "basis", "text", "what size counts", choices=("people", "firms", "effective people", PER_THOUSAND, COUNTED)
        ),
        Column("design_effect", "number", "size over effective size", low=1, high=10),
        Column("definition_sd", "number", "log odds: further error where definitions differ", low=0, high=2),
        Column("rounded_to", "number", "percentage points to which the share is rounded", low=0, high=10),
        Column("status", "text", "how the size is known", choices=("measured", "derived", "assumed")),
        Column("source", "text", "where the size is from"),
        Column("why", "text", "reason for size, design effect and definition_sd"),
    ),
    ("source_id", "group"),
)


@dataclass(frozen=True, slots=True)
class SurveyError:
    """What is known of a survey's chance: effective size of a group, further error and rounding."""

    size: float
    """effective people or firms; per thousand adults where `basis` says so; infinite for a register"""
    basis: str
    definition_sd: float
    """log odds"""
    rounded_to: float
    """percentage points"""

    def effective(self, thousands: float) -> float:
        """Effective people among that many thousand adults."""
        return self.size * thousands if self.basis == PER_THOUSAND else self.size


def read_survey_errors() -> pd.DataFrame:
    """The table of surveys, checked; one row a source and group. InputError names a bad cell."""
    rows, problems = read_table(FILE, TABLE)
    if problems:
        raise problems[0]
    return rows


def survey_error(source_id: str, group: str) -> SurveyError:
    """The error of a source's group, or of any group of the source. InputError where the table has neither."""
    errors = _errors()
    for key in ((source_id, group), (source_id, ANY)):
        if key in errors:
            return errors[key]
    raise InputError(
        "no survey error is declared for a target", file=shown_path(FILE), key=source_id, value=group,
        allowed=[own for source, own in errors if source == source_id] or "a row of its own",
    )  # fmt: skip


def observed_log_odds(share: float, size: float) -> float:
    """Log odds of a share (0 to 1) seen among `size` effective people; infinite size: of the share itself."""
    if math.isinf(size):
        return math.log(share / (1.0 - share))
    return float(log_odds(share * size, size))


def share_error(share: float, error: SurveyError, thousands: float = math.nan) -> float:
    """Standard deviation of a share's log odds: binomial, rounding and difference of definition together.

    share: 0 to 1. thousands: adults of the group, needed where the size is per thousand adults.
    """
    size = error.effective(thousands)
    sampling = 0.0 if math.isinf(size) else 1.0 / (share * size + 0.5) + 1.0 / ((1.0 - share) * size + 0.5)
    # A rounded figure lies anywhere within the step: variance of a uniform, carried to log odds.
    rounding = (error.rounded_to / 100.0) ** 2 / 12.0 / (share * (1.0 - share)) ** 2
    return math.sqrt(sampling + rounding + error.definition_sd**2)


@lru_cache(maxsize=1)
def _errors() -> dict[tuple[str, str], SurveyError]:
    return {
        (row["source_id"], row["group"]): SurveyError(
            math.inf if row["basis"] == COUNTED else row["size"] / row["design_effect"],
            row["basis"], row["definition_sd"], row["rounded_to"],
        )
        for row in read_survey_errors().to_dict("records")
    }  # fmt: skip
