"""`uptake programmes` and `uptake scenarios`: what is in the catalogue and in the library, and is it sound?"""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from scenarios.loader import Plan, Source
    from scenarios.schema import Eligibility, Extent, FirmEligibility, Number, ProgrammeTemplate

programmes_app = typer.Typer(help="The catalogue of programmes: list, show, check.", no_args_is_help=True)
scenarios_app = typer.Typer(help="The library of scenarios: list, show, check.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the table as JSON.")]

SECTIONS = {
    "Cost": ("fixed_cost_per_month", "unit_cost"),
    "Capacity": ("capacity_per_month", "staff_hours_per_place", "hub_hours_share"),
    "Take-up": (
        "awareness_start",
        "awareness_limit",
        "awareness_half_life",
        "willing_share",
        "willing_motivation_slope",
        "willing_capability_slope",
        "apply_probability_monthly",
        "approval_probability",
        "offer_months",
        "completion_probability",
    ),
}
"""parts of a programme's card; its effects follow"""


@programmes_app.command("list")
def list_all_programmes(as_json: AsJson = False) -> None:
    """List the programmes of the catalogue. Example: uptake programmes list"""
    from scenarios.loader import list_programmes, load_programme

    templates = [load_programme(name) for name in list_programmes()]
    rows = [
        {
            "id": template.id,
            "title": template.title,
            "audience": template.audience,
            "instrument": template.instrument,
            "channel": template.channel,
            "strategy": ", ".join(template.strategy),
        }
        for template in templates
    ]
    _show_rows(rows, "Programmes", as_json)


@programmes_app.command("show")
def show_programme(
    programme: Annotated[str, typer.Argument(metavar="ID", help="Id of a programme, or a path to your own file.")],
    as_json: AsJson = False,
) -> None:
    """Show a programme: what, for whom, cost, capacity, each number's range and source.

    Example: uptake programmes show library-skills
    """
    from scenarios.loader import load_programme, load_sources

    template = load_programme(programme)
    used = {name for number in template.numbers().values() for name in (number.source, *number.see)}
    sources = {name: source for name, source in load_sources().items() if name in used}
    if as_json:
        cited = [_source_row(source) for source in sources.values()]
        typer.echo(json.dumps({**template.model_dump(exclude_none=True), "sources": cited}, indent=2))
        return
    _print_card(template, sources)


@programmes_app.command("check")
def check_programmes(
    programmes: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids or paths; all if none.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check programme files: names, units, ranges, sources. Example: uptake programmes check my-programme.yaml"""
    from scenarios.loader import list_programmes, load_programme

    templates = [load_programme(name) for name in programmes or list_programmes()]
    rows = []
    for template in templates:
        statuses = [number.status for number in template.numbers().values()]
        counts = {status: statuses.count(status) for status in ("measured", "calibrated", "assumed")}
        rows.append({"id": template.id, "numbers": len(statuses), **counts, "check": "sound"})
    _show_rows(rows, "Programmes", as_json)


@scenarios_app.command("list")
def list_all_scenarios(as_json: AsJson = False) -> None:
    """List the scenarios of the library. Example: uptake scenarios list"""
    from scenarios.loader import list_scenarios, load_plan

    plans = [load_plan(name) for name in list_scenarios()]
    rows = [
        {
            "name": plan.file.name,
            "title": plan.file.title,
            "extends": plan.file.extends,
            "network": plan.network,
            "programmes": ", ".join(programme.id for programme, _ in plan.programmes),
        }
        for plan in plans
    ]
    _show_rows(rows, "Scenarios", as_json)


@scenarios_app.command("show")
def show_scenario(
    scenario: Annotated[str, typer.Argument(metavar="NAME", help="Name of a scenario, or a path to your own file.")],
    region: Annotated[str, typer.Option(help="Region whose budgets are shown.")] = "gloucestershire",
    as_json: AsJson = False,
) -> None:
    """Show a scenario in a region: programmes, budgets in pounds, dates, trends.

    Example: uptake scenarios show smart-people --region glasgow
    """
    from scenarios.loader import extent_of, load_plan
    from scenarios.regions_io import load_region

    plan = load_plan(scenario)
    place = load_region(region)
    extent = extent_of(place)
    rows = _scenario_rows(plan, extent)
    if as_json:
        trends = {name: trend.model_dump() for name, trend in plan.trends.items()}
        answer = {
            "name": plan.file.name,
            "title": plan.file.title,
            "summary": _plain(plan.file.summary),
            "region": place.name,
            "adults": extent.adults,
            "enterprises": extent.enterprises,
            "network": plan.network,
            "budget_gbp": sum(row["budget_gbp"] for row in rows),
            "programmes": rows,
            "trends": trends,
        }
        typer.echo(json.dumps(answer, indent=2))
        return
    typer.echo(
        f"{plan.file.title} ({plan.file.name}) in {place.title}, {extent.adults:,} adults, "
        f"{extent.enterprises:,} enterprises\n{_plain(plan.file.summary)}\n"
    )
    if rows:
        total = sum(row["budget_gbp"] for row in rows)
        _show_rows([{**row, "budget_gbp": round(row["budget_gbp"])} for row in rows], "Programmes", as_json=False)
        typer.echo(
            f"Budget in all: GBP {total:,.0f}, which is GBP {total / extent.adults:,.2f} an adult "
            f"or GBP {total / extent.enterprises:,.2f} an enterprise.\n"
        )
    trend_rows = [
        {
            "trend": name,
            "unit": trend.unit,
            "points": ", ".join(f"{month} {value:g}" for month, value in trend.points.items()),
            "status": trend.status,
        }
        for name, trend in plan.trends.items()
    ]
    _show_rows(trend_rows, "Trends", as_json=False)
    typer.echo(f"Ties between people: {plan.network}.")


@scenarios_app.command("check")
def check_scenarios(
    scenarios: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Names or paths; all if none.")
    ] = None,
    region: Annotated[str, typer.Option(help="Region to check budgets and authorities with.")] = "gloucestershire",
    as_json: AsJson = False,
) -> None:
    """Check scenario files in a region. Example: uptake scenarios check my-plan.yaml --region glasgow"""
    from scenarios.loader import extent_of, list_scenarios, load_plan
    from scenarios.regions_io import load_region

    place = load_region(region)
    extent = extent_of(place)
    rows = []
    for name in scenarios or list_scenarios():
        resolved = load_plan(name).for_region(extent)
        pounds = sum(programme.budget_pence for programme in resolved.programmes) / 100
        rows.append(
            {
                "name": resolved.name,
                "region": place.name,
                "programmes": len(resolved.programmes),
                "budget_gbp": pounds,
                "check": "sound",
            }
        )
    _show_rows(rows, "Scenarios", as_json)


def _scenario_rows(plan: "Plan", extent: "Extent") -> list[dict[str, Any]]:
    resolved = plan.for_region(extent)
    return [
        {
            "programme": programme.id,
            "title": programme.title,
            "budget_gbp": programme.budget_pence / 100,
            "start": given.start,
            "end": given.end,
            "unit_cost_gbp": programme.unit_cost_pence / 100,
            "capacity_per_month": round(programme.capacity_per_month, 1),
        }
        for programme, (given, _) in zip(resolved.programmes, plan.programmes, strict=True)
    ]


def _print_card(template: "ProgrammeTemplate", sources: "dict[str, Source]") -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    console.print(Text(f"{template.title} ({template.id})", style="bold"))
    console.print(Text(_plain(template.summary)))
    console.print(Text(f"For whom:  {_describe_audience(template)}"))
    if template.technologies:
        console.print(Text(f"About:     {', '.join(name.replace('_', ' ') for name in template.technologies)}"))
    console.print(Text(f"Who first: {template.targeting.replace('_', ' ')}"))
    console.print(Text(f"How:       {template.instrument.replace('_', ' ')}, channel {template.channel}"))
    console.print(Text(f"Strategy:  {', '.join(template.strategy)}"))
    numbers = template.numbers()
    effects = tuple(name for name in numbers if name.startswith("effects."))
    for title, names in (*SECTIONS.items(), ("Effects", effects)):
        if not numbers.keys() & set(names):
            continue
        table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, expand=True)
        for column, ratio in (("number", 3), ("value", 3), ("range", 2), ("status and source", 6)):
            table.add_column(column, ratio=ratio, header_style="italic")
        for name in names:
            if name in numbers:
                table.add_row(*(Text(cell) for cell in _number_cells(name, numbers[name])))
        console.print()
        console.print(table)
    if sources:
        console.print(Text("\nSources", style="bold"))
    for source in sources.values():
        row = _source_row(source)
        console.print(Text(f"{row['source_id']}: {row['publisher']}, {row['title']} ({row['year']}). {row['url']}"))


def _number_cells(name: str, number: "Number") -> tuple[str, str, str, str]:
    basis = number.status if number.status == "assumed" else f"{number.status}, {number.source}"
    see = f" (see {', '.join(number.see)})" if number.see else ""
    return (
        name.removeprefix("effects.").replace("_", " "),
        f"{number.value:,g} {number.unit}",
        f"{number.low:,g} to {number.high:,g}",
        f"{basis}: {number.why}{see}" if number.why else basis + see,
    )


def _describe_audience(template: "ProgrammeTemplate") -> str:
    if template.firm_eligibility is not None:
        return describe_firm_eligibility(template.firm_eligibility)
    return describe_eligibility(template.eligibility) if template.eligibility is not None else "everyone near by"


def describe_firm_eligibility(who: "FirmEligibility") -> str:
    """The conditions for firms in a few words, such as "firms of 10-49 people; without cyber essentials"."""
    kind = {None: "firms", "only": "charities", "none": "firms that are no charities"}[who.charities]
    words = [f"{kind} of {' or '.join(who.size_bands)} people" if who.size_bands else kind]
    for conditions, before in (
        (who.sectors, "in"),
        (who.lacks, "without"),
        (who.uses, "with"),
        (who.authorities, "in"),
    ):
        if conditions:
            words.append(f"{before} {', '.join(name.replace('_', ' ') for name in conditions)}")
    return "; ".join(words)


def describe_eligibility(who: "Eligibility") -> str:
    """The conditions of taking part in a few words, such as "never or lapsed users; on benefits"."""
    words = []
    if who.use:
        words.append(f"{' or '.join(who.use)} users of the internet")
    if who.min_age_years > 16 or who.max_age_years < 120:
        words.append(f"aged {who.min_age_years} to {who.max_age_years}")
    if who.max_skill < 1:
        words.append(f"skill up to {who.max_skill:g} of 1")
    for condition, yes, no in (
        (who.disabled, "disabled", "not disabled"),
        (who.on_benefits, "on benefits", "not on benefits"),
        (who.rural, "in rural areas", "in urban areas"),
    ):
        if condition is not None:
            words.append(yes if condition else no)
    if who.lacks:
        words.append("no device or no connection at home" if who.lacks == "either" else f"no {who.lacks} at home")
    if who.deprivation_quintiles:
        fifths = ", ".join(str(quintile) for quintile in who.deprivation_quintiles)
        words.append(f"areas in deprivation fifths {fifths} (1 = most deprived)")
    if who.authorities:
        words.append(f"in {', '.join(who.authorities)}")
    return "; ".join(words) or "every resident of 16 and over"


def _source_row(source: "Source") -> dict[str, str]:
    from dataclasses import asdict

    return asdict(source)


def _plain(text: str) -> str:
    return " ".join(text.split())


def _show_rows(rows: list[dict[str, Any]], title: str, as_json: bool) -> None:
    import pandas as pd

    from model.console import print_table

    print_table(pd.DataFrame(rows), title, as_json)
