"""Internet use: starting, stopping and starting again."""

from typing import NamedTuple

from model.chance import exp, log
from model.jit import njit

LN_2 = 0.6931471805599453
NO_HAZARD = -700.0
"""Log intensity of what cannot happen."""


class UseParameters(NamedTuple):
    onset_base: float
    onset_shift: float
    onset_age: float
    onset_age_over_75: float
    onset_disability: float
    onset_education: float
    onset_deprivation: float
    onset_peers: float
    onset_motivation: float
    onset_skill: float
    onset_returning: float
    lapse_base: float
    lapse_shift: float
    lapse_age: float
    lapse_disability: float
    lapse_no_access: float
    lapse_affordability: float
    lapse_skill: float
    lapse_peers: float
    peer_prior_share: float
    peer_prior_ties: float
    support_onset_dose: float
    support_half_dose_hours: float
    support_half_life_months: float


@njit
def peer_share(weight_competent: float, weight_ties: float, p: UseParameters) -> float:
    """G: share of a person's ties, by weight, that are competent users, drawn towards a constant when ties are few.

    Colleagues and people met at sessions are among the ties (rules/colleagues.py).
    G = (w_competent + n_0 Gbar) / (w_ties + n_0): a noisy complex contagion without a threshold. ODD 3.4; assumed.

    >>> from model.parameters import central_values, bundle
    >>> p = bundle(UseParameters, central_values() | {"onset_shift": 0.0, "lapse_shift": 0.0})
    >>> peer_share(13.0, 16.0, p)
    0.8
    """
    return (weight_competent + p.peer_prior_ties * p.peer_prior_share) / (weight_ties + p.peer_prior_ties)


@njit
def log_hazard_onset_by_age(age_decades: float, p: UseParameters) -> float:
    """Mean log intensity a month of starting, at an age given in decades over 65: b_0 + b_A a + b_A2 max(a - 1, 0).

    ODD 3.4; source: mean-field fit to ONS Internet users 2014-17.

    >>> from model.parameters import central_values, bundle
    >>> own = {"onset_base": -5.0, "onset_age": -0.25, "onset_age_over_75": -1.2}
    >>> p = bundle(UseParameters, central_values(own) | {"onset_shift": 0.0, "lapse_shift": 0.0})
    >>> round(log_hazard_onset_by_age(1.5, p), 3)
    -5.975
    """
    return p.onset_base + p.onset_age * age_decades + p.onset_age_over_75 * max(age_decades - 1.0, 0.0)


@njit
def log_hazard_onset(
    age_decades: float,
    disabled: bool,
    education: int,
    deprivation: float,
    peers: float,
    motivation: float,
    skill: float,
    access: float,
    returning: bool,
    dose: float,
    p: UseParameters,
) -> float:
    """Log intensity a month of starting (or, after a lapse, returning); deprivation is 1 in the most deprived fifth,
    -1 in the least.

    h = b_0 + shift + b_A a + b_A2 max(a-1, 0) + b_D dis + b_E edu + b_Q depr + b_P G + b_M M + b_S S + ln A + dose
    (+ b_R after a lapse); never without access. `shift` makes the mean onset of January 2013 equal that of b_0, b_A
    and b_A2 alone, so that b_0 keeps its meaning. ODD 3.4.

    >>> from model.parameters import central_values, bundle
    >>> own = {"onset_base": -5.0, "onset_age": -0.25, "onset_disability": -0.5, "onset_deprivation": -0.15}
    >>> own |= {"onset_peers": 0.8, "onset_motivation": 0.75, "onset_skill": 0.5}
    >>> p = bundle(UseParameters, central_values(own) | {"onset_shift": -1.0, "lapse_shift": 0.0})
    >>> round(log_hazard_onset(1.0, True, 0, 1.0, 0.5, 0.4, 0.1, 1.0, False, 0.0, p), 3)
    -6.15
    >>> log_hazard_onset(1.0, True, 0, 1.0, 0.5, 0.4, 0.1, 0.0, False, 0.0, p)
    -700.0
    """
    if access <= 0.0:
        return NO_HAZARD
    return (
        log_hazard_onset_by_age(age_decades, p)
        + p.onset_shift
        + (p.onset_disability if disabled else 0.0)
        + p.onset_education * education
        + p.onset_deprivation * deprivation
        + p.onset_peers * peers
        + p.onset_motivation * motivation
        + p.onset_skill * skill
        + (p.onset_returning if returning else 0.0)
        + (log(access) if access < 1.0 else 0.0)
        + dose
    )


@njit
def log_hazard_lapse(
    age_decades: float, disabled: bool, access: float, cost_share: float, skill: float, peers: float, p: UseParameters
) -> float:
    """Log intensity a month of stopping.

    h = l_0 + shift + l_A a + l_D dis + l_acc (1 - A) + l_B b - l_S S - l_P G. ODD 3.4; source: mean-field fit to ONS
    Internet users 2014-17 for l_0 and l_A, the rest assumed.

    >>> from model.parameters import central_values, bundle
    >>> own = {"lapse_base": -8.5, "lapse_age": 1.3, "lapse_affordability": 5.0, "lapse_skill": 1.0, "lapse_peers": 0.3}
    >>> p = bundle(UseParameters, central_values(own) | {"onset_shift": 0.0, "lapse_shift": 0.5})
    >>> round(log_hazard_lapse(1.0, False, 1.0, 0.03, 0.5, 0.8, p), 3)
    -7.29
    """
    return (
        p.lapse_base
        + p.lapse_shift
        + p.lapse_age * age_decades
        + (p.lapse_disability if disabled else 0.0)
        + p.lapse_no_access * (1.0 - access)
        + p.lapse_affordability * cost_share
        - p.lapse_skill * skill
        - p.lapse_peers * peers
    )


@njit
def dose_of_help(hours: float, p: UseParameters) -> float:
    """What teaching or help adds to the log intensity of starting: D h / (h + h_50). ODD 3.4; assumed.

    >>> from model.parameters import central_values, bundle
    >>> own = {"support_onset_dose": 8.0, "support_half_dose_hours": 4.5}
    >>> p = bundle(UseParameters, central_values(own) | {"onset_shift": 0.0, "lapse_shift": 0.0})
    >>> round(dose_of_help(9.0, p), 3)
    5.333
    """
    return p.support_onset_dose * hours / (hours + p.support_half_dose_hours)


@njit
def share_of_dose_kept(p: UseParameters) -> float:
    """Share of a dose that is left a month later: it halves every tau months. ODD 3.4; assumed.

    >>> from model.parameters import central_values, bundle
    >>> p = bundle(UseParameters, central_values() | {"onset_shift": 0.0, "lapse_shift": 0.0})
    >>> round(share_of_dose_kept(p) ** 3, 12)
    0.5
    """
    return exp(-LN_2 / p.support_half_life_months)
