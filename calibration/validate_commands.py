"""`uptake validate`: the fitted model against published figures it never saw."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pandas as pd

    from calibration.roles import Role
    from calibration.validation.part import Part

Draw = Callable[[Path], Sequence[Path]]
"""(folder of a validation) -> the pictures written there"""

Fit = Annotated[
    Path | None, typer.Option("--fit", help="Folder of `uptake calibrate`. Left out: the posterior of the model.")
]
Out = Annotated[
    Path | None, typer.Option("--out", help="Folder for tables, pictures and manifest; parts already there are kept.")
]
Seed = Annotated[int, typer.Option("--seed", help="Seed of runs and draws.", min=0)]
Draws = Annotated[int, typer.Option("--draws", help="Posterior draws that are run.", min=2, max=1000)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the tables as JSON.")]


def make_validate_app(draw: Draw) -> typer.Typer:
    """The commands; `draw` makes pictures of what they write."""
    app = typer.Typer(help="The model against published results it was not fitted to.", no_args_is_help=True)

    def add(name: str, what: str, *parts: str) -> None:
        def command(
            fit: Fit = None, out: Out = None, seed: Seed = 1, draws: Draws = 30, as_json: AsJson = False
        ) -> None:
            validate(parts, fit, out, seed, draws, as_json, draw)

        example = f"Example: uptake validate {name} --fit out/fit --out out/validation"
        app.command(name, help=f"{what}\n\n{example}")(command)

    add("all", "Everything below but the backtest, part by part.")
    add("use", "Use in 2018 to 2020 by age and disability, beside simpler forecasts.", "use")
    add(
        "leave-out", "Each age band, and for AI each size of firm, predicted by a fit without it (needs --fit).",
        "leave_out", "leave_size_out",
    )  # fmt: skip
    add("areas", "The study areas, never fitted, beside rates that know no place.", "areas")
    add("firms", "Later figures of firms beside simpler forecasts.", "firms")
    add("patterns", "Patterns that should emerge without being fitted.", "patterns")
    add("placebo", "What is left of the pull of peers on a network of strangers (needs --fit).", "placebo")
    add("backtest", "Use in 2017 by a fit that ends in 2016: open figures only (needs --fit).", "backtest")
    app.command("replications")(replications)
    app.command("trace")(trace)
    return app


def validate(
    names: Sequence[str], fit: Path | None, out: Path | None, seed: int, draws: int, as_json: bool, draw: Draw
) -> None:
    """Run parts, or all of a full validation, print them and write them where asked. Of all, parts that need a fit are
    left out without one."""
    from calibration.validation.bars import bar_table
    from calibration.validation.part import Request
    from calibration.validation.parts import EVERYTHING, NEEDS_FIT, PARTS
    from calibration.validation.validation_folder import bars_of, open_folder, subject, write_part
    from experiments.progress import Progress
    from model.console import print_tables

    tables: list[tuple[str, pd.DataFrame]] = []
    with Progress() as progress:
        request = Request(fit, seed, draws, progress)
        about = subject(request)
        manifest = open_folder(out, about) if out else None
        for name in names or EVERYTHING:
            if manifest and name in manifest["parts"]:
                typer.echo(f"{name}: already in {out}", err=True)
                continue
            if fit is None and name in NEEDS_FIT and not names:
                typer.echo(f"{name}: left out, needs --fit", err=True)
                continue
            part = PARTS[name](request)
            if out and manifest:
                write_part(out, manifest, part)
            if as_json:
                tables += part.tables.items()
            else:
                _show(part)
    if manifest and out:
        tables.append(("bars", _verdicts(bar_table(bars_of(manifest)))))
        for file in draw(out):
            typer.echo(f"Written: {file}", err=as_json)
    if as_json:
        print_tables(tables, as_json=True)


def replications(
    role: Annotated[str, typer.Option(help="Which trials: fit, holdout or all.")] = "all",
    seeds: Annotated[int, typer.Option(help="Runs at central parameters.")] = 3,
    draws: Annotated[int, typer.Option(help="Draws of the parameters, one run each, for the interval.")] = 8,
    as_json: AsJson = False,
) -> None:
    """Run published trials and offers again inside the model, each beside its published result and its band.

    Example: uptake validate replications --role fit
    """
    from calibration.replications import run_replications
    from experiments.progress import Progress
    from experiments.runner import check_count
    from model.console import print_table
    from model.errors import InputError

    choices: dict[str, tuple[Role, ...]] = {"fit": ("fit",), "holdout": ("holdout",), "all": ("fit", "holdout")}
    if role not in choices:
        raise InputError("unknown role", key="--role", value=role, allowed=choices)
    check_count("--seeds", seeds, 1, 1000)
    check_count("--draws", draws, 0, 1000)
    with Progress() as progress:
        table = run_replications(roles=choices[role], seeds=seeds, draws=draws, progress=progress)
    if as_json:
        print_table(table, as_json=True)
        return
    for row in table.to_dict("records"):
        verdict = "met" if row["met"] else "missed"
        typer.echo(f"\n{row['title']} ({row['role']}): {verdict}")
        typer.echo(f"  published  {row['published']}")
        typer.echo(
            f"  model      {row['model']:.3g} ({row['low']:.3g} to {row['high']:.3g}) {row['unit']}; "
            f"band {row['band_low']:g} to {row['band_high']:g}"
        )
        typer.echo(f"  differs    {row['differs']}")
    for name in choices[role]:
        part = table[table["role"] == name]
        typer.echo(f"\n{name}: {int(part['met'].sum())} of {len(part)} within their bands")


def trace(
    out: Annotated[Path, typer.Option("--out", help="Markdown file to write.")],
    fit: Fit = None,
    validation: Annotated[Path | None, typer.Option("--validation", help="Folder of `uptake validate --out`.")] = None,
) -> None:
    """Write the TRACE document from manifests, tables and logs; what was not done is named.

    Example: uptake validate trace --fit out/fit --validation out/validation --out docs/TRACE.md
    """
    from calibration.validation.trace import write_trace

    write_trace(fit, validation, out)
    typer.echo(f"Written: {out}")


def _show(part: Part) -> None:
    """A part on the terminal, no wider than 100 columns; everything is in the tables of --out."""
    from calibration.validation.bars import bar_table
    from model.console import print_tables

    tables: list[tuple[str, Any]] = [(title, table.round(3)) for title, table in part.shown.items()]
    if part.bars:
        tables.append((f"{part.title}: bars declared beforehand", _verdicts(bar_table(part.bars))))
    print_tables(tables)
    for text in part.says:
        typer.echo(text)


def _verdicts(bars: pd.DataFrame) -> pd.DataFrame:
    return bars.assign(met=["met" if met else "missed" for met in bars["met"]])
