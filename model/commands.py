"""Commands of the model: parameters, phases, warm."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from model.parameters import Parameter

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for other programs.")]

parameters_app = typer.Typer(no_args_is_help=True, help="Behaviour parameters: list, show, check.")


@parameters_app.command("list")
def parameters_list(as_json: AsJson = False) -> None:
    """Every behaviour parameter with value, prior, what the fit says of it, status and source; bounds with --json.

    Example: uptake parameters list --json
    """
    import pandas as pd

    from model.console import print_table
    from model.parameters import registry

    table = pd.DataFrame([_plain(parameter) for parameter in registry().values()])
    if not as_json:
        ends = zip(table["prior_p5"], table["prior_p95"], strict=True)
        table["prior, 90%"] = [f"{low:.3g} to {high:.3g}" if low < high else "" for low, high in ends]
        table["after the fit"] = [
            parameter.posterior.text() if parameter.posterior else "" for parameter in registry().values()
        ]
        columns = ["name", "rule", "value", "unit", "prior, 90%", "after the fit", "status", "source"]
        table = table[[column for column in columns if (table[column] != "").any()]]
    print_table(table, "Behaviour parameters", as_json)


@parameters_app.command("show")
def parameters_show(
    name: Annotated[str, typer.Argument(help="A parameter's name, for example onset_base.")], as_json: AsJson = False
) -> None:
    """One parameter in full.

    Example: uptake parameters show onset_peers
    """
    import pandas as pd

    from model.console import print_table
    from model.errors import InputError, nearest
    from model.parameters import registry

    if name not in registry():
        hint = nearest(name, registry())
        raise InputError(f"unknown parameter{hint}", key=name, allowed="see `uptake parameters list`")
    parameter = registry()[name]
    record = _plain(parameter) | {"symbol": parameter.symbol, "meaning": parameter.meaning}
    shown = {
        field: "" if value is None else f"{value:.7g}" if isinstance(value, float) else str(value)
        for field, value in record.items()
    }
    print_table(pd.DataFrame({"field": list(shown), "value": list(shown.values())}), name, as_json)


def _plain(parameter: "Parameter") -> dict[str, object]:
    """A parameter for reading; `value` is that of central runs, and what no fit speaks of is None."""
    low, high = parameter.prior_interval
    after = parameter.posterior
    return {
        "name": parameter.name,
        "rule": parameter.rule,
        "value": parameter.central,
        "unit": parameter.unit,
        "low": parameter.low,
        "high": parameter.high,
        "prior": parameter.prior_text,
        "prior_p5": low,
        "prior_p95": high,
        "fitted_in": parameter.fitted_in,
        "posterior_median": after.median if after else None,
        "posterior_p5": after.low if after else None,
        "posterior_p95": after.high if after else None,
        "label": after.label if after else None,
        "status": parameter.status,
        "source": parameter.source,
    }


@parameters_app.command("check")
def parameters_check() -> None:
    """Check the table and the fit: bounds hold value, prior and draws, the fit was made with these priors.

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
