"""Pilots and reviews of the reference engine: who goes on, and whose money moves to whom (ODD 5.5)."""

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from model.programmes.delivery import MonthOfDelivery
from model.programmes.oversight import in_pilot, pence_to_serve_waiting
from model.programmes.programme import WITHOUT_APPLICANTS
from model.reference_programmes import ReferenceProgramme
from model.rules.review import RULES, Standing, goes_on

if TYPE_CHECKING:
    from model.reference import ReferenceModel


def begin_pilots(programmes: list[ReferenceProgramme]) -> None:
    """Pilots begin with a share of places, money and fixed cost."""
    for programme in programmes:
        if programme.programme.pilot is not None:
            programme.purse.pace = Fraction(str(programme.programme.pilot.share))
            programme.places.pace = programme.programme.pilot.share
            programme.programme = in_pilot(programme.programme, programme.programme.pilot.share)


def end_pilots(model: "ReferenceModel") -> None:
    """Pilots that are over this month go on at full size or stop for good."""
    for programme in model.programmes:
        what, pilot = programme.programme, programme.programme.pilot
        if pilot is None or model.period != what.start_month + pilot.months or model.period >= what.end_month:
            continue
        past = _months_of(model, programme)
        served, completed = _sum([month.served for month in past]), _completed(programme, past)
        if goes_on(served, completed, pilot.go_on_if_completed_share):
            programme.purse.end_pilot(model.period)
            programme.places.pace = 1.0
            [as_planned] = [plan for plan in model.spec.scenario.programmes if plan.id == what.id]
            fixed_pence = as_planned.fixed_cost_pence_per_month
            programme.programme = replace(what, fixed_cost_pence_per_month=fixed_pence)
        else:
            programme.programme = replace(what, end_month=model.period)
            for desk in programme.desks.values():
                desk.programme = programme.programme


def moved_at_review(model: "ReferenceModel") -> dict[str, int]:
    """Hold the review, if there is one this month; returns programme -> pence it got, or gave (below 0)."""
    review, month = model.spec.scenario.review, model.period
    starts = [p.programme.start_month for p in model.programmes if p.programme.budget_pence > 0]
    if review is None or not starts or month <= min(starts) or (month - min(starts)) % review.every_months != 0:
        return {}
    judged = [programme for programme in model.programmes if _is_judged(programme, month)]
    standings = []
    for programme in judged:
        past = _months_of(model, programme)
        waiting = past[-1].waiting if past else 0.0
        spent = sum(entry.spend_pence for entry in past)
        to_serve = pence_to_serve_waiting(programme.programme, waiting, month)
        standings.append(Standing(programme.purse.unspent_pence, spent, _completed(programme, past), to_serve))
    moved = RULES[review.rule](standings, review.moved_share)
    for programme, pence in zip(judged, moved, strict=True):
        if pence != 0:
            programme.purse.move(pence, month)
    return {programme.programme.id: pence for programme, pence in zip(judged, moved, strict=True)}


def _is_judged(programme: ReferenceProgramme, month: int) -> bool:
    """Whether it has begun, is no pilot, goes on, has money and people or firms that apply."""
    what = programme.programme
    if what.instrument in WITHOUT_APPLICANTS or what.budget_pence <= 0:
        return False
    in_pilot = what.pilot is not None and month < what.start_month + what.pilot.months
    return what.start_month < month < what.end_month and not in_pilot


def _months_of(model: "ReferenceModel", programme: ReferenceProgramme) -> list[MonthOfDelivery]:
    return [entry for entry in model.delivery if entry.programme == programme.programme.id]


def _completed(programme: ReferenceProgramme, past: list[MonthOfDelivery]) -> float:
    """What nobody applies to has nobody who could fail to complete."""
    applied = programme.programme.instrument not in WITHOUT_APPLICANTS
    return _sum([month.completed if applied else month.served for month in past])


def _sum(values: list[float]) -> float:
    """One after another: the columnar engine adds every month to what was before."""
    so_far = 0.0
    for value in values:
        so_far += value
    return so_far
