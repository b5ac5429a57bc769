"""What an appraisal says in one sentence."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.appraisal_values import PRICE_YEAR
from experiments.bands import Band
from experiments.readings import interval_text, is_measurable, pounds

if TYPE_CHECKING:
    from experiments.compare import Comparison


def appraisal_sentence(
    comparison: Comparison, plan: str, result: pd.DataFrame, base_year: int, skill_benefit: str, measurable: bool
) -> str:
    """The finding, with its interval and what it leaves out."""
    rows = {row["measure"]: row for row in result.to_dict("records")}
    title, base = comparison.titles.get(plan, plan), comparison.titles.get(comparison.base, comparison.base)
    cost = float(rows["costs_gbp"]["value"])
    costs = f"costs {pounds(abs(cost))} {'more' if cost >= 0 else 'less'} than “{base}”"
    values = f"present values of {base_year} in prices of {PRICE_YEAR}"
    if not measurable:
        return (
            f"“{title}” {costs} ({values}) and has no measurable net effect on "
            f"{_valued(skill_benefit)}, so no ratio of benefits to costs is given."
        )
    npv = _band(rows["npv_gbp"])
    chance = 100 * float(rows["npv_gbp"]["probability"])
    start = f"“{title}” {costs} and brings benefits of {pounds(float(rows['benefits_gbp']['value']))} ({values})"
    net = f"net {pounds(npv.value)} ({interval_text(npv, pounds)})"
    if not is_measurable(npv):
        return f"{start}: {net}; whether it is worth its costs cannot be told, the chance is put at {chance:.0f}%."
    verdict = "worth more than it costs" if npv.value > 0 else "worth less than it costs"
    return f"{start}: {net}; on these unit values, most of them assumed, it is {verdict}."


def _valued(skill_benefit: str) -> str:
    skill = {"earnings": "people with digital skills for work", "gva": "the value added of firms"}[skill_benefit]
    return f"people online or {skill}"


def _band(row: dict[Hashable, Any]) -> Band:
    return Band(*(float(row[name]) for name in ("value", "low", "high", "chance_low", "chance_high")))
