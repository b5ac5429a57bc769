"""The one reader of published figures. It hands out what a purpose may see and refuses the rest.

Rows held out stand in files of their own, which are opened for the purpose `validate` and for counting and hashing,
never to hand their values to anybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from calibration.roles import HERE, ROLES, TARGETS, Role, load_targets
from model.errors import InputError, nearest
from model.storage import content_hash
from scenarios.tables import Column, Table, content_digest, read_table
from scenarios.yaml_io import shown_path

if TYPE_CHECKING:
    import pandas as pd

EVIDENCE = Path(__file__).parent / "evidence"
HELD_OUT = EVIDENCE / "held_out"
_PROJECT = Path(__file__).parents[1]

Purpose = Literal["build", "fit", "read", "validate"]
MAY_SEE: dict[Purpose, tuple[Role, ...]] = {
    "build": ("input",),
    "fit": ("input", "fit"),
    "read": ("input", "fit", "context"),
    "validate": ROLES,
}

_KEY = ("area_code", "area", "group_by", "group", "year", "period", "measure", "unit", "source_id")
_COLUMNS = (
    Column("area_code", "text", "official code of the area", blank=True),
    Column("area", "text", "name of the area", blank=True),
    Column("group_by", "text", "what tells groups apart, such as age_band x disability"),
    Column("group", "text", "the group, its parts in the order of group_by"),
    Column("year", "whole", "year of the survey or of its last month", low=1990, high=2030),
    Column("period", "text", "part of the year, or span of years", blank=True),
    Column("measure", "text", "what was measured"),
    Column("value", "number", "the published figure", blank=True),
    Column("unit", "text", "unit of value, lower and upper"),
    Column("lower", "number", "lower end of the published interval", blank=True),
    Column("upper", "number", "upper end of the published interval", blank=True),
    Column("sample_size", "number", "people asked", blank=True, low=1),
    Column("source_id", "text", "row of sources.csv"),
)
_PROGRAMME_COLUMNS = (
    Column("intervention", "text", "what was done"),
    Column("design", "text", "how its effect was found"),
)
_MORE_COLUMNS = {
    "programme_effects": _PROGRAMME_COLUMNS,
    "firm_programme_effects": _PROGRAMME_COLUMNS,
    "firm_adoption": (Column("note", "text", "what a reader of the figure should know", blank=True),),
}
_SOURCES = Table(
    "sources.csv",
    tuple(
        Column(name, "text", meaning)
        for name, meaning in (
            ("source_id", "name used by the tables"),
            ("publisher", "who published or quoted the figure"),
            ("title", "title"),
            ("edition", "edition or date"),
            ("url", "where it was read"),
            ("licence", "terms of reuse"),
            ("confidence", "exact copy, transcribed or secondary"),
        )
    ),
    ("source_id",),
)


def load(name: str, *, purpose: Purpose) -> pd.DataFrame:
    """Figures of one table or one role that a purpose may see.

    Rows that the purpose may not see are left out of a table; asking for nothing but such rows is refused. Columns:
    table, those of the file, block and role; one row a figure, values in the unit of their row.

    Raises InputError for an unknown table, role or purpose, for a role closed to the purpose, and for a figure that
    has no role or two.
    """
    import pandas as pd

    roles = _roles_of(purpose)
    targets = load_targets()
    if name in ROLES:
        if name not in roles:
            raise InputError(f"figures with the role {name!r} are closed to the purpose {purpose!r}", allowed=roles)
        tables, roles = targets.carried(), tuple(role for role in roles if role == name)
    else:
        kept = targets.table(name).kept
        if kept != HERE:
            raise InputError(f"the table is read by the scenarios from {kept}", value=name, allowed=targets.carried())
        tables = [name]
        if not any(block.role in roles for block in targets.blocks_of(name)):
            raise InputError(f"every row of the table is closed to the purpose {purpose!r}", value=name)
    parts = []
    for table in tables:
        rows = _read(table, with_held_out="holdout" in roles)
        parts.append(rows[rows["role"].isin(roles)])
    figures = pd.concat(parts, ignore_index=True)
    declared = (*_COLUMNS, *chain(*_MORE_COLUMNS.values()))
    text = dict.fromkeys(column.name for column in declared if column.kind == "text")
    present = [column for column in text if column in figures]
    figures[present] = figures[present].fillna("")
    return figures


def load_sources() -> pd.DataFrame:
    """The sources of all figures: publisher, title, edition, address, licence and confidence; one row a source."""
    sources, problems = read_table(EVIDENCE / _SOURCES.file, _SOURCES)
    if problems:
        raise problems[0]
    return sources.reset_index(drop=True)


def summary() -> pd.DataFrame:
    """Every block of the split with its role, table, number of rows (-1 where they are kept elsewhere) and reason."""
    import pandas as pd

    targets = load_targets()
    counts = {name: _read(name, with_held_out=True)["block"].value_counts() for name in targets.carried()}
    return pd.DataFrame(
        [
            (block.role, block.table, block.name, int(counts[block.table].get(block.name, 0)) if block.table in counts else -1,
             targets.tables[block.table].kept, block.why)
            for block in targets.blocks
        ],
        columns=["role", "table", "block", "rows", "kept", "why"],
    )  # fmt: skip


def split_hash() -> str:
    """SHA-256 (64 hex digits) of the split: the rule of every block and the figures it covers, held out ones too."""
    targets = load_targets()
    rules = [block.model_dump(exclude={"why"}) for block in targets.blocks]
    here = [path for name in targets.carried() for path in _files(name).values() if path.exists()]
    return content_hash({"blocks": rules, "figures": content_digest(here)})


def problems() -> list[InputError]:
    """What is wrong with the split: rows without exactly one role, rows in the wrong folder, blocks without rows,
    missing files, sources without a row or rows without a source."""
    targets = load_targets()
    found: list[InputError] = []
    used: set[str] = set()
    for name in targets.carried():
        try:
            rows = _read(name, with_held_out=True)
        except InputError as error:
            found.append(error)
            continue
        used.update(rows["source_id"])
        found += [
            InputError("the block selects no row", file=shown_path(TARGETS), key=f"block {block.name}")
            for block in targets.blocks_of(name)
            if block.name not in set(rows["block"])
        ]
    for name, table in targets.tables.items():
        if table.kept != HERE and not any(_PROJECT.glob(table.kept)):
            found.append(InputError("there is no such file", file=shown_path(TARGETS), key=name, value=table.kept))
    sources, bad = read_table(EVIDENCE / _SOURCES.file, _SOURCES)
    found += bad
    listed = set(sources["source_id"])
    file = shown_path(EVIDENCE / _SOURCES.file)
    found += [
        InputError("a table names a source that is not listed", file=file, value=name) for name in sorted(used - listed)
    ]
    found += [InputError("no figure names the source", file=file, value=name) for name in sorted(listed - used)]
    return found


def names_found(table: str, check: Callable[[pd.DataFrame], list[str]]) -> list[str]:
    """Run a check over every row of a table, held-out rows among them. It hands back names, never values."""
    return check(_read(table, with_held_out=True))


def without_values(table: str, role: Role) -> pd.DataFrame:
    """What the figures of a role are about, not what they say: area, group, year, period, measure, unit, source, block.

    Open to everybody, held-out figures included: a run has to know which months it will be compared in.
    """
    rows = _read(table, with_held_out=True)
    return rows.loc[rows["role"] == role, [*_KEY, "block"]].fillna("").reset_index(drop=True)


def _roles_of(purpose: str) -> tuple[Role, ...]:
    if purpose not in get_args(Purpose):
        raise InputError(f"unknown purpose{nearest(purpose, MAY_SEE)}", value=purpose, allowed=MAY_SEE)
    return MAY_SEE[purpose]  # type: ignore[index]


def _files(table: str) -> dict[bool, Path]:
    """The files of a table: open rows and held-out rows. A table may have either or both."""
    return {False: EVIDENCE / f"{table}.csv", True: HELD_OUT / f"{table}.csv"}


def _read(table: str, *, with_held_out: bool) -> pd.DataFrame:
    """A table's rows with their block and role; InputError for a bad cell, a wrong role or a row in the wrong file."""
    import pandas as pd

    targets = load_targets()
    extra = _MORE_COLUMNS.get(table, ())
    key = (*_KEY, *(column.name for column in extra if column.name == "intervention"))
    declared = Table(f"{table}.csv", (*_COLUMNS, *extra), key)
    parts = []
    for held_out, path in _files(table).items():
        if not path.exists() or (held_out and not with_held_out):
            continue
        rows, wrong = read_table(path, declared)
        if wrong:
            raise wrong[0]
        rows["block"] = targets.assign(table, rows, shown_path(path))
        rows["role"] = targets.role_of(rows["block"])
        misplaced = rows.index[(rows["role"] == "holdout") != held_out]
        if len(misplaced):
            place = "held_out/ holds rows held out and no others"
            raise InputError(
                "a figure stands in the wrong folder", file=shown_path(path), key=f"row {misplaced[0]}", allowed=place
            )
        parts.append(rows)
    if not parts:
        empty = pd.DataFrame(columns=[column.name for column in declared.columns] + ["block", "role"])
        parts.append(empty)
    frame = pd.concat(parts, ignore_index=True)
    frame.insert(0, "table", table)
    return frame
