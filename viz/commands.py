"""`uptake serve` and `uptake report`."""

from pathlib import Path
from typing import Annotated

import typer


def serve(
    host: Annotated[
        str, typer.Option(help="Address to listen on. The default lets only this computer in.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8765,
) -> None:
    """Open the web app: the finished Gloucestershire example, and runs of your own.

    Example: uptake serve --port 8765
    """
    from viz.server import run_server

    run_server(host, port)


def report(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `uptake compare --out DIR` wrote.")],
    out: Annotated[Path | None, typer.Option(help="HTML file to write. Default: report.html in DIR.")] = None,
) -> None:
    """Write one self-contained HTML report of a saved comparison.

    Example: uptake report out/smart-people --out smart-people.html
    """
    from experiments.compare import load_comparison
    from model.errors import InputError
    from viz.report import write_report

    comparison = load_comparison(folder)
    if not comparison.plans:
        raise InputError("holds a single scenario", file=folder, allowed="a folder written by `uptake compare`")
    target = write_report(comparison, out or folder / "report.html")
    typer.echo(f"Report written to {target}")


def assess_inclusion(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `uptake compare --out DIR` wrote.")],
    plan: Annotated[str | None, typer.Option("--plan", help="A plan of the comparison. Default: the first.")] = None,
    out: Annotated[Path | None, typer.Option(help="HTML file to write. Default: inclusion-PLAN.html in DIR.")] = None,
) -> None:
    """Write a plan's Digital Inclusion Impact Assessment: one self-contained HTML document to fill in and sign.

    Example: uptake assess-inclusion out/smart-people --out assessment.html
    """
    from experiments.compare import load_comparison
    from model.errors import InputError
    from viz.impact_assessment import write_impact_assessment

    comparison = load_comparison(folder)
    if not comparison.plans:
        raise InputError("holds a single scenario", file=folder, allowed="a folder written by `uptake compare`")
    chosen = plan or comparison.plans[0]
    target = write_impact_assessment(comparison, chosen, out or folder / f"inclusion-{chosen}.html")
    typer.echo(f"Assessment written to {target}")


def draw_validation(folder: Path) -> list[Path]:
    """Pictures of a validation's tables and one document that holds them all; `uptake validate --out` calls it."""
    from viz.validation_report import write_validation

    return write_validation(folder)
