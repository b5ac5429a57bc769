"""What a result rests on: every number with its range, its status and its source, and how many of them are assumed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from experiments.assumed import CHOSEN, STATUSES, Share, is_current, numbers_of, status_of, total
from model.errors import InputError
from viz import words
from viz.picture import Table
from viz.picture_parts import without_empty

if TYPE_CHECKING:
    from experiments.appraisal import Appraisal
    from experiments.compare import Comparison

HEADERS = ("Number", "Value", "Unit", "Range", "Status", "Source, or why")
FITTED_HEADERS = ("Stated range, 90%", "After the fit")


def share_table(found: tuple[Share, ...]) -> Table:
    """How much of the result rests on assumptions."""
    rows = [[s.title, f"{s.total}", f"{s.assumed}", words.number(s.percent, words.unit_of("%"), 0)]
            for s in (*found, total(found))]  # fmt: skip
    headers = ("Kind of number", "Numbers", "Of them assumed", "Assumed, %")
    return Table("How much rests on assumptions", headers, rows, "")


def parameter_table(comparison: Comparison) -> Table:
    """Behaviour parameters at their central values, as this comparison used them, before and after the fit."""
    from model.parameters import central_values, registry

    values = central_values(comparison.manifest["inputs"]["parameters"])
    rows = [
        [
            f"{parameter.meaning} ({parameter.name})",
            f"{values[name]:.4g}",
            parameter.unit,
            "{:.3g} to {:.3g}".format(*parameter.prior_interval) if parameter.sampled else "",
            parameter.posterior.text() if parameter.posterior else "",
            STATUSES[parameter.status],
            parameter.source.replace("_", " "),
        ]
        for name, parameter in registry().items()
    ]
    shown = without_empty(("Number", "Value", "Unit", *FITTED_HEADERS, *HEADERS[4:]), rows)
    return Table("How people and firms behave in the model", *shown, "", is_text=True)


def programme_tables(comparison: Comparison, plan: str) -> list[Table]:
    """The numbers of each programme of a plan as the central runs used them; ranges and sources from the library."""
    numbers, known = numbers_of(comparison, plan), _library_numbers(plan) if is_current(comparison) else {}
    if numbers is None:
        return []
    return [
        Table(
            comparison.titles.get(str(programme), str(programme)),
            *without_empty(
                HEADERS,
                [_programme_row(row, known.get((str(programme), row["number"]))) for row in rows.to_dict("records")],
            ),
            "",
            is_text=True,
        )
        for programme, rows in numbers.groupby("programme", observed=True, sort=False)
    ]


def appraisal_table(appraisal: Appraisal) -> Table:
    """Unit values and multipliers, in the prices of the appraisal."""
    rows = [
        [
            row["title"],
            words.significant(row["value"], 4),
            row["unit"],
            f"{words.significant(row['low'], 4)} to {words.significant(row['high'], 4)}",
            STATUSES[row["status"]],
            row["why"] if row["status"] == "assumed" else _source_title(row["source"]),
        ]
        for row in appraisal.assumptions.to_dict("records")
    ]
    caption = f"What turns effects into pounds, and multipliers; money in prices of {appraisal.price_year}"
    return Table(caption, HEADERS, rows, "", is_text=True)


def evidence(comparison: Comparison, appraisals: list[Appraisal]) -> list[str]:
    """Published sources of the numbers of the plans' programmes and of the values in pounds, each once."""
    used = {name for a in appraisals for name in a.assumptions["source"]}
    if is_current(comparison):
        used |= {n.source for plan in comparison.plans for n in _library_numbers(plan).values()}
    return sorted(title for name, title in _sources().items() if name in used)


def _programme_row(row: dict[Any, Any], known: Any) -> list[str]:
    status = status_of(row)
    source = ""
    if known is not None:
        source = known.why if known.status == "assumed" else _source_title(known.source)
    return [
        str(row["number"]).removeprefix("effects.").replace("_", " "),
        words.significant(row["value"], 4),
        str(row["unit"]),
        "" if known is None else f"{words.significant(known.low, 4)} to {words.significant(known.high, 4)}",
        STATUSES.get(status, status),
        "the plan sets it" if status == CHOSEN else source,
    ]


@cache
def _library_numbers(plan: str) -> dict[tuple[str, str], Any]:
    """(programme, number) -> the number in the library's files; none for a plan that is not of the library."""
    from scenarios.loader import load_plan

    try:
        programmes = load_plan(plan).programmes
    except InputError:
        return {}
    return {(p.id, name): number for p, _ in programmes for name, number in p.numbers().items()}


@cache
def _sources() -> dict[str, str]:
    """Source id -> publisher, title and year."""
    import csv

    from experiments.appraisal_values import SOURCES
    from scenarios.catalogue import load_sources

    with SOURCES.open(encoding="utf-8", newline="") as stream:
        rows = {row["source_id"]: (row["publisher"], row["title"], row["year"]) for row in csv.DictReader(stream)}
    rows |= {s.source_id: (s.publisher, s.title, s.year) for s in load_sources().values()}
    return {name: ", ".join(parts) for name, parts in rows.items()}


def _source_title(source: str) -> str:
    return _sources().get(source, source)
