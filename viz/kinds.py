"""What a programme is in the model: a mechanism that moves agents, a multiplier, or a label."""

from __future__ import annotations

from functools import cache

from model.errors import InputError


@cache
def programme_kinds(plan: str, programmes: tuple[str, ...]) -> dict[str, str]:
    """Programme -> kinds of the measures that it carries, e.g. "mechanism"; of a plan not of the library, by template."""
    from scenarios.loader import load_plan
    from scenarios.measures import load_measures

    try:
        strategies = {programme.id: programme.strategy for programme, _ in load_plan(plan).programmes}
    except InputError:
        strategies = {programme: _strategy_of_template(programme) for programme in programmes}
    kinds = {measure.id: measure.kind for measure in load_measures()}
    return {name: ", ".join(dict.fromkeys(kinds[i] for i in ids if i in kinds)) for name, ids in strategies.items()}


def _strategy_of_template(programme: str) -> list[str]:
    """Measures of the template that a programme is named after; none for another name."""
    from scenarios.catalogue import load_programme

    try:
        return list(load_programme(programme.partition(".")[0]).strategy)
    except InputError:
        return []
