"""One emergent pattern: what is measured, the range that counts as showing it, and the verdict. One rule for all of
them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that no parameter was fitted to. It is shown where the median over posterior draws lies in low to
    high."""

    id: str
    """letter of the pattern, shared by its parts, and the part: "a/55-64\""""
    title: str
    definition: str
    unit: str
    low: float = -math.inf
    high: float = math.inf

    @property
    def threshold(self) -> str:
        """The range in words."""
        if math.isinf(self.high):
            return f"at least {self.low:g}"
        return f"at most {self.high:g}" if math.isinf(self.low) else f"{self.low:g} to {self.high:g}"


def judged(pattern: Pattern, values: Sequence[float] | np.ndarray) -> dict[str, object]:
    """The pattern with its verdict, from one value a posterior draw.

    Keys: id, title, definition, threshold, unit, median, low, high (5th and 95th percentile), share_of_draws (per cent
    that show it), passed. A value that cannot be measured (NaN) counts as not shown; with more than half of them, so
    does all.
    """
    found = np.asarray(values, float)
    inside = (found >= pattern.low) & (found <= pattern.high)
    measured = found[~np.isnan(found)]
    low, median, high = np.quantile(measured, (0.05, 0.5, 0.95)) if measured.size else (math.nan,) * 3
    return {
        "id": pattern.id,
        "title": pattern.title,
        "definition": " ".join(pattern.definition.split()),
        "threshold": pattern.threshold,
        "unit": pattern.unit,
        "median": float(median),
        "low": float(low),
        "high": float(high),
        "share_of_draws": 100.0 * float(inside.mean()) if found.size else 0.0,
        "passed": bool(pattern.low <= median <= pattern.high) and 2 * measured.size >= found.size,
    }


def shown(rows: Sequence[dict[str, object]]) -> dict[str, bool]:
    """Letter of each pattern -> whether every part of it passed."""
    letters = dict.fromkeys(str(row["id"]).split("/")[0] for row in rows)
    return {
        letter: all(bool(row["passed"]) for row in rows if str(row["id"]).split("/")[0] == letter) for letter in letters
    }
