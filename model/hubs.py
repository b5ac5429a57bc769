"""Hubs as Mesa agents: each owns its staffed hours, its seats, its volunteers and a desk for every programme."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import fsum
from typing import NamedTuple
from weakref import WeakKeyDictionary

import mesa
import numpy as np

from model.parameters import bundle
from model.programmes.allocation import Capacity
from model.programmes.programme import Programme
from model.rules.hub_service import (
    WEEKS_PER_MONTH,
    HubParameters,
    felt_hours,
    hours_for_programme,
    hours_per_place,
    load_of_hub,
    quality_under_load,
)
from model.sessions import OpenGroup
from model.setting import Hubs, Setting

VOLUNTEER_INSTRUMENTS = ("champion",)
"""What volunteers do without hours of staff."""
VOLUNTEERS_AHEAD = 0.999
"""Part of a place that volunteers give at a hub before it has accrued there."""
SEAT_HOURS = {"train": "hours", "equip": "support_hours", "convene_residents": "hours"}
"""instrument -> the effect that says how long a person sits at the hub"""


class _Counters(WeakKeyDictionary):
    """Numbers from 1 for each model, forgotten with it; Mesa's own table would keep every model alive."""

    def __getitem__(self, model: mesa.Model) -> itertools.count:
        if model not in self:
            self[model] = itertools.count(1)
        return super().__getitem__(model)


@dataclass(slots=True)
class Queue:
    """Who waits, with what decides the rank: month joined, and a lot drawn once, at joining."""

    rows: np.ndarray = field(default_factory=lambda: np.empty(0, np.int32))
    joined_month: np.ndarray = field(default_factory=lambda: np.empty(0, np.int16))
    lot: np.ndarray = field(default_factory=lambda: np.empty(0, np.float64))

    def __len__(self) -> int:
        return len(self.rows)

    def join(self, rows: np.ndarray, month: int, lot: np.ndarray) -> None:
        """Add rows that come forward this month."""
        self.rows = np.concatenate([self.rows, rows])
        self.joined_month = np.concatenate([self.joined_month, np.full(len(rows), month, np.int16)])
        self.lot = np.concatenate([self.lot, lot])

    def keep(self, stays: np.ndarray) -> None:
        """Drop all but some (bool)."""
        self.rows, self.joined_month, self.lot = self.rows[stays], self.joined_month[stays], self.lot[stays]


@dataclass(slots=True)
class Desk:
    """One programme at one hub: its queue, and its places, which take hours of staff unless volunteers give them."""

    hub: "Hub"
    programme: Programme
    hours_per_place: float
    """0 where volunteers serve"""
    places: Capacity
    queue: Queue = field(default_factory=Queue)
    group: OpenGroup = field(default_factory=OpenGroup)
    champions: float = 0.0
    """volunteers at work here this month, in agents; one who helps at several hubs counts in parts"""
    served: int = 0
    """agents served this month"""
    waiting: int = 0
    """agents waiting at the end of the month"""
    hours_offered: float = 0.0
    """hours that the programme may use this month"""

    def is_at_work(self, month: int) -> bool:
        """Whether the programme may deliver this month."""
        return self.programme.budget_pence > 0 and self.programme.start_month <= month < self.programme.end_month

    def accrue(self, n_waiting: int) -> int:
        """Whole places, once a month in which the programme serves; notes who waits and what is offered."""
        self.waiting = n_waiting
        if self.hours_per_place > 0.0:
            self.hours_offered = self.hub.hours_for(self)
            self.places.per_month = self.hours_offered / self.hours_per_place
        return self.places.accrue()

    def serve(self, n: int) -> None:
        """Use places."""
        self.places.use(n)
        self.served += n
        self.waiting -= n

    @property
    def hours_used(self) -> float:
        """Hours of staff used this month, of an agent's share of the hub."""
        return self.served * self.hours_per_place

    @property
    def quality(self) -> float:
        """What crowding leaves of the chance to complete."""
        return self.hub.pool_quality[self.hub.pool_of(self.programme)] if self.hours_per_place > 0.0 else 1.0


class HubMonth(NamedTuple):
    """One hub in one month in which anyone was served or waited there, at full population."""

    month: int
    hub_id: str
    kind: str
    hours: float
    """staffed hours of the month"""
    hours_used: float
    """of these, by programmes"""
    load: float
    """hours used over the hours offered to programmes, as felt over about a year"""
    waiting: float
    """at the end of the month"""
    quality: float
    """what crowding leaves of the chance to complete"""
    champions: float


class Hub(mesa.Agent):
    """A library, community hub, Growth Hub, innovation lab or sandbox."""

    _ids = _Counters()

    def __init__(self, model: mesa.Model, number: int, columns: Hubs, values: dict[str, float], weight: float) -> None:
        super().__init__(model)
        self.number = number
        """place in the columns of `Setting.hubs`"""
        self.hub_id, self.name = str(columns.hub_id[number]), str(columns.name[number])
        self.kind = str(columns.kind[number])
        self.place = int(columns.distance_km[:, number].argmin()) if len(columns.distance_km) else -1
        """row of the small area it lies in or next to"""
        self.staffed_hours_week = float(columns.staffed_hours_week[number])
        self.seats = float(values["hub_seats"] if columns.seats is None else columns.seats[number])
        self.desks: dict[str, Desk] = {}
        self.pool_quality = [1.0, 1.0]
        """of residents' and firms' programmes, or of all in the first place where they share the hours"""
        self._used, self._offered = [0.0, 0.0], [0.0, 0.0]
        """hours a month of each pool, as felt over about a year"""
        self._columns, self._weight, self._month = columns, weight, 0
        self._rules, self._shared = bundle(HubParameters, values), values["hub_shared"] > 0.5

    def take_on(self, programme: Programme) -> Desk:
        """Make a desk for a programme."""
        volunteers = programme.instrument in VOLUNTEER_INSTRUMENTS
        sits = programme.effects.get(SEAT_HOURS.get(programme.instrument, ""), 0.0)
        hours = 0.0 if volunteers else hours_per_place(programme.staff_hours_per_place, sits, self.seats)
        # Volunteers begin to help before a whole place has accrued; the programme's champions limit them together.
        places = Capacity(0.0, ahead=VOLUNTEERS_AHEAD if volunteers else 0.0)
        self.desks[programme.id] = Desk(self, programme, hours, places)
        return self.desks[programme.id]

    def is_open(self, month: int) -> bool:
        """Whether open and staffed."""
        columns, n = self._columns, self.number
        return bool(columns.opened_month[n] <= month < columns.closed_month[n] and self.staffed_hours_week > 0)

    @property
    def hours_month(self) -> float:
        """Staffed hours this month, of an agent's share of the hub."""
        return self.staffed_hours_week * WEEKS_PER_MONTH / self._weight if self.is_open(self._month) else 0.0

    def pool_of(self, programme: Programme) -> int:
        """Which hours a programme draws on: 0 those of residents, or of all; 1 those of firms."""
        return int(programme.audience == "firms" and not self._shared)

    def hours_for(self, desk: Desk) -> float:
        """Hours that a programme may use this month."""
        pool = self.pool_of(desk.programme)
        sharing = [
            other.programme.hub_hours_share
            for other in self.desks.values()
            if other.hours_per_place > 0.0 and self.pool_of(other.programme) == pool and other.is_at_work(self._month)
        ]
        return hours_for_programme(self.hours_month, desk.programme.hub_hours_share, fsum(sharing))

    def begin_month(self, month: int) -> None:
        """Quality follows the load up to last month; the counts of the month start anew."""
        if self.desks:
            loads = [load_of_hub(*hours) for hours in zip(self._used, self._offered, strict=True)]
            self.pool_quality = [quality_under_load(load, self._rules) for load in loads]
        self._month = month
        for desk in self.desks.values():
            desk.served, desk.waiting = 0, 0
            desk.hours_offered, desk.champions = 0.0, 0.0

    def end_month(self) -> None:
        """Take in the work of the month."""
        if not any(self._offered) and not any(desk.hours_offered for desk in self.desks.values()):
            return  # nothing was offered here so far
        for pool in (0, 1):
            desks = [desk for desk in self.desks.values() if self.pool_of(desk.programme) == pool]
            self._used[pool] = felt_hours(self._used[pool], fsum(desk.hours_used for desk in desks))
            self._offered[pool] = felt_hours(self._offered[pool], fsum(desk.hours_offered for desk in desks))

    @property
    def load(self) -> float:
        """Hours used over the hours offered to programmes, as felt over about a year."""
        return load_of_hub(sum(self._used), sum(self._offered))

    @property
    def quality(self) -> float:
        """What crowding leaves of the chance to complete; the worse of residents' and firms'."""
        return min(self.pool_quality)

    @property
    def waiting(self) -> float:
        """People and firms waiting at the end of the month, at full population."""
        return sum(desk.waiting for desk in self.desks.values()) * self._weight

    @property
    def champions(self) -> float:
        """Volunteers at work this month, at full population; one who helps at several hubs counts in parts."""
        return fsum(desk.champions for desk in self.desks.values()) * self._weight

    def month_record(self) -> HubMonth | None:
        """The month at full population; None if nobody was served or waits."""
        if not any(desk.served or desk.waiting for desk in self.desks.values()):
            return None
        hours = self.hours_month * self._weight
        used = fsum(desk.hours_used for desk in self.desks.values()) * self._weight
        return HubMonth(
            self._month, self.hub_id, self.kind, hours, used, self.load, self.waiting, self.quality, self.champions
        )


def make_hubs(model: mesa.Model, setting: Setting, values: dict[str, float], weight: float) -> list[Hub]:
    """A hub for every column of the setting, in its order, registered with the model."""
    return [Hub(model, number, setting.hubs, values, weight) for number in range(len(setting.hubs))]


def begin_month(hubs: Sequence[Hub], month: int) -> None:
    """Start the month at all hubs, before anyone is served."""
    for hub in hubs:
        hub.begin_month(month)


def hub_months(hubs: Sequence[Hub]) -> list[HubMonth]:
    """What the hubs did this month, which ends for them, without those where nobody was served or waits."""
    for hub in hubs:
        hub.end_month()
    return [record for hub in hubs if (record := hub.month_record()) is not None]
