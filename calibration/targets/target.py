"""A target of the fit: a published share, the counts of a run that stand for it, and its error in log odds."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from calibration.roles import TARGETS
from model.calendar import START_YEAR, month_index, month_label
from model.errors import InputError
from model.firm_outcomes import FIRM_COUNTS, FirmCells
from model.outcomes import Cells, indicator
from scenarios.yaml_io import shown_path

Row = Mapping[Hashable, Any]
"""One published figure by column, with its table, block and role"""
NORMAL = "normal in log odds"


@dataclass(frozen=True, slots=True)
class Extract:
    """A pair of counts read from the outcome cube of a run: `part` of `whole`, in one month."""

    id: str
    """such as "recent/65-74/2016" """
    month: int
    where: tuple[tuple[str, tuple[str, ...]], ...]
    """dimension of the cube -> values that count; empty: all of it"""
    part: tuple[str, ...]
    """residents: names of INDICATORS, counted within `whole`; firms: names of FIRM_COUNTS"""
    whole: tuple[str, ...]

    @property
    def people_in_words(self) -> str:
        """Who is counted: "75+, disabled", or all."""
        return ", ".join(" + ".join(values) for _, values in self.where) or "all"


@dataclass(frozen=True, slots=True)
class Target:
    """One published figure or contrast that a module is fitted to."""

    id: str
    module: str
    """residents, training or firms"""
    table: str
    block: str
    source_id: str
    year: int
    group: str
    measure: str
    published: float
    unit: str
    """unit of `published`"""
    extract: Extract
    minus: Extract | None
    """for a contrast: log odds of `extract` less log odds of `minus`"""
    conform: str
    """how the published definition and the model's are made the same"""
    value: float
    """fitted scale: log odds, or a difference of log odds"""
    error: float
    """standard deviation of the published figure on the fitted scale"""
    likelihood: str
    series: str
    """targets of one series share a discrepancy in time"""
    discrepancy: str
    """group whose discrepancy has one unknown size"""
    time_years: float
    """years since January 2013"""
    figures: tuple[str, ...] = ()
    """`figure_key` of the published rows it is made of"""

    @property
    def extracts(self) -> tuple[Extract, ...]:
        """What has to be read of a run."""
        return (self.extract,) if self.minus is None else (self.extract, self.minus)

    @property
    def read_in_words(self) -> str:
        """What is read of a run, such as "lapsed of lapsed + never: 75+, 2016-01"."""
        counts = " of ".join(" + ".join(names) for names in (self.extract.part, self.extract.whole))
        less = f", less {self.minus.people_in_words}" if self.minus is not None else ""
        return f"{counts}: {self.extract.people_in_words}{less}, {month_label(self.extract.month)}"


def log_odds(part: float | np.ndarray, whole: float | np.ndarray) -> float | np.ndarray:
    """Log odds of counts, with a half added to either side so that neither is empty.

    >>> round(float(log_odds(30, 50)), 4)
    0.3973
    """
    return np.log((part + 0.5) / (whole - part + 0.5))


def simulated(target: Target, counts: Mapping[str, tuple[int, int]]) -> float:
    """The target's value in a run, from its counts (part, whole) by id of extract."""
    value = float(log_odds(*counts[target.extract.id]))
    return value if target.minus is None else value - float(log_odds(*counts[target.minus.id]))


def read_extract(extract: Extract, cells: Cells | FirmCells, counts: np.ndarray) -> tuple[int, int]:
    """(part, whole) in agents, from the counts of the extract's month: (cells, state codes) of residents or
    (cells, FIRM_COUNTS) of firms."""
    cube = counts.reshape(*cells.shape, -1)
    for dimension, values in extract.where:
        known = cells.values(dimension)
        cube = cube.take([known.index(value) for value in values], axis=cells.DIMENSIONS.index(dimension))
    totals = cube.sum(axis=tuple(range(len(cells.shape))), dtype=np.int64)
    if isinstance(cells, FirmCells):
        part, whole = (sum(int(totals[FIRM_COUNTS.index(name)]) for name in names)
                       for names in (extract.part, extract.whole))  # fmt: skip
        return part, whole
    in_whole = np.any([indicator(name).in_state() for name in extract.whole], axis=0)
    in_part = in_whole & np.any([indicator(name).in_state() for name in extract.part], axis=0)
    return int(totals[in_part].sum()), int(totals[in_whole].sum())


def period_month(year: int, period: str) -> int:
    """The last month a period names, such as "2023-06", or June of the year: fieldwork of a yearly survey is seldom
    published, and half a year either way is within what the fit allows."""
    label = period[-7:]
    return month_index(label if label.startswith(f"{year}-") else f"{year}-06")


def years_since_start(month: int) -> float:
    """Years since January 2013."""
    return month / 12.0


def survey_month(year: int) -> int:
    """Month compared with a year's Labour Force Survey: the run starts from the first quarter of 2013, so whole years
    later."""
    return (year - START_YEAR) * 12


def require_known(row: Row, value: str, known: Collection[str]) -> None:
    """InputError that names a published measure or group that the model has no counterpart for."""
    if value not in known:
        raise InputError(
            "a target has no place in the model", file=shown_path(TARGETS), key=f"block {row['block']}", value=value,
            allowed=known,
        )  # fmt: skip


def figure_key(row: Row) -> str:
    """A published row's name, unique within the evidence."""
    columns = ("table", "group_by", "group", "year", "period", "measure", "unit", "source_id")
    return " / ".join(str(row[column]) for column in columns if row[column] != "")
