"""A picture as data: a finding with its numbers, its words and its table. `pictures` makes them, others draw them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from viz.cells import CellMap
from viz.words import Unit

if TYPE_CHECKING:
    import pandas as pd

RANGES = ("low", "high", "chance_low", "chance_high")


@dataclass(frozen=True, slots=True)
class Series:
    """One scenario in a chart; `colour` is a token of the theme, `dash` tells lines apart without colour."""

    name: str
    title: str
    colour: str
    dash: str


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A line of the legend; `mark` is "line", "band" or "box"."""

    label: str
    colour: str
    mark: str = "box"
    dash: str = "solid"


@dataclass(frozen=True, slots=True)
class Table:
    """The table twin of a picture: formatted text for the page, plain numbers in `csv`."""

    caption: str
    headers: tuple[str, ...]
    rows: list[list[str]]
    csv: str
    is_text: bool = False
    """whether its cells are words rather than numbers"""


@dataclass(frozen=True, slots=True)
class LineChart:
    """rows: scenario, period (YYYY-MM), mean and RANGES, which are NaN where one run gives no interval."""

    rows: pd.DataFrame
    series: tuple[Series, ...]
    unit: Unit
    from_zero: bool = False

    @property
    def is_yearly(self) -> bool:
        """Whether only Decembers are shown."""
        return bool(self.rows["period"].str.endswith("-12").all())

    @property
    def n_ticks(self) -> int:
        """Years to write below the chart: with more marks than years, a year would stand there twice."""
        return max(min(8, self.rows["period"].str[:4].nunique() - 1), 1)


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """rows: label, mean and RANGES, and for a hollow mark beside each dot `reference`; one dot with its ranges a row.

    `break_even` is where a line divides gain from loss.
    """

    rows: pd.DataFrame
    unit: Unit
    colour: str
    break_even: float = 0.0


@dataclass(frozen=True, slots=True)
class BarChart:
    """rows: label, part and value; a pair of bars a label, those of `parts` in their order, up or down from zero."""

    rows: pd.DataFrame
    parts: tuple[Series, ...]
    unit: Unit


@dataclass(frozen=True, slots=True)
class MapChart:
    """Cells, the place of each area's colour in `colours`, and the text shown for it."""

    cells: CellMap
    colour: np.ndarray
    colours: tuple[str, ...]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with everything a reader needs beside it. `note` tells how to read it."""

    key: str
    title: str
    unit: str
    alt: str
    note: str
    source: str
    legend: tuple[LegendItem, ...]
    chart: LineChart | IntervalChart | BarChart | MapChart
    table: Table
