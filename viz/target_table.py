"""Targets of a plan as a table: only what the plan adds is credited to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.targets import TargetResult, target_results, targets_beyond
from viz import words
from viz.picture import Table

if TYPE_CHECKING:
    from experiments.compare import Comparison

PERCENT = words.unit_of("%")


def target_table(comparison: Comparison, plan: str) -> Table | None:
    """Aim, what is reached with and without the plan, and the plan's part; None without targets in the runs."""
    rows = [_row(target) for target in target_results(comparison, plan)]
    headers = ("Aim", "Without the plan", "With it", "The plan’s part", "90% interval of its part",
               "Met without it, % of runs", "Met with it, % of runs")  # fmt: skip
    return Table("Targets, and what of them is the plan’s doing", headers, rows, "") if rows else None


def target_sentences(comparison: Comparison, plan: str) -> list[str]:
    """One sentence for each target, and one for each that lies after the runs."""
    return [target.sentence for target in target_results(comparison, plan)] + [
        f"{text}." for text in targets_beyond(comparison, plan)
    ]


def _row(target: TargetResult) -> list[str]:
    unit = words.unit_of(target.unit)
    decimals = 2 if unit.after == "%" else None
    aim = f"{target.label}: {'no more' if target.at_most else 'no less'} than {words.number(target.bound, unit)}"
    return [
        f"{aim} by {words.month_name(target.by)}",
        words.number(target.base.value, unit),
        words.number(target.reached.value, unit),
        words.change(target.additional.value, unit, decimals),
        words.between(target.additional.low, target.additional.high, words.Unit(decimals=decimals or unit.decimals)),
        words.number(100 * target.probability_base, PERCENT, 0),
        words.number(100 * target.probability_plan, PERCENT, 0),
    ]
