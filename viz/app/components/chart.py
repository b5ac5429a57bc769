"""A Plotly chart: the figure travels as a plain dict, the library comes once from this server."""

from typing import Any

import solara

from viz import theme

PLOTLY_PATH = "/static/assets/plotly.min.js"
"""The serve command makes the installed plotly package's script one of the app's assets."""


@solara.component_vue("chart.vue")
def _Chart(name: str, figure: dict[str, Any], alt: str, palettes: dict[str, Any], library_path: str) -> None: ...


@solara.component
def Chart(name: str, figure: dict[str, Any], alt: str) -> solara.Element:
    """Draw a figure of `viz.figures`; `alt` says in words what it shows, `name` is the saved picture's file name."""
    palettes = {"light": theme.LIGHT, "dark": theme.DARK}
    return _Chart(name=name, figure=figure, alt=alt, palettes=palettes, library_path=PLOTLY_PATH)
