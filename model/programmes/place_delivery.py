"""Delivery of what changes places: nobody applies; units are paid for, are built, and work. ODD 5.4."""

from dataclasses import dataclass, field

import numpy as np

from model.chance import key_from_text
from model.hubs import Desk
from model.programmes.allocation import Capacity, Purse
from model.programmes.delivery import MonthOfDelivery
from model.programmes.effects import programme_seed
from model.programmes.instruments import instrument
from model.programmes.place_work import PlaceWork
from model.programmes.programme import BUILT_INSTRUMENTS, STAFFED_INSTRUMENTS, Programme
from model.rules.place_programmes import built_at_work, share_kept_monthly, staffed_at_work
from model.world import World


@dataclass(slots=True)
class PlaceDelivery:
    """One programme for places at work in one run: its purse, what is being built and what works."""

    programme: Programme
    world: World
    seed: np.uint64 = field(init=False)
    purse: Purse = field(init=False)
    places: Capacity = field(init=False)
    desks: dict[int, Desk] = field(default_factory=dict)
    """none: places are changed without hours of hubs"""
    begins: dict[int, int] = field(default_factory=dict)
    """month -> units that begin to work then"""
    paid: int = 0
    """units paid for so far"""
    at_work: float = 0.0
    """units that work, less what has faded"""

    def __post_init__(self) -> None:
        programme = self.programme
        self.seed = programme_seed(self.world.seed, key_from_text(programme.id))
        self.purse = Purse(programme.budget_pence, programme.start_month, programme.end_month)
        self.places = Capacity(programme.capacity_per_month / self.weight)

    @property
    def weight(self) -> float:
        """Units at full population that one unit stands for: homes are thinned as people are, other units are not."""
        return self.world.weight if self.programme.instrument == "build_coverage" else 1.0

    def step(self) -> MonthOfDelivery | None:
        """Deliver one month; None without a budget, and outside the window unless something begins to work."""
        programme, month = self.programme, self.world.month
        if programme.budget_pence <= 0 or month < programme.start_month:
            return None
        in_window, spent_before, paid = month < programme.end_month, self.purse.spent_pence, 0
        if in_window and self.purse.pay(programme.fixed_cost_pence_per_month, month):
            paid = self._buy()
        ready = month + int(programme.effects.get("build_months", 0))
        self.begins[ready] = paid
        begun = self.begins.pop(month, 0)
        self._work(begun, in_window)
        work = PlaceWork(paid, begun, self.at_work)
        instrument(programme.instrument).apply(self.world, programme, work, self.seed)
        if not in_window and begun == 0:
            return None
        spent = self.purse.spent_pence - spent_before
        n_paid, n_begun = paid * self.weight, begun * self.weight
        return MonthOfDelivery(month, programme.id, spent, 0.0, n_paid, n_begun, 0.0, 0.0)

    def _buy(self) -> int:
        """Pay for units within what is wanted, capacity and money; returns how many."""
        programme, month = self.programme, self.world.month
        n = instrument(programme.instrument).wanted(self.world, programme, self.paid)
        if programme.instrument in BUILT_INSTRUMENTS:
            n = min(n, self.places.accrue())
        unit_pence = round(programme.unit_cost_pence * self.weight)
        n = self.purse.affordable(unit_pence, month, n)
        self.purse.pay(unit_pence * n, month)
        self.places.use(n)
        self.paid += n
        return n

    def _work(self, begun: int, in_window: bool) -> None:
        """Units at work after another month."""
        half_life = self.programme.effects.get("half_life_months")
        if self.programme.instrument in STAFFED_INSTRUMENTS:
            # Hubs close at once.
            kept = 0.0 if half_life is None else share_kept_monthly(half_life)
            self.at_work = staffed_at_work(self.at_work, begun, kept)
        else:
            kept = 1.0 if half_life is None or in_window else share_kept_monthly(half_life)
            self.at_work = built_at_work(self.at_work, begun, kept)
