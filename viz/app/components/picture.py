"""A picture of `viz.pictures` on the page: finding, unit, legend, chart, how to read it, source, table."""

import solara

from viz.app.components.chart import Chart
from viz.app.components.elements import element
from viz.app.components.table_twin import TableTwin
from viz.figures import plotly_figure
from viz.picture import LegendItem, Picture


@solara.component
def PictureCard(picture: Picture) -> solara.Element:
    """Everything about one chart in a figure element."""
    figure = solara.use_memo(lambda: plotly_figure(picture.chart), [picture])
    legend = (
        [element("ul", *(_legend_item(item) for item in picture.legend), class_="legend")] if picture.legend else []
    )
    return element(
        "figure",
        element("h3", picture.title),
        element("p", picture.unit, class_="unit"),
        *legend,
        Chart(name=picture.key, figure=figure, alt=picture.alt),
        element("p", picture.note, class_="note"),
        TableTwin(name=picture.key, table=picture.table),
        element("figcaption", picture.source, class_="source"),
        class_="picture",
    )


def _legend_item(item: LegendItem) -> solara.Element:
    if item.mark == "line":
        style = {"solid": "solid", "dash": "dashed", "dashdot": "dashed", "dot": "dotted"}[item.dash]
        swatch = element(
            "span", class_="swatch line", aria_hidden="true", style=_style(f"border-top-style:{style}", item)
        )
    else:
        swatch = element("span", class_=f"swatch {item.mark}", aria_hidden="true", style=_style("", item))
    return element("li", swatch, element("span", item.label))


def _style(more: str, item: LegendItem) -> str:
    return f"color:var(--{item.colour});{more}"
