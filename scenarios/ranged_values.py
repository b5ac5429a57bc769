"""Tables of single numbers with a range, a status and a source: unit values of the appraisal, multipliers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from model.errors import InputError
from scenarios.quantities import ASSUMPTION, STATUSES
from scenarios.tables import Column, Table, cell_error, read_table
from scenarios.yaml_io import shown_path

COLUMNS = (
    Column("id", "text", "name of the number"),
    Column("title", "text", "what it is, for readers"),
    Column("unit", "text", "unit"),
    Column("value", "number", "best estimate"),
    Column("low", "number", "lower end of the range that full intervals draw from"),
    Column("high", "number", "upper end"),
    Column("status", "text", "how well it is known", choices=STATUSES),
    Column("source", "text", "source_id, or assumption"),
    Column("shrunk", "text", "whether it was reduced already because it rests on self-report", choices=("yes", "no")),
    Column("why", "text", "why this value and this range"),
)


@dataclass(frozen=True, slots=True)
class RangedValue:
    """One number of such a table."""

    id: str
    title: str
    unit: str
    value: float
    low: float
    high: float
    status: str
    source: str
    shrunk: bool
    why: str
    extra: dict[str, str | float]
    """further columns of its table, by name"""

    @property
    def assumed(self) -> bool:
        """Whether no published figure stands behind it."""
        return self.status == "assumed"


def read_ranged_values(
    path: Path, extra: tuple[Column, ...] = (), sources: Collection[str] = ()
) -> dict[str, RangedValue]:
    """The numbers of a table by id; `sources` are the known source_ids.

    Raises InputError naming file, row and column for the first that is wrong.
    """
    frame, problems = read_table(path, Table(path.name, (*COLUMNS, *extra), ("id",)))
    if problems:
        raise problems[0]
    names = [column.name for column in COLUMNS]
    values = {}
    for number, row in zip(frame.index, frame.to_dict("records"), strict=True):
        if not row["low"] <= row["value"] <= row["high"]:
            raise cell_error(path, number, "value", "lies outside low to high", row["value"], "low <= value <= high")
        allowed = (ASSUMPTION,) if row["status"] == "assumed" else tuple(sources)
        if row["source"] not in allowed:
            raise cell_error(path, number, "source", "not a source of this status", row["source"], ", ".join(allowed))
        own = {name: row[name] for name in names} | {"shrunk": row["shrunk"] == "yes"}
        values[row["id"]] = RangedValue(**own, extra={column.name: row[column.name] for column in extra})
    if not values:
        raise InputError("the table is empty", file=shown_path(path))
    return values
