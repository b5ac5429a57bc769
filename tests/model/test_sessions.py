"""Session groups: who joins leaves the group before, counts are exact, and ties end when they are due."""

import numpy as np
import pytest

from model.sessions import OpenGroup, Sessions, meet
from model.state import NO_GROUP, empty_residents


@pytest.fixture
def residents():
    """Twenty people in no group; every second one is competent."""
    people = empty_residents(20)
    people.session_group[:] = NO_GROUP
    people.competent[::2] = 1
    return people


def rows(*numbers: int) -> np.ndarray:
    return np.array(numbers, np.int32)


def test_groups_fill_up_and_new_ones_follow(residents):
    sessions, group = Sessions(), OpenGroup()
    meet(np.arange(7, dtype=np.int32), 3, sessions, group, 3, 1, 9, residents)
    assert residents.session_group[:8].tolist() == [0, 0, 0, 1, 1, 1, 2, NO_GROUP]
    assert sessions.members.tolist() == [3, 3, 1] and sessions.competent.tolist() == [2, 1, 1]
    # The same month again: the open group takes two more, then another one is founded.
    meet(rows(10, 11, 12), 3, sessions, group, 3, 1, 9, residents)
    assert residents.session_group[[10, 11, 12]].tolist() == [2, 2, 3]


@pytest.mark.parametrize("open_months, same", [(1, False), (2, True)])
def test_a_group_takes_people_for_so_many_months(residents, open_months, same):
    sessions, group = Sessions(), OpenGroup()
    meet(rows(0), 3, sessions, group, 12, open_months, 9, residents)
    meet(rows(1), 4, sessions, group, 12, open_months, 10, residents)
    assert (residents.session_group[0] == residents.session_group[1]) is np.bool_(same)


def test_who_meets_others_leaves_the_group_before(residents):
    sessions, group, other = Sessions(), OpenGroup(), OpenGroup()
    meet(rows(0, 1, 2), 3, sessions, group, 12, 1, 9, residents)
    meet(rows(2, 3), 5, sessions, other, 12, 1, 11, residents)
    assert sessions.members.tolist() == [2, 2] and sessions.competent.tolist() == [1, 1]
    sessions.expire(9, residents)
    assert residents.session_group[:4].tolist() == [NO_GROUP, NO_GROUP, 1, 1]
    assert sessions.members.tolist() == [0, 2] and sessions.competent.tolist() == [0, 1]
    sessions.expire(11, residents)
    assert sessions.members.tolist() == [0, 0] and not sessions.competent.any()
    assert not sessions.ends


def test_nobody_leaves_twice(residents):
    sessions = Sessions()
    meet(rows(0, 1), 3, sessions, OpenGroup(), 12, 1, 9, residents)
    sessions.leave(rows(0), residents)
    sessions.leave(rows(0), residents)
    sessions.expire(9, residents)
    assert sessions.members.tolist() == [0] and sessions.competent.tolist() == [0]
