"""Where the spread of a plan's outcome comes from, as a sentence and a small bar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from viz.picture import LegendItem

if TYPE_CHECKING:
    from experiments.compare import Comparison

COLOURS = {"parameters": "plan-1", "chance": "base", "structure": "plan-3"}
LABELS = {"parameters": "Parameters", "chance": "Luck", "structure": "Form of the model"}


@dataclass(frozen=True, slots=True)
class SpreadBar:
    """A sentence, and the slices of its bar: legend and per cent of all variance, 100 together."""

    sentence: str
    slices: tuple[tuple[LegendItem, float], ...]


def spread_bars(comparison: Comparison, plan: str) -> tuple[SpreadBar, ...]:
    """One bar a main outcome of the plan; none without draws of the parameters."""
    from experiments.variance_split import variance_splits

    return tuple(
        SpreadBar(
            split.sentence,
            tuple((LegendItem(LABELS[part.name], COLOURS[part.name]), 100.0 * part.share) for part in split.parts),
        )
        for split in variance_splits(comparison, plan)
    )
