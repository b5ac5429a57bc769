"""`uptake programmes`: what is in the catalogue, is it sound, and which measures of the strategies does it carry?"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from scenarios.programme_schema import ProgrammeTemplate

programmes_app = typer.Typer(
    help="The catalogue of programmes: list, show, check; the measures of the strategies.", no_args_is_help=True
)

AsJson = Annotated[bool, typer.Option("--json", help="Print the table as JSON.")]


@programmes_app.command("list")
def list_all_programmes(as_json: AsJson = False) -> None:
    """List the programmes of the catalogue. Example: uptake programmes list"""
    from scenarios.catalogue import list_programmes, load_programme

    templates = [load_programme(name) for name in list_programmes()]
    rows = []
    for template in templates:
        members = template.members()
        rows.append(
            {
                "id": template.id,
                "title": template.title,
                "kind": template.kind,
                "audience": _joined(_audience(member) for member in members),
                "instruments": _joined(member.instrument for member in members),
                "channel": _joined(member.channel for member in members),
                "strategy": ", ".join(template.strategy),
            }
        )
    _show_rows(rows, "Programmes", as_json)


@programmes_app.command("show")
def show_programme(
    programme: Annotated[str, typer.Argument(metavar="ID", help="Id of a programme, or a path to your own file.")],
    as_json: AsJson = False,
) -> None:
    """Show a programme: what, for whom, cost, capacity, each number's range and source.

    Example: uptake programmes show library-skills
    """
    from scenarios.catalogue import load_programme, load_sources
    from scenarios.programme_card import print_card

    template = load_programme(programme)
    numbers = [number for member in template.members() for number in member.numbers().values()]
    used = {name for number in numbers for name in (number.source, *number.see)}
    sources = {name: source for name, source in load_sources().items() if name in used}
    if as_json:
        shown = {**template.as_data(), "sources": [asdict(source) for source in sources.values()]}
        typer.echo(json.dumps(shown, indent=2))
        return
    print_card(template, sources)


@programmes_app.command("check")
def check_programmes(
    programmes: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids or paths; all if none.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check programme files: names, units, ranges, sources. Example: uptake programmes check my-programme.yaml"""
    from scenarios.catalogue import list_programmes, load_programme

    templates = [load_programme(name) for name in programmes or list_programmes()]
    rows = []
    for template in templates:
        statuses = [number.status for member in template.members() for number in member.numbers().values()]
        counts = {status: statuses.count(status) for status in ("measured", "calibrated", "assumed")}
        rows.append({"id": template.id, "kind": template.kind, "numbers": len(statuses), **counts, "check": "sound"})
    _show_rows(rows, "Programmes", as_json)


@programmes_app.command("measures")
def list_measures(
    strategy: Annotated[
        str | None, typer.Option(metavar="NAME", help="One strategy, such as glasgow, or its letter; all if none.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List the measures of the strategies: what each is in the model, and what carries it.

    Example: uptake programmes measures --strategy gloucestershire
    """
    from scenarios.measures import load_measures, templates_of
    from scenarios.strategies import letter_of

    letter = letter_of(strategy) if strategy is not None else ""
    rows = [
        {
            "id": measure.id,
            "title": measure.title,
            "kind": measure.kind,
            "carried by": ", ".join(templates_of(measure.id)) or measure.carried_by,
            "moves": ", ".join(measure.moves),
            "multiplier": measure.multiplier,
        }
        for measure in load_measures()
        if measure.id.startswith(letter)
    ]
    _show_rows(rows, "Measures", as_json)


def _audience(programme: "ProgrammeTemplate") -> str:
    """Whom it serves; nobody applies for what changes places."""
    from model.programmes.programme import PLACE_INSTRUMENTS

    return "places" if programme.instrument in PLACE_INSTRUMENTS else programme.audience


def _joined(words: Iterable[str]) -> str:
    """Words in their order, each once."""
    return ", ".join(dict.fromkeys(words))


def _show_rows(rows: list[dict[str, Any]], title: str, as_json: bool) -> None:
    import pandas as pd

    from model.console import print_table

    print_table(pd.DataFrame(rows), title, as_json)
