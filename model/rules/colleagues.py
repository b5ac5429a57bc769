"""People met in groups: colleagues at a workplace, and those who came to the same session of a hub."""

from typing import NamedTuple

from model.jit import njit

MOST_TIES_IN_GROUP = 4
"""A group counts like this many ties at most: nobody is close to a whole firm."""


class GroupParameters(NamedTuple):
    work_tie_weight: float
    session_tie_weight: float


@njit
def group_tie_weight(members: int, tie_weight: float) -> float:
    """Weight of a group among a person's ties: tie_weight x min(members - 1, 4). ODD 3.7; assumed.

    >>> group_tie_weight(3, 2.0), group_tie_weight(200, 2.0), group_tie_weight(1, 2.0)
    (4.0, 8.0, 0.0)
    """
    return tie_weight * max(min(members - 1, MOST_TIES_IN_GROUP), 0)


@njit
def weight_each(members: int, tie_weight: float) -> float:
    """Weight that each other member of a group has among a person's ties; 0 for who is alone. ODD 3.7; assumed.

    A person is exposed to the whole group, at the weight of at most four ties: the mean of four colleagues drawn by
    lot, without their noise.

    >>> weight_each(3, 2.0), weight_each(9, 2.0), weight_each(1, 2.0)
    (2.0, 1.0, 0.0)
    """
    return group_tie_weight(members, tie_weight) / (members - 1) if members > 1 else 0.0


@njit
def weights_met(
    work_weight: float,
    work_competent_weight: float,
    work_weight_each: float,
    members: int,
    competent_members: int,
    self_competent: float,
    p: GroupParameters,
) -> tuple[float, float]:
    """Weight of all and of competent people met at work (figures of the unit, oneself included in the competent ones) and
    in a session group (0 members without one). ODD 3.7; assumed.

    >>> weights_met(8.0, 6.0, 1.0, 3, 2, 1.0, GroupParameters(2.0, 2.0))
    (12.0, 7.0)
    """
    all_weight = work_weight
    competent_weight = max(work_competent_weight - self_competent * work_weight_each, 0.0)
    if members > 1:
        all_weight += group_tie_weight(members, p.session_tie_weight)
        competent_weight += (competent_members - self_competent) * weight_each(members, p.session_tie_weight)
    return all_weight, competent_weight
