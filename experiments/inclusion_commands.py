"""`uptake fairness`."""

from pathlib import Path
from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]
Plan = Annotated[str | None, typer.Option("--plan", help="A plan of the comparison. Default: the first.")]


def fairness(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that `uptake compare --out DIR` wrote.")],
    plan: Plan = None,
    as_json: AsJson = False,
) -> None:
    """Whether a plan narrows or widens gaps in being online: between which groups, by how much, with what certainty.

    Example: uptake fairness out/smart-people
    """
    import pandas as pd

    from experiments.compare import load_comparison
    from experiments.fairness_text import fairness_tables
    from experiments.inclusion import TABLES
    from experiments.inclusion import fairness as measure
    from model.console import print_tables
    from model.errors import InputError

    comparison = load_comparison(folder)
    if not comparison.plans:
        raise InputError("holds a single scenario", file=folder, allowed="a folder written by `uptake compare`")
    found = measure(comparison, plan or comparison.plans[0])
    if as_json:
        answer = pd.DataFrame({"plan": [found.plan], "period": [found.period], "sentence": [found.sentence]})
        print_tables([("answer", answer), *((name, getattr(found, name)) for name in TABLES)], as_json)
        return
    typer.echo(f"{found.sentence}\n")
    print_tables(fairness_tables(comparison, found))
