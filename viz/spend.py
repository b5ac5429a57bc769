"""What each programme cost, what it is in the model, and whom or what it reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from experiments.assumed import assumed_of_programme
from experiments.readings import pounds
from viz import words
from viz.kinds import programme_kinds
from viz.picture import Table
from viz.picture_parts import NOTHING, csv_of, title_of, without_empty

if TYPE_CHECKING:
    from experiments.compare import Comparison

PEOPLE, POUNDS = words.unit_of("people"), words.unit_of("GBP")
SMALL_SCALE = 0.2
HEADERS = ("Programme", "In the model", "Spend", "90% interval", "Reached", "Completed", "Numbers assumed")


def spend_sentence(comparison: Comparison, plan: str) -> str:
    """How much is spent in all, and where most of it goes."""
    spend = comparison.spend(plan).sort_values("spend_gbp", ascending=False)
    if spend.empty:
        return "The plan spends nothing."
    top, whole = spend.iloc[0], pounds(spend["spend_gbp"].sum())
    idle = int((spend["spend_gbp"] <= 0).sum())
    said = f"The plan spends {whole} in {len(spend)} programmes; most goes to “{top['title']}”, {pounds(top['spend_gbp'])}."
    if not idle:
        return said
    said = f"{said} {idle} of them spend{'s' * (idle == 1)} nothing."
    scale = comparison.manifest["inputs"]["scale"]
    if scale < SMALL_SCALE:
        said += (
            f" At a scale of {scale:g} one place or deal may cost more than the scaled budget, so try a larger scale."
        )
    return said


def spend_table(comparison: Comparison, plan: str) -> Table:
    """What each programme cost and reached; kinds and assumed numbers as far as they are known."""
    from experiments.reached import reached

    spend, whom = comparison.spend(plan).sort_values("spend_gbp", ascending=False), reached(comparison, plan)
    kinds = programme_kinds(plan, tuple(spend["programme"].astype(str)))
    assumed = assumed_of_programme(comparison, plan)
    rows = [
        [
            str(row["title"]),
            kinds.get(row["programme"], ""),
            words.number(row["spend_gbp"], POUNDS),
            words.between(row["spend_gbp_low"], row["spend_gbp_high"], POUNDS),
            whom[row["programme"]],
            NOTHING if row["audience"] == "places" else words.number(row["completed"], PEOPLE),
            f"{assumed[row['programme']].assumed} of {assumed[row['programme']].total}"
            if row["programme"] in assumed
            else "",
        ]
        for row in spend.to_dict("records")
    ]
    headers, rows = without_empty(HEADERS, rows)
    caption = f"Spend and reach up to {words.month_name(comparison.until)}, {title_of(comparison, plan)}"
    return Table(caption, headers, rows, csv_of(spend))
