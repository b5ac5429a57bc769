"""Plotly figures, as plain dicts, of the charts of a picture. Pure: tables in, figure out; colours are tokens.

Two keys beside Plotly's tell the page how to fit a narrow screen: `ratio` (height to width at most) and `labels` (names
on a map, left out where there is no room).
"""

from __future__ import annotations

from functools import singledispatch
from typing import TYPE_CHECKING, Any

from viz.picture import IntervalChart, LineChart, MapChart

if TYPE_CHECKING:
    import pandas as pd

Figure = dict[str, Any]

LINE_HEIGHT = 380
ROW_HEIGHT = 44
MAP_HEIGHT = 520
HOVERED = ("x", "customdata[0]", "customdata[1]")
ZERO_LINE: Figure = {"rangemode": "tozero", "zeroline": True, "zerolinecolor": "@outline", "zerolinewidth": 1.5}


@singledispatch
def plotly_figure(chart: object) -> Figure:
    """``{"data": [...], "layout": {...}}`` for Plotly.react, with ``"@token"`` for every colour."""
    raise TypeError(f"no figure for {type(chart).__name__}")


@plotly_figure.register(LineChart)
def _lines(chart: LineChart) -> Figure:
    traces: list[Figure] = []
    for series in chart.series:
        rows = chart.rows[chart.rows["scenario"] == series.name]
        dates = _dates(rows, chart.is_yearly)
        traces += _band(dates, rows["low"], rows["high"], f"@{series.colour}-full")
        traces += _band(dates, rows["chance_low"], rows["chance_high"], f"@{series.colour}-chance")
    for series in chart.series:
        rows = chart.rows[chart.rows["scenario"] == series.name]
        traces.append(
            {
                "type": "scatter",
                "mode": "lines+markers" if chart.is_yearly else "lines",
                "name": series.title,
                "x": _dates(rows, chart.is_yearly),
                "y": _rounded(rows["mean"]),
                "line": {"color": f"@{series.colour}", "width": 2.5, "dash": series.dash},
                "marker": {"size": 7},
                "hovertemplate": _hover("y", chart.unit.before, chart.unit.after, chart.unit.decimals),
            }
        )
    after = chart.unit.after if chart.unit.after == "%" else ""
    vertical = {"tickprefix": chart.unit.before, "ticksuffix": after, "tickformat": ",", "nticks": 6}
    if chart.from_zero:
        vertical |= ZERO_LINE
    hover_date = "December %Y" if chart.is_yearly else "%B %Y"
    layout = _layout(LINE_HEIGHT) | {
        "hovermode": "x unified",
        "xaxis": _axis() | {"showgrid": False, "hoverformat": hover_date, "tickformat": "%Y", "nticks": chart.n_ticks},
        "yaxis": _axis() | vertical,
    }
    return {"data": traces, "layout": layout}


@plotly_figure.register(IntervalChart)
def _intervals(chart: IntervalChart) -> Figure:
    rows = chart.rows
    labels = [_wrapped(str(label)) for label in rows["label"]]
    colour = f"@{chart.colour}"
    after = chart.unit.after if chart.unit.after == "%" else ""
    x, low, high = (_hover(name, chart.unit.before, chart.unit.after, chart.unit.decimals) for name in HOVERED)
    traces = [
        *([_reference(labels, rows["reference"])] if "reference" in rows else []),
        _spans(labels, rows["low"], rows["high"], {"color": colour, "width": 2}),
        _spans(labels, rows["chance_low"], rows["chance_high"], {"color": f"{colour}-chance", "width": 14}),
        {
            "type": "scatter",
            "mode": "markers",
            "x": _rounded(rows["mean"]),
            "y": labels,
            "cliponaxis": False,
            "marker": {"color": colour, "size": 11, "line": {"color": "@surface", "width": 1.5}},
            "customdata": [
                [low, high] for low, high in zip(_rounded(rows["low"]), _rounded(rows["high"]), strict=True)
            ],
            "hovertemplate": f"%{{y}}<br>{x} ({low} to {high})<extra></extra>",
        },
    ]
    layout = _layout(90 + ROW_HEIGHT * len(labels)) | {
        "hovermode": "closest",
        "xaxis": _axis()
        | ZERO_LINE
        | {"tickprefix": chart.unit.before, "ticksuffix": after, "tickformat": ",", "nticks": 4},
        "yaxis": _axis() | {"autorange": "reversed", "type": "category", "showgrid": False},
    }
    if chart.break_even:
        ends = {"type": "line", "x0": chart.break_even, "x1": chart.break_even, "yref": "paper", "y0": 0, "y1": 1}
        layout["shapes"] = [ends | {"line": {"color": "@outline", "width": 1.5}}]
    return {"data": traces, "layout": layout}


@plotly_figure.register(MapChart)
def _map(chart: MapChart) -> Figure:
    traces: list[Figure] = []
    for number, colour in enumerate(chart.colours):
        rings = [
            ring for cell, step in zip(chart.cells.cells, chart.colour, strict=True) if step == number for ring in cell
        ]
        if rings:
            traces.append(
                _shape(rings)
                | {"fill": "toself", "fillcolor": f"@{colour}", "line": {"color": "@cell-edge", "width": 0.5}}
            )
    outlines = [ring for rings in chart.cells.outlines.values() for ring in rings]
    traces.append(_shape(outlines) | {"line": {"color": "@outline", "width": 1.2}})
    # The nearest centroid is, by construction, the cell under the pointer.
    traces.append(
        {
            "type": "scatter",
            "mode": "markers",
            "x": [round(float(x), 2) for x in chart.cells.x],
            "y": [round(float(y), 2) for y in chart.cells.y],
            "text": chart.texts,
            "marker": {"opacity": 0, "size": 4},
            "hovertemplate": "%{text}<extra></extra>",
        }
    )
    west, south, east, north = chart.cells.extent
    hidden = {"visible": False, "fixedrange": True}
    layout = _layout(MAP_HEIGHT) | {
        "hovermode": "closest",
        "hoverdistance": -1,
        "margin": {"l": 0, "r": 0, "t": 0, "b": 0},
        "xaxis": hidden | {"range": [west - 0.5, east + 0.5], "constrain": "domain"},
        "yaxis": hidden | {"range": [south - 0.5, north + 0.5], "scaleanchor": "x", "constrain": "domain"},
    }
    labels = [
        {"x": x, "y": y, "text": name, "showarrow": False, "font": {"size": 12, "color": "@ink"}, "bgcolor": "@label"}
        for name, (x, y) in chart.cells.labels.items()
        if len(chart.cells.labels) > 1
    ]
    return {"data": traces, "layout": layout, "labels": labels, "ratio": (north - south + 1) / (east - west + 1)}


def _band(dates: list[str], low: pd.Series, high: pd.Series, colour: str) -> list[Figure]:
    """The area between two lines; nothing where one run gives no interval."""
    if low.isna().any():
        return []
    band = {
        "type": "scatter",
        "mode": "lines",
        "x": dates + dates[::-1],
        "y": _rounded(high) + _rounded(low)[::-1],
        "fill": "toself",
        "fillcolor": colour,
        "line": {"width": 0},
        "hoverinfo": "skip",
    }
    return [band]


def _spans(labels: list[str], low: pd.Series, high: pd.Series, line: Figure) -> Figure:
    """One horizontal line a row, from low to high."""
    x: list[float | None] = []
    y: list[str | None] = []
    for label, start, end in zip(labels, _rounded(low), _rounded(high), strict=True):
        x += [start, end, None]
        y += [label, label, None]
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "line": line, "hoverinfo": "skip"}


def _reference(labels: list[str], values: pd.Series) -> Figure:
    """Hollow marks of the scenario compared with, larger than the dots that may lie on them."""
    return {
        "type": "scatter",
        "mode": "markers",
        "x": _rounded(values),
        "y": labels,
        "cliponaxis": False,
        "marker": {"symbol": "diamond-open", "color": "@base", "size": 17, "line": {"color": "@base", "width": 2}},
        "hoverinfo": "skip",
    }


def _shape(rings: list[list[tuple[float, float]]]) -> Figure:
    """Many rings as one trace, a gap between each."""
    x: list[float | None] = []
    y: list[float | None] = []
    for ring in rings:
        x += [point[0] for point in ring] + [None]
        y += [point[1] for point in ring] + [None]
    return {"type": "scatter", "mode": "lines", "x": x, "y": y, "hoverinfo": "skip"}


def _layout(height: int) -> Figure:
    return {
        "height": height,
        "showlegend": False,
        "dragmode": False,
        "margin": {"l": 8, "r": 16, "t": 12, "b": 8},
        "paper_bgcolor": "@surface",
        "plot_bgcolor": "@surface",
        "font": {"family": "Roboto, 'Segoe UI', system-ui, sans-serif", "size": 14, "color": "@ink"},
        "hoverlabel": {"bgcolor": "@surface", "bordercolor": "@control", "font": {"color": "@ink", "size": 14}},
    }


def _axis() -> Figure:
    return {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": "@grid",
        "linecolor": "@control",
        "tickfont": {"color": "@muted", "size": 13},
        "zeroline": False,
        "ticklabelstandoff": 6,
        "tickangle": 0,
    }


def _hover(variable: str, before: str, after: str, decimals: int) -> str:
    return f"{before}%{{{variable}:,.{decimals}f}}{after}"


def _dates(rows: pd.DataFrame, yearly: bool) -> list[str]:
    """Plotly dates. A December is put on its year's tick, which stands at January."""
    return [f"{period[:4]}-01-01" if yearly else f"{period}-01" for period in rows["period"]]


def _rounded(values: pd.Series) -> list[float | None]:
    """Five significant digits of the largest value: what a chart can show, and no more to send. NaN becomes None."""
    largest = float(values.abs().max()) if values.notna().any() else 0.0
    places = max(5 - len(str(int(largest))), 0) if largest >= 1 else 5
    return [None if value != value else round(float(value), places) for value in values]


def _wrapped(label: str, width: int = 22) -> str:
    """Break a long row label so that a narrow screen keeps room for the chart."""
    import textwrap

    return "<br>".join(textwrap.wrap(label, width)) or label
