"""Tables on the terminal, or as JSON for other programs."""

from __future__ import annotations

import json
import math
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

WIDTH_WITHOUT_TERMINAL = 200
"""Characters a line where output goes to a file or a pipe."""


def print_table(table: pd.DataFrame, title: str = "", as_json: bool = False) -> None:
    """Write one table to standard output: laid out for reading, or as a JSON list of rows (blanks are null)."""
    if as_json:
        _write_json(_records(table))
    else:
        _lay_out([(title, table)])


def print_tables(tables: Sequence[tuple[str, pd.DataFrame]], as_json: bool = False) -> None:
    """Write titled tables to standard output: one below the other, or as one JSON object, title -> rows."""
    if as_json:
        _write_json({title: _records(table) for title, table in tables})
    else:
        _lay_out(tables)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    records: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=12))
    return records


def _write_json(value: object) -> None:
    sys.stdout.write(json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def _lay_out(tables: Sequence[tuple[str, pd.DataFrame]]) -> None:
    from pandas.api.types import is_numeric_dtype
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    console = Console(width=None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL)
    for title, frame in tables:
        columns = {str(name): [_text(value) for value in frame[name]] for name in frame.columns}
        widths = {name: max(map(len, cells), default=0) for name, cells in columns.items()}
        narrow = sum(max(len(name), widths[name]) + 3 for name in columns) + 1 > console.width
        shown = Table(title=escape(title) or None, title_justify="left", title_style="bold")
        for name, cells in columns.items():
            shown.add_column(
                escape(_broken(name, widths[name]) if narrow else name),
                justify="right" if is_numeric_dtype(frame[name]) else "left",
                no_wrap=all(" " not in cell for cell in cells),
                overflow="fold",
            )
        for row in zip(*columns.values(), strict=True):
            shown.add_row(*(escape(cell) for cell in row))
        console.print(shown)


def _broken(name: str, width: int) -> str:
    """A heading over several lines, broken after underscores, as wide as its column's cells need."""
    lines = [""]
    for word in re.findall("[^_]*_?", name):
        if lines[-1] and len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)


def _text(value: Any) -> str:
    """A cell for reading: six significant digits, thousands separated from 10,000 (years are not), blanks empty."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool) or not hasattr(value, "__float__") or isinstance(value, str):
        return str(value)
    number = float(value)
    if number == int(number):
        return f"{int(number):,}" if abs(number) >= 10_000 else str(int(number))
    return f"{number:,.1f}" if abs(number) >= 1000 else f"{number:.6g}"
