"""One headline number with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from viz import words
from viz.app.components.elements import element

if TYPE_CHECKING:
    from experiments.answers import Tile as TileData


@solara.component
def Tile(tile: TileData) -> solara.Element:
    """Title, value, 90% interval and a note of what it counts."""
    unit = words.unit_of(tile.unit)
    value = words.number(tile.value, unit, tile.decimals)
    interval = words.between(tile.low, tile.high, unit, tile.decimals)
    return element(
        "li",
        element("span", tile.title, class_="tile-title"),
        element("span", value, class_="tile-value"),
        element(
            "span", element("span", "90% interval "), element("span", interval, class_="nums"), class_="tile-range"
        ),
        element("span", tile.note, class_="tile-note"),
        class_="tile",
    )
