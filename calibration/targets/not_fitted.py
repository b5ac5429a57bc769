"""Figures with the role fit that are no target of their own, each with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from calibration.targets.target import Row


@dataclass(frozen=True, slots=True)
class NotFitted:
    """Rows of one block left out: those whose columns have the values given."""

    block: str
    where: Mapping[str, object]
    why: str

    def holds(self, row: Row) -> bool:
        """Whether a published row is one of them."""
        return row["block"] == self.block and all(row[column] == value for column, value in self.where.items())


_SAME_IN_PERCENT = "the same figures as the rows in thousands, rounded and with people who did not know in the base"
NOT_FITTED = (
    NotFitted("fit-age", {"unit": "percent"}, _SAME_IN_PERCENT),
    NotFitted("fit-age-disability", {"unit": "percent"}, _SAME_IN_PERCENT),
    NotFitted(
        "fit-skills",
        {"group": "65+", "year": 2022},
        "the bands 65-74 and 75+ of the same year are targets; their sum would count the same people twice",
    ),
    NotFitted(
        "fit-tariff-path",
        {},
        "how a tariff becomes known and asked for are numbers of the programme, which stay at their stated range; "
        "`uptake validate replications` compares the path",
    ),
)


def reason_left_out(row: Row) -> str:
    """Why a published row (with its block) is no target; empty where it has to be one."""
    return next((left.why for left in NOT_FITTED if left.holds(row)), "")
