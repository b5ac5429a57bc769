"""Groups of people who met at a session of a hub: they count as ties of each other for some months."""

from dataclasses import dataclass, field

import numpy as np

from model.jit import njit
from model.state import NO_GROUP, Residents


@dataclass(slots=True)
class Sessions:
    """Numbers by group; a group's number is its place here and is never given again."""

    members: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    competent: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    """members that neighbours count as competent"""
    ends: dict[int, list[np.ndarray]] = field(default_factory=dict)
    """month -> rows whose ties may end then"""

    def found(self) -> int:
        """Number of a new, empty group."""
        # One by one: a hub founds a group a month at most in all but the busiest programmes.
        self.members, self.competent = np.append(self.members, np.int32(0)), np.append(self.competent, np.int32(0))
        return len(self.members) - 1

    def join(self, rows: np.ndarray, group: int, until: int, residents: Residents) -> None:
        """Put rows into a group until a month; they leave the group that they are in."""
        self.leave(rows, residents)
        residents.session_group[rows], residents.session_until[rows] = group, until
        self.members[group] += len(rows)
        self.competent[group] += int(residents.competent[rows].sum())
        self.ends.setdefault(until, []).append(rows)

    def leave(self, rows: np.ndarray, residents: Residents) -> None:
        """Take rows out of their groups, those who are in one."""
        leave_groups(rows, self.members, self.competent, residents)

    def expire(self, month: int, residents: Residents) -> None:
        """Take out all whose ties end this month, unless they met others since."""
        for rows in self.ends.pop(month, []):
            self.leave(rows[residents.session_until[rows] <= month], residents)


@dataclass(slots=True)
class OpenGroup:
    """The group of a hub and programme that still takes people."""

    number: int = NO_GROUP
    opened_month: int = 0
    joined: int = 0


def meet(
    rows: np.ndarray, month: int, sessions: Sessions, group: OpenGroup, size: int, open_months: int, until: int,
    residents: Residents,
) -> None:  # fmt: skip
    """Put people served at one hub, in the order of their lots, into the open group and then into new ones."""
    while len(rows):
        fresh = group.number != NO_GROUP and month - group.opened_month < open_months
        if not fresh or group.joined >= size:
            group.number, group.opened_month, group.joined = sessions.found(), month, 0
        some, rows = np.split(rows, [size - group.joined])
        sessions.join(some, group.number, until, residents)
        group.joined += len(some)


def months_open(weight: float) -> int:
    """Months in which a group takes people: as many as people that an agent stands for, so that in a sample an agent
    meets as many others as a person does.

    >>> months_open(1.0), months_open(10.0), months_open(2.5)
    (1, 10, 3)
    """
    return max(1, int(weight + 0.5))


@njit
def leave_groups(rows: np.ndarray, members: np.ndarray, competent: np.ndarray, residents: Residents) -> None:
    """Take rows that are in a session group out of it and out of its counts."""
    for i in rows:
        group = residents.session_group[i]
        if group >= 0:
            members[group] -= 1
            competent[group] -= np.int32(residents.competent[i])
            residents.session_group[i] = NO_GROUP
