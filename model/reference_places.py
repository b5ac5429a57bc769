"""Programmes for places in the reference engine: units are paid for, are built, and work (ODD 5.4, 7.6)."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

import numpy as np

from model.chance import Decision, key_from_text, uniform, word
from model.programmes.allocation import Capacity
from model.programmes.delivery import MonthOfDelivery
from model.programmes.instruments.assess import is_assessed
from model.programmes.instruments.build_coverage import FIXED_CONNECTION
from model.programmes.programme import BUILT_INSTRUMENTS, STAFFED_INSTRUMENTS, Programme
from model.reference_agent import store
from model.reference_programmes import ReferenceProgramme
from model.reference_residents import Household, ResidentAgent
from model.rules.place_programmes import built_at_work, raised, share_kept_monthly, staffed_at_work
from model.rules.skill import is_competent
from model.state import RECENT

if TYPE_CHECKING:
    from model.reference import ReferenceModel


class PlaceProgramme(ReferenceProgramme, ABC):
    """A programme for places; each instrument is a subclass that says what is wanted and what it does."""

    weight = 1.0
    """units at full population that one unit stands for"""

    def __init__(self, model: "ReferenceModel", programme: Programme) -> None:
        super().__init__(model, programme)
        self.begins: dict[int, int] = {}
        self.paid, self.at_work = 0, 0.0

    @abstractmethod
    def wanted(self) -> int:
        """Units that may still be paid for this month."""

    def act(self, paid: int, begun: int) -> None:
        """What units paid for, and those that begin to work, do this month."""

    def step(self) -> MonthOfDelivery | None:
        """Deliver one month; None without a budget, and outside the window unless something begins to work."""
        month, programme = self.model.period, self.programme
        if programme.budget_pence <= 0 or month < programme.start_month:
            return None
        spent_before, paid = self.purse.spent_pence, 0
        if self.is_in_window and self.purse.pay(programme.fixed_cost_pence_per_month, month):
            paid = self._buy()
        self.begins[month + int(self.effects.get("build_months", 0))] = paid
        begun = self.begins.pop(month, 0)
        self._go_on(begun)
        self.act(paid, begun)
        if not self.is_in_window and begun == 0:
            return None
        spent, n = self.purse.spent_pence - spent_before, self.weight
        return MonthOfDelivery(month, programme.id, spent, 0.0, paid * n, begun * n, 0.0, 0.0)

    def _buy(self) -> int:
        n, month = self.wanted(), self.model.period
        if self.programme.instrument in BUILT_INSTRUMENTS:
            n = min(n, self.places.accrue())
        price = round(self.programme.unit_cost_pence * self.weight)
        n = self.purse.affordable(price, month, n)
        self.purse.pay(price * n, month)
        self.places.use(n)
        self.paid += n
        return n

    def _go_on(self, begun: int) -> None:
        """Units at work: what is staffed fades when unpaid, services after the window; what is built without them lasts."""
        half_life = self.effects.get("half_life_months")
        if self.programme.instrument in STAFFED_INSTRUMENTS:
            kept = 0.0 if half_life is None else share_kept_monthly(half_life)
            self.at_work = staffed_at_work(self.at_work, begun, kept)
        else:
            kept = 1.0 if half_life is None or self.is_in_window else share_kept_monthly(half_life)
            self.at_work = built_at_work(self.at_work, begun, kept)


class HubOpening(PlaceProgramme):
    """open_hub: planned hubs are open while the month's money pays for them, the first planned first."""

    def wanted(self) -> int:
        """Hubs planned."""
        return len(self._planned())

    def act(self, paid: int, begun: int) -> None:
        """Open hubs for one month."""
        for hub in self._planned()[:paid]:
            hub.opened_month, hub.closed_month = self.model.period, self.model.period + 1

    def _planned(self) -> list:
        return [hub for hub in self.model.hubs if hub.hub_id.startswith(f"{self.programme.id}/")]


class ServiceRedesign(PlaceProgramme):
    """redesign_service."""

    def wanted(self) -> int:
        """Services not redesigned yet."""
        return int(self.effects["n_services"]) - self.paid

    def act(self, paid: int, begun: int) -> None:
        """Services at work count from next month's conditions on."""
        region, effects = self.model.region, self.effects
        region.services_share_gain += self.at_work * effects["share_gain_per_service"]
        region.threshold_reduction += self.at_work * effects["threshold_reduction_per_service"]
        helped = effects["assisted_share"] * self.at_work / effects["n_services"]
        region.assisted_share = raised(region.assisted_share, helped)


class Partnership(PlaceProgramme):
    """What partners do together, paid for month by month."""

    def wanted(self) -> int:
        """Partners."""
        return int(self.effects["n_partners"])

    @property
    def share_at_work(self) -> float:
        """Of the partners wanted."""
        return self.at_work / self.effects["n_partners"]


class Coordination(Partnership):
    """coordinate."""

    def act(self, paid: int, begun: int) -> None:
        """Partners tell of programmes, and keep those who wait."""
        region, share = self.model.region, self.share_at_work
        region.referral = raised(region.referral, self.effects["referral_gain"] * share)
        region.drop_out_reduction = raised(region.drop_out_reduction, self.effects["drop_out_reduction"] * share)


class DataSharing(Partnership):
    """share_data."""

    def act(self, paid: int, begun: int) -> None:
        """People are found by their records; recent users gain trust."""
        effects, share = self.effects, self.share_at_work
        if share == 0.0:
            return
        region = self.model.region
        region.outreach = raised(region.outreach, effects["outreach_gain"])
        for person in self.model.residents():
            in_need = not is_competent(person.use == RECENT, person.skill)
            chance = effects["found_share" if in_need else "false_found_share"] * share
            opted_out = self.draw(person, Decision.OPTS_OUT, 0) < effects["opt_out_share"]
            if not opted_out and self.draw(person, Decision.FOUND, 0) < chance:
                person.found = True
            if person.use == RECENT:
                person.trust = store(person.trust + effects["trust_gain"] * share * (1.0 - person.trust))


class Coverage(PlaceProgramme):
    """build_coverage: homes are passed once, area after area."""

    def __init__(self, model: "ReferenceModel", programme: Programme) -> None:
        super().__init__(model, programme)
        self.weight = model.weight
        self.places = Capacity(programme.capacity_per_month / model.weight)
        self.due: dict[int, tuple[list[Household], set[int]]] = {}
        """month -> homes that can be connected from then on, and areas completed with them"""

    def wanted(self) -> int:
        """Homes left."""
        return len(self._homes_left())

    def act(self, paid: int, begun: int) -> None:
        """Pass the homes paid for; connect those that are ready, and tell firms in areas completed."""
        month = self.model.period
        homes = sorted(self._homes_left(), key=self._rank)
        for home in homes[:paid]:
            home.passed = True
        completed = {self._area(home) for home in homes[:paid]} - {self._area(home) for home in homes[paid:]}
        self.model.areas_passed |= completed
        self.due[month + int(self.effects["build_months"])] = homes[:paid], completed
        ready, areas = self.due.pop(month, ([], set()))
        for home in ready:
            if home.members and home.connection < FIXED_CONNECTION:
                lot = self.draw(self._first_member(home), Decision.CONNECTION_TAKEN, 0)
                if lot < self.effects["take_up_share"]:
                    home.connection, home.on_trial = FIXED_CONNECTION, 0
        for firm in self.model.firms:
            if firm.open and firm.main_area in areas:
                firm.attention_dose = store(max(firm.attention_dose, self.effects["attention_gain"]))

    def _homes_left(self) -> list[Household]:
        model = self.model
        homes = (home for home in model.households if home.members and not home.passed)
        return [home for home in homes if self._area(home) not in model.areas_passed]

    def _area(self, home: Household) -> int:
        return int(self.model.population.household_area[home.row])

    def _first_member(self, home: Household) -> ResidentAgent:
        return min(home.members, key=lambda person: int(person.key))

    def _rank(self, home: Household) -> tuple:
        """Lower goes first: priority and lot of the area, then the lot of the member with the lowest key."""
        places, area, luck = self.model.population, self._area(home), word(self.luck, 0, Decision.QUEUE_RANK)
        priority = {
            "deprived_first": int(places.area_deprivation[area]),
            "rural_first": 1 - int(places.area_rural[area]),
        }.get(self.programme.targeting, 0)
        key, person = np.uint64(key_from_text(str(places.area_code[area]))), self._first_member(home)
        lot = self.draw(person, Decision.QUEUE_RANK, 0)
        return priority, float(uniform(luck, key)), int(key), lot, int(person.key)


class SiteFitting(PlaceProgramme):
    """decarbonise."""

    def wanted(self) -> int:
        """Sites not fitted yet."""
        return int(self.effects["n_sites"]) - self.paid

    def act(self, paid: int, begun: int) -> None:
        """Count the sites."""
        self.model.region.sites_fitted += begun


class Assessment(PlaceProgramme):
    """assess: the delay is in the other programmes' windows."""

    def wanted(self) -> int:
        """Programmes not assessed yet."""
        return sum(is_assessed(other, self.programme) for other in self.model.spec.scenario.programmes) - self.paid


PLACE_PROGRAMMES: dict[str, type[PlaceProgramme]] = {
    "open_hub": HubOpening,
    "redesign_service": ServiceRedesign,
    "coordinate": Coordination,
    "share_data": DataSharing,
    "build_coverage": Coverage,
    "decarbonise": SiteFitting,
    "assess": Assessment,
}
