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
def group_competent_weight(members: int, competent: int, self_competent: bool, tie_weight: float) -> float:
    """The part of a group's weight that falls on competent users among the others. ODD 3.7; assumed.

    A person is exposed to the whole group, at the weight of at most four ties: the mean of four colleagues drawn by
    lot, without their noise.

    >>> group_competent_weight(5, 3, True, 2.0), group_competent_weight(1, 1, True, 2.0)
    (4.0, 0.0)
    """
    if members <= 1:
        return 0.0
    others = competent - (1 if self_competent else 0)
    return group_tie_weight(members, tie_weight) * others / (members - 1)
