"""One HTML file that says what a comparison found: no script, no request, readable on paper."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from viz import assumptions, firm_pictures, hub_pictures, pictures, words
from viz.picture import LegendItem, Picture, Table
from viz.theme import FONT, LIGHT

if TYPE_CHECKING:
    from experiments.compare import Comparison

GROUPINGS = ("age_band", "disability", "deprivation", "authority")
"""Breakdowns in the report; the app has them all."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture with its chart as SVG text."""

    picture: Picture
    svg: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the report about one plan."""

    title: str
    drawings: tuple[Drawing, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanPart:
    """All about one plan."""

    title: str
    paragraphs: tuple[str, ...]
    who: str
    tiles: tuple[dict[str, str], ...]
    sections: tuple[Section, ...]
    programmes: tuple[Table, ...]


def write_report(comparison: Comparison, out: Path) -> Path:
    """Write the report to `out`, complete or not at all, and return its path. Raises OSError if it cannot be written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
        try:
            file.write(report_html(comparison))
            file.close()
            os.chmod(file.name, 0o644)
            os.replace(file.name, out)
        except BaseException:
            os.unlink(file.name)
            raise
    return out


def report_html(comparison: Comparison) -> str:
    """The report as one HTML document."""
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.get_template("report.html.j2").render(_content(comparison))


def _content(comparison: Comparison) -> dict[str, Any]:
    from experiments.summary import intervals_title

    base = pictures.title_of(comparison, comparison.base)
    current = assumptions.is_current(comparison)
    firms = [firm_pictures.shows_firms(comparison, plan) for plan in comparison.plans]
    plans = [_plan_part(comparison, plan, current) for plan in comparison.plans]
    return {
        "title": f"{comparison.region_title}: {' and '.join(plan.title for plan in plans)} compared with {base}",
        "until": words.month_name(comparison.last_period),
        "plans": plans,
        "uncalibrated": pictures.is_uncalibrated(comparison),
        "intervals": intervals_title(comparison),
        "parameters": assumptions.parameter_table(comparison) if current else None,
        "facts": _facts(comparison),
        "glossary": words.GLOSSARY | (words.FIRM_GLOSSARY if any(firms) else {}),
        "licences": words.LICENCE_LINES,
        "colours": LIGHT,
        "font": FONT,
        "swatch": _swatch,
    }


def _plan_part(comparison: Comparison, plan: str, current: bool) -> PlanPart:
    answer = comparison.answer(plan)
    return PlanPart(
        title=pictures.title_of(comparison, plan),
        paragraphs=answer.paragraphs,
        who=answer.who,
        tiles=tuple(_tile(tile) for tile in answer.tiles),
        sections=(
            *(_people_sections(comparison, plan) if answer.people else _people_beside(comparison, plan)),
            *(_firm_sections(comparison, plan) if firm_pictures.shows_firms(comparison, plan) else ()),
            *(_hub_sections(comparison, plan) if hub_pictures.shows_hubs(comparison, plan) else ()),
            Section("What did it cost?", tables=(pictures.spend_table(comparison, plan),)),
        ),
        programmes=tuple(assumptions.programme_tables(comparison, plan)) if current else (),
    )


def _people_sections(comparison: Comparison, plan: str) -> tuple[Section, ...]:
    difference = (pictures.added(comparison, plan), pictures.over_time(comparison, plan))
    groups = [pictures.who(comparison, plan, by) for by in GROUPINGS]
    return (
        Section("What difference does it make?", _drawn(*difference)),
        Section("Who gets online because of it?", _drawn(*groups)),
        Section("Would they have got online anyway?", _drawn(pictures.helped(comparison, plan))),
        Section("Where?", _drawn(pictures.where(comparison, plan))),
    )


def _people_beside(comparison: Comparison, plan: str) -> tuple[Section, ...]:
    """What a plan for firms alone does to residents, if anything."""
    if not pictures.moves_people(comparison, plan):
        return ()
    return (Section("Does it change anything for residents?", _drawn(pictures.added(comparison, plan))),)


def _firm_sections(comparison: Comparison, plan: str) -> tuple[Section, ...]:
    firms, technology = firm_pictures, firm_pictures.leading_technology(comparison, plan)
    return (
        Section(
            "What do firms take up because of it?",
            _drawn(
                firms.added(comparison, plan),
                firms.by_technology(comparison, plan),
                firms.adoption(comparison, plan, technology),
            ),
        ),
        Section(
            "Which firms?",
            _drawn(
                firms.adoption_by_size(comparison, plan, technology),
                *(firms.who(comparison, plan, by) for by in words.FIRM_GROUPINGS),
            ),
        ),
        Section("Would firms have done it anyway?", _drawn(firms.helped(comparison, plan))),
        Section(
            "Do other firms lose by it?",
            _drawn(*(firms.displacement(comparison, plan, effect) for effect in ("gva", "jobs"))),
        ),
    )


def _hub_sections(comparison: Comparison, plan: str) -> tuple[Section, ...]:
    drawn = _drawn(*(hub_pictures.busy(comparison, plan, measure) for measure in ("load", "waiting")))
    return (Section("Can hubs carry it?", drawn, (hub_pictures.hub_table(comparison, plan),)),)


def _drawn(*shown: Picture) -> tuple[Drawing, ...]:
    from markupsafe import Markup

    from viz.svg import chart_svg

    # The drawing library has escaped the names in its text.
    return tuple(Drawing(picture, Markup(chart_svg(picture.chart, picture.alt))) for picture in shown)


def _tile(tile: Any) -> dict[str, str]:
    unit = words.unit_of(tile.unit)
    return {
        "title": tile.title,
        "value": words.number(tile.value, unit, tile.decimals),
        "interval": words.between(tile.low, tile.high, unit, tile.decimals),
        "note": tile.note,
    }


def _facts(comparison: Comparison) -> list[tuple[str, str]]:
    manifest, inputs = comparison.manifest, comparison.manifest["inputs"]
    return [
        ("Region", comparison.region_title),
        ("Last month", words.month_name(comparison.until)),
        (
            "Runs",
            f"{inputs['replicates']} seeds at central values; {inputs['draws']} draws of the parameters, two seeds each",
        ),
        ("People and firms simulated", f"{inputs['scale']:.3g} of them; results are scaled up"),
        ("Seed", str(inputs["seed"])),
        ("Uptake version", str(manifest.get("version", ""))),
        ("Model version", str(manifest["model_version"])),
        ("Result identity", str(manifest["identity"])),
        ("Made", str(manifest.get("created", ""))[:10]),
    ]


def _swatch(item: LegendItem) -> str:
    """Inline style of a legend mark."""
    colour = LIGHT[item.colour]
    if item.mark != "line":
        return f"background:{colour};height:.8em;border:1px solid {LIGHT['control']}"
    style = {"solid": "solid", "dash": "dashed", "dashdot": "dashed", "dot": "dotted"}[item.dash]
    return f"border-top:3px {style} {colour}"
