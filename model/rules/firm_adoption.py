"""Taking up a technology: attention, price, expected value, the decision, giving up, certificates."""

import math
from typing import NamedTuple

from model.chance import exp, log, logistic
from model.jit import njit
from model.rules.use import LN_2
from model.technologies import N_TECHNOLOGIES, PREREQUISITE

GBP_OFFSET_GAIN, GBP_OFFSET_PRICE = 1.0, 1000.0
"""Pounds added to gain and price: they keep the logarithm finite and stand for the owner's own hours."""
VALUE_LIMIT = 4.0
CERTIFICATE_MONTHS = 12
_DEPENDANT = tuple(
    PREREQUISITE.index(technology) if technology in PREREQUISITE else -1 for technology in range(N_TECHNOLOGIES)
)
"""The technology that needs each one; -1 none"""


class AdoptionParameters(NamedTuple):
    attention_base: float
    attention_size: float
    attention_contact: float
    attention_peers: float
    attention_half_life_months: float
    adoption_value: float
    adoption_uncertainty: float
    adoption_peers: float
    adoption_capability: float
    adoption_match: float
    adoption_risk: float
    adoption_ceiling_size: float
    capability_reference: float
    match_reference: float
    abandonment_base: float
    abandonment_capability: float
    certificate_renewal: float


class TechnologyParameters(NamedTuple):
    """Seven numbers a field, one for each technology; parameter names are `<field>_<technology>`."""

    adoption_base: tuple[float, ...]
    adoption_slope: tuple[float, ...]
    adoption_midyear: tuple[float, ...]
    adoption_ceiling: tuple[float, ...]
    price_fixed_gbp: tuple[float, ...]
    price_per_job_gbp: tuple[float, ...]
    gain_prior: tuple[float, ...]
    gain_true: tuple[float, ...]
    cyber_risk: tuple[float, ...]
    productivity_gain: tuple[float, ...]


def shifted(share: float, log_odds: float) -> float:
    """A share whose log odds are moved; 0 and 1 stay.

    >>> shifted(0.5, 0.0), shifted(1.0, -3.0), round(shifted(0.5, 1.0), 4)
    (0.5, 1.0, 0.7311)
    """
    return share if share in (0.0, 1.0) else logistic(log(share / (1.0 - share)) + log_odds)


def share_of_use(ceiling: float, sector_tilt: float, size_band: int, p: AdoptionParameters) -> float:
    """Share of firms of a sector and size band for which a technology is ever of use: sig(logit(c_k) + tilt + c_n band).

    c_k is the share of firms under 10 in a sector without tilt. ODD 8.9; source: assumed; a short series cannot tell a low
    ceiling from a low speed.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(AdoptionParameters, central_values({"adoption_ceiling_size": 0.5}))
    >>> share_of_use(0.5, 0.0, 0, p), round(share_of_use(0.5, -0.5, 3, p), 4)
    (0.5, 0.7311)
    """
    return shifted(ceiling, sector_tilt + p.adoption_ceiling_size * size_band)


@njit
def share_of_adopters(tied_adopters: int, ties: int, cohort_adopters: int, cohort_others: int) -> float:
    """s: share of open trade partners and other members of the peer cohort that use a technology; 0 without any.

    ODD 8.5; source: definition.

    >>> share_of_adopters(2, 5, 1, 3), share_of_adopters(0, 0, 0, 0)
    (0.375, 0.0)
    """
    others = ties + cohort_others
    return (tied_adopters + cohort_adopters) / others if others > 0 else 0.0


@njit
def attention(jobs: float, contact_dose: float, share_adopters: float, p: AdoptionParameters) -> float:
    """Monthly intensity with which a firm considers a technology: att_0 n^e (1 + a_hub dose + a_peer s), n in jobs.

    ODD 8.5; source: assumed, larger firms look around more.

    >>> from model.parameters import bundle, central_values
    >>> own = {"attention_base": 0.03, "attention_size": 0.4, "attention_contact": 1.0, "attention_peers": 0.5}
    >>> p = bundle(AdoptionParameters, central_values(own))
    >>> round(attention(1.0, 0.0, 0.0, p), 6), round(attention(32.0, 2.0, 0.4, p), 6)
    (0.03, 0.384)
    """
    of_size = p.attention_base * exp(p.attention_size * log(jobs))
    return of_size * (1.0 + p.attention_contact * contact_dose + p.attention_peers * share_adopters)


@njit
def most_attention(jobs: float, contact_dose: float, p: AdoptionParameters) -> float:
    """A bound of `attention` that needs no logarithm: n^e <= 1 + e (n - 1) for n >= 1 and 0 <= e <= 1, and s <= 1.

    The chance to adopt lies below it, so it settles most draws. ODD 8.5; source: Bernoulli's inequality.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(AdoptionParameters, central_values())
    >>> most_attention(20.0, 0.5, p) > attention(20.0, 0.5, 1.0, p)
    True
    """
    of_size = p.attention_base * (1.0 + p.attention_size * (jobs - 1.0))
    return of_size * (1.0 + p.attention_contact * contact_dose + p.attention_peers)


@njit
def next_attention_dose(dose: float, p: AdoptionParameters) -> float:
    """What recent contact adds to attention, a month later: it halves every few months. ODD 8.2; source: assumed.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(AdoptionParameters, central_values({"attention_half_life_months": 6.0}))
    >>> dose = 2.0
    >>> for month in range(6):
    ...     dose = next_attention_dose(dose, p)
    >>> round(dose, 9)
    1.0
    """
    return dose * exp(-LN_2 / p.attention_half_life_months)


@njit
def price_gbp(fixed_gbp: float, per_job_gbp: float, jobs: float) -> float:
    """Price of taking up a technology: fix_k + var_k n, in GBP of 2024. ODD 8.5; source: assumed list prices.

    >>> price_gbp(1500.0, 20.0, 10.0)
    1700.0
    """
    return fixed_gbp + per_job_gbp * jobs


@njit
def grant_gbp(price: float, share: float, cap_gbp: float) -> float:
    """Grant towards a price: a share of it, at most the cap. ODD 8.5; source: definition.

    >>> grant_gbp(6000.0, 0.5, 2000.0), grant_gbp(1500.0, 0.5, 2000.0)
    (2000.0, 750.0)
    """
    return min(share * price, cap_gbp)


@njit
def expected_value(gain: float, gva_gbp: float, own_price_gbp: float) -> float:
    """v: log of the yearly gain a firm expects, over what it pays: ln((mu GVA + 1)/(p + 1000)), within -4 and 4.

    gain is a share of gross value added a year. ODD 8.5; source: assumed form.

    >>> round(expected_value(0.05, 200_000.0, 4000.0), 4)
    0.6932
    >>> expected_value(-0.01, 200_000.0, 4000.0)
    -4.0
    """
    ratio = (gain * gva_gbp + GBP_OFFSET_GAIN) / (own_price_gbp + GBP_OFFSET_PRICE)
    return min(max(log(ratio), -VALUE_LIMIT), VALUE_LIMIT)


@njit
def log_odds_adoption(
    base: float,
    slope: float,
    midyear: float,
    years: float,
    sector_tilt: float,
    value: float,
    precision: float,
    share_adopters: float,
    capability: float,
    match: float,
    cyber_risk: float,
    certified: bool,
    p: AdoptionParameters,
) -> float:
    """Log odds that a firm which considers a technology takes it up.

    g_0 + g_t (t - t_k) + tilt + g_1 v - g_2/sqrt(q) + g_3 s + g_4 (K - K_ref) + g_5 (match - match_ref)
    - g_7 risk [no certificate]; t in years since January 2013. ODD 8.5; levels and slopes set to dated UK shares, the
    rest assumed.

    >>> from model.parameters import bundle, central_values
    >>> own = {"adoption_value": 0.5, "adoption_uncertainty": 1.0, "adoption_peers": 0.6, "adoption_capability": 1.5,
    ...        "adoption_match": 0.8, "adoption_risk": 0.3, "capability_reference": 0.5, "match_reference": 0.5}
    >>> p = bundle(AdoptionParameters, central_values(own))
    >>> round(log_odds_adoption(-2.0, 0.1, 3.0, 5.0, 0.2, 1.0, 4.0, 0.5, 0.6, 0.75, 0.5, False, p), 3)
    -1.1
    """
    return (
        base
        + slope * (years - midyear)
        + sector_tilt
        + p.adoption_value * value
        - p.adoption_uncertainty / math.sqrt(precision)
        + p.adoption_peers * share_adopters
        + p.adoption_capability * (capability - p.capability_reference)
        + p.adoption_match * (match - p.match_reference)
        - (0.0 if certified else p.adoption_risk * cyber_risk)
    )


@njit
def probability_adopt(attention_intensity: float, log_odds: float) -> float:
    """Chance that a firm takes up a technology this month: (1 - e^-attention) sig(log odds); below `attention_intensity`.

    ODD 8.5; source: definition.

    >>> round(probability_adopt(0.05, 0.0), 5)
    0.02439
    """
    return (1.0 - exp(-attention_intensity)) * logistic(log_odds)


@njit
def log_hazard_abandonment(capability: float, p: AdoptionParameters) -> float:
    """Log intensity a month of giving up a technology in use: ab_0 + ab_K (K_ref - K). ODD 8.6; source: assumed.

    >>> from model.parameters import bundle, central_values
    >>> own = {"abandonment_base": -6.0, "abandonment_capability": 2.0, "capability_reference": 0.5}
    >>> p = bundle(AdoptionParameters, central_values(own))
    >>> log_hazard_abandonment(0.25, p)
    -5.5
    """
    return p.abandonment_base + p.abandonment_capability * (p.capability_reference - capability)


@njit
def is_built_on(technology: int, adopted: int) -> bool:
    """Whether a technology in use depends on this one: a website on which e-commerce runs cannot be given up.

    ODD 8.6; source: the chain of prerequisites in model/technologies.py.

    >>> is_built_on(0, 0b0000011), is_built_on(0, 0b0000101), is_built_on(5, 0b1101100)
    (True, False, True)
    """
    dependant = _DEPENDANT[technology]
    return dependant >= 0 and (adopted >> dependant) & 1 == 1


@njit
def has_prerequisite(technology: int, adopted: int) -> bool:
    """Whether what a technology needs is in use. ODD 8.5; source: model/technologies.py.

    >>> has_prerequisite(0, 0), has_prerequisite(1, 0), has_prerequisite(1, 1)
    (True, False, True)
    """
    needed = PREREQUISITE[technology]
    return needed < 0 or (adopted >> needed) & 1 == 1


@njit
def n_in_use(adopted: int) -> int:
    """Number of technologies in use, from the bits of `adopted`. ODD 8; source: definition.

    >>> n_in_use(0b1000101)
    3
    """
    n = 0
    for technology in range(N_TECHNOLOGIES):
        n += (adopted >> technology) & 1
    return n
