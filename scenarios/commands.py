"""Command line of the scenarios room. Slow imports stand inside the commands."""

from pathlib import Path
from typing import Annotated

import typer

AS_JSON = typer.Option("--json", help="Print JSON instead of a table.")
REGION = typer.Option("--region", "-r", help="Name of a region, or a region folder.")
SCALE = typer.Option("--scale", "-s", help="Share of households built, above 0 and up to 1.")

regions_app = typer.Typer(no_args_is_help=True, help="Regions: list, show, check and build them.")


@regions_app.command("list")
def regions_list(as_json: Annotated[bool, AS_JSON] = False) -> None:
    """List the regions that ship with Uptake.

    Example: uptake regions list
    """
    from model.console import print_table
    from scenarios.regions_report import regions_table

    print_table(regions_table(), "Regions", as_json)


@regions_app.command("show")
def regions_show(
    region: Annotated[str, typer.Argument(help="Name of a region, or a region folder.")],
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Show a region: authorities, small areas, hubs, blanks, notes and sources.

    Example: uptake regions show gloucestershire
    """
    from model.console import print_tables
    from scenarios.regions_report import region_tables

    print_tables(region_tables(region), as_json)


@regions_app.command("check")
def regions_check(
    region: Annotated[str | None, typer.Argument(help="A name or folder; without it all regions.")] = None,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Check every column of a region, and its sums against the published totals.

    Exit code 2 if anything is wrong; each problem is one line that names file, row, column and what was expected.

    Example: uptake regions check glasgow
    """
    from model.console import print_tables
    from scenarios.regions_io import list_regions, load_national
    from scenarios.regions_report import check_region

    load_national()
    tables, n_problems = [], 0
    for name in [region] if region else list_regions():
        table, problems = check_region(name)
        for problem in problems:
            typer.echo(problem, err=True)
        n_problems += len(problems)
        if len(table):
            tables.append((name, table))
    print_tables(tables, as_json)
    typer.echo(f"{n_problems or 'No'} problem{'' if n_problems == 1 else 's'} found.", err=True)
    if n_problems:
        raise typer.Exit(2)


@regions_app.command("build")
def regions_build(
    source_dir: Annotated[Path, typer.Argument(help="Folder with the plain official-style tables.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="New or empty folder for the region.")],
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Build a region folder from official-style tables; docs/adding-a-region.md says what they hold.

    Example: uptake regions build my-tables --out my-region
    """
    from model.console import print_tables
    from scenarios.regions_build import build_region

    report = build_region(source_dir, out)
    print_tables([("Published totals compared", report.totals), ("Assumed or left aside", report.remarks)], as_json)
    typer.echo(f"Built {report.folder}. Use it as: --region {report.folder}", err=True)


@regions_app.command("population")
def regions_population(
    region: Annotated[str, REGION] = "gloucestershire",
    scale: Annotated[float, SCALE] = 1.0,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Compare the synthetic residents with the published margins at Census date.

    Example: uptake regions population --region gloucestershire --scale 0.1
    """
    from model.console import print_tables
    from scenarios.population_check import population_report

    print_tables(population_report(region, scale), as_json)


@regions_app.command("network")
def regions_network(
    region: Annotated[str, REGION] = "gloucestershire",
    scale: Annotated[float, SCALE] = 1.0,
    variant: Annotated[str, typer.Option(help="standard, or placebo (ties rewired at random).")] = "standard",
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Describe the ties between residents: degree, clustering, likeness in age, isolation of non-users.

    Example: uptake regions network --region gloucestershire --scale 0.1
    """
    from model.console import print_tables
    from scenarios.network_check import network_report

    print_tables(network_report(region, scale, variant), as_json)


@regions_app.command("firms")
def regions_firms(
    region: Annotated[str, REGION] = "gloucestershire",
    scale: Annotated[float, SCALE] = 1.0,
    as_json: Annotated[bool, AS_JSON] = False,
) -> None:
    """Describe the synthetic enterprises: stock against the published index, sizes, jobs, sectors, trade partners.

    Example: uptake regions firms --region gloucestershire --scale 0.1
    """
    from model.console import print_tables
    from scenarios.firm_check import firm_report

    print_tables(firm_report(region, scale), as_json)
