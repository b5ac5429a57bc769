"""Motivation: whether being online seems worth it."""

import math
from typing import NamedTuple

from model.chance import logistic
from model.jit import njit


class MotivationParameters(NamedTuple):
    digital_usefulness: float
    local_usefulness: float
    local_online_reference: float
    motivation_return_monthly: float
    motivation_base: float
    motivation_disposition: float
    motivation_education: float
    motivation_trust: float
    motivation_peers: float
    motivation_age: float


@njit
def usefulness(
    digital_services_share: float,
    skill: float,
    service_skill_threshold: float,
    assisted_share: float,
    local_online_share: float,
    p: MotivationParameters,
) -> float:
    """Worth of being online: v V + v_l (E - E_ref), V the share of services usable online for those with the skill they
    ask for, of the others the part who get through with help; E the share of jobs near by at firms that serve customers
    online. ODD 3.3; assumed.

    >>> p = MotivationParameters(1.0, 0.3, 0.75, 0.08, 0.0, 0.8, 0.3, 1.0, 0.6, 0.35)
    >>> round(usefulness(0.8, 0.4, 0.3, 0.0, 0.85, p), 3), round(usefulness(0.8, 0.2, 0.3, 0.0, 0.75, p), 3)
    (0.83, 0.0)
    >>> round(usefulness(0.8, 0.2, 0.3, 0.25, 0.75, p), 3)
    0.2
    """
    share_through = 1.0 if skill >= service_skill_threshold else assisted_share
    services = digital_services_share * share_through
    return p.digital_usefulness * services + p.local_usefulness * (local_online_share - p.local_online_reference)


@njit
def disposition_of(home: float, own: float, household_share: float) -> float:
    """A person's lasting disposition, standard normal: partly that of the household they come from.

    z = sqrt(h) z_home + sqrt(1 - h) z_own, both standard normal; h is the correlation between two of one household.
    ODD 4; assumed.

    >>> disposition_of(1.0, -1.0, 0.0), disposition_of(1.0, -1.0, 1.0)
    (-1.0, 1.0)
    """
    return math.sqrt(household_share) * home + math.sqrt(1.0 - household_share) * own


@njit
def motivation_aim(
    disposition: float,
    education: int,
    useful: float,
    trust: float,
    peers: float,
    age_decades: float,
    p: MotivationParameters,
) -> float:
    """The motivation that a person's circumstances lead to.

    sig(m_0 + s_z z + m_E (education - 1) + V + m_T (T - 0.5) + m_P (G - 0.5) - m_A max(a, 0)), a in decades over
    65. ODD 3.3; assumed, signs after GDS 2012.

    >>> p = MotivationParameters(1.0, 0.3, 0.75, 0.08, 0.0, 0.8, 0.3, 1.0, 0.6, 0.35)
    >>> round(motivation_aim(0.5, 1, 0.0, 0.5, 0.5, 1.0, p), 4)
    0.5125
    """
    return logistic(
        p.motivation_base
        + p.motivation_disposition * disposition
        + p.motivation_education * (education - 1)
        + useful
        + p.motivation_trust * (trust - 0.5)
        + p.motivation_peers * (peers - 0.5)
        - p.motivation_age * max(age_decades, 0.0)
    )


@njit
def next_motivation(motivation: float, aim: float, p: MotivationParameters) -> float:
    """Motivation moves a share of the way to its aim each month: M' = M + r_M (aim - M). ODD 3.3; assumed.

    >>> p = MotivationParameters(1.0, 0.3, 0.75, 0.08, 0.0, 0.8, 0.3, 1.0, 0.6, 0.35)
    >>> round(next_motivation(0.4, 0.6, p), 4)
    0.416
    """
    return motivation + p.motivation_return_monthly * (aim - motivation)
