"""`uptake evidence`: the published figures, and the one role of each."""

import json
from typing import Annotated

import typer

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


@evidence_app.command("targets")
def list_targets(
    module: Annotated[str, typer.Option(help="Targets of one module: residents, training or firms.")] = "",
    as_json: AsJson = False,
) -> None:
    """List what the model is fitted to: each published figure, its error, and what is read of a run.

    Example: uptake evidence targets --module firms
    """
    from calibration.targets.catalogue import target_table
    from calibration.targets.not_fitted import NOT_FITTED
    from model.console import print_table

    targets = target_table(module)
    if as_json:
        print_table(targets, as_json=True)
        return
    rules = list(dict.fromkeys(targets["conform"]))
    targets["rule"] = [rules.index(rule) + 1 for rule in targets["conform"]]
    for (name, likelihood), part in targets.groupby(["module", "likelihood"], sort=False):
        columns = ["table", "year", "group", "measure", "published", "unit", "value", "error", "read", "rule", "series"]
        print_table(part[columns].round(3), f"{name} ({len(part)}): {likelihood}, as are value and error")
    typer.echo("\nRules that make the published and the model's definition the same")
    for number, rule in enumerate(rules, 1):
        typer.echo(f"  {number}  {rule}")
    typer.echo("\nFigures with the role fit that are no target")
    for left in NOT_FITTED:
        rows = ", ".join(f"{column} {value}" for column, value in left.where.items()) or "all rows"
        typer.echo(f"  {left.block} ({rows}): {left.why}")
    typer.echo("\nErrors are of sampling, rounding and definition: calibration/evidence/survey_errors.csv")


@evidence_app.command("check")
def check_evidence(as_json: AsJson = False) -> None:
    """Check roles, sources, files, totals and targets of all figures, those held out too, without showing them.

    Example: uptake evidence check
    """
    from calibration.evidence_reader import problems, split_hash, summary
    from calibration.targets.catalogue import all_targets
    from calibration.targets.checks import target_problems

    # Targets and totals are read from the figures, so they are looked at once the figures are sound.
    found = problems() or target_problems()
    for problem in found:
        typer.echo(str(problem), err=True)
    if found:
        raise typer.Exit(1)
    counts = summary().query("rows >= 0").groupby("role")["rows"].sum()
    targets = len(all_targets())
    if as_json:
        rows = {str(role): int(rows) for role, rows in counts.items()}
        typer.echo(json.dumps({"rows": rows, "targets": targets, "split": split_hash()}))
        return
    typer.echo(
        "Every figure has exactly one role: " + ", ".join(f"{rows} {role}" for role, rows in counts.items()) + "."
    )
    typer.echo(
        f"Every fitted figure is in one of {targets} targets or left out with a reason. Totals are sums of their parts."
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
