"""Compare two plans: the answer in a sentence, four numbers, and the pictures behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from viz import pictures, runs, words
from viz.app.components.banner import Banner
from viz.app.components.choice import Choice
from viz.app.components.elements import element
from viz.app.components.picture import PictureCard
from viz.app.components.run_form import RunForm
from viz.app.components.table_twin import PlainTable
from viz.app.components.tile import Tile

if TYPE_CHECKING:
    from experiments.compare import Comparison


@solara.component
def ComparePage() -> solara.Element:
    """Starts from the finished example; a run replaces it."""
    shown, set_shown = solara.use_state(runs.example(), eq=lambda a, b: a is b)
    if shown is None:
        names = [name for name, _ in runs.scenarios()]
        start = runs.Choice(runs.regions()[0][0], names[0], names[-1])
        heading = element("h1", "Compare two plans", id="answer", tabindex="-1")
        return element("div", heading, RunForm(start, set_shown), class_="columns")
    start = runs.Choice(shown.region, shown.base, shown.plans[0])
    return element(
        "div",
        Finding(shown, is_example=shown is runs.example()),
        RunForm(start, set_shown),
        Details(shown),
        class_="columns",
    )


@solara.component
def Finding(comparison: Comparison, is_example: bool) -> solara.Element:
    """The first screen: what was compared, the answer, four tiles."""
    plan = comparison.plans[0]
    title, base = pictures.title_of(comparison, plan), pictures.title_of(comparison, comparison.base)
    answer = solara.use_memo(lambda: comparison.answer(plan), [comparison])
    until = words.month_name(comparison.last_period)
    question = f"{comparison.region_title}: {title} or {base}?"
    uncalibrated = Banner(
        "Uncalibrated: prior draws.",
        "This model has not yet been tuned to real figures, so its ranges are wide. "
        "Use it to learn how plans work, not to set a budget.",
    )
    parts = [
        solara.Title(f"{title} in {comparison.region_title} – Uptake"),
        element("p", "Example result" if is_example else "Your result", class_="eyebrow"),
        element("h1", question, id="answer", tabindex="-1"),
        element("p", answer.sentence, class_="answer"),
        *([element("p", answer.who, class_="who").key("who")] if answer.who else []),
        *([uncalibrated.key("uncalibrated")] if pictures.is_uncalibrated(comparison) else []),
        element("h2", f"The answer in four numbers, {until}", class_="hidden").key("tiles-title"),
        element("ul", *(Tile(tile) for tile in answer.tiles), class_="tiles").key("tiles"),
    ]
    return element("section", *parts, class_="finding", aria_labelledby="answer")


@solara.component
def Details(comparison: Comparison) -> solara.Element:
    """The pictures, from the difference the plan makes to where and for whom, and what it cost."""
    plan = comparison.plans[0]
    by, set_by = solara.use_state("age_band")
    added = solara.use_memo(lambda: pictures.added(comparison, plan), [comparison])
    over_time = solara.use_memo(lambda: pictures.over_time(comparison, plan), [comparison])
    helped = solara.use_memo(lambda: pictures.helped(comparison, plan), [comparison])
    who = solara.use_memo(lambda: pictures.who(comparison, plan, by), [comparison, by])
    where = solara.use_memo(lambda: pictures.where(comparison, plan), [comparison])
    spend = solara.use_memo(lambda: pictures.spend_table(comparison, plan), [comparison])
    grouping = Choice("by", "Show people by", by, list(words.GROUPINGS.items()), set_by)
    return element(
        "div",
        _section("difference", "What difference does it make?", PictureCard(added), PictureCard(over_time)),
        _section("who", "Who gets online because of it?", grouping, PictureCard(who)),
        _section("helped", "Would they have got online anyway?", PictureCard(helped)),
        _section("where", "Where?", PictureCard(where)),
        _section("cost", "What did it cost?", PlainTable(spend)),
        _section("terms", "Words used here", _glossary()),
        class_="details",
    )


def _section(name: str, title: str, *children: solara.Element) -> solara.Element:
    return element("section", element("h2", title, id=name), *children, class_="part", aria_labelledby=name)


def _glossary() -> solara.Element:
    entries = [element("div", element("dt", term), element("dd", meaning)) for term, meaning in words.GLOSSARY.items()]
    return element("dl", *entries, class_="glossary")
