"""Numbers as a planner reads them: tiles, rounded people and pounds, months, intervals."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from model.calendar import month_index

if TYPE_CHECKING:
    from experiments.bands import Band

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline number with its 90% interval (NaN when one run gives none)."""

    title: str
    value: float
    low: float
    high: float
    unit: str
    decimals: int
    note: str


def month_name(period: str) -> str:
    """A month as a reader knows it.

    >>> month_name("2030-12")
    'December 2030'
    """
    return f"{MONTHS[month_index(period) % 12]} {period[:4]}"


def people(value: float) -> str:
    """A count for reading: whole, and rounded to three significant digits, e.g. "1,240"."""
    whole = f"{value:.0f}"
    # Minus zero is nothing.
    return f"{float(f'{float(whole):.3g}') + 0.0:,.0f}"


def pounds(value: float) -> str:
    """Money in a readable unit, e.g. "£3.2 million"."""
    sign = "-" if value < 0 else ""
    if abs(value) >= 999_500:
        return f"{sign}£{abs(value) / 1e6:,.1f} million"
    return f"{sign}£{float(f'{abs(value):.3g}'):,.0f}"


def interval_text(band: Band, written: Callable[[float], str] = people) -> str:
    """The full interval for a sentence."""
    if not np.isfinite(band.low):
        return "one run, no interval"
    return f"90% interval {written(band.low)} to {written(band.high)}"


def is_measurable(band: Band) -> bool:
    """Whether the full interval lies on one side of nothing; one run without an interval is taken at its word."""
    return not (np.isfinite(band.low) and band.low <= 0.0 <= band.high)
