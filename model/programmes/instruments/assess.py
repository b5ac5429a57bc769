"""assess: the effect of each programme on the worst-off group is looked at first; programmes start later for it."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from model.programmes.place_work import PlaceWork
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "widening_probability": "probability above which a programme is held to widen gaps",
    "delay_months": "months",
    "on_widening": "code, 1 redesign, 2 stop",
    "worst_group_fall": "percentage points",
}


def is_assessed(programme: Programme, by: Programme) -> bool:
    """Whether a programme is assessed: it has money and does not start before the assessments do."""
    has_money = programme.budget_pence > 0 and by.budget_pence > 0
    return has_money and programme.instrument != "assess" and programme.start_month >= by.start_month


def after_assessment(programmes: Iterable[Programme]) -> tuple[Programme, ...]:
    """The programmes with the starts that assessments leave them; a window that is over by then has no money left.

    Of several assessments of a programme the longest counts. The end of a window never moves.
    """
    given = tuple(programmes)
    assessing = [programme for programme in given if programme.instrument == "assess"]

    def delayed(programme: Programme) -> Programme:
        delays = [int(by.effects["delay_months"]) for by in assessing if is_assessed(programme, by)]
        start = programme.start_month + max(delays, default=0)
        if start >= programme.end_month:
            return replace(programme, budget_pence=0)
        return replace(programme, start_month=start)

    return tuple(delayed(programme) for programme in given)


def wanted(world: World, programme: Programme, paid: int) -> int:
    """Assessments still to be made, once some have been paid for."""
    return sum(is_assessed(other, programme) for other in world.programmes) - paid


def apply(world: World, programme: Programme, work: PlaceWork, seed: np.uint64) -> None:
    """Nothing: what assessments find is decided before a run, and the delay is in the programmes' windows."""
