"""Hubs of the reference engine: hours, desks, crowding, and the groups of people who met there (ODD 7)."""

from math import fsum
from typing import TYPE_CHECKING

import numpy as np

from model.chance import key_from_text
from model.hubs import SEAT_HOURS, VOLUNTEER_INSTRUMENTS, VOLUNTEERS_AHEAD, HubMonth
from model.programmes.allocation import Capacity
from model.programmes.programme import Programme
from model.reference_agent import ReferenceAgent, total
from model.reference_residents import ResidentAgent
from model.rules.hub_service import (
    WEEKS_PER_MONTH,
    felt_hours,
    hours_for_programme,
    hours_per_place,
    load_of_hub,
    quality_under_load,
)
from model.setting import PUBLIC_KINDS

if TYPE_CHECKING:
    from model.reference import ReferenceModel

CHANCE_DECIMALS = 10


class Desk:
    """One programme at one hub: its places, and how much of the hub's hours it may use."""

    def __init__(self, hub: "HubAgent", programme: Programme) -> None:
        self.hub, self.programme = hub, programme
        sits = programme.effects.get(SEAT_HOURS.get(programme.instrument, ""), 0.0)
        volunteers = programme.instrument in VOLUNTEER_INSTRUMENTS
        self.hours_per_place = 0.0 if volunteers else hours_per_place(programme.staff_hours_per_place, sits, hub.seats)
        # Volunteers begin to help before a whole place has accrued; the programme's champions limit them together.
        self.places = Capacity(0.0, ahead=VOLUNTEERS_AHEAD if volunteers else 0.0)
        self.group: SessionGroup | None = None
        """the group that still takes people"""
        self.begin_month()

    def begin_month(self) -> None:
        """Nobody has been served yet."""
        self.served = self.waiting = 0
        self.hours_offered = self.champions = 0.0

    def accrue(self, n_waiting: int) -> int:
        """Whole places of the month, after joining and giving up; notes who waits and what is offered."""
        self.waiting = n_waiting
        if self.hours_per_place > 0.0:
            self.hours_offered = self.hub.hours_for(self.programme)
            self.places.per_month = self.hours_offered / self.hours_per_place
        return self.places.accrue()

    def serve(self) -> None:
        """Use a place."""
        self.places.use(1)
        self.served, self.waiting = self.served + 1, self.waiting - 1

    @property
    def quality(self) -> float:
        """What crowding leaves of the chance to complete; volunteers do not suffer from it."""
        return self.hub.quality[self.hub.pool_of(self.programme)] if self.hours_per_place > 0.0 else 1.0


class HubAgent(ReferenceAgent):
    """A place with staffed hours, seats, and a desk for every programme that works there."""

    def __init__(self, model: "ReferenceModel", row: int) -> None:
        hubs = model.setting.hubs
        self.hub_id, self.kind = str(hubs.hub_id[row]), str(hubs.kind[row])
        super().__init__(model, row, np.uint64(key_from_text(self.hub_id)))
        self.staffed_hours_week = float(hubs.staffed_hours_week[row])
        self.opened_month, self.closed_month = int(hubs.opened_month[row]), int(hubs.closed_month[row])
        self.seats = float(model.values["hub_seats"] if hubs.seats is None else hubs.seats[row])
        self.distance_km = [float(distance) for distance in hubs.distance_km[:, row]]
        self._pull = [float(pull) for pull in hubs.pull[:, row]]
        self.desks: dict[str, Desk] = {}
        self.quality = [1.0, 1.0]
        """of residents' and firms' programmes, or of all in the first place where they share the hours"""
        self.used, self.offered = [0.0, 0.0], [0.0, 0.0]
        """hours a month in the same two places, as felt over about a year"""

    def is_open(self) -> bool:
        """Whether open and staffed this month."""
        return self.opened_month <= self.model.period < self.closed_month and self.staffed_hours_week > 0

    def gives_access(self, area: int) -> bool:
        """Whether residents of an area can go online here this month."""
        return (
            self.is_open() and self.kind in PUBLIC_KINDS and self.distance_km[area] <= self.model.setting.hub_reach_km
        )

    def pull(self, area: int, kinds: tuple[str, ...]) -> float:
        """How strongly the hub draws people of an area who look for hubs of some kinds."""
        return self._pull[area] if self.is_open() and self.kind in kinds else 0.0

    @property
    def hours_month(self) -> float:
        """Staffed hours this month, of an agent's share of the hub."""
        return self.staffed_hours_week * WEEKS_PER_MONTH / self.model.weight if self.is_open() else 0.0

    def pool_of(self, programme: Programme) -> int:
        """Which hours a programme draws on."""
        return int(programme.audience == "firms" and self.model.values["hub_shared"] <= 0.5)

    def hours_for(self, programme: Programme) -> float:
        """Hours that a programme may use this month, together with others at work in its pool."""
        month = self.model.period
        shares = [
            desk.programme.hub_hours_share
            for desk in self.desks.values()
            if desk.hours_per_place > 0.0
            and self.pool_of(desk.programme) == self.pool_of(programme)
            and desk.programme.budget_pence > 0
            and desk.programme.start_month <= month < desk.programme.end_month
        ]
        return hours_for_programme(self.hours_month, programme.hub_hours_share, fsum(shares))

    def begin_month(self) -> None:
        """Quality follows the load up to last month."""
        rules = self.model.hub_rules
        self.quality = [quality_under_load(load_of_hub(self.used[p], self.offered[p]), rules) for p in (0, 1)]
        for desk in self.desks.values():
            desk.begin_month()

    def end_month(self) -> None:
        """Hours used and offered are felt for about a year."""
        for pool in (0, 1):
            desks = [desk for desk in self.desks.values() if self.pool_of(desk.programme) == pool]
            self.used[pool] = felt_hours(self.used[pool], fsum(desk.served * desk.hours_per_place for desk in desks))
            self.offered[pool] = felt_hours(self.offered[pool], fsum(desk.hours_offered for desk in desks))

    def record(self) -> HubMonth | None:
        """The month at full population; None if nobody was served or waits."""
        desks, weight = self.desks.values(), self.model.weight
        if not any(desk.served or desk.waiting for desk in desks):
            return None
        return HubMonth(
            self.model.period,
            self.hub_id,
            self.kind,
            self.hours_month * weight,
            fsum(desk.served * desk.hours_per_place for desk in desks) * weight,
            load_of_hub(sum(self.used), sum(self.offered)),
            sum(desk.waiting for desk in desks) * weight,
            min(self.quality),
            fsum(desk.champions for desk in desks) * weight,
        )


def chances(hubs: list[HubAgent], area: int, kinds: tuple[str, ...]) -> list[float]:
    """Cumulated chances of a person of an area to go to each hub; what is missing to 1 finds none near enough."""
    pulls = [hub.pull(area, kinds) for hub in hubs]
    cumulated, passed, attracted = [], 0.0, 1.0 + total(pulls)
    for pull in pulls:
        passed += pull / attracted
        cumulated.append(float(np.round(passed, CHANCE_DECIMALS)))
    return cumulated


def hub_chosen(hubs: list[HubAgent], area: int, kinds: tuple[str, ...], lot: float) -> HubAgent | None:
    """The hub that a person of an area goes to, by gravity; None if none is near enough for this person."""
    for hub, cumulated in zip(hubs, chances(hubs, area, kinds), strict=True):
        if lot < cumulated:
            return hub
    return None


def need_at_hubs(hubs: list[HubAgent], area: int, kinds: tuple[str, ...], waiting: list[int]) -> list[float]:
    """How much help is wanted around an area, hub by hub: the chance to go there times the people who wait there."""
    cumulated = chances(hubs, area, kinds)
    return [(c - b) * n for c, b, n in zip(cumulated, [0.0, *cumulated], waiting, strict=False)]


class SessionGroup:
    """People who met at sessions of one programme at one hub (ODD 7.5)."""

    def __init__(self, number: int, opened_month: int) -> None:
        self.number, self.opened_month = number, opened_month
        self.ever_joined = 0
        self.people: set[ResidentAgent] = set()

    @property
    def competent(self) -> int:
        """Members whom others count as competent users."""
        return sum(person.competent for person in self.people)

    def join(self, person: ResidentAgent, until: int) -> None:
        """Come in, and leave the group one was in."""
        if person.session is not None:
            person.session.leave(person)
        person.session, person.session_until = self, until
        self.people.add(person)
        self.ever_joined += 1

    def leave(self, person: ResidentAgent) -> None:
        """Be no longer met."""
        self.people.discard(person)
        person.session = None


def meet(model: "ReferenceModel", desk: Desk, people: list[ResidentAgent], size: int, tie_months: int) -> None:
    """People who come to a desk this month, in the order of their lots, fill its open group and then new ones."""
    month = model.period
    months_open = max(1, int(model.weight + 0.5))
    for person in people:
        group = desk.group
        if group is None or group.ever_joined >= size or month - group.opened_month >= months_open:
            group = desk.group = SessionGroup(len(model.sessions), month)
            model.sessions.append(group)
        group.join(person, month + tie_months)
