"""What a scenario aims at, and how much of the way there is the plan's own doing."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.bands import RUN_COLUMNS, Band, full_runs
from experiments.readings import is_measurable, month_name
from model.calendar import month_index, month_label
from model.firm_outcomes import FIRM_INDICATORS, firm_indicator
from model.outcomes import indicator
from model.scenario import Scenario, Target

if TYPE_CHECKING:
    from experiments.compare import Comparison

_OF_FIRMS = frozenset(entry.name for entry in FIRM_INDICATORS)


@dataclass(frozen=True, slots=True)
class TargetResult:
    """One target of one plan: where both twins stand by its month, and the plan's part."""

    plan: str
    name: str
    indicator: str
    label: str
    unit: str
    bound: float
    at_most: bool
    """whether less is better"""
    by: str
    base: Band
    reached: Band
    """the indicator under the plan"""
    additional: Band
    """plan minus base: all that may be credited to the plan"""
    probability_base: float
    """share of runs in which the target is met without the plan"""
    probability_plan: float
    sentence: str


def target_inputs(scenarios: list[Scenario]) -> dict[str, list[dict[str, Any]]]:
    """The targets of scenarios as plain data by scenario, those without any left out."""
    return {s.name: [asdict(target) for target in s.targets] for s in scenarios if s.targets}


def target_results(comparison: Comparison, plan: str) -> list[TargetResult]:
    """Every target of a plan whose month was simulated."""
    given = comparison.manifest["inputs"].get("targets", {}).get(plan, [])
    targets = [Target(**entry) for entry in given]
    return [_result(comparison, plan, t) for t in targets if t.by_month <= month_index(comparison.until)]


def targets_beyond(comparison: Comparison, plan: str) -> list[str]:
    """Targets of a plan that lie after the last month simulated, in words."""
    given = comparison.manifest["inputs"].get("targets", {}).get(plan, [])
    late = [Target(**entry) for entry in given if entry["by_month"] > month_index(comparison.until)]
    return [
        f"“{t.name}” is set for {month_name(month_label(t.by_month))}, after the last month of this run." for t in late
    ]


def _result(comparison: Comparison, plan: str, target: Target) -> TargetResult:
    firms, by = target.indicator in _OF_FIRMS, month_label(target.by_month)
    entry = firm_indicator(target.indicator) if firms else indicator(target.indicator)
    differences = (comparison.firms if firms else comparison).differences(target.indicator, by)
    row = differences[differences["plan"] == plan].iloc[0]
    series = comparison.tables["firm_series" if firms else "series"]
    rows = series[(series["indicator"] == target.indicator) & (series["period"] == by) & (series["group_by"] == "all")]
    at_most = target.at_most is not None
    bound = float(target.at_most if target.at_most is not None else target.at_least or 0.0)
    base = Band(row["base"], row["base_low"], row["base_high"], float("nan"), float("nan"))
    reached = Band(row["plan_value"], row["plan_low"], row["plan_high"], float("nan"), float("nan"))
    additional = Band(
        row["difference"], row["difference_low"], row["difference_high"], row["chance_low"], row["chance_high"]
    )
    chances = [_probability(rows, name, bound, at_most) for name in (comparison.base, plan)]
    unit = _short(entry.unit)
    aim = f"{'no more' if at_most else 'no less'} than {bound:g}{unit}"
    sentence = (
        f"{entry.label}, aim: {aim} by {month_name(by)}. With the plan {reached.value:,.1f}{unit}, without it "
        f"{base.value:,.1f}{unit}; {_doing(additional, entry.unit, at_most)}. The aim is met in {100 * chances[1]:.0f}% of "
        f"runs with the plan and in {100 * chances[0]:.0f}% without."
    )
    return TargetResult(plan, target.name, target.indicator, entry.label, entry.unit, bound, at_most, by, base, reached,
                        additional, *chances, sentence)  # fmt: skip


def _probability(rows: pd.DataFrame, scenario: str, bound: float, at_most: bool) -> float:
    """Share of runs that meet a bound: posterior runs where there are any, else those at central parameters."""
    own = full_runs(rows[rows["scenario"] == scenario])
    per_run = own.groupby(RUN_COLUMNS, observed=True)["value"].first()
    return float((per_run <= bound).mean() if at_most else (per_run >= bound).mean())


def _doing(additional: Band, unit: str, at_most: bool) -> str:
    """The plan's part in words."""
    amount = f"{abs(additional.value):,.2g}"
    points = "point" if amount == "1" else "points"
    size = f"{amount} {points if unit.startswith('%') else unit}"
    if not is_measurable(additional):
        return "no measurable part of that is the plan's doing"
    if (additional.value < 0) == at_most:
        return f"the difference of {size} is the plan's doing"
    return f"the plan leads away from the aim by {size}"


def _short(unit: str) -> str:
    return "%" if unit.startswith("%") else f" {unit}"
