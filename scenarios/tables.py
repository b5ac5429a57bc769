"""Plain CSV tables with declared columns: read, check cell by cell, write.

A row number in a message is the line a spreadsheet shows: the header is row 1.
"""

from __future__ import annotations

import csv
import hashlib
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from model.errors import InputError, nearest
from scenarios.yaml_io import shown_path

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Column:
    """One declared column. `blank` says whether an empty cell is allowed; it is then read as NaN (text: "")."""

    name: str
    kind: Literal["text", "whole", "number"]
    meaning: str
    blank: bool = False
    low: float = -math.inf
    high: float = math.inf
    choices: tuple[str, ...] = ()

    @property
    def expected(self) -> str:
        """What a cell may hold, for messages and documents."""
        if self.choices:
            return ", ".join(self.choices)
        noun = {"text": "text", "whole": "a whole number", "number": "a number"}[self.kind]
        bounds = [f"of {self.low:g} or more"] if self.low > -math.inf else []
        bounds += [f"up to {self.high:g}"] if self.high < math.inf else []
        return " ".join([noun, *bounds]) + (" or blank" if self.blank else "")


@dataclass(frozen=True, slots=True)
class Table:
    """One declared file: its columns, the columns that tell rows apart, and a family of further columns if any."""

    file: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    family: re.Pattern[str] | None = None
    family_column: Column | None = None

    def column(self, name: str) -> Column | None:
        """The declaration of a column, or None where the name is not declared."""
        for column in self.columns:
            if column.name == name:
                return column
        return self.family_column if self.family and self.family.fullmatch(name) else None


@dataclass(frozen=True, slots=True)
class Rows:
    """A file's cells as text: header, rows of stripped cells, and the row number of each."""

    path: Path
    header: list[str]
    cells: list[list[str]]
    numbers: list[int]


def read_rows(path: Path) -> Rows:
    """The cells of a CSV file (UTF-8, with or without byte-order mark).

    Raises InputError when the file is missing, is not UTF-8, is empty, repeats a column or has a ragged row.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            lines = [(reader.line_num, [cell.strip() for cell in line]) for line in reader]
    except FileNotFoundError:
        raise InputError("the file is missing", file=shown_path(path)) from None
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"not a CSV file in UTF-8: {error}", file=shown_path(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=shown_path(path)) from None
    if not lines:
        raise InputError("the file is empty; a header row is needed", file=shown_path(path))
    header = lines[0][1]
    for name in header:
        if header.count(name) > 1:
            raise InputError("two columns have the same name", file=shown_path(path), key="row 1", value=name)
    filled = [(number, line) for number, line in lines[1:] if any(line)]
    for number, line in filled:
        if len(line) != len(header):
            raise InputError(
                f"has {len(line)} cells where the header has {len(header)}", file=shown_path(path), key=f"row {number}"
            )
    return Rows(path, header, [line for _, line in filled], [number for number, _ in filled])


def convert(cell: str, column: Column) -> str | float | int:
    """A cell's value; ValueError says what is wrong with it."""
    if cell == "":
        if not column.blank:
            raise ValueError("the cell is blank")
        return "" if column.kind == "text" else math.nan
    if column.kind == "text":
        if column.choices and cell not in column.choices:
            raise ValueError("unknown code" + nearest(cell, column.choices))
        return cell
    number: float
    try:
        number = float(cell) if column.kind == "number" else int(cell)
    except ValueError:
        raise ValueError("not a whole number" if column.kind == "whole" else "not a number") from None
    if not math.isfinite(number) or "_" in cell:
        raise ValueError("not a number")
    if number < column.low:
        raise ValueError("negative" if column.low == 0 else "too small")
    if number > column.high:
        raise ValueError("too large")
    return number


def cell_error(path: Path, row: int, column: str, message: str, value: object, expected: str) -> InputError:
    """An error that names file, row and column, and what was expected there."""
    return InputError(message, file=shown_path(path), key=f"row {row}, column {column}", value=value, allowed=expected)


def header_problems(rows: Rows, table: Table) -> list[InputError]:
    """Columns that are missing, misspelt or unknown."""
    names = [column.name for column in table.columns]
    unknown = [name for name in rows.header if table.column(name) is None]
    missing = [name for name in names if name not in rows.header]
    problems = [
        InputError(
            f"unknown column{nearest(name, missing)}",
            file=shown_path(rows.path),
            key="row 1",
            value=name,
            allowed=names,
        )
        for name in unknown
    ]
    problems += [
        InputError(
            f"the column is missing{nearest(name, unknown)}", file=shown_path(rows.path), key=f"row 1, column {name}"
        )
        for name in missing
    ]
    return problems


def read_table(path: Path, table: Table) -> tuple[pd.DataFrame, list[InputError]]:
    """A table and its problems, first to last; with problems the table is empty or holds NaN in the bad cells.

    Whole numbers are int64 where no blank is allowed and float64 otherwise; the row numbers are the index.
    """
    import pandas as pd

    nothing = pd.DataFrame(columns=[column.name for column in table.columns])
    try:
        rows = read_rows(path)
    except InputError as error:
        return nothing, [error]
    problems = header_problems(rows, table)
    if problems:
        return nothing, problems
    data: dict[str, list[str | float | int]] = {}
    for position, name in enumerate(rows.header):
        column = table.column(name)
        assert column is not None
        values: list[str | float | int] = []
        for number, line in zip(rows.numbers, rows.cells, strict=True):
            try:
                values.append(convert(line[position], column))
            except ValueError as error:
                problems.append(cell_error(path, number, name, str(error), line[position], column.expected))
                values.append("" if column.kind == "text" else math.nan)
        data[name] = values
    frame = pd.DataFrame(data, index=rows.numbers)
    for column in table.columns:
        if column.kind == "text":
            frame[column.name] = frame[column.name].astype(object)
        elif column.blank or column.kind == "number":
            frame[column.name] = frame[column.name].astype("float64")
    return frame, problems + duplicate_problems(path, frame, table.key)


def duplicate_problems(path: Path, frame: pd.DataFrame, key: Sequence[str]) -> list[InputError]:
    """Rows that repeat the key of an earlier row."""
    first: dict[tuple[object, ...], int] = {}
    problems = []
    for row, values in zip(frame.index, frame[list(key)].itertuples(index=False, name=None), strict=True):
        if values in first:
            problems.append(
                cell_error(
                    path,
                    row,
                    " + ".join(key),
                    "duplicate row",
                    " ".join(map(str, values)),
                    f"each once; it stands in row {first[values]} already",
                )
            )
        first.setdefault(values, row)
    return problems


def write_table(frame: pd.DataFrame, path: Path) -> None:
    """Write a tidy table; whole numbers without a decimal point, blanks empty, one line ending everywhere."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(frame.columns)
        writer.writerows([_text(value) for value in row] for row in frame.itertuples(index=False, name=None))


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.6g}" if value != round(value) or abs(value) >= 1e15 else str(int(value))
    return str(value)


def content_digest(paths: Iterable[Path]) -> str:
    """SHA-256 over file names and cells, so that quoting and line endings do not count."""
    digest = hashlib.sha256()
    for path in paths:
        rows = read_rows(path)
        digest.update(path.name.encode())
        for line in [rows.header, *rows.cells]:
            digest.update("\x1f".join(line).encode() + b"\x1e")
    return digest.hexdigest()
