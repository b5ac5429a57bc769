"""Command that appraises the plans of a saved comparison."""

from pathlib import Path
from typing import Annotated

import typer


def appraise(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder written by `uptake compare --out`.")],
    skill_benefit: Annotated[
        str | None,
        typer.Option("--skill-benefit", help="Count digital skill as residents' earnings, or in firms' gva."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")] = False,
) -> None:
    """What the plans of a comparison cost and are worth, after the Treasury's Green Book.

    Example: uptake appraise out/smart-people --skill-benefit earnings
    """
    import json

    from experiments.appraisal import appraise as appraise_plan
    from experiments.appraisal_text import appraisal_json, notes, shown_tables
    from experiments.compare import load_comparison
    from experiments.summary import intervals_title
    from model.console import print_tables
    from model.errors import InputError

    comparison = load_comparison(folder)
    if not comparison.plans:
        raise InputError("holds a single scenario", file=folder, allowed="a folder written by `uptake compare`")
    found = [appraise_plan(comparison, plan, skill_benefit) for plan in comparison.plans]
    if as_json:
        plans = {appraisal.plan: appraisal_json(appraisal) for appraisal in found}
        typer.echo(json.dumps({"intervals": intervals_title(comparison), "plans": plans}, indent=1, ensure_ascii=False))
        return
    for appraisal in found:
        for line in (appraisal.sentence, *notes(appraisal), intervals_title(comparison)):
            typer.echo(line)
        typer.echo()
        print_tables(shown_tables(appraisal), False)
