"""Compare two plans: the answer in a sentence, four numbers, and the pictures behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import solara

from viz import firm_pictures, hub_pictures, pictures, runs, words
from viz.app.components.banner import Banner
from viz.app.components.choice import Choice
from viz.app.components.elements import element, section
from viz.app.components.picture import PictureCard
from viz.app.components.run_form import RunForm
from viz.app.components.table_twin import PlainTable
from viz.app.components.tile import Tile
from viz.app.pages.compare_firms import FirmDetails
from viz.app.pages.compare_worth import WorthDetails
from viz.spend import spend_table
from viz.spread_bar import spread_bars

if TYPE_CHECKING:
    from experiments.compare import Comparison

NUMBER_WORDS = {4: "four", 8: "eight"}


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
    bars = solara.use_memo(lambda: spread_bars(comparison, plan), [comparison])
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
        *(element("p", text, class_="answer").key(f"answer-{i}") for i, text in enumerate(answer.paragraphs)),
        *([element("p", answer.who, class_="who").key("who")] if answer.who else []),
        *([uncalibrated.key("uncalibrated")] if pictures.is_uncalibrated(comparison) else []),
        element(
            "h2",
            f"The answer in {NUMBER_WORDS.get(len(answer.tiles), len(answer.tiles))} numbers, {until}",
            class_="hidden",
        ).key("tiles-title"),
        element("ul", *(Tile(tile) for tile in answer.tiles), class_="tiles").key("tiles"),
        *(element("p", bar.sentence, class_="who").key(f"spread-{i}") for i, bar in enumerate(bars)),
    ]
    return element("section", *parts, class_="finding", aria_labelledby="answer")


@solara.component
def Details(comparison: Comparison) -> solara.Element:
    """The pictures: what the plan changes for people, for firms and at hubs, and what it cost. Only what there is."""
    plan = comparison.plans[0]
    answer = solara.use_memo(lambda: comparison.answer(plan), [comparison])
    firms = solara.use_memo(lambda: firm_pictures.shows_firms(comparison, plan), [comparison])
    hubs = solara.use_memo(lambda: hub_pictures.shows_hubs(comparison, plan), [comparison])
    spend = solara.use_memo(lambda: spend_table(comparison, plan), [comparison])
    # A key keeps each part its own when another comparison has other parts.
    return element(
        "div",
        *([PeopleDetails(comparison).key("people")] if answer.people else []),
        *([FirmDetails(comparison).key("firms")] if firms else []),
        *([] if answer.people else [ResidentsBeside(comparison).key("beside")]),
        *([HubDetails(comparison).key("hubs")] if hubs else []),
        section("cost", "What did it cost?", PlainTable(spend)).key("cost"),
        WorthDetails(comparison).key("worth"),
        section("terms", "Words used here", _glossary(comparison, firms)).key("terms"),
        class_="details",
    )


@solara.component
def PeopleDetails(comparison: Comparison) -> solara.Element:
    """What the plan changes for residents, for whom and where."""
    plan = comparison.plans[0]
    by, set_by = solara.use_state("age_band")
    added = solara.use_memo(lambda: pictures.added(comparison, plan), [comparison])
    over_time = solara.use_memo(lambda: pictures.over_time(comparison, plan), [comparison])
    helped = solara.use_memo(lambda: pictures.helped(comparison, plan), [comparison])
    who = solara.use_memo(lambda: pictures.who(comparison, plan, by), [comparison, by])
    where = solara.use_memo(lambda: pictures.where(comparison, plan), [comparison])
    # Results of an earlier version may lack a breakdown.
    there = set(comparison.tables["series"]["group_by"].unique())
    groupings = [(name, label) for name, label in words.GROUPINGS.items() if name in there]
    grouping = Choice("by", "Show people by", by, groupings, set_by)
    return element(
        "div",
        section("difference", "What difference does it make?", PictureCard(added), PictureCard(over_time)),
        section("who", "Who gets online because of it?", grouping, PictureCard(who)),
        section("helped", "Would they have got online anyway?", PictureCard(helped)),
        section("where", "Where?", PictureCard(where)),
        class_="group",
    )


@solara.component
def ResidentsBeside(comparison: Comparison) -> solara.Element:
    """What a plan for firms alone changes for residents."""
    plan = comparison.plans[0]
    moved = solara.use_memo(lambda: pictures.moves_people(comparison, plan), [comparison])
    if not moved:
        return element("div")
    card = PictureCard(pictures.added(comparison, plan))
    return element("div", section("residents", "Does it change anything for residents?", card))


@solara.component
def HubDetails(comparison: Comparison) -> solara.Element:
    """How busy hubs are."""
    plan = comparison.plans[0]
    load = solara.use_memo(lambda: hub_pictures.busy(comparison, plan, "load"), [comparison])
    waiting = solara.use_memo(lambda: hub_pictures.busy(comparison, plan, "waiting"), [comparison])
    kinds = solara.use_memo(lambda: hub_pictures.hub_table(comparison, plan), [comparison])
    return element(
        "div",
        section("hubs", "Can hubs carry it?", PictureCard(load), PictureCard(waiting), PlainTable(kinds)),
    )


def _glossary(comparison: Comparison, firms: bool) -> solara.Element:
    terms = words.GLOSSARY | words.FIT_GLOSSARY[not pictures.is_uncalibrated(comparison)] | words.MONEY_GLOSSARY
    terms |= words.FIRM_GLOSSARY if firms else {}
    entries = [element("div", element("dt", term), element("dd", meaning)) for term, meaning in terms.items()]
    return element("dl", *entries, class_="glossary")
