"""A programme's card on the terminal: for whom, how, and each number with its range and source."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

    from scenarios.catalogue import Source, Template
    from scenarios.composites import Part
    from scenarios.eligibility_schema import Eligibility, FirmEligibility
    from scenarios.number_schema import Number
    from scenarios.programme_schema import ProgrammeTemplate

SECTIONS = {
    "Cost": ("fixed_cost_per_month", "unit_cost", "private_gbp_per_public_gbp"),
    "Capacity": ("capacity_per_month", "staff_hours_per_place", "hub_hours_share"),
    "Take-up": (
        "awareness_start",
        "awareness_limit",
        "awareness_half_life",
        "willing_share",
        "willing_motivation_slope",
        "willing_capability_slope",
        "apply_probability_monthly",
        "approval_probability",
        "offer_months",
        "completion_probability",
    ),
}
"""parts of a programme's card; its effects follow"""


def print_card(template: "Template", sources: "dict[str, Source]") -> None:
    """Print a programme in full; of a composite each part in short, as the parts' own cards have the numbers."""
    from rich.console import Console
    from rich.text import Text

    from scenarios.composites import Composite

    console = Console(highlight=False)
    console.print(Text(f"{template.title} ({template.id})", style="bold"))
    console.print(Text(_plain(template.summary)))
    console.print(Text(f"Strategy:  {', '.join(template.strategy)}"))
    if isinstance(template, Composite):
        for name, part in template.parts.items():
            title = f"\nPart {name}: {part.programme.title}, {part.budget_share:.0%} of the budget"
            console.print(Text(title, style="bold"))
            console.print(Text(_plain(part.programme.summary)))
            _print_outline(part.programme, console)
            own = _numbers_of_its_own(part)
            beside = ", but for the numbers below" if own else ""
            console.print(Text(f"Numbers:   as in {part.template}{beside}"))
            _print_numbers(own, console)
        return
    _print_outline(template, console)
    _print_numbers(template.numbers(), console)
    if sources:
        console.print(Text("\nSources", style="bold"))
    for source in sources.values():
        console.print(Text(f"{source.source_id}: {source.publisher}, {source.title} ({source.year}). {source.url}"))


def _numbers_of_its_own(part: "Part") -> "dict[str, Number]":
    """The numbers in which a part differs from the template it was made of."""
    return {name: number for name, number in part.programme.numbers().items() if part.inherited.get(name) != number}


def _print_outline(template: "ProgrammeTemplate", console: "Console") -> None:
    """For whom, about what, who goes first, how."""
    from rich.text import Text

    console.print(Text(f"For whom:  {_describe_audience(template)}"))
    if template.technologies:
        console.print(Text(f"About:     {', '.join(name.replace('_', ' ') for name in template.technologies)}"))
    if need := template.need_served():
        console.print(Text(f"Need:      {need.replace('_', ' ')}; nobody is served twice for one need"))
    console.print(Text(f"Who first: {template.targeting.replace('_', ' ')}"))
    variant = f", a variant of {template.extends}" if template.extends else ""
    console.print(Text(f"How:       {template.instrument.replace('_', ' ')}, channel {template.channel}{variant}"))


def _print_numbers(numbers: "dict[str, Number]", console: "Console") -> None:
    from rich.table import Table
    from rich.text import Text

    effects = tuple(name for name in numbers if name.startswith("effects."))
    for title, names in (*SECTIONS.items(), ("Effects", effects)):
        if not numbers.keys() & set(names):
            continue
        table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False, expand=True)
        for column, ratio in (("number", 3), ("value", 3), ("range", 2), ("status and source", 6)):
            table.add_column(column, ratio=ratio, header_style="italic")
        for name in names:
            if name in numbers:
                table.add_row(*(Text(cell) for cell in _number_cells(name, numbers[name])))
        console.print()
        console.print(table)


def _number_cells(name: str, number: "Number") -> tuple[str, str, str, str]:
    basis = number.status if number.status == "assumed" else f"{number.status}, {number.source}"
    see = f" (see {', '.join(number.see)})" if number.see else ""
    return (
        name.removeprefix("effects.").replace("_", " "),
        f"{number.value:,g} {number.unit}",
        f"{number.low:,g} to {number.high:,g}",
        f"{basis}: {number.why}{see}" if number.why else basis + see,
    )


def _describe_audience(template: "ProgrammeTemplate") -> str:
    if template.firm_eligibility is not None:
        return describe_firm_eligibility(template.firm_eligibility)
    if template.eligibility is not None:
        return describe_eligibility(template.eligibility)
    return "everyone near by" if template.instrument == "open_hub" else "everyone in the region"


def describe_firm_eligibility(who: "FirmEligibility") -> str:
    """The conditions for firms in a few words, such as "firms of 10-49 people; without cyber essentials"."""
    kind = {None: "firms", "only": "charities", "none": "firms that are no charities"}[who.charities]
    words = [f"{kind} of {' or '.join(who.size_bands)} people" if who.size_bands else kind]
    for conditions, before in (
        (who.sectors, "in"),
        (who.lacks, "without"),
        (who.uses, "with"),
        (who.authorities, "in"),
    ):
        if conditions:
            words.append(f"{before} {', '.join(name.replace('_', ' ') for name in conditions)}")
    return "; ".join(words)


def describe_eligibility(who: "Eligibility") -> str:
    """The conditions of taking part in a few words, such as "never or lapsed users; on benefits"."""
    words = []
    if who.use and set(who.use) != {"never", "lapsed", "recent"}:
        words.append(f"{' or '.join(who.use)} users of the internet")
    if who.min_age_years > 16 or who.max_age_years < 120:
        words.append(f"aged {who.min_age_years} to {who.max_age_years}")
    if who.max_skill < 1:
        words.append(f"skill up to {who.max_skill:g} of 1")
    for condition, yes, no in (
        (who.disabled, "disabled", "not disabled"),
        (who.on_benefits, "on benefits", "not on benefits"),
        (who.rural, "in rural areas", "in urban areas"),
    ):
        if condition is not None:
            words.append(yes if condition else no)
    if who.lacks:
        words.append("no device or no connection at home" if who.lacks == "either" else f"no {who.lacks} at home")
    if who.deprivation_quintiles:
        fifths = ", ".join(str(quintile) for quintile in who.deprivation_quintiles)
        words.append(f"areas in deprivation fifths {fifths} (1 = most deprived)")
    if who.authorities:
        words.append(f"in {', '.join(who.authorities)}")
    return "; ".join(words) or "every resident of 16 and over"


def _plain(text: str) -> str:
    return " ".join(text.split())
