"""What a firm has to work with: jobs, output, money free to invest, capability, and skills at hand."""

from typing import NamedTuple

from model.jit import njit
from model.technologies import N_TECHNOLOGIES


class ResourceParameters(NamedTuple):
    capability_return_monthly: float
    capability_experience: float
    margin_share: float
    liquidity_cap_share: float
    match_seekers: float


@njit
def jobs_now(entry_jobs: int, size_index: float) -> float:
    """n: jobs of a firm, those at entry times its size index; at least one. ODD 8; source: definition.

    >>> jobs_now(10, 1.2), jobs_now(1, 0.7)
    (12.0, 1.0)
    """
    return max(entry_jobs * size_index, 1.0)


@njit
def gva_gbp(gva_per_job_gbp: float, jobs: float, productivity: float) -> float:
    """Gross value added a year, in GBP of 2024. ODD 8; source: definition.

    >>> gva_gbp(50_000.0, 4.0, 1.1)
    220000.00000000003
    """
    return gva_per_job_gbp * jobs * productivity


@njit
def next_liquidity(liquidity_gbp: float, yearly_gva_gbp: float, raised_gbp: float, p: ResourceParameters) -> float:
    """Money free to invest, a month on: L' = min(L + margin GVA / 12, cap GVA + raised). ODD 8.3; source: assumed.

    raised_gbp is outside capital, which a firm keeps free besides what it usually puts aside.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(ResourceParameters, central_values({"margin_share": 0.03, "liquidity_cap_share": 0.05}))
    >>> next_liquidity(1000.0, 120_000.0, 0.0, p), next_liquidity(5900.0, 120_000.0, 0.0, p)
    (1300.0, 6000.0)
    >>> next_liquidity(55_900.0, 120_000.0, 50_000.0, p)
    56000.0
    """
    most_gbp = p.liquidity_cap_share * yearly_gva_gbp + raised_gbp
    return min(liquidity_gbp + p.margin_share * yearly_gva_gbp / 12.0, most_gbp)


@njit
def next_capability(capability: float, base: float, n_in_use: int, p: ResourceParameters) -> float:
    """Capability returns to a level of the firm's own that rises with experience; programmes add to it directly.

    K' = K + r_K (min(1, K_base + k_experience m / 7) - K), m technologies in use. ODD 8.3; source: assumed speed.

    >>> from model.parameters import bundle, central_values
    >>> own = {"capability_return_monthly": 0.02, "capability_experience": 0.14}
    >>> p = bundle(ResourceParameters, central_values(own))
    >>> round(next_capability(0.6, 0.44, 3, p), 6)
    0.598
    """
    aim = min(1.0, base + p.capability_experience * n_in_use / N_TECHNOLOGIES)
    return capability + p.capability_return_monthly * (aim - capability)


@njit
def skills_match(
    workers: int,
    skilled_workers: int,
    commuters: int,
    commuter_skilled_share: float,
    seekers_skilled_share: float,
    p: ResourceParameters,
) -> float:
    """Share of the people at hand with Work skill: own workers and commuters, and to w_seek the jobseekers around.

    match = (1 - w) (skilled + c commuters)/(workers + commuters) + w seekers; a firm nobody works for yet has the
    jobseekers only. ODD 8.3; source: assumed weight.

    >>> from model.parameters import bundle, central_values
    >>> p = bundle(ResourceParameters, central_values({"match_seekers": 0.2}))
    >>> round(skills_match(6, 3, 2, 0.75, 0.4, p), 4), skills_match(0, 0, 0, 0.75, 0.4, p)
    (0.53, 0.4)
    """
    people = workers + commuters
    if people == 0:
        return seekers_skilled_share
    own = (skilled_workers + commuter_skilled_share * commuters) / people
    return (1.0 - p.match_seekers) * own + p.match_seekers * seekers_skilled_share
