"""Commands of the model: parameters, phases, warm."""

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]

parameters_app = typer.Typer(no_args_is_help=True, help="Behaviour parameters: list, show, check.")


@parameters_app.command("list")
def parameters_list(as_json: AsJson = False) -> None:
    """Every behaviour parameter with value, range, status and source.

    Example: uptake parameters list --json
    """
    import pandas as pd

    from model.console import print_table
    from model.parameters import registry

    columns = ["name", "rule", "value", "unit", "low", "high", "prior", "status", "source"]
    rows = [{column: getattr(parameter, column) for column in columns} for parameter in registry().values()]
    print_table(pd.DataFrame(rows, columns=columns), "Behaviour parameters", as_json)


@parameters_app.command("show")
def parameters_show(
    name: Annotated[str, typer.Argument(help="A parameter's name, for example onset_base.")], as_json: AsJson = False
) -> None:
    """One parameter in full.

    Example: uptake parameters show onset_peers
    """
    from dataclasses import asdict

    import pandas as pd

    from model.console import print_table
    from model.errors import InputError, nearest
    from model.parameters import registry

    if name not in registry():
        hint = nearest(name, registry())
        raise InputError(f"unknown parameter{hint}", key=name, allowed="see `uptake parameters list`")
    record = asdict(registry()[name])
    record["prior"] = registry()[name].prior_text
    for part in ("prior_1", "prior_2"):
        record.pop(part)
    table = pd.DataFrame({"field": list(record), "value": [str(value) for value in record.values()]})
    print_table(table, name, as_json)


@parameters_app.command("check")
def parameters_check() -> None:
    """Check the table: bounds hold value and prior, statuses and sources are known, every rule finds its fields.

    Example: uptake parameters check
    """
    from model.parameters import check_registry

    typer.echo(f"{check_registry()} parameters are in order")


def phases(as_json: AsJson = False) -> None:
    """The phases of a month, in order.

    Example: uptake phases
    """
    import pandas as pd

    from model.console import print_table
    from model.region_model import PHASES

    print_table(pd.DataFrame(PHASES, columns=["phase", "what happens"]), "A month", as_json)
