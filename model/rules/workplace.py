"""Where people work, and how many jobs a local unit has to fill."""

from typing import NamedTuple

from model.jit import njit
from model.state import OUTSIDE_REGION, PUBLIC_SECTOR, SELF_EMPLOYED

LOCAL_FIRM = 0
"""Kind of workplace: a local unit of a firm, still to be found."""


class WorkplaceParameters(NamedTuple):
    workplace_public_share: float
    workplace_self_share: float
    workplace_outside_share: float
    job_vacancy_share: float
    commuter_hired_monthly: float
    commuter_leaves_monthly: float


@njit
def workplace_kind(u: float, p: WorkplaceParameters) -> int:
    """Public sector, self-employed, outside the region or, with what is left, a firm here, from draw u. ODD 9.1; assumed.

    >>> p = WorkplaceParameters(0.17, 0.09, 0.1, 0.03, 0.1, 0.006)
    >>> [workplace_kind(u, p) for u in (0.1, 0.2, 0.3, 0.5)]
    [-2, -3, -4, 0]
    """
    if u < p.workplace_public_share:
        return PUBLIC_SECTOR
    if u < p.workplace_public_share + p.workplace_self_share:
        return SELF_EMPLOYED
    if u < p.workplace_public_share + p.workplace_self_share + p.workplace_outside_share:
        return OUTSIDE_REGION
    return LOCAL_FIRM


@njit
def wanted_jobs(is_open: bool, entry_jobs: int, size_index: float, u: float) -> int:
    """Jobs a local unit wants to fill: at least 1 while its firm is open; u, drawn once, rounds. ODD 9.1; definition.

    >>> wanted_jobs(True, 10, 1.17, 0.2), wanted_jobs(True, 10, 1.17, 0.4), wanted_jobs(False, 10, 1.17, 0.4)
    (11, 12, 0)
    """
    return max(1, int(entry_jobs * size_index + u)) if is_open else 0


@njit
def whole_share(number: int, share: float, u: float) -> int:
    """A share of a whole number in whole units, right on average: floor(number x share + u), at most the number.

    >>> whole_share(10, 0.25, 0.4), whole_share(10, 0.25, 0.6), whole_share(0, 0.25, 0.9)
    (2, 3, 0)
    """
    return min(number, int(number * share + u))


@njit
def first_commuters(wanted: int, held: int, u: float, p: WorkplaceParameters) -> int:
    """Jobs held from outside the region at the start: what residents left, but for the usual vacancies. ODD 9.1; assumed.

    >>> p = WorkplaceParameters(0.17, 0.09, 0.1, 0.03, 0.1, 0.006)
    >>> first_commuters(100, 80, 0.5, p), first_commuters(100, 100, 0.5, p)
    (17, 0)
    """
    left = wanted - held
    return max(0, min(left, int(max(left - p.job_vacancy_share * wanted, 0.0) + u)))


@njit
def share_to_go(wanted: int, filled: int) -> float:
    """Share of a unit's workers who have to go because it has fewer jobs than people. ODD 9.1; definition.

    >>> share_to_go(8, 10), share_to_go(12, 10), share_to_go(0, 0)
    (0.2, 0.0, 0.0)
    """
    return (filled - wanted) / filled if filled > wanted else 0.0
