"""Charts as SVG for paper and for reports that run no script: Altair, made into SVG by vl-convert."""

from __future__ import annotations

import re
import textwrap
from functools import singledispatch
from typing import TYPE_CHECKING, Any

from viz.picture import RANGES, BarChart, IntervalChart, LineChart, MapChart
from viz.theme import LIGHT
from viz.words import MINUS, Unit

if TYPE_CHECKING:
    import altair as alt

WIDTH = 720
LINE_HEIGHT = 300
ROW_HEIGHT = 34
LABEL_LETTERS = 46
"""after which a row's label goes on in a second line"""
MAP_HEIGHT = 460
DASHES = {"solid": [1, 0], "dash": [7, 4], "dashdot": [7, 3, 2, 3], "dot": [2, 3]}
FONT = "Helvetica Neue, Arial, sans-serif"


def chart_svg(chart: LineChart | IntervalChart | BarChart | MapChart, alt_text: str) -> str:
    """One inline `svg` element of `WIDTH` px that shrinks with the page; `alt_text` is its accessible name."""
    import html

    import vl_convert

    fit = {"type": "fit-x", "contains": "padding"}
    drawn = _chart(chart).configure(background="transparent", font=FONT, view={"stroke": None}, padding=4, autosize=fit)
    svg = vl_convert.vegalite_to_svg(drawn.to_json(), vl_version=_vega_lite_version())
    # The drawing's own marks would be read out one by one.
    svg = re.sub(r' (role|aria-[a-z]+)="[^"]*"', "", svg)
    return re.sub(r"^<svg ", f'<svg role="img" aria-label="{html.escape(alt_text, quote=True)}" ', svg, count=1)


@singledispatch
def _chart(chart: object) -> alt.TopLevelMixin:
    raise TypeError(f"no drawing for {type(chart).__name__}")


@_chart.register(LineChart)
def _lines(chart: LineChart) -> alt.TopLevelMixin:
    import altair as alt

    # A December is put on its year's tick, which stands at January.
    dates = [f"{period[:4]}-01-01" if chart.is_yearly else f"{period}-01" for period in chart.rows["period"]]
    rows = chart.rows.assign(date=dates)
    x = alt.X("date:T", title=None, axis=alt.Axis(format="%Y", grid=False, tickCount=chart.n_ticks, **_axis()))
    y_axis = alt.Axis(labelExpr=_axis_label(chart.unit), **_axis())
    scale = alt.Scale(zero=chart.from_zero, nice=True)
    layers = []
    for series in chart.series:
        base = alt.Chart(_records(rows[rows["scenario"] == series.name]))
        for low, high, opacity in (("low", "high", 0.15), ("chance_low", "chance_high", 0.3)):
            area = base.mark_area(color=LIGHT[series.colour], opacity=opacity)
            layers.append(area.encode(x, alt.Y(f"{low}:Q", title=None, axis=y_axis, scale=scale), alt.Y2(f"{high}:Q")))
    for series in chart.series:
        base = alt.Chart(_records(rows[rows["scenario"] == series.name]))
        line = base.mark_line(
            color=LIGHT[series.colour],
            strokeWidth=2.2,
            strokeDash=DASHES[series.dash],
            point=_points(chart, series.colour),
        )
        layers.append(line.encode(x, alt.Y("mean:Q", title=None, axis=y_axis, scale=scale)))
    return alt.layer(*layers).properties(width=WIDTH, height=LINE_HEIGHT)


@_chart.register(IntervalChart)
def _intervals(chart: IntervalChart) -> alt.TopLevelMixin:
    import altair as alt

    columns = [c for c in ("label", "mean", *RANGES, "reference") if c in chart.rows]
    rows = chart.rows[columns].assign(label=[textwrap.fill(label, LABEL_LETTERS) for label in chart.rows["label"]])
    names = alt.Axis(labelExpr="split(datum.label, '\\n')", labelLimit=300, ticks=False, **_axis())
    base = alt.Chart(_records(rows)).encode(y=alt.Y("label:N", title=None, sort=None, axis=names))
    colour = LIGHT[chart.colour]
    axis = alt.Axis(labelExpr=_axis_label(chart.unit), tickCount=6, **_axis())

    def x(name: str) -> alt.X:
        return alt.X(f"{name}:Q", title=None, axis=axis, scale=alt.Scale(zero=True, nice=True))

    zero = (
        alt.Chart(alt.Data(values=[{"x": chart.break_even}]))
        .mark_rule(color=LIGHT["outline"], strokeWidth=1.5)
        .encode(x="x:Q")
    )
    full = base.mark_rule(color=colour, strokeWidth=1.8).encode(x("low"), alt.X2("high:Q"))
    chance = base.mark_bar(color=colour, opacity=0.3, height=12).encode(x("chance_low"), alt.X2("chance_high:Q"))
    dot = base.mark_circle(color=colour, size=85, opacity=1).encode(x("mean"))
    marks = [full, chance, dot, zero]
    if "reference" in chart.rows:
        hollow = base.mark_point(shape="diamond", color=LIGHT["base"], size=220, strokeWidth=2, filled=False)
        marks.insert(0, hollow.encode(x("reference")))
    return alt.layer(*marks).properties(width=WIDTH, height=ROW_HEIGHT * len(chart.rows))


@_chart.register(BarChart)
def _bars(chart: BarChart) -> alt.TopLevelMixin:
    import altair as alt

    names = [part.name for part in chart.parts]
    bars = alt.Chart(_records(chart.rows)).mark_bar(stroke=LIGHT["outline"], strokeWidth=1, clip=False)
    bars = bars.encode(
        x=alt.X("label:O", title=None, axis=alt.Axis(labelAngle=0, ticks=False, **_axis())),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(labelExpr=_axis_label(chart.unit), **_axis())),
        fill=alt.Fill(
            "part:N", legend=None, scale=alt.Scale(domain=names, range=[LIGHT[part.colour] for part in chart.parts])
        ),
    )
    zero = alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color=LIGHT["outline"], strokeWidth=1.5).encode(y="y:Q")
    return alt.layer(bars, zero).properties(width=WIDTH, height=LINE_HEIGHT * 0.8)


@_chart.register(MapChart)
def _map(chart: MapChart) -> alt.TopLevelMixin:
    import altair as alt

    cells = [
        {"type": "Feature", "geometry": _geometry(rings), "properties": {"fill": LIGHT[chart.colours[int(colour)]]}}
        for rings, colour in zip(chart.cells.cells, chart.colour, strict=True)
    ]
    outlines = [{"type": "Feature", "geometry": _geometry(rings)} for rings in chart.cells.outlines.values()]
    areas = (
        alt.Chart(alt.Data(values=cells))
        .mark_geoshape(stroke=LIGHT["cell-edge"], strokeWidth=0.4)
        .encode(color=alt.Color("properties.fill:N", scale=None))
    )
    borders = alt.Chart(alt.Data(values=outlines)).mark_geoshape(filled=False, stroke=LIGHT["outline"], strokeWidth=1.1)
    names = [
        {"name": name, "x": x, "y": y} for name, (x, y) in chart.cells.labels.items() if len(chart.cells.labels) > 1
    ]
    text = alt.Chart(alt.Data(values=names)).encode(longitude="x:Q", latitude="y:Q", text="name:N")
    halo = text.mark_text(fontSize=12, stroke=LIGHT["surface"], strokeWidth=3, opacity=0.8)
    drawn = alt.layer(areas, borders, halo, text.mark_text(fontSize=12, color=LIGHT["ink"])).project(
        type="identity", reflectY=True
    )
    return drawn.properties(width=WIDTH, height=MAP_HEIGHT)


def _geometry(rings: list[list[tuple[float, float]]]) -> dict[str, Any]:
    return {"type": "MultiPolygon", "coordinates": [[ring] for ring in rings]}


def _records(rows: Any) -> Any:
    """Plain rows: NaN becomes null, which draws nothing."""
    import altair as alt

    plain = rows.drop(columns=["unit"], errors="ignore")
    return alt.Data(values=plain.astype(object).where(plain.notna(), None).to_dict("records"))


def _points(chart: LineChart, colour: str) -> Any:
    import altair as alt

    return alt.OverlayMarkDef(color=LIGHT[colour], size=45) if chart.is_yearly else False


def _axis_label(unit: Unit) -> str:
    """Vega's expression for a number on an axis, its sign before a pound sign."""
    after = "%" if unit.after == "%" else ""
    size = f"'{unit.before}' + format(abs(datum.value), ',') + '{after}'"
    return f"(datum.value < 0 ? '{MINUS}' : '') + {size}"


def _axis() -> dict[str, Any]:
    return {
        "labelColor": LIGHT["muted"],
        "labelFontSize": 12,
        "gridColor": LIGHT["grid"],
        "domainColor": LIGHT["control"],
        "tickColor": LIGHT["control"],
        "labelPadding": 6,
    }


def _vega_lite_version() -> str:
    import altair as alt

    return ".".join(alt.SCHEMA_VERSION.lstrip("v").split(".")[:2])
