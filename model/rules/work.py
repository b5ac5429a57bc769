"""Finding and leaving work."""

from typing import NamedTuple

from model.chance import happens
from model.jit import njit
from model.rules.skill import WORK

INACTIVE, JOBSEEKER, EMPLOYED = 0, 1, 2
PENSION_AGE_YEARS = 66
"""State pension age of 2020-26; later rises are left out. Source: Pensions Act 2014."""


class WorkParameters(NamedTuple):
    job_entry_base: float
    job_entry_work_skill: float
    job_exit_base: float


@njit
def log_hazard_job_entry(skill: float, p: WorkParameters) -> float:
    """Log intensity a month that a jobseeker finds work: j_0 + j_S [S >= Work]. ODD 3.6; source: assumed.

    >>> p = WorkParameters(-2.3, 0.15, -5.2)
    >>> round(log_hazard_job_entry(0.8, p), 2), log_hazard_job_entry(0.6, p)
    (-2.15, -2.3)
    """
    return p.job_entry_base + (p.job_entry_work_skill if skill >= WORK else 0.0)


@njit
def log_hazard_job_exit(p: WorkParameters) -> float:
    """Log intensity a month that a worker becomes a jobseeker. ODD 3.6; source: assumed.

    >>> log_hazard_job_exit(WorkParameters(-2.3, 0.15, -5.2))
    -5.2
    """
    return p.job_exit_base


@njit
def next_employment(employment: int, age_months: int, skill: float, u: float, p: WorkParameters) -> int:
    """Place in the labour market after this month, from draw u. ODD 3.6; source: assumed.

    >>> p = WorkParameters(-2.3, 0.15, -5.2)
    >>> next_employment(JOBSEEKER, 480, 0.8, 0.05, p), next_employment(EMPLOYED, 480, 0.8, 0.05, p)
    (2, 2)
    >>> next_employment(EMPLOYED, 66 * 12, 0.8, 0.05, p)
    0
    """
    if employment == INACTIVE or age_months >= PENSION_AGE_YEARS * 12:
        return INACTIVE
    if employment == JOBSEEKER:
        return EMPLOYED if happens(u, log_hazard_job_entry(skill, p)) else JOBSEEKER
    return JOBSEEKER if happens(u, log_hazard_job_exit(p)) else EMPLOYED
