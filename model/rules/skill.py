"""Digital skill, on a scale from 0 to 1 with thresholds at the Essential Digital Skills levels."""

from typing import NamedTuple

import numpy as np

from model.chance import logistic
from model.jit import njit

FOUNDATION, ESSENTIAL, WORK = 0.3, 0.5, 0.7
"""Thresholds by convention; the ceiling's coefficients carry the published shares."""


WORK_LEVEL = 3
"""What `skill_level` gives those with Work skill."""


class SkillParameters(NamedTuple):
    skill_ceiling_base: float
    skill_ceiling_education: float
    skill_ceiling_age: float
    skill_ceiling_disability: float
    skill_ceiling_disposition: float
    skill_learning_monthly: float
    skill_help: float
    skill_decay_monthly: float
    training_gain_per_hour: float


@njit
def skill_ceiling(education: int, age_decades: float, disabled: bool, disposition: float, p: SkillParameters) -> float:
    """C: the skill a person reaches by use alone.

    sig(c_0 + c_E (education - 1) - c_A max(a, 0) - c_D dis + s_c z). ODD 3.5; source: Lloyds Essential Digital Skills
    shares by level.

    >>> p = SkillParameters(1.35, 0.55, 0.75, 0.3, 0.9, 0.03, 0.5, 0.02, 0.02)
    >>> round(skill_ceiling(1, 1.0, True, 0.0, p), 4)
    0.5744
    """
    return logistic(
        p.skill_ceiling_base
        + p.skill_ceiling_education * (education - 1)
        - p.skill_ceiling_age * max(age_decades, 0.0)
        - (p.skill_ceiling_disability if disabled else 0.0)
        + p.skill_ceiling_disposition * disposition
    )


@njit
def next_skill_of_user(skill: float, ceiling: float, peers: float, p: SkillParameters) -> float:
    """Learning by using, faster with competent friends and family: S' = S + lam max(C - S, 0)(1 + kap G). ODD 3.5.

    Source: assumed.

    >>> p = SkillParameters(1.35, 0.55, 0.75, 0.3, 0.9, 0.03, 0.5, 0.02, 0.02)
    >>> round(next_skill_of_user(0.4, 0.6, 0.8, p), 4)
    0.4084
    """
    return skill + p.skill_learning_monthly * max(ceiling - skill, 0.0) * (1.0 + p.skill_help * peers)


@njit
def next_skill_of_non_user(skill: float, p: SkillParameters) -> float:
    """Skill fades without use: S' = S (1 - d_S). ODD 3.5; source: assumed.

    >>> p = SkillParameters(1.35, 0.55, 0.75, 0.3, 0.9, 0.03, 0.5, 0.02, 0.02)
    >>> round(next_skill_of_non_user(0.5, p), 4)
    0.49
    """
    return skill * (1.0 - p.skill_decay_monthly)


@njit
def next_skill(skill: float, online: bool, ceiling: float, peers: float, p: SkillParameters) -> float:
    """Skill after this month: users learn, others forget. ODD 3.5.

    >>> p = SkillParameters(1.35, 0.55, 0.75, 0.3, 0.9, 0.03, 0.5, 0.02, 0.02)
    >>> round(next_skill(0.4, True, 0.6, 0.8, p), 4), round(next_skill(0.5, False, 0.6, 0.8, p), 4)
    (0.4084, 0.49)
    """
    return next_skill_of_user(skill, ceiling, peers, p) if online else next_skill_of_non_user(skill, p)


@njit
def is_competent(online: bool, skill: float) -> bool:
    """Whether neighbours count a person as a competent user: online, with Foundation skill as stored (float32).

    >>> is_competent(True, 0.3), is_competent(True, 0.29), is_competent(False, 0.9)
    (True, False, False)
    """
    return online and np.float32(skill) >= np.float32(FOUNDATION)


@njit
def training_gain(skill: float, hours: float, p: SkillParameters) -> float:
    """Skill gained by completed teaching: min(1, eta hours)(1 - S). ODD 3.5; source: assumed until calibrated.

    >>> p = SkillParameters(1.35, 0.55, 0.75, 0.3, 0.9, 0.03, 0.5, 0.02, 0.02)
    >>> round(training_gain(0.2, 9.0, p), 4)
    0.144
    """
    return min(1.0, p.training_gain_per_hour * hours) * (1.0 - skill)


@njit
def skill_level(skill: float) -> int:
    """0 below Foundation, 1 Foundation, 2 Essential, 3 Work. ODD 3.5; source: convention.

    >>> [skill_level(s) for s in (0.29, 0.3, 0.5, 0.9)]
    [0, 1, 2, 3]
    """
    return int(skill >= FOUNDATION) + int(skill >= ESSENTIAL) + int(skill >= WORK)
