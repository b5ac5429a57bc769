"""What a result rests on: behaviour parameters and programme numbers, each with range, status and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from model.errors import InputError
from viz.picture import Table

if TYPE_CHECKING:
    from experiments.compare import Comparison

STATUSES = {
    "measured": "measured",
    "calibrated": "fitted to published figures",
    "assumed": "assumed",
    "prior-only": "assumed",
}
HEADERS = ("Number", "Value", "Unit", "Range", "Status", "Source")


def is_current(comparison: Comparison) -> bool:
    """Whether the installed model is the one that made the comparison, so that its numbers can be looked up."""
    from experiments.store import model_version

    return bool(comparison.manifest.get("model_version") == model_version())


def parameter_table(comparison: Comparison) -> Table:
    """Behaviour parameters at their central values, as this comparison used them."""
    from model.parameters import central_values, registry

    values = central_values(comparison.manifest["inputs"]["parameters"])
    rows = [
        [
            f"{parameter.meaning} ({parameter.name})",
            f"{values[name]:g}",
            parameter.unit,
            f"{parameter.low:g} to {parameter.high:g}",
            STATUSES[parameter.status],
            parameter.source,
        ]
        for name, parameter in registry().items()
    ]
    return Table("How people and firms behave in the model", HEADERS, rows, "")


def programme_tables(comparison: Comparison, plan: str) -> list[Table]:
    """The numbers of each programme of a plan; none if the plan is not one of the library."""
    from scenarios.loader import load_plan

    try:
        programmes = [programme for programme, _ in load_plan(plan).programmes]
    except InputError:
        return []
    return [
        Table(
            f"{programme.title}, {programme.start} to {programme.end}",
            HEADERS,
            [
                [
                    name.removeprefix("effects.").replace("_", " "),
                    f"{number.value:g}",
                    number.unit,
                    f"{number.low:g} to {number.high:g}",
                    STATUSES.get(number.status, number.status),
                    number.source,
                ]
                for name, number in programme.numbers().items()
            ],
            "",
        )
        for programme in programmes
    ]
