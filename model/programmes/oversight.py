"""Pilots and reviews while programmes run: who goes on, and whose money moves to whom. ODD 5.5."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Protocol

from model.hubs import Desk
from model.programmes.allocation import Capacity, Purse
from model.programmes.delivery import MonthOfDelivery
from model.programmes.programme import OFFER_INSTRUMENTS, WITHOUT_APPLICANTS, Programme
from model.programmes.review import Review
from model.rules.review import RULES, Standing, goes_on


class AtWork(Protocol):
    """What pilots and reviews read and change of a programme at work, whomever it serves."""

    programme: Programme
    purse: Purse
    places: Capacity
    desks: dict[int, Desk]


@dataclass(slots=True)
class Progress:
    """What a programme has done so far, at full population."""

    has_applicants: bool
    spent_pence: int = 0
    served: float = 0.0
    completed: float = 0.0
    waiting: float = 0.0
    """at the end of the last month"""
    moved_pence: int = 0
    """got (below 0: given) at this month's review"""


@dataclass(slots=True)
class Oversight:
    """All programmes of one run, in the order in which they act."""

    deliveries: Sequence[AtWork]
    review: Review | None
    progress: dict[str, Progress] = field(init=False)
    fixed_pence: dict[str, int] = field(init=False)
    """fixed cost a month of each programme at full size"""

    def __post_init__(self) -> None:
        programmes = [delivery.programme for delivery in self.deliveries]
        self.progress = {p.id: Progress(p.instrument not in WITHOUT_APPLICANTS) for p in programmes}
        self.fixed_pence = {p.id: p.fixed_cost_pence_per_month for p in programmes}
        for delivery in self.deliveries:
            if pilot := delivery.programme.pilot:
                delivery.purse.pace = Fraction(str(pilot.share))
                delivery.places.pace = pilot.share
                delivery.programme = in_pilot(delivery.programme, pilot.share)

    def begin_month(self, month: int) -> None:
        """End pilots and move money, before anyone is served."""
        for delivery in self.deliveries:
            self.progress[delivery.programme.id].moved_pence = 0
            pilot = delivery.programme.pilot
            if pilot and month == delivery.programme.start_month + pilot.months:
                self._end_pilot(delivery, month)
        if self.review and self._is_due(self.review, month):
            self._hold(self.review, month)

    def note(self, record: MonthOfDelivery) -> MonthOfDelivery:
        """Take in what a programme did this month; returns the record with the money that moved."""
        progress = self.progress[record.programme]
        progress.spent_pence += record.spend_pence
        progress.served += record.served
        # What nobody applies to has nobody who could fail to complete.
        progress.completed += record.completed if progress.has_applicants else record.served
        progress.waiting = record.waiting
        return replace(record, moved_pence=progress.moved_pence)

    def _end_pilot(self, delivery: AtWork, month: int) -> None:
        """From now on the programme is at full size, or over for good."""
        programme, pilot = delivery.programme, delivery.programme.pilot
        if pilot is None or month >= programme.end_month:
            return
        progress = self.progress[programme.id]
        if goes_on(progress.served, progress.completed, pilot.go_on_if_completed_share):
            delivery.purse.end_pilot(month)
            delivery.places.pace = 1.0
            delivery.programme = replace(programme, fixed_cost_pence_per_month=self.fixed_pence[programme.id])
            return
        delivery.programme = replace(programme, end_month=month)
        for desk in delivery.desks.values():
            desk.programme = delivery.programme

    def _is_due(self, review: Review, month: int) -> bool:
        """Every so many months after the first programme with a budget starts."""
        starts = [d.programme.start_month for d in self.deliveries if d.programme.budget_pence > 0]
        passed = month - min(starts, default=month)
        return passed > 0 and passed % review.every_months == 0

    def _hold(self, review: Review, month: int) -> None:
        judged = [delivery for delivery in self.deliveries if takes_part(delivery.programme, month)]
        moved = RULES[review.rule]([self._standing(delivery, month) for delivery in judged], review.moved_share)
        for delivery, pence in zip(judged, moved, strict=True):
            if pence:
                delivery.purse.move(pence, month)
                self.progress[delivery.programme.id].moved_pence = pence

    def _standing(self, delivery: AtWork, month: int) -> Standing:
        progress = self.progress[delivery.programme.id]
        to_serve = pence_to_serve_waiting(delivery.programme, progress.waiting, month)
        return Standing(delivery.purse.unspent_pence, progress.spent_pence, progress.completed, to_serve)


def in_pilot(programme: Programme, share: float) -> Programme:
    """The programme with the smaller team that a pilot of a share of its size needs."""
    return replace(programme, fixed_cost_pence_per_month=round(programme.fixed_cost_pence_per_month * share))


def takes_part(programme: Programme, month: int) -> bool:
    """Whether money may move to or from a programme: people apply to it, it has begun, goes on and is no pilot."""
    begins = programme.start_month + (programme.pilot.months if programme.pilot else 1)
    applies = programme.instrument not in WITHOUT_APPLICANTS
    return applies and programme.budget_pence > 0 and begins <= month < programme.end_month


def pence_to_serve_waiting(programme: Programme, waiting: float, month: int) -> int:
    """What serving those who wait would cost, of them as many as there are places for in the rest of the window."""
    most = programme.capacity_per_month * people_per_place(programme) * (programme.end_month - month)
    return round(min(waiting, most) * pence_to_serve_one(programme))


def pence_to_serve_one(programme: Programme) -> float:
    """Most that one more person or firm costs: an offer up to its cap, and a volunteer helps people for up to a year."""
    cap_gbp = programme.effects["offer_cap_gbp"] if programme.instrument in OFFER_INSTRUMENTS else 0.0
    return programme.unit_cost_pence / people_per_place(programme) + 100.0 * cap_gbp


def people_per_place(programme: Programme) -> float:
    """People that one place serves: 1, but for a volunteer, who helps people for up to a year."""
    if programme.instrument != "champion":
        return 1.0
    months = 1.0 / max(programme.effects["champion_leave_probability_monthly"], 1.0 / 12.0)
    return max(1.0, programme.effects["people_helped_per_month"] * months)
