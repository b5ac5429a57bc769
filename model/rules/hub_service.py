"""What hubs can serve: hours, places, quality under load, patience of those who wait, pull on champions."""

from typing import NamedTuple

from model.chance import log
from model.jit import njit

WEEKS_PER_MONTH = 52.0 / 12.0


LOAD_MONTHS = 12.0
"""Months over which staff and hubs feel how much work there is (assumed)."""


class HubParameters(NamedTuple):
    hub_quality_load: float
    hub_quality_fall: float
    hub_quality_floor: float


def hours_for_programme(staffed_hours_month: float, share: float, sum_of_shares: float) -> float:
    """Hours a month that one programme may use at a hub: H share / max(1, sum of the shares at work there).

    Together programmes never have more than the hub's hours. ODD 7.2; source: definition.

    >>> hours_for_programme(150.0, 0.2, 0.5), hours_for_programme(150.0, 0.8, 1.6)
    (30.0, 75.0)
    """
    return staffed_hours_month * share / max(1.0, sum_of_shares)


def hours_per_place(staff_hours: float, seat_hours: float, seats: float) -> float:
    """Staffed hours that one place takes: no more people than there are seats sit at once.

    c = max(staff hours a place, seat hours a place / seats). ODD 7.2; source: definition.

    >>> hours_per_place(3.0, 9.0, 8.0), hours_per_place(0.5, 9.0, 6.0)
    (3.0, 1.5)
    """
    return max(staff_hours, seat_hours / seats)


def felt_hours(before: float, this_month: float) -> float:
    """Hours a month as felt over about a year: f' = f + (hours of this month - f) / 12.

    A single full month wears nobody out, and in a sample one person served stands for many, so that months go up and
    down. ODD 7.3; source: definition, length assumed.

    >>> felt_hours(6.0, 18.0)
    7.0
    """
    return before + (this_month - before) / LOAD_MONTHS


def load_of_hub(hours_used: float, hours_offered: float) -> float:
    """Hours worked for those served over the hours offered to programmes; 0 where nothing is offered.

    ODD 7.3; source: definition.

    >>> load_of_hub(9.0, 12.0), load_of_hub(5.0, 0.0)
    (0.75, 0.0)
    """
    return hours_used / hours_offered if hours_offered > 0.0 else 0.0


def quality_under_load(load: float, p: HubParameters) -> float:
    """What crowding leaves of the chance to complete: Q = max(floor, 1 - fall max(load - l0, 0) / (1 - l0)).

    Staff with time to spare lose nobody; from the load l0 on fewer complete, at full use the share `fall`. ODD 7.3; assumed.

    >>> p = HubParameters(0.75, 0.1, 0.85)
    >>> quality_under_load(0.7, p), quality_under_load(1.0, p), quality_under_load(1.5, p)
    (1.0, 0.9, 0.85)
    """
    strain = max(load - p.hub_quality_load, 0.0) / (1.0 - p.hub_quality_load)
    return max(p.hub_quality_floor, 1.0 - p.hub_quality_fall * strain)


@njit
def gives_up_waiting(u: float, joined_month: int, month: int, drop_out_monthly: float) -> bool:
    """Whether someone who joined before this month gives up waiting, from draw u. ODD 7.3; assumed.

    >>> gives_up_waiting(0.05, 3, 4, 0.1), gives_up_waiting(0.05, 4, 4, 0.1), gives_up_waiting(0.5, 3, 4, 0.1)
    (True, False, False)
    """
    return joined_month < month and u < drop_out_monthly


@njit
def champion_rank(u: float, need: float, served_pull: float, was_served: bool) -> float:
    """Rank of a candidate to become a champion, from draw u; the lowest are recruited: -ln(u) / weight.

    The weight is the need for help around the candidate's home, times served_pull for those the programme has served:
    the chance to be first is proportional to it. ODD 7.4; source: definition, pull assumed.

    >>> round(champion_rank(0.5, 2.0, 3.0, False), 3), round(champion_rank(0.5, 2.0, 3.0, True), 3)
    (0.347, 0.116)
    """
    return -log(u) / (need * (served_pull if was_served else 1.0))
