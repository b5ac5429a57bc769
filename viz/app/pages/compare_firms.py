"""The part of the compare page about firms: what they take up, which of them, and at whose cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from viz import firm_pictures, words
from viz.app.components.choice import Choice
from viz.app.components.elements import element, section
from viz.app.components.picture import PictureCard

if TYPE_CHECKING:
    from experiments.compare import Comparison


@solara.component
def FirmDetails(comparison: Comparison) -> solara.Element:
    """Pictures of firms; a technology and a breakdown can be chosen."""
    plan = comparison.plans[0]
    leading = solara.use_memo(lambda: firm_pictures.leading_technology(comparison, plan), [comparison])
    chosen, set_technology = solara.use_state("")
    technology = chosen or leading
    by, set_by = solara.use_state("size_band")
    added = solara.use_memo(lambda: firm_pictures.added(comparison, plan), [comparison])
    all_of_them = solara.use_memo(lambda: firm_pictures.by_technology(comparison, plan), [comparison])
    adoption = solara.use_memo(lambda: firm_pictures.adoption(comparison, plan, technology), [comparison, technology])
    sizes = solara.use_memo(
        lambda: firm_pictures.adoption_by_size(comparison, plan, technology), [comparison, technology]
    )
    who = solara.use_memo(lambda: firm_pictures.who(comparison, plan, by), [comparison, by])
    helped = solara.use_memo(lambda: firm_pictures.helped(comparison, plan), [comparison])
    jobs = solara.use_memo(lambda: firm_pictures.displacement(comparison, plan, "jobs"), [comparison])
    gva = solara.use_memo(lambda: firm_pictures.displacement(comparison, plan, "gva"), [comparison])
    which = Choice("technology", "Technology", technology, list(words.TECHNOLOGIES.items()), set_technology)
    grouping = Choice("firms-by", "Show firms by", by, list(words.FIRM_GROUPINGS.items()), set_by)
    return element(
        "div",
        section("firms", "What do firms take up because of it?", PictureCard(added), PictureCard(all_of_them)),
        section("technology", "How far has each technology come?", which, PictureCard(adoption), PictureCard(sizes)),
        section("firms-who", "Which firms?", grouping, PictureCard(who)),
        section("firms-helped", "Would firms have done it anyway?", PictureCard(helped)),
        section("displacement", "Do other firms lose by it?", PictureCard(gva), PictureCard(jobs)),
        class_="group",
    )
