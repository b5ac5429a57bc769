"""Closing down."""

from typing import NamedTuple

from model.chance import exp
from model.jit import njit
from model.technologies import N_TECHNOLOGIES

YOUNG_MONTHS = 60
"""Survival is published for the first five years."""


class ClosureParameters(NamedTuple):
    closure_adopter_log: float
    closure_adopter_reference: float


@njit
def probability_closure(
    of_authority: float, size_factor: float, age_factor: float, n_in_use: int, p: ClosureParameters
) -> float:
    """Monthly chance that a firm closes: the published rate of the authority, by size, age and technologies in use.

    P = P_authority f_size f_age exp(-c (m/7 - m_ref)), m technologies in use. ODD 8.1; source: business demography,
    c assumed.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(ClosureParameters, central_values({"closure_adopter_log": 0.7, "closure_adopter_reference": 0.0}))
    >>> round(probability_closure(0.01, 1.2, 0.5, 1, p), 6)
    0.005429
    """
    tilt = exp(-p.closure_adopter_log * (n_in_use / N_TECHNOLOGIES - p.closure_adopter_reference))
    return of_authority * size_factor * age_factor * tilt
