"""One HTML file that says what a comparison found: no script, no request, readable on paper."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from experiments import assumed
from viz import (
    appraisal_pictures,
    appraisal_tables,
    assumptions,
    fairness_pictures,
    firm_pictures,
    pictures,
    provenance,
    words,
)
from viz.document import rendered, write_whole
from viz.picture import LegendItem, Table
from viz.picture_parts import NOTHING, title_of
from viz.report_sections import Section, sections
from viz.spread_bar import SpreadBar, spread_bars
from viz.target_table import target_table
from viz.theme import LIGHT

if TYPE_CHECKING:
    from experiments.appraisal import Appraisal
    from experiments.compare import Comparison
    from experiments.inclusion import Fairness
    from experiments.readings import Tile

FEW_PLANS = 4
"""Plans up to which they stand side by side as columns"""
NO_PRICE = "cannot be given"
UNCLEAR = "not measurable: the interval includes zero"
LONG = 60
"""Rows above which a folded table is left out on paper"""


@dataclass(frozen=True, slots=True)
class PlanPart:
    """All about one plan."""

    key: str
    title: str
    paragraphs: tuple[str, ...]
    who: str
    tiles: tuple[dict[str, str], ...]
    in_short: tuple[tuple[str, str], ...]
    """question and answer"""
    spread: tuple[SpreadBar, ...]
    """where the spread of its main outcomes comes from"""
    rests: str
    """how much of the plan's numbers is assumed, to stand below every chart and table"""
    sections: tuple[Section, ...]
    shares: Table
    values: tuple[Table, ...]
    """what turns its effects into pounds"""
    numbers: tuple[Table, ...]
    """every number of its programmes"""
    appraisal: Appraisal | None


def write_report(comparison: Comparison, out: Path) -> Path:
    """Write the report to `out`, complete or not at all, and return its path. Raises OSError if it cannot be written."""
    return write_whole(report_html(comparison), out)


def report_html(comparison: Comparison) -> str:
    """The report as one HTML document."""
    return rendered("report.html.j2", _content(comparison))


def _content(comparison: Comparison) -> dict[str, Any]:
    from experiments.reach import DEFINITION
    from experiments.summary import intervals_title

    base = title_of(comparison, comparison.base)
    current = assumed.is_current(comparison)
    plans = [_plan_part(comparison, plan) for plan in comparison.plans]
    firms = any(firm_pictures.shows_firms(comparison, plan) for plan in comparison.plans)
    uncalibrated = pictures.is_uncalibrated(comparison)
    glossary = words.GLOSSARY | words.FIT_GLOSSARY[not uncalibrated] | words.MONEY_GLOSSARY
    glossary |= {"Furthest from inclusion": f"People {DEFINITION}."}
    return {
        "title": f"{comparison.region_title}: {' and '.join(plan.title for plan in plans)} compared with {base}",
        "until": words.month_name(comparison.last_period),
        "base": base,
        "plans": plans,
        "side_by_side": _side_by_side(comparison, plans) if len(plans) > 1 else None,
        "uncalibrated": uncalibrated,
        "intervals": intervals_title(comparison),
        "parameters": assumptions.parameter_table(comparison) if current else None,
        "evidence": assumptions.evidence(comparison, [plan.appraisal for plan in plans if plan.appraisal]),
        "facts": provenance.facts(comparison),
        "command": provenance.command(comparison),
        "own_files": provenance.own_files(comparison),
        "glossary": glossary | (words.FIRM_GLOSSARY if firms else {}),
        "licences": words.LICENCE_LINES,
        "swatch": _swatch,
        "long": LONG,
    }


def _plan_part(comparison: Comparison, plan: str) -> PlanPart:
    answer = comparison.answer(plan)
    appraisal = appraisal_pictures.appraisal_of(comparison, plan)
    fairness = fairness_pictures.fairness_of(comparison, plan)
    shares = assumed.shares(comparison, plan, appraisal)
    worth = appraisal_pictures.tiles(appraisal) if appraisal else ()
    return PlanPart(
        key=f"plan-{comparison.plans.index(plan) + 1}",
        title=title_of(comparison, plan),
        paragraphs=answer.paragraphs,
        who=answer.who,
        tiles=tuple(_tile(tile) for tile in (*answer.tiles, *worth)),
        in_short=tuple(_in_short(comparison, plan, appraisal, fairness, shares)),
        spread=spread_bars(comparison, plan),
        rests=f"{assumed.total(shares).percent:.0f}% of the numbers behind this" if shares else "",
        sections=sections(comparison, plan, appraisal, fairness),
        shares=assumptions.share_table(shares),
        values=(assumptions.appraisal_table(appraisal),) if appraisal else (),
        numbers=tuple(assumptions.programme_tables(comparison, plan)),
        appraisal=appraisal,
    )


def _in_short(
    comparison: Comparison,
    plan: str,
    appraisal: Appraisal | None,
    fairness: Fairness | None,
    shares: tuple[assumed.Share, ...],
) -> list[tuple[str, str]]:
    """The questions of someone who has to decide, each with its answer."""
    from experiments.summary import intervals_title

    said = []
    if appraisal:
        also = (appraisal_tables.counted_sentence(appraisal), appraisal_tables.switching_sentence(appraisal))
        said.append(("Is it worth the money?", " ".join(text for text in (appraisal.sentence, *also) if text)))
    if fairness:
        said.append(("Is it fair?", fairness_pictures.headline(fairness)))
    targets = target_table(comparison, plan)
    if targets:
        said.append(("Does it meet its targets?", " ".join(
            f"{row[0]}: met in {row[6]} of runs with the plan, {row[5]} without." for row in targets.rows)))  # fmt: skip
    sure = [f"{intervals_title(comparison)}."]
    if pictures.is_uncalibrated(comparison):
        sure.append("The model has not been tuned to real figures yet.")
    said.append(("How sure is this?", " ".join([*sure, assumed.share_line(shares)]).strip()))
    return said


def _side_by_side(comparison: Comparison, plans: list[PlanPart]) -> Table:
    """The tiles of every plan in one table; a plan has those of its audience."""
    titles = list(dict.fromkeys(tile["title"] for plan in plans for tile in plan.tiles))
    rows = []
    for plan in plans:
        own = {t["title"]: f"{t['value']} ({t['interval']})" if t["interval"] else t["value"] for t in plan.tiles}
        rows.append([plan.title, *(own.get(title, NOTHING) for title in titles)])
    headers = ["Plan", *titles]
    if len(plans) <= FEW_PLANS:
        headers, *rows = (list(line) for line in zip(headers, *rows, strict=True))
    return Table("Plans side by side, with 90% intervals", tuple(headers), rows, "", is_text=True)


def _tile(tile: Tile) -> dict[str, str]:
    unit = words.unit_of(tile.unit)
    return {
        "title": tile.title,
        "value": words.number(tile.value, unit, tile.decimals) if tile.value == tile.value else NO_PRICE,
        "interval": words.between(tile.low, tile.high, unit, tile.decimals) if tile.value == tile.value else "",
        "note": tile.note,
        "unclear": UNCLEAR if tile.low <= 0 <= tile.high and tile.unit != "GBP a GBP" else "",
    }


def _swatch(item: LegendItem) -> str:
    """Inline style of a legend mark."""
    colour = LIGHT[item.colour]
    if item.mark != "line":
        return f"background:{colour};height:.8em;border:1px solid {LIGHT['control']}"
    style = {"solid": "solid", "dash": "dashed", "dashdot": "dashed", "dot": "dotted"}[item.dash]
    return f"border-top:3px {style} {colour}"
