"""`uptake scenarios`: what is in the library, and is it sound?"""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from scenarios.loader import Plan
    from scenarios.programme_in_region import Extent

scenarios_app = typer.Typer(help="The library of scenarios: list, show, check.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the table as JSON.")]


@scenarios_app.command("list")
def list_all_scenarios(as_json: AsJson = False) -> None:
    """List the scenarios of the library. Example: uptake scenarios list"""
    from scenarios.loader import list_scenarios, load_plan

    plans = [load_plan(name) for name in list_scenarios()]
    rows = [
        {
            "name": plan.file.name,
            "title": plan.file.title,
            "extends": ", ".join(plan.extends),
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
            "targets": _target_rows(plan),
            "review": asdict(plan.review) if plan.review is not None else None,
        }
        typer.echo(json.dumps(answer, indent=2))
        return
    typer.echo(
        f"{plan.file.title} ({plan.file.name}) in {place.title}, {extent.adults:,} adults, "
        f"{extent.enterprises:,} enterprises\n{_plain(plan.file.summary)}\n"
    )
    if rows:
        total = sum(row["budget_gbp"] for row in rows)
        private = sum(row["private_gbp"] for row in rows)
        _show_rows(_in_short(rows), "Programmes", as_json=False)
        typer.echo(
            f"Budget in all: GBP {total:,.0f}, which is GBP {total / extent.adults:,.2f} an adult "
            f"or GBP {total / extent.enterprises:,.2f} an enterprise."
            + (f" Partners add GBP {private:,.0f} of it.\n" if private else "\n")
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
    if plan.targets:
        _show_rows(_target_rows(plan), "Targets", as_json=False)
    if plan.review is not None:
        typer.echo(
            f"Review every {plan.review.every_months} months: {plan.review.moved_share:.0%} of the unspent money moves "
            f"{plan.review.rule.replace('_', ' ')}."
        )
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
                "budget_gbp": round(pounds),
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
            "private_gbp": (
                programme.budget_pence - programme.budget_pence / (1 + programme.private_gbp_per_public_gbp)
            )
            / 100,
            "start": given.start,
            "end": given.end,
            "pilot_months": programme.pilot.months if programme.pilot is not None else 0,
            "unit_cost_gbp": programme.unit_cost_pence / 100,
            "capacity_per_month": round(programme.capacity_per_month, 1) or None,
        }
        for programme, (given, _) in zip(resolved.programmes, plan.programmes, strict=True)
    ]


def _in_short(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows for reading: whole pounds, no titles, and no column of partners' money or pilots that says nothing."""
    unsaid = {"title"} | {key for key in ("private_gbp", "pilot_months") if not any(row[key] for row in rows)}
    return [
        {key: round(value) if key.endswith("_gbp") else value for key, value in row.items() if key not in unsaid}
        for row in rows
    ]


def _target_rows(plan: "Plan") -> list[dict[str, Any]]:
    from model.calendar import month_label
    from scenarios.scenario_schema import UNITS

    return [
        {
            "target": target.name,
            "indicator": target.indicator,
            "at_most": target.at_most,
            "at_least": target.at_least,
            "unit": UNITS[target.indicator],
            "by": month_label(target.by_month),
        }
        for target in plan.targets
    ]


def _plain(text: str) -> str:
    return " ".join(text.split())


def _show_rows(rows: list[dict[str, Any]], title: str, as_json: bool) -> None:
    import pandas as pd

    from model.console import print_table

    print_table(pd.DataFrame(rows), title, as_json)
