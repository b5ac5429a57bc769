"""How much of a result rests on numbers that nobody has measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

    from experiments.appraisal import Appraisal
    from experiments.compare import Comparison

ASSUMED = "assumed"
STATUSES = {
    "measured": "measured",
    "calibrated": "fitted to published figures",
    "assumed": ASSUMED,
    "prior-only": ASSUMED,
}
CHOSEN = "chosen by the planner"
PROGRAMMES = "The plan’s programmes"


@dataclass(frozen=True, slots=True)
class Share:
    """How many of the numbers of one kind are assumed."""

    title: str
    assumed: int
    total: int

    @property
    def percent(self) -> float:
        """NaN without any number."""
        return 100.0 * self.assumed / self.total if self.total else float("nan")


def is_current(comparison: Comparison) -> bool:
    """Whether the installed model is the one that made the comparison, so that its numbers can be looked up."""
    from experiments.store import model_version

    return bool(comparison.manifest.get("model_version") == model_version())


def shares(comparison: Comparison, plan: str, appraisal: Appraisal | None = None) -> tuple[Share, ...]:
    """Behaviour, programmes of the plan, and what turns effects into pounds; what cannot be looked up is left out."""
    from model.parameters import registry

    found = []
    if is_current(comparison):
        found.append(_share("Behaviour of people, firms and hubs", [p.status for p in registry().values()]))
    numbers = numbers_of(comparison, plan)
    if numbers is not None and len(numbers):
        found.append(_share(PROGRAMMES, [status_of(row) for row in numbers.to_dict("records")]))
    if appraisal is not None:
        found.append(_share("Values in pounds and multipliers", list(appraisal.assumptions["status"])))
    return tuple(found)


def total(found: tuple[Share, ...]) -> Share:
    """All kinds together."""
    return Share("All together", sum(s.assumed for s in found), sum(s.total for s in found))


def share_line(found: tuple[Share, ...]) -> str:
    """The same in one line; empty if nothing is known."""
    if not found:
        return ""
    parts = "; ".join(f"{s.title[0].lower() + s.title[1:]}: {s.assumed} of {s.total}" for s in found)
    return f"{total(found).percent:.0f}% of the numbers behind this are assumed ({parts})."


def share_line_of_all(comparison: Comparison) -> str:
    """How much of a comparison rests on assumptions, all its plans together; empty if nothing is known."""
    by_plan = [shares(comparison, plan) for plan in comparison.plans]
    found = {share.title: share for of_plan in by_plan for share in of_plan}
    programmes = [share for of_plan in by_plan for share in of_plan if share.title == PROGRAMMES]
    behaviour = [share for title, share in found.items() if title != PROGRAMMES]
    share = total((*behaviour, *programmes))
    return f"{share.percent:.0f}% of the numbers behind this are assumed." if share.total else ""


def assumed_of_programme(comparison: Comparison, plan: str) -> dict[str, Share]:
    """Programme -> how many of its numbers are assumed; empty for results without programmes' numbers."""
    numbers = numbers_of(comparison, plan)
    if numbers is None:
        return {}
    return {
        str(programme): _share(str(programme), [status_of(row) for row in rows.to_dict("records")])
        for programme, rows in numbers.groupby("programme", observed=True, sort=False)
    }


def _share(title: str, statuses: list[str]) -> Share:
    return Share(title, sum(STATUSES.get(status) == ASSUMED for status in statuses), len(statuses))


def numbers_of(comparison: Comparison, plan: str) -> pd.DataFrame | None:
    """The numbers of a plan's programmes with money in the first central run."""
    table = comparison.tables.get("programme_numbers")
    if table is None:
        return None
    rows = table[(table["scenario"] == plan) & (table["design_point"] == "central") & (table["replicate"] == 0)]
    paid = [design["id"] for design in comparison.manifest.get("programmes", {}).get(plan, [])]
    return rows[rows["programme"].isin(paid)] if paid else rows


def status_of(row: Any) -> str:
    """Status of a number of table programme_numbers; what a planner decides is no assumption."""
    return CHOSEN if row.get("chosen", False) else str(row["status"])
