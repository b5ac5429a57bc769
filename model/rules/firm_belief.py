"""What a firm believes a technology would gain it, and how it learns from firms that use it."""

from typing import NamedTuple

from model.chance import exp
from model.jit import njit
from model.rules.use import LN_2


class BeliefParameters(NamedTuple):
    belief_per_adopter: float
    belief_precision_start: float
    belief_half_life_months: float
    outlook_spread: float


@njit
def outlook(z: float, p: BeliefParameters) -> float:
    """Lasting optimism of a firm, a multiple of the average prior gain: exp(s z - s^2/2), mean 1; z standard normal.

    ODD 8.9; source: assumed.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(BeliefParameters, central_values({"outlook_spread": 0.4}))
    >>> round(outlook(0.0, p), 4), round(outlook(1.0, p), 4)
    (0.9231, 1.3771)
    """
    return exp(p.outlook_spread * z - 0.5 * p.outlook_spread * p.outlook_spread)


@njit
def learnt_gain(gain: float, precision: float, observed_gain: float, observations: float) -> float:
    """Belief after observations: mean weighted by precision, mu' = (q mu + q_obs obs)/(q + q_obs).

    Gains are shares of gross value added a year, precision counts observations. ODD 8.4; source: Bayes' rule for a
    normal mean.

    >>> round(learnt_gain(0.02, 1.0, 0.05, 0.5), 4)
    0.03
    """
    return (precision * gain + observations * observed_gain) / (precision + observations)


@njit
def share_forgotten(p: BeliefParameters) -> float:
    """Share of the way back to the prior that a belief drifts in a month: 1 - 2^(-1/half-life). ODD 8.4; assumed.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(BeliefParameters, central_values({"belief_half_life_months": 12.0}))
    >>> round((1.0 - share_forgotten(p)) ** 12, 12)
    0.5
    """
    return 1.0 - exp(-LN_2 / p.belief_half_life_months)


@njit
def drifted(value: float, start: float, share: float) -> float:
    """A belief's mean or precision after a month's drift to where it started: x' = x + r (x_0 - x). ODD 8.4; assumed.

    >>> drifted(3.0, 1.0, 0.25)
    2.5
    """
    return value + share * (start - value)
