"""Material access: a device of one's own and a connection at home."""

from typing import NamedTuple

from model.chance import happens, logistic
from model.jit import njit


class AccessParameters(NamedTuple):
    proxy_access: float
    access_get_base: float
    access_get_motivation: float
    access_get_household: float
    access_get_user: float
    access_get_affordability: float
    affordability_reference: float
    access_lose_base: float
    access_lose_affordability: float
    affordability_strain: float
    large_screen_share: float
    paid_connection_kept_base: float
    paid_connection_kept_motivation: float
    paid_connection_kept_affordability: float


@njit
def access_level(device: int, connection: int, helper_or_hub: bool, p: AccessParameters) -> float:
    """A: 1 with an own device and a connection at home, A_proxy with a helper or hub in reach, else 0.

    ODD 3.2; source: van Dijk's material access, proxy weight assumed.

    >>> p = AccessParameters(0.3, -4.6, 1.5, 0.7, 1.5, 10.0, 0.03, -7.3, 20.0, 0.05, 0.5, 0.0, 2.0, 15.0)
    >>> access_level(1, 2, False, p), access_level(0, 2, True, p), access_level(2, 0, False, p)
    (1.0, 0.3, 0.0)
    """
    if device > 0 and connection > 0:
        return 1.0
    return p.proxy_access if helper_or_hub else 0.0


@njit
def affordability(tariff_gbp_month: float, subsidy_share: float, income_gbp_month: float) -> float:
    """b: cost of a home connection as a share of income. ODD 3.2; source: definition.

    >>> round(affordability(30.0, 0.5, 1500.0), 4)
    0.01
    """
    return tariff_gbp_month * (1.0 - subsidy_share) / income_gbp_month


@njit
def log_hazard_get(
    motivation: float, has_other_half: bool, online: bool, cost_share: float, p: AccessParameters
) -> float:
    """Log intensity a month of getting a missing device or connection.

    h = a_0 + a_M (M - 0.5) + a_H [has the other half] + a_U [already online] - a_B (b - b_ref). ODD 3.2; assumed.

    >>> p = AccessParameters(0.3, -4.6, 1.5, 0.7, 1.5, 10.0, 0.03, -7.3, 20.0, 0.05, 0.5, 0.0, 2.0, 15.0)
    >>> round(log_hazard_get(0.7, True, False, 0.05, p), 3)
    -3.8
    """
    return (
        p.access_get_base
        + p.access_get_motivation * (motivation - 0.5)
        + (p.access_get_household if has_other_half else 0.0)
        + (p.access_get_user if online else 0.0)
        - p.access_get_affordability * (cost_share - p.affordability_reference)
    )


@njit
def log_hazard_lose(cost_share: float, p: AccessParameters) -> float:
    """Log intensity a month of losing a device or giving up a connection.

    h = d_0 + d_B max(b - b*, 0). ODD 3.2; assumed.

    >>> p = AccessParameters(0.3, -4.6, 1.5, 0.7, 1.5, 10.0, 0.03, -7.3, 20.0, 0.05, 0.5, 0.0, 2.0, 15.0)
    >>> round(log_hazard_lose(0.08, p), 3)
    -6.7
    """
    return p.access_lose_base + p.access_lose_affordability * max(cost_share - p.affordability_strain, 0.0)


@njit
def next_device(
    device: int, connection: int, motivation: float, online: bool, cost_share: float, u: float, p: AccessParameters
) -> int:
    """Device after this month's decision, from draw u: one without gets one, one with may lose it. ODD 3.2; assumed.

    Of the draws that bring a device the lower part brings a large screen, so that one draw decides both.

    >>> p = AccessParameters(0.3, -4.6, 1.5, 0.7, 1.5, 10.0, 0.03, -7.3, 20.0, 0.05, 0.5, 0.0, 2.0, 15.0)
    >>> [next_device(0, 2, 0.7, False, 0.05, u, p) for u in (0.001, 0.02, 0.03)]
    [2, 1, 0]
    >>> next_device(2, 2, 0.7, False, 0.05, 0.0001, p), next_device(2, 2, 0.7, False, 0.05, 0.01, p)
    (0, 2)
    """
    if device > 0:
        return 0 if happens(u, p.access_lose_base) else device
    h = log_hazard_get(motivation, connection > 0, online, cost_share, p)
    if not happens(u, h):
        return 0
    return 2 if happens(u / p.large_screen_share, h) else 1


@njit
def is_connected_next(
    connection: int, device: int, motivation: float, online: bool, cost_share: float, u: float, p: AccessParameters
) -> bool:
    """Whether a person wants the home connected after this month, from draw u. ODD 3.2; assumed.

    >>> p = AccessParameters(0.3, -4.6, 1.5, 0.7, 1.5, 10.0, 0.03, -7.3, 20.0, 0.05, 0.5, 0.0, 2.0, 15.0)
    >>> is_connected_next(0, 1, 0.7, False, 0.05, 0.02, p), is_connected_next(2, 1, 0.7, False, 0.05, 0.0001, p)
    (True, False)
    """
    if connection > 0:
        return not happens(u, log_hazard_lose(cost_share, p))
    return happens(u, log_hazard_get(motivation, device > 0, online, cost_share, p))


@njit
def probability_keep_paid_connection(motivation: float, cost_share: float, p: AccessParameters) -> float:
    """Chance that a household goes on paying itself when a paid period ends.

    sig(k_0 + k_M (M - 0.5) - k_B (b - b_ref)). ODD 3.2; assumed.

    >>> p = AccessParameters(0.3, -4.6, 1.5, 0.7, 1.5, 10.0, 0.03, -7.3, 20.0, 0.05, 0.5, 0.0, 2.0, 15.0)
    >>> round(probability_keep_paid_connection(0.5, 0.03, p), 3)
    0.5
    """
    return logistic(
        p.paid_connection_kept_base
        + p.paid_connection_kept_motivation * (motivation - 0.5)
        - p.paid_connection_kept_affordability * (cost_share - p.affordability_reference)
    )
