"""`uptake evidence`: the published figures, and the one role of each."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from calibration.roles import Role

evidence_app = typer.Typer(help="Published figures and their roles: list, show, check.", no_args_is_help=True)

AsJson = Annotated[bool, typer.Option("--json", help="Print the table as JSON.")]


@evidence_app.command("list")
def list_evidence(as_json: AsJson = False) -> None:
    """List the blocks of figures with role and number of rows. Example: uptake evidence list"""
    from calibration.evidence_reader import summary
    from model.console import print_table

    blocks = summary()
    if not as_json:
        blocks = blocks[["role", "table", "block", "rows", "kept"]]
        blocks["rows"] = blocks["rows"].where(blocks["rows"] >= 0)
    print_table(blocks, "Published figures and their one role", as_json)


@evidence_app.command("show")
def show_evidence(
    name: Annotated[str, typer.Argument(help="A table, or a role: input, fit or context.")],
    as_json: AsJson = False,
) -> None:
    """Show the figures of a table or a role, with source; rows held out are counted, never shown.

    Example: uptake evidence show lfs_uk_use
    """
    from calibration.evidence_reader import load, load_sources, summary
    from model.console import print_table

    figures = load(name, purpose="read")
    if as_json:
        print_table(figures, as_json=True)
        return
    columns = ["role", "intervention", "area", "group", "year", "period", "measure", "value", "unit", "source_id"]
    present = [column for column in columns if column in figures and (figures[column] != "").any()]
    print_table(figures[present], name)
    sources = load_sources().set_index("source_id")
    typer.echo("\nSources")
    for source in sorted(set(figures["source_id"])):
        row = sources.loc[source]
        typer.echo(f"  {source}: {row['publisher']}, {row['title']} ({row['edition']}). {row['licence']}. {row['url']}")
    blocks = summary()
    held = blocks[(blocks["table"] == name) & (blocks["role"] == "holdout")]["rows"].sum()
    if held:
        typer.echo(f"\n{held} more rows are held out for uptake validate.")


@evidence_app.command("check")
def check_evidence(as_json: AsJson = False) -> None:
    """Check that every figure has exactly one role and a licensed source. Example: uptake evidence check"""
    from calibration.evidence_reader import problems, split_hash, summary

    found = problems()
    for problem in found:
        typer.echo(str(problem), err=True)
    if found:
        raise typer.Exit(1)
    counts = summary().query("rows >= 0").groupby("role")["rows"].sum()
    if as_json:
        typer.echo(json.dumps({"rows": {str(role): int(rows) for role, rows in counts.items()}, "split": split_hash()}))
        return
    typer.echo(
        "Every figure has exactly one role: " + ", ".join(f"{rows} {role}" for role, rows in counts.items()) + "."
    )
    typer.echo(f"Split: {split_hash()}")


@evidence_app.command("baseline")
def baseline(as_json: AsJson = False) -> None:
    """Compare the UK-weighted baseline with published use of 2014-17 by age band and adoption by firms up to 2024.

    Example: uptake evidence baseline
    """
    from calibration.firm_level_check import firm_level_check
    from calibration.level_check import level_check
    from model.console import print_tables

    residents = "UK-weighted baseline at central parameters and published shares, per cent of adults"
    firms = "Firms of the UK-weighted baseline and published shares, per cent of firms"
    print_tables([(residents, level_check().round(2)), (firms, firm_level_check().round(2))], as_json)


validate_app = typer.Typer(help="The model against published results it was not fitted to.", no_args_is_help=True)


@validate_app.callback()
def _validate() -> None:
    """Keeps `replications` a command of its own while it is the only one."""


@validate_app.command("replications")
def replications(
    role: Annotated[str, typer.Option(help="Which trials: fit, holdout or all.")] = "all",
    seeds: Annotated[int, typer.Option(help="Runs at central parameters.")] = 3,
    draws: Annotated[int, typer.Option(help="Prior draws, one run each, for the interval.")] = 8,
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
