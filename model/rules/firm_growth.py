"""What technology does to a firm: productivity, demand taken from or lost to others, and jobs."""

from typing import NamedTuple

from model.chance import exp, log
from model.jit import njit
from model.rules.firm_adoption import AdoptionParameters


class GrowthParameters(NamedTuple):
    productivity_share: float
    productivity_match: float
    productivity_ramp_months: float
    demand_elasticity: float
    demand_return_monthly: float


@njit
def ramp(months_in_use: int, p: GrowthParameters) -> float:
    """Share of a technology's full effect reached: a straight line over the first months of use; 0 before (and without).

    ODD 8.7; source: gains of UK micro-businesses were measured after three years (erc_micro_2018).

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(GrowthParameters, central_values({"productivity_ramp_months": 36.0}))
    >>> ramp(9, p), ramp(60, p), ramp(-5, p)
    (0.25, 1.0, 0.0)
    """
    return min(1.0, max(0.0, months_in_use / p.productivity_ramp_months))


@njit
def capability_and_match(capability: float, match: float, levels: AdoptionParameters, p: GrowthParameters) -> float:
    """How much of a technology's average effect this firm gets; 1 at the reference capability and skills.

    (K + m_ref + w_m (match - m_ref))/(K_ref + m_ref); with w_m = 0 skills do not matter. ODD 8.7; source: assumed.

    >>> from model.parameters import bundle, central_values
    >>> values = central_values({"productivity_match": 1.0, "capability_reference": 0.5, "match_reference": 0.5})
    >>> levels, p = bundle(AdoptionParameters, values), bundle(GrowthParameters, values)
    >>> round(capability_and_match(0.5, 0.5, levels, p), 4), round(capability_and_match(0.6, 0.6, levels, p), 4)
    (1.0, 1.2)
    """
    with_skills = levels.match_reference + p.productivity_match * (match - levels.match_reference)
    return (capability + with_skills) / (levels.capability_reference + levels.match_reference)


@njit
def productivity(log_gain: float, fit: float, p: GrowthParameters) -> float:
    """Output a job against that without technology: exp(kap_c fit sum_k phi_k ramp_k).

    log_gain is the sum over technologies in use; fit is `capability_and_match`; kap_c is the causal share of the
    differences published. ODD 8.7; source: erc_micro_2018 for phi, kap_c assumed.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(GrowthParameters, central_values({"productivity_share": 0.5}))
    >>> round(productivity(0.2, 1.0, p), 4)
    1.1052
    """
    return exp(p.productivity_share * fit * log_gain)


@njit
def attractiveness(gain: float, appeal: float, p: GrowthParameters) -> float:
    """appeal g^sigma: pull on the sector's customers of a firm whose productivity has grown g-fold since it entered.

    Appeal is 1 unless investment has won customers. ODD 8.8; source: constant elasticity of demand, assumed.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(GrowthParameters, central_values({"demand_elasticity": 2.0}))
    >>> round(attractiveness(1.1, 1.0, p), 6), attractiveness(1.0, 1.2, p)
    (1.21, 1.2)
    """
    return appeal if gain == 1.0 else appeal * exp(p.demand_elasticity * log(gain))


@njit
def next_demand(
    demand: float, own_attractiveness: float, mean_attractiveness: float, mean_gain: float, p: GrowthParameters
) -> float:
    """A firm's demand moves to its share of a sector that grows with its mean productivity.

    target = g^sigma / A x Mn; D' = D + r_d (target - D). A firm that stands still while others adopt loses. ODD 8.8;
    source: assumed.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(GrowthParameters, central_values({"demand_return_monthly": 0.1}))
    >>> round(next_demand(1.0, 1.21, 1.1, 1.05, p), 4), round(next_demand(1.0, 1.0, 1.1, 1.05, p), 4)
    (1.0155, 0.9955)
    """
    target = own_attractiveness / mean_attractiveness * mean_gain
    return demand + p.demand_return_monthly * (target - demand)


@njit
def size_index(demand: float, gain: float) -> float:
    """Jobs against those at entry: what is sold over output a job, D / g. ODD 8.8; source: definition.

    >>> size_index(1.05, 1.05), size_index(1.0, 1.25)
    (1.0, 0.8)
    """
    return demand / gain
