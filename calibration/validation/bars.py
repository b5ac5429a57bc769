"""Bars that were declared before any held-out figure was opened, each beside what was measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = ("part", "bar", "wanted", "measured", "met")


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked of a number, the number, and whether it is so."""

    part: str
    bar: str
    wanted: str
    measured: str
    met: bool


def within(part: str, bar: str, measured: float, low: float, high: float, unit: str) -> Bar:
    """A number asked to lie in low to high; one that cannot be measured (NaN) does not."""
    return Bar(part, bar, f"{low:g} to {high:g} {unit}", f"{measured:.3g}", low <= measured <= high)


def at_most(part: str, bar: str, measured: float, high: float, unit: str) -> Bar:
    """A number asked to be no more than high."""
    return Bar(part, bar, f"at most {high:g} {unit}", f"{measured:.3g}", measured <= high)


def at_least(part: str, bar: str, measured: float, low: float, unit: str) -> Bar:
    """A number asked to be no less than low."""
    return Bar(part, bar, f"at least {low:g} {unit}", f"{measured:.3g}", measured >= low)


def bar_table(bars: Sequence[Bar]) -> pd.DataFrame:
    """One row a bar: COLUMNS."""
    import pandas as pd

    rows = [(bar.part, bar.bar, bar.wanted, bar.measured, bar.met) for bar in bars]
    return pd.DataFrame(rows, columns=list(COLUMNS))
