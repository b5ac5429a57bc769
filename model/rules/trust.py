"""Trust in online services."""

from typing import NamedTuple

from model.jit import njit


class TrustParameters(NamedTuple):
    trust_return_monthly: float
    trust_usual: float


@njit
def next_trust(trust: float, breach: float, p: TrustParameters) -> float:
    """Trust drifts back to its usual level and falls with breaches in the news.

    T' = T + r_T (T_0 - T) - breach. All on 0 to 1; breach is the loss of the month. ODD 3.1; source: assumption,
    half-life of about four months.

    >>> p = TrustParameters(trust_return_monthly=0.159, trust_usual=0.55)
    >>> round(next_trust(0.80, 0.01, p), 5)
    0.75025
    """
    return min(1.0, max(0.0, trust + p.trust_return_monthly * (p.trust_usual - trust) - breach))
