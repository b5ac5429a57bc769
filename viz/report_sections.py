"""The sections of a report on one plan, from what it changes to whether it is worth it and fair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from viz import appraisal_pictures, appraisal_tables, fairness_pictures, firm_pictures, hub_pictures, pictures
from viz.picture import Picture, Table
from viz.spend import spend_sentence, spend_table
from viz.target_table import target_sentences, target_table

if TYPE_CHECKING:
    from experiments.appraisal import Appraisal
    from experiments.compare import Comparison
    from experiments.inclusion import Fairness

MANY_ROWS = 12
"""above which a table is folded on screen"""
OLD = "The results were written by an earlier version, which did not count what this needs. Run the comparison again."
NOBODY = "In no run is anyone online because of the plan who would not be online without it, nor the other way round."
MULTIPLIERS = (
    "These are not findings of the model. Each is a ratio that others report, or that is assumed, times something the model "
    "counts. Those with a price are part of the appraisal, where they are marked; without them its net present value is shown too."
)


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with its chart as SVG text."""

    picture: Picture
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report about one plan; `details` are tables that stand folded on screen."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    drawings: tuple[Drawing, ...] = ()
    tables: tuple[Table, ...] = ()
    details: tuple[Table, ...] = ()


def sections(
    comparison: Comparison, plan: str, appraisal: Appraisal | None, fairness: Fairness | None
) -> tuple[Section, ...]:
    """All sections that the plan has something to show for, in the order of reading."""
    people = comparison.answer(plan).people
    found = (
        *(_people(comparison, plan, fairness) if people else _people_beside(comparison, plan)),
        *(_firms(comparison, plan) if firm_pictures.shows_firms(comparison, plan) else ()),
        *((_hubs(comparison, plan),) if hub_pictures.shows_hubs(comparison, plan) else ()),
        _cost(comparison, plan, appraisal),
        _worth(comparison, appraisal),
        _fair(comparison, plan, fairness),
        _targets(comparison, plan),
        _multipliers(appraisal),
    )
    return tuple(section for section in found if section is not None)


def _people(comparison: Comparison, plan: str, fairness: Fairness | None) -> tuple[Section, ...]:
    if not pictures.moves_people(comparison, plan):
        ladder = pictures.helped(comparison, plan).table
        return (Section("difference", "What difference does it make?", (NOBODY,), (), (ladder,)),)
    who = fairness_pictures.gains(comparison, fairness) if fairness else pictures.who(comparison, plan, "age_band")
    return (
        Section("difference", "What difference does it make?", drawings=drawn(pictures.added(comparison, plan))),
        Section("who", "Who gets online because of it?", drawings=drawn(who)),
        Section("anyway", "Would they have got online anyway?", drawings=drawn(pictures.helped(comparison, plan))),
        Section("where", "Where?", drawings=drawn(pictures.where(comparison, plan))),
    )


def _people_beside(comparison: Comparison, plan: str) -> tuple[Section, ...]:
    """What a plan for firms alone does to residents, if anything."""
    if not pictures.moves_people(comparison, plan):
        return ()
    added = drawn(pictures.added(comparison, plan))
    return (Section("residents", "Does it change anything for residents?", drawings=added),)


def _firms(comparison: Comparison, plan: str) -> tuple[Section, ...]:
    firms = firm_pictures
    return (
        Section(
            "firms",
            "What do firms take up because of it?",
            drawings=drawn(firms.added(comparison, plan), firms.by_technology(comparison, plan)),
        ),
        Section(
            "which-firms",
            "Which firms?",
            drawings=drawn(firms.who(comparison, plan, "size_band")),
            details=tuple(firms.who(comparison, plan, by).table for by in ("sector", "authority")),
        ),
        Section("firms-anyway", "Would firms have done it anyway?", drawings=drawn(firms.helped(comparison, plan))),
        Section(
            "displacement",
            "Do other firms lose by it?",
            drawings=drawn(firms.displacement(comparison, plan, "gva")),
            tables=(firms.displacement(comparison, plan, "jobs").table,),
        ),
    )


def _hubs(comparison: Comparison, plan: str) -> Section:
    load, waiting = (hub_pictures.busy(comparison, plan, measure) for measure in ("load", "waiting"))
    return Section(
        "hubs", "Can hubs carry it?", (f"{waiting.title}.",), drawn(load), (hub_pictures.hub_table(comparison, plan),),
        (waiting.table,),
    )  # fmt: skip


def _cost(comparison: Comparison, plan: str, appraisal: Appraisal | None) -> Section:
    each = appraisal_tables.unit_cost_table(appraisal) if appraisal else None
    tables, spent = ((each,) if each and each.rows else ()), spend_table(comparison, plan)
    said = (spend_sentence(comparison, plan),)
    if len(spent.rows) > MANY_ROWS:
        return Section("cost", "What does it cost?", said, tables=tables, details=(spent,))
    return Section("cost", "What does it cost?", said, tables=(spent, *tables))


def _worth(comparison: Comparison, appraisal: Appraisal | None) -> Section:
    title = "Is it worth the money?"
    if appraisal is None:
        return Section("worth", title, (OLD,))
    if appraisal.lines.empty and appraisal.costs.empty:
        return Section("worth", title, (appraisal.sentence,))
    from experiments.appraisal_text import notes

    measures = ("npv_gbp", "bcr") if appraisal_pictures.has_ratio(appraisal) else ("npv_gbp",)
    pictures_of_value = [appraisal_pictures.value_for_money(comparison, appraisal, name) for name in measures]
    shown = [*(pictures_of_value if appraisal.measurable else []), appraisal_pictures.lines(comparison, appraisal),
             appraisal_pictures.by_year(comparison, appraisal)]  # fmt: skip
    # The count of assumed numbers stands below every chart.
    said = [note for note in notes(appraisal) if "--json" not in note]
    also = [appraisal_tables.counted_sentence(appraisal), appraisal_tables.switching_sentence(appraisal)]
    tables = (appraisal_tables.switching_table(appraisal), appraisal_tables.ladder_table(appraisal))
    return Section(
        "worth",
        title,
        (" ".join(text for text in (appraisal.sentence, *also) if text), " ".join(said)),
        drawn(*shown),
        details=tuple(table for table in tables if table.rows),
    )


def _fair(comparison: Comparison, plan: str, fairness: Fairness | None) -> Section:
    title = "Is it fair?"
    if fairness is None:
        return Section("fair", title, (OLD,))
    gate, gaps = comparison.manifest.get("gate", {}).get(plan), fairness_pictures.gaps(comparison, fairness)
    moved = pictures.moves_people(comparison, plan)
    return Section(
        "fair",
        title,
        (fairness.sentence, fairness_pictures.reach_sentence(fairness), *([gate["sentence"]] if gate else [])),
        drawn(gaps) if moved else (),
        () if moved else (gaps.table,),
        (
            *fairness_pictures.detail_tables(comparison, fairness),
            *([fairness_pictures.gate_table(gate)] if gate else []),
        ),
    )


def _targets(comparison: Comparison, plan: str) -> Section | None:
    said, table = target_sentences(comparison, plan), target_table(comparison, plan)
    if not said:
        return None
    tables = (table,) if table else ()
    return Section("targets", "Does it meet its targets?", (
        "Only what the plan adds is credited to it; the rest would come about without it.", *said), (), tables)  # fmt: skip


def _multipliers(appraisal: Appraisal | None) -> Section | None:
    if appraisal is None or appraisal.multipliers.empty:
        return None
    table = appraisal_tables.multiplier_table(appraisal)
    return Section("multipliers", "Multipliers, which are not findings", (MULTIPLIERS,), (), (table,))


def drawn(*shown: Picture) -> tuple[Drawing, ...]:
    """Pictures with their charts."""
    from markupsafe import Markup

    from viz.svg import chart_svg

    # The drawing library has escaped the names in its text.
    return tuple(Drawing(picture, Markup(chart_svg(picture.chart, picture.alt))) for picture in shown)
