"""What is read of a trial that was run again: one pure function a kind of published result, in per cent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.multipliers import multipliers
from model.calendar import NEVER
from model.programmes.firm_delivery import FirmDelivery
from model.programmes.firm_funnel import CLAIMED
from model.region import SIZE_BANDS
from model.state import ABSENT, RECENT

if TYPE_CHECKING:
    from model.region_model import RegionModel


@dataclass(frozen=True, slots=True)
class Seen:
    """State of everyone at the end of a month, one array a column."""

    present: np.ndarray
    online: np.ndarray
    skill: np.ndarray
    home: np.ndarray
    """household lived in"""
    connected: np.ndarray
    """by household"""
    technologies: np.ndarray
    """by firm: number in use, 0 while closed"""
    firm_open: np.ndarray


@dataclass(frozen=True, slots=True)
class Observation:
    """A trial and its twin: the model after the run, and both states by month."""

    model: RegionModel
    start_month: int
    months: tuple[int, ...]
    plan: dict[int, Seen]
    twin: dict[int, Seen]

    @property
    def treated(self) -> np.ndarray:
        """Which residents had the programme by the last month read (bool)."""
        return self.model.resident_deliveries[0].first_treated <= self.months[-1]

    @property
    def treated_firms(self) -> np.ndarray:
        """Which firms had the programme by the last month read (bool)."""
        return self._of_firms.first_treated <= self.months[-1]

    @property
    def _of_firms(self) -> FirmDelivery:
        return self.model.firm_deliveries[0]


def see(model: RegionModel) -> Seen:
    """Copy the columns that readouts ask for."""
    residents, firms = model.world.residents, model.world.firms
    bits = np.unpackbits(firms.adopted[:, None], axis=1).sum(axis=1)
    return Seen(
        residents.code != ABSENT,
        residents.use == RECENT,
        residents.skill.copy(),
        residents.household.copy(),
        model.world.households.connection > 0,
        np.where(firms.open > 0, bits, 0),
        firms.open > 0,
    )


def online_share(seen: Observation) -> float:
    """Treated people online at the month read."""
    state = seen.plan[seen.months[-1]]
    return _share(state.online, seen.treated & state.present)


def take_up(seen: Observation) -> float:
    """Homes with an offer among homes with someone on benefits."""
    state = seen.plan[seen.months[-1]]
    entitled = state.present & (np.asarray(seen.model.world.people.on_benefits) > 0)
    homes = np.unique(state.home[entitled])
    return _share(np.isin(homes, state.home[seen.treated & state.present]), np.ones(len(homes), bool))


def additional_connections(seen: Observation) -> float:
    """Of treated people with a connection at home, those whose home has none in the twin."""
    plan, twin = seen.plan[seen.months[-1]], seen.twin[seen.months[-1]]
    connected = seen.treated & plan.present & plan.connected[plan.home]
    return _share(~twin.connected[twin.home], connected)


def claims(seen: Observation) -> float:
    """Firms that drew their offer down, among firms open at the start of a size that may apply."""
    delivery, state = seen._of_firms, seen.plan[seen.start_month]
    bands = [SIZE_BANDS.index(name) for name in delivery.programme.firm_eligibility.size_bands]
    eligible = state.firm_open & np.isin(np.asarray(seen.model.world.roster.size_band), bands)
    return _share(delivery.status == CLAIMED, eligible)


def fund_taken(seen: Observation) -> float:
    """Share of the fund spent or set aside for offers at the month read."""
    delivery = seen._of_firms
    spent = sum(entry.spend_pence for entry in seen.model.record.delivery if entry.month <= seen.months[-1])
    reserved = next((entry.reserved_pence for entry in seen.model.record.delivery if entry.month == seen.months[-1]), 0)
    return 100.0 * (spent + reserved) / delivery.programme.budget_pence


def effect_left(seen: Observation) -> float:
    """Technologies that helped firms use beyond their twins at the second month read, of those at the first."""
    first, last = (_net(seen, month) for month in seen.months)
    return 100.0 * last / first if first else float("nan")


def skill_kept(seen: Observation) -> float:
    """Gain in skill beyond the twin at the second month read, of that at the first."""
    gains = []
    for month in seen.months:
        here = seen.treated & seen.plan[month].present
        gains.append(float((seen.plan[month].skill[here] - seen.twin[month].skill[here]).mean()) if here.any() else 0.0)
    return 100.0 * gains[1] / gains[0] if gains[0] else float("nan")


def loneliness_left(seen: Observation) -> float:
    """What is left of the gain in loneliness after the months read, by the half-life of the multiplier."""
    half_life = float(multipliers()["loneliness"].extra["half_life_months"])
    return 100.0 * 0.5 ** ((seen.months[-1] - seen.start_month) / half_life)


READOUTS: dict[str, Callable[[Observation], float]] = {
    function.__name__: function
    for function in (
        online_share,
        take_up,
        additional_connections,
        claims,
        fund_taken,
        effect_left,
        skill_kept,
        loneliness_left,
    )
}
"""name in trials.yaml -> function"""


def _net(seen: Observation, month: int) -> float:
    helped = seen.treated_firms & (seen._of_firms.first_treated < NEVER)
    return float(
        (seen.plan[month].technologies[helped].astype(int) - seen.twin[month].technologies[helped].astype(int)).sum()
    )


def _share(which: np.ndarray, of: np.ndarray) -> float:
    """Per cent of `of` (bool) that are also `which`; NaN of nobody."""
    return 100.0 * float((which & of).sum()) / float(of.sum()) if of.any() else float("nan")
