"""One role a number: reads targets.yaml and says which block, and so which role, each published figure belongs to."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from model.errors import InputError, nearest
from scenarios.yaml_io import read_yaml, shown_path

if TYPE_CHECKING:
    import pandas as pd

Role = Literal["input", "fit", "holdout", "context"]
ROLES: tuple[Role, ...] = ("input", "fit", "holdout", "context")
TARGETS = Path(__file__).parent / "targets.yaml"

HERE = "here"
"""Value of `kept`: in calibration/evidence; anything else is a path of the scenarios room."""

Value = int | str
Where = dict[str, list[Value]]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FigureTable(_Strict):
    """A table of published figures and where it is kept."""

    kept: str
    about: str


class Block(_Strict):
    """Rows of one table that share a role: those that `where` names, less those that an `except` names."""

    name: str
    table: str
    role: Role
    why: str = Field(min_length=10)
    where: Where = {}
    without: list[Where] = Field(default=[], alias="except")

    @field_validator("where", mode="before")
    @classmethod
    def _where(cls, value: object) -> object:
        return _lists(value)

    @field_validator("without", mode="before")
    @classmethod
    def _without(cls, value: object) -> object:
        return [_lists(part) for part in value] if isinstance(value, list) else value

    def selects(self, rows: pd.DataFrame) -> pd.Series:
        """Which rows of its table belong to the block (bool, by row)."""
        chosen = _matches(rows, self.where, self.name)
        for part in self.without:
            chosen &= ~_matches(rows, part, self.name)
        return chosen


class Targets(_Strict):
    """The whole split: what roles mean, the tables, and the blocks."""

    roles: dict[Role, str]
    tables: dict[str, FigureTable]
    blocks: list[Block]

    def table(self, name: str) -> FigureTable:
        """A table by its name; InputError when there is none."""
        if name not in self.tables:
            raise InputError(f"unknown table of evidence{nearest(name, self.tables)}", value=name, allowed=self.tables)
        return self.tables[name]

    def carried(self) -> list[str]:
        """Names of the tables kept in calibration/evidence."""
        return [name for name, table in self.tables.items() if table.kept == HERE]

    def blocks_of(self, table: str) -> list[Block]:
        """The blocks of one table, in file order."""
        return [block for block in self.blocks if block.table == table]

    def assign(self, table: str, rows: pd.DataFrame, file: str) -> pd.Series:
        """The one block of every row, by row number. InputError names the first row with no block or with two."""
        import pandas as pd

        names = pd.Series("", index=rows.index, dtype=object)
        for block in self.blocks_of(table):
            chosen = block.selects(rows)
            for row in rows.index[chosen & (names != "")]:
                raise InputError(
                    f"a figure has two roles: blocks {names[row]!r} and {block.name!r}", file=file, key=f"row {row}",
                    value=_described(rows.loc[row]), allowed="exactly one block of targets.yaml",
                )  # fmt: skip
            names[chosen] = block.name
        for row in rows.index[names == ""]:
            raise InputError(
                "a figure has no role", file=file, key=f"row {row}", value=_described(rows.loc[row]),
                allowed="exactly one block of targets.yaml",
            )  # fmt: skip
        return names

    def role_of(self, blocks: pd.Series) -> pd.Series:
        """The role of each row from its block."""
        return blocks.map({block.name: block.role for block in self.blocks})


@lru_cache(maxsize=4)
def load_targets(path: Path = TARGETS) -> Targets:
    """Read and check the split. InputError names the line of a block that is misspelt, repeated or of no table."""
    document = read_yaml(path)
    try:
        targets = Targets.model_validate(document.data)
    except ValidationError as error:
        first = error.errors()[0]
        place = tuple("except" if part == "without" else part for part in first["loc"])
        raise InputError(first["msg"].lower(), file=document.where(place), key=".".join(map(str, place))) from None
    if set(targets.roles) != set(ROLES):
        raise InputError("every role needs its meaning", file=document.where(("roles",)), key="roles", allowed=ROLES)
    seen: set[str] = set()
    for number, block in enumerate(targets.blocks):
        if block.name in seen:
            raise InputError("two blocks have the same name", file=document.where(("blocks", number)), value=block.name)
        if block.table not in targets.tables:
            raise InputError(
                f"unknown table{nearest(block.table, targets.tables)}", file=document.where(("blocks", number, "table")),
                key=f"block {block.name}", value=block.table, allowed=targets.tables,
            )  # fmt: skip
        seen.add(block.name)
    for name in targets.tables:
        if not targets.blocks_of(name):
            raise InputError("no block gives the table a role", file=shown_path(path), key=name)
    return targets


def _lists(value: object) -> object:
    """Selectors with every value as a list; a span of years "2014..2017" becomes its years."""
    if not isinstance(value, dict):
        return value
    return {column: _listed(column, values) for column, values in value.items()}


def _listed(column: str, values: object) -> object:
    if column == "year" and isinstance(values, str):
        first, dots, last = values.partition("..")
        if not (dots and first.isdigit() and last.isdigit() and int(first) <= int(last)):
            raise ValueError('a span of years is written as "2014..2017"')
        return list(range(int(first), int(last) + 1))
    return values if isinstance(values, list) else [values]


def _matches(rows: pd.DataFrame, where: Where, block: str) -> pd.Series:
    import pandas as pd

    chosen = pd.Series(True, index=rows.index)
    for column, values in where.items():
        if column not in rows:
            raise InputError(
                f"no such column{nearest(column, rows.columns)}", file=shown_path(TARGETS), key=f"block {block}",
                value=column, allowed=rows.columns,
            )  # fmt: skip
        chosen &= rows[column].isin(values)
    return chosen


def _described(row: pd.Series) -> str:
    """A row's name without its value, which may be held out."""
    words = [
        str(row[column]) for column in ("intervention", "area", "group", "year", "measure", "unit") if column in row
    ]
    return " / ".join(word for word in words if word)
