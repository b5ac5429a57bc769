"""What pictures share: a scenario's colour, the source line, intervals in words, tables of Decembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from viz import words
from viz.picture import RANGES, LegendItem, Series, Table
from viz.theme import PLAN_COLOURS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.bands import Band
    from experiments.compare import Comparison
    from experiments.structures import WithoutPeers

DASHES = ("solid", "dashdot", "dot")
NOTHING = "–"
"""a cell of which nothing is known"""
RANGE_HEADERS = ("90% interval, all causes", "90% interval, luck alone")


def title_of(comparison: Comparison, name: str) -> str:
    """A scenario as a reader knows it."""
    return comparison.titles.get(name, name)


def series_of(comparison: Comparison) -> dict[str, Series]:
    """A scenario keeps its colour and dash everywhere: the base is grey and dashed."""
    series = {comparison.base: Series(comparison.base, title_of(comparison, comparison.base), "base", "dash")}
    for i, plan in enumerate(comparison.plans):
        colour, dash = PLAN_COLOURS[i % len(PLAN_COLOURS)], DASHES[i % len(DASHES)]
        series[plan] = Series(plan, title_of(comparison, plan), colour, dash)
    return series


def source_line(comparison: Comparison) -> str:
    """Where the numbers come from, as a chart's last line."""
    from experiments.assumed import share_line_of_all
    from experiments.summary import intervals_title

    inputs = comparison.manifest["inputs"]
    facts = f"{intervals_title(comparison)}; scale {inputs['scale']:g}, seed {inputs['seed']}"
    rests = share_line_of_all(comparison)
    return f"Source: Uptake {comparison.manifest.get('version', '')}, simulation. {facts}. {rests}".rstrip()


def first_change(rows: pd.DataFrame) -> int:
    """The December before the plan first changes anything; the first of all if it never does."""
    moved = rows[["mean", "low", "high"]].abs().max(axis=1).to_numpy() > 0
    return max(int(np.argmax(moved)) - 1, 0)


def interval_of(row: pd.Series, unit: words.Unit) -> str:
    """The full interval of a row in words."""
    return words.between(float(row["low"]), float(row["high"]), unit)


def cells_of(row: Mapping[Any, Any], unit: words.Unit, written: Callable[[float, words.Unit], str]) -> list[str]:
    """A row's label, value and two intervals as a table shows them."""
    chance = words.between(row["chance_low"], row["chance_high"], unit)
    return [str(row["label"]), written(row["mean"], unit), words.between(row["low"], row["high"], unit), chance]


def line_legend(series: tuple[Series, ...]) -> tuple[LegendItem, ...]:
    """Lines and bands of a line chart."""
    last = series[-1].colour
    return (
        *(LegendItem(s.title, s.colour, "line", s.dash) for s in series),
        LegendItem(RANGE_HEADERS[0], f"{last}-full", "band"),
        LegendItem(RANGE_HEADERS[1], f"{last}-chance", "band"),
    )


def yearly_table(
    rows: pd.DataFrame,
    series: tuple[Series, ...],
    unit: words.Unit,
    caption: str,
    written: Callable[[float, words.Unit], str] = words.number,
) -> Table:
    """December values; one group of columns a scenario."""
    yearly = rows[rows["period"].str.endswith("-12")]
    headers = ["December of"]
    for s in series:
        headers += [s.title, *(f"{s.title}, {header}" for header in RANGE_HEADERS)]
    records = {(row["period"], row["scenario"]): row | {"label": ""} for row in yearly.to_dict("records")}
    cells = []
    for period in sorted(set(yearly["period"])):
        line = [str(period[:4])]
        for s in series:
            line += cells_of(records[period, s.name], unit, written)[1:]
        cells.append(line)
    return Table(caption, tuple(headers), cells, csv_of(rows))


def without_empty(headers: tuple[str, ...], rows: list[list[str]]) -> tuple[tuple[str, ...], list[list[str]]]:
    """Headers and rows without the columns in which nothing is known of any row."""
    kept = [i for i in range(len(headers)) if any(row[i] not in ("", NOTHING) for row in rows)]
    return tuple(headers[i] for i in kept), [[row[i] for i in kept] for row in rows]


def with_no_peers(
    rows: pd.DataFrame, cells: list[list[str]], found: WithoutPeers | None, unit: words.Unit
) -> tuple[pd.DataFrame, list[list[str]]]:
    """Rows and cells of a table on spillover, with a line more for its value with no peer effect."""
    import pandas as pd

    if found is None:
        return rows, cells
    label = "Spillover with no peer effect"
    more = pd.DataFrame([{"label": label, "mean": found.value}])
    return pd.concat([rows, more]), [*cells, [label, words.number(found.value, unit), NOTHING, NOTHING]]


def inside_sentence(text: str) -> str:
    """A sentence after a colon."""
    return text[0].lower() + text[1:]


def csv_of(rows: pd.DataFrame) -> str:
    """Plain numbers for other programs."""
    return rows.to_csv(index=False, float_format="%.6g")


def ranges(band: Band) -> dict[str, float]:
    """A band as the columns of a chart's rows."""
    return {"mean": band.value, **{name: getattr(band, name) for name in RANGES}}
