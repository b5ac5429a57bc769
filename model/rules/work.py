"""Joining and leaving the workforce, finding and losing work."""

from typing import NamedTuple

from model.chance import happens
from model.jit import njit
from model.rules.skill import WORK

INACTIVE, JOBSEEKER, EMPLOYED = 0, 1, 2
PENSION_AGE_YEARS = 66
"""State pension age of 2020-26; later rises are left out. Source: Pensions Act 2014."""


JOIN_BEFORE_YEARS = 35
"""Only younger people join the workforce: after school, study or a first child."""
LEAVE_SOONER_YEARS = 50
"""Age from which leaving the workforce becomes likelier."""


class WorkParameters(NamedTuple):
    job_entry_base: float
    job_entry_work_skill: float
    job_exit_base: float
    workforce_join_base: float
    workforce_leave_base: float
    workforce_leave_age: float


@njit
def log_hazard_job_entry(skill: float, p: WorkParameters) -> float:
    """Log intensity a month that a jobseeker finds work: j_0 + j_S [S >= Work]. ODD 3.6; source: assumed.

    >>> p = WorkParameters(-2.3, 0.15, -5.6, -3.6, -7.5, 2.0)
    >>> round(log_hazard_job_entry(0.8, p), 2), log_hazard_job_entry(0.6, p)
    (-2.15, -2.3)
    """
    return p.job_entry_base + (p.job_entry_work_skill if skill >= WORK else 0.0)


@njit
def log_hazard_job_exit(p: WorkParameters) -> float:
    """Log intensity a month that a worker becomes a jobseeker. ODD 3.6; source: assumed.

    >>> log_hazard_job_exit(WorkParameters(-2.3, 0.15, -5.6, -3.6, -7.5, 2.0))
    -5.6
    """
    return p.job_exit_base


@njit
def log_hazard_leave_workforce(age_months: int, p: WorkParameters) -> float:
    """Log intensity a month of becoming inactive before pension age: j_l + j_lA max(age - 50, 0)/10. ODD 3.6; assumed.

    >>> p = WorkParameters(-2.3, 0.15, -5.6, -3.6, -7.5, 2.0)
    >>> log_hazard_leave_workforce(40 * 12, p), log_hazard_leave_workforce(60 * 12, p)
    (-7.5, -5.5)
    """
    return p.workforce_leave_base + p.workforce_leave_age * max(age_months / 12 - LEAVE_SOONER_YEARS, 0.0) / 10


@njit
def next_employment(employment: int, age_months: int, skill: float, u: float, p: WorkParameters) -> int:
    """Place in the labour market after this month. ODD 3.6; assumed.

    One draw u decides: the low end for finding or losing work and for joining, the high end for leaving the workforce.

    >>> p = WorkParameters(-2.3, 0.15, -5.6, -3.6, -7.5, 2.0)
    >>> next_employment(JOBSEEKER, 480, 0.8, 0.05, p), next_employment(EMPLOYED, 480, 0.8, 0.05, p)
    (2, 2)
    >>> next_employment(EMPLOYED, 66 * 12, 0.8, 0.05, p), next_employment(EMPLOYED, 480, 0.8, 0.9999, p)
    (0, 0)
    >>> next_employment(INACTIVE, 18 * 12, 0.8, 0.02, p), next_employment(INACTIVE, 480, 0.8, 0.02, p)
    (1, 0)
    """
    if age_months >= PENSION_AGE_YEARS * 12:
        return INACTIVE
    if employment == INACTIVE:
        joins = age_months < JOIN_BEFORE_YEARS * 12 and happens(u, p.workforce_join_base)
        return JOBSEEKER if joins else INACTIVE
    if happens(1.0 - u, log_hazard_leave_workforce(age_months, p)):
        return INACTIVE
    if employment == JOBSEEKER:
        return EMPLOYED if happens(u, log_hazard_job_entry(skill, p)) else JOBSEEKER
    return JOBSEEKER if happens(u, log_hazard_job_exit(p)) else EMPLOYED
