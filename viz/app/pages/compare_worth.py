"""Is it worth the money, and is it fair: each in a sentence, with two numbers; the report has the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara
import solara.lab

from viz import appraisal_pictures, fairness_pictures, words
from viz.app.components.elements import element, section
from viz.app.components.tile import Tile

if TYPE_CHECKING:
    from experiments.appraisal import Appraisal
    from experiments.compare import Comparison
    from experiments.inclusion import Fairness


@solara.component
def WorthDetails(comparison: Comparison) -> solara.Element:
    """Appraisal and fairness, as far as the results hold them; worked out while the rest of the page is there."""
    plan = comparison.plans[0]

    def work_out() -> tuple[Appraisal | None, Fairness | None]:
        return appraisal_pictures.appraisal_of(comparison, plan), fairness_pictures.fairness_of(comparison, plan)

    found = solara.lab.use_task(work_out, dependencies=[id(comparison)])
    if not found.finished or found.value is None:
        return element("div")
    appraisal, fairness = found.value
    parts = []
    if appraisal:
        said = element("p", words.with_minus_signs(appraisal.sentence))
        tiles = element("ul", *(Tile(tile) for tile in appraisal_pictures.tiles(appraisal)), class_="tiles")
        parts.append(section("worth", "Is it worth the money?", said, tiles).key("worth"))
    if fairness:
        parts.append(section("fair", "Is it fair?", element("p", fairness.sentence)).key("fair"))
    return element("div", *parts, class_="group")
