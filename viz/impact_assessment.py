"""Digital Inclusion Impact Assessment: one HTML document per plan, to read, fill in at the end and sign."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments.designs import PLACES
from experiments.fairness_text import fairness_tables
from viz import assumptions, pictures, provenance, words
from viz.document import rendered, write_whole
from viz.fairness_pictures import gate_table
from viz.picture import Table
from viz.picture_parts import title_of

if TYPE_CHECKING:
    import pandas as pd

    from experiments.compare import Comparison
    from experiments.inclusion import Fairness

SCREENED = ("age_band", "disability", "education", "income", "deprivation_in_region", "rural")
REACHED_LESS = 0.8
"""A group whose part of the gain is below this multiple of its part of those offline is named under mitigation"""
NOT_SAID = "The results do not say how the programmes are designed."
NO_CONDITIONS = "No programme sets conditions on who may take part."
GOES_FIRST = {
    "first_come": "whoever comes first",
    "deprived_first": "people in the most deprived areas",
    "older_first": "the oldest",
    "offline_first": "people who are offline",
    "rural_first": "the countryside",
}
CHANNELS = {"hub": "in person, at libraries and hubs", "direct": "from one office for the whole region"}
MITIGATION = {
    "age_band": "let the oldest go first, and offer help at home or by someone they know",
    "disability": "check that places and services are accessible, and offer help in person",
    "education": "offer help without forms, and beside everyday services",
    "income": "cover the cost of devices and data for those who cannot pay",
    "deprivation_in_region": "let people in the most deprived areas go first",
    "deprivation": "let people in the most deprived areas go first",
    "rural": "bring help to places that are far from hubs",
    "sex": "ask those who take part less why",
    "authority": "agree with the council area that gains least what it needs",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the screening with its answer."""

    question: str
    answer: str


def write_impact_assessment(comparison: Comparison, plan: str, out: Path) -> Path:
    """Write the assessment of a plan to `out`. Raises InputError for another plan, OSError if it cannot be written."""
    return write_whole(impact_assessment_html(comparison, plan), out)


def impact_assessment_html(comparison: Comparison, plan: str) -> str:
    """The assessment of a plan as one HTML document."""
    from experiments.inclusion import fairness
    from experiments.reach import DEFINITION
    from experiments.summary import intervals_title

    found = fairness(comparison, plan)
    designs = comparison.manifest.get("programmes", {}).get(plan, [])
    gate = comparison.manifest.get("gate", {}).get(plan)
    title = title_of(comparison, plan)
    content = {
        "title": f"Digital Inclusion Impact Assessment: {title}, {comparison.region_title}",
        "plan": title,
        "base": title_of(comparison, comparison.base),
        "until": words.month_name(found.period),
        "sentence": found.sentence,
        "gate": gate,
        "gate_table": gate_table(gate) if gate else None,
        "uncalibrated": pictures.is_uncalibrated(comparison),
        "intervals": intervals_title(comparison),
        "screening": _screening(found, designs),
        "designs": _designs(designs),
        "facts": provenance.facts(comparison),
        "furthest": DEFINITION,
        "impact": [_table(name, rows) for name, rows in fairness_tables(comparison, found, words.group_name)],
        "suggestions": _suggestions(found),
        "monitoring": _monitoring(comparison, plan, found),
        "months": _months(designs, found.period),
        "assumptions": assumptions.programme_tables(comparison, plan),
        "licences": words.LICENCE_LINES,
    }
    return rendered("impact_assessment.html.j2", content)


def _screening(found: Fairness, designs: list[dict[str, Any]]) -> list[Question]:
    rows = found.groups[(found.groups["measure"] == "non_use") & found.groups["group_by"].isin(SCREENED)]
    most = rows.sort_values("base", ascending=False, kind="stable").head(4)
    offline = "; ".join(
        f"{words.group_name(row['group_by'], row['group'])} ({words.GROUPINGS[row['group_by']].lower()}): {row['base']:.1f}%"
        for row in most.to_dict("records")
    )
    for_residents = [design for design in designs if design["audience"] == "residents"]
    changes = (
        f"Yes: {len(for_residents)} of its {len(designs)} programmes are for residents or for the places they use."
    )
    if not for_residents:
        changes = "Not directly: none of its programmes is for residents." if designs else NOT_SAID
    narrow = [design for design in for_residents if design["who"] not in ("all adults", PLACES)]
    left_out = "; ".join(f"{design['title']}: {design['who']}" for design in narrow)
    return [
        Question("Does the plan change who can be online?", changes),
        Question("Which groups have most people offline without the plan?", offline or "Not known from these runs."),
        Question("Do conditions leave anyone out?", left_out or (NO_CONDITIONS if designs else NOT_SAID)),
        Question("Is a full assessment needed?", "No, unless services for residents change." if designs and not
                 for_residents else "Yes."),
    ]  # fmt: skip


def _designs(designs: list[dict[str, Any]]) -> Table:
    headers = ("Programme", "Who may take part", "Who goes first", "How it reaches people", "Months", "Money")
    rows = [
        [
            design["title"],
            design["who"],
            GOES_FIRST.get(design["targeting"], design["targeting"].replace("_", " "))
            if design["who"] != PLACES
            else "",
            CHANNELS.get(design["channel"], design["channel"]) if design["who"] != PLACES else "",
            f"{design['start']} to {design['end']}",
            words.number(design["budget_gbp"], words.unit_of("GBP")),
        ]
        for design in designs
    ]
    return Table("Programmes as they ran", headers, rows, "")


def _suggestions(found: Fairness) -> list[str]:
    """What the results suggest: for gaps that widen, and for groups that gain less than their part of those offline."""
    gaps = found.gaps[(found.gaps["statistic"] == "gap") & (found.gaps["measure"] == "non_use")]
    suggestions = [
        f"The gap between {row['worse']} and {row['better']} widens: {MITIGATION[row['group_by']]}."
        for row in gaps[gaps["verdict"] == "widens"].to_dict("records")
    ]
    low = found.incidence[(found.incidence["ratio"] < REACHED_LESS) & (found.incidence["group_by"] != "authority")]
    # Groups with hardly anyone offline have little to gain.
    for row in low[low["non_user_share"] >= 10.0].to_dict("records"):
        name = words.group_name(row["group_by"], row["group"])
        suggestions.append(
            f"{name} ({words.GROUPINGS[row['group_by']].lower()}) are {row['non_user_share']:.0f}% of those offline and "
            f"{row['additional_share']:.0f}% of those who gain: {MITIGATION[row['group_by']]}."
        )
    return suggestions


def _monitoring(comparison: Comparison, plan: str, found: Fairness) -> Table:
    """What to count, and what the model expects at the last December."""
    gaps = found.gaps[(found.gaps["statistic"] == "gap") & (found.gaps["measure"] == "non_use")]
    rows = [
        [f"Gap in being offline: {row['worse']} and {row['better']}", f"{row['base']:.1f} points", f"{row['plan']:.1f} points",
         "local survey, or the national survey of internet users"]
        for row in gaps[gaps["group_by"].isin(SCREENED)].to_dict("records")
    ]  # fmt: skip
    rows += [
        [f"{row['title']}: {'firms' if row['audience'] == 'firms' else 'people or places'} served", "0",
         f"{row['served']:,.0f}", "records of the programme, by age, disability and neighbourhood"]
        for row in comparison.spend(plan).to_dict("records")
    ]  # fmt: skip
    headers = ("Indicator", "Expected without the plan", "Expected with it", "Where to find it")
    return Table(f"Indicators, expected in {words.month_name(found.period)}", headers, rows, "")


def _months(designs: list[dict[str, Any]], period: str) -> str:
    if not designs:
        return f"every December up to {words.month_name(period)}"
    first = min(str(design["start"]) for design in designs)
    year, month = int(first[:4]), int(first[5:]) + 6
    halfway = f"{year + (month - 1) // 12}-{(month - 1) % 12 + 1:02d}"
    return f"first in {words.month_name(halfway)}, six months after the start, then every December up to {words.month_name(period)}"


def _table(caption: str, rows: pd.DataFrame) -> Table:
    headers = tuple(f"{name[0].upper()}{name[1:]}" for name in rows.columns)
    return Table(caption, headers, rows.astype(str).to_numpy().tolist(), "")
