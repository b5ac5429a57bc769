"""Programmes of the reference engine: who comes forward, waits and is served, person by person (ODD 5, 7)."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from model.chance import Decision, key_from_text, mix, uniform, word
from model.programmes.allocation import Capacity, Purse
from model.programmes.delivery import MEETING_INSTRUMENTS, MonthOfDelivery
from model.programmes.funnel import awareness_share, probability_willing
from model.programmes.instruments.champion import MIN_AGE_MONTHS
from model.programmes.programme import Eligibility, Programme
from model.reference_agent import ReferenceAgent, total
from model.reference_effects import INSTRUMENT_EFFECTS, end_loan
from model.reference_hubs import Desk, HubAgent, hub_chosen, meet, need_at_hubs
from model.reference_residents import ResidentAgent
from model.rules.hub_service import champion_rank, gives_up_waiting
from model.rules.place_programmes import lowered, raised
from model.rules.skill import ESSENTIAL, WORK
from model.state import RECENT

if TYPE_CHECKING:
    from model.reference import ReferenceModel

USE_NAMES = ("never", "lapsed", "recent")
NEED_DECIMALS = 9


class Place:
    """A person's place in a queue, at a desk where the channel is hubs."""

    def __init__(self, person: ResidentAgent, joined_month: int, desk: Desk | None) -> None:
        self.person, self.joined_month, self.desk = person, joined_month, desk


class ReferenceProgramme:
    """What programmes have in common: luck of their own, a purse, and a window."""

    def __init__(self, model: "ReferenceModel", programme: Programme) -> None:
        self.model, self.programme, self.effects = model, programme, programme.effects
        self.luck = np.uint64(mix(model.luck, np.uint64(key_from_text(programme.id))))
        self.purse = Purse(programme.budget_pence, programme.start_month, programme.end_month)
        self.places = Capacity(programme.capacity_per_month)
        self.desks: dict[HubAgent, Desk] = {}
        self.first_treated: dict[ReferenceAgent, int] = {}

    def draw(self, agent: ReferenceAgent, decision: Decision, month: int) -> float:
        """An agent's draw in this programme; programmes share no luck."""
        return float(uniform(word(self.luck, month, decision), agent.key))

    def is_free(self, agent: ReferenceAgent) -> bool:
        """Whether no programme has taken an agent on for this one's need (ODD 5.3)."""
        return (agent, self.programme.need) not in self.model.needs_taken

    def take(self, agent: ReferenceAgent) -> None:
        """Take an agent on for the programme's need, if it has one."""
        if self.programme.need:
            self.model.needs_taken.add((agent, self.programme.need))

    def free(self, agent: ReferenceAgent) -> None:
        """Let an agent come forward for the need again."""
        self.model.needs_taken.discard((agent, self.programme.need))

    @property
    def is_in_window(self) -> bool:
        """Whether the programme may deliver this month."""
        return self.programme.start_month <= self.model.period < self.programme.end_month


class ResidentProgramme(ReferenceProgramme):
    """A programme for residents: its queue, its desks at hubs, its champions and loans."""

    def __init__(self, model: "ReferenceModel", programme: Programme) -> None:
        super().__init__(model, programme)
        self.unit_pence = round(programme.unit_cost_pence * model.weight)
        self.places = Capacity(programme.capacity_per_month / model.weight)
        self.help = Capacity(0.0)
        """of all champions together"""
        if programme.channel == "hub":
            for hub in model.hubs:
                if hub.kind in programme.hub_kinds:
                    self.desks[hub] = hub.desks[programme.id] = Desk(hub, programme)
        self.queue: list[Place] = []
        self.joined: set[ResidentAgent] = set()
        """everyone who ever waited: nobody joins twice"""
        self.champions: list[ResidentAgent] = []
        self.loans: dict[int, list[ResidentAgent]] = {}

    def step(self) -> MonthOfDelivery | None:
        """Deliver one month; None outside the window or without a budget."""
        month, programme, weight = self.model.period, self.programme, self.model.weight
        for person in self.loans.pop(month, []):
            if end_loan(self, person):
                self.free(person)
        if month == programme.end_month:
            for place in self.queue:
                self.free(place.person)
        if programme.budget_pence <= 0 or not self.is_in_window:
            return None
        spent_before, joined, served, completed = self.purse.spent_pence, [], [], []
        if self.purse.pay(programme.fixed_cost_pence_per_month, month):
            if programme.instrument == "inform":
                served = completed = self._reach()
            else:
                joined = self._join()
                self._drop_out()
                places = self._serve()
                served = [place.person for place in places]
                places = [place for place in places if self._completes(place)]
                completed = [place.person for place in places]
                if programme.instrument == "convene_residents":
                    self._meet(places, int(self.effects["group_size"]), int(self.effects["tie_months"]))
            self._treat(completed)
        people = (len(joined), len(served), len(completed), len(self.queue), len(self.first_treated))
        spent = self.purse.spent_pence - spent_before
        return MonthOfDelivery(month, programme.id, spent, *(number * weight for number in people))

    def _come_forward(self, candidates: Iterable[ResidentAgent], chance: float, aware: float, willing: float) -> list:
        """Who is moved to act this month, knows of the programme, may take part and would."""
        month, slope = self.model.period, self.programme.willing_motivation_slope
        outreach = self.model.region.outreach
        return [
            person
            for person in candidates
            if self.is_free(person)
            and self.draw(person, Decision.APPLY, month) < chance
            and self.draw(person, Decision.AWARE, 0) < (raised(aware, outreach) if person.found else aware)
            and self.is_eligible(person)
            and self.draw(person, Decision.WILLING, 0) < float(probability_willing(willing, slope, person.motivation))
        ]

    def is_eligible(self, person: ResidentAgent) -> bool:
        """Whether a person is resident and meets every condition this month."""
        return self.model.is_resident(person) and meets(person, self.programme.eligibility, self.model)

    def _join(self) -> list[Place]:
        """Queue up those who come forward, at a hub where the channel is hubs; who finds none does not join."""
        month, programme, new = self.model.period, self.programme, []
        for person in self._come_forward(
            [person for person in self.model.residents() if person not in self.joined],
            programme.apply_probability_monthly,
            raised(awareness_share(programme, month), self.model.region.referral),
            programme.willing_share,
        ):
            desk = None
            if programme.channel == "hub":
                lot = self.draw(person, Decision.HUB_CHOICE, 0)
                hub = hub_chosen(self.model.hubs, person.area, programme.hub_kinds, lot)
                if hub is None:
                    continue
                desk = self.desks[hub]
            self.joined.add(person)
            self.take(person)
            new.append(Place(person, month, desk))
        self.queue += new
        return new

    def _drop_out(self) -> None:
        """Those who wait give up with a fixed chance; who no longer qualifies leaves."""
        month = self.model.period
        chance = lowered(self.model.values["waiting_drop_out_monthly"], self.model.region.drop_out_reduction)

        def stays(place: Place) -> bool:
            lot = self.draw(place.person, Decision.DROP_OUT, month)
            return not gives_up_waiting(lot, place.joined_month, month, chance) and self.is_eligible(place.person)

        waiting = self.queue
        self.queue = [place for place in waiting if stays(place)]
        for place in set(waiting).difference(self.queue):
            self.free(place.person)

    def _rank(self, place: Place) -> tuple:
        """Lower goes first: those found in need, then priority, month joined, lot."""
        person = place.person
        priority = {
            "deprived_first": int(self.model.population.area_deprivation[person.area]),
            "older_first": person.birth_month,
            "offline_first": person.use,
        }.get(self.programme.targeting, 0)
        lot = self.draw(person, Decision.QUEUE_RANK, 0)
        return not person.found, priority, place.joined_month, lot, int(person.key)

    def _serve(self) -> list[Place]:
        """Take people from the queue within places and money."""
        month, programme = self.model.period, self.programme
        most = self.places.accrue()
        if programme.instrument == "champion":
            self._renew_champions(most)
            most = self.help.accrue()
        served = sorted(self.queue, key=self._rank)
        if programme.channel == "hub":
            served = self._within_hub_places(served)
        served = served[:most]
        if programme.instrument == "champion":
            self.help.use(len(served))
        else:
            served = served[: self.purse.affordable(self.unit_pence, month, len(served))]
            self.purse.pay(self.unit_pence * len(served), month)
            self.places.use(len(served))
        for place in served:
            if place.desk is not None:
                place.desk.serve()
        gone = set(served)
        self.queue = [place for place in self.queue if place not in gone]
        if programme.instrument in MEETING_INSTRUMENTS:
            values = self.model.values
            self._meet(served, int(values["session_size"]), int(values["session_tie_months"]))
        return served

    def _meet(self, places: list[Place], size: int, tie_months: int) -> None:
        """People at the same desk meet, in the order of their lots."""
        for desk in self.desks.values():
            here = self._in_order_of_meeting(place.person for place in places if place.desk is desk)
            meet(self.model, desk, here, size, tie_months)

    def _in_order_of_meeting(self, people: Iterable[ResidentAgent]) -> list[ResidentAgent]:
        month = self.model.period
        return sorted(people, key=lambda person: (self.draw(person, Decision.SESSION_GROUP, month), int(person.key)))

    def _within_hub_places(self, in_order: list[Place]) -> list[Place]:
        """Those who find a place left at their own hub this month; others are passed over."""
        left = {desk: desk.accrue(sum(place.desk is desk for place in self.queue)) for desk in self.desks.values()}
        found = []
        for place in in_order:
            if left[place.desk] > 0:
                left[place.desk] -= 1
                found.append(place)
        return found

    def _completes(self, place: Place) -> bool:
        """Whether someone who is served completes; crowding at the hub lowers the chance."""
        quality = 1.0 if place.desk is None else place.desk.quality
        return self.draw(place.person, Decision.COMPLETE, 0) < self.programme.completion_probability * quality

    def _renew_champions(self, places: int) -> None:
        """Champions leave, others are recruited, and all spread their time over hubs by gravity and need (ODD 7.4)."""
        month, serving, kinds = self.model.period, self.champions, self.programme.hub_kinds
        leaving = self.effects["champion_leave_probability_monthly"]
        self.champions = [
            person
            for person in serving
            if self.model.is_resident(person) and self.draw(person, Decision.CHAMPION_LEAVES, month) >= leaving
        ]
        waiting = [sum(p.desk.hub is hub for p in self.queue) if hub.is_open() else 0 for hub in self.model.hubs]
        if not any(waiting):
            waiting = [1] * len(waiting)
        areas = range(self.model.population.n_areas)
        need = [need_at_hubs(self.model.hubs, area, kinds, waiting) for area in areas]
        self._recruit(serving, [float(np.round(total(row), NEED_DECIMALS)) for row in need], places)
        each = self.effects["people_helped_per_month"]
        self.help.per_month = len(self.champions) * each if any(any(row) for row in need) else 0.0
        for number, hub in enumerate(self.model.hubs):
            if hub in self.desks:
                desk = self.desks[hub]
                for around in (need[person.area] for person in self.champions):
                    desk.champions += around[number] / total(around) if total(around) > 0.0 else 0.0
                desk.places.per_month = desk.champions * each

    def _recruit(self, serving: list[ResidentAgent], need: list[float], places: int) -> None:
        """New champions within places and money, never those who served until now; near need and once served, the sooner."""
        month, pull = self.model.period, self.model.values["champion_served_pull"]
        ranked = []
        for person in self.model.residents():
            was_served = person in self.first_treated
            skilled = np.float32(person.skill) >= np.float32(ESSENTIAL if was_served else WORK)
            adult = month - person.birth_month >= MIN_AGE_MONTHS
            if person not in serving and person.use == RECENT and skilled and adult and need[person.area] > 0.0:
                lot = self.draw(person, Decision.REACHED, month)
                rank = float(champion_rank(lot, need[person.area], pull, was_served))
                ranked.append((rank, int(person.key), person))
        recruits = [person for *_, person in sorted(ranked, key=lambda entry: entry[:2])]
        recruits = recruits[: self.purse.affordable(self.unit_pence, month, places)]
        self.purse.pay(self.unit_pence * len(recruits), month)
        self.places.use(len(recruits))
        self.champions = self.champions + recruits

    def _reach(self) -> list[ResidentAgent]:
        """Whom a campaign reaches this month, by lot when money or capacity is short; again and again if so drawn."""
        month = self.model.period
        reached = self._come_forward(self.model.residents(), self.effects["reach_probability_monthly"], 1.0, 1.0)
        most = self.purse.affordable(self.unit_pence, month, min(self.places.accrue(), len(reached)))
        self.places.use(most)
        self.purse.pay(self.unit_pence * most, month)
        return sorted(reached, key=lambda person: (self.draw(person, Decision.APPLY, month), int(person.key)))[:most]

    def _treat(self, people: list[ResidentAgent]) -> None:
        if people:
            INSTRUMENT_EFFECTS[self.programme.instrument](self, people)
        for person in people:
            self.first_treated.setdefault(person, self.model.period)


def meets(person: ResidentAgent, eligibility: Eligibility, model: "ReferenceModel") -> bool:
    """Whether a person meets every condition this month."""
    places, area = model.population, person.area
    lacks = {
        None: True,
        "device": person.device == 0,
        "connection": person.home.connection == 0,
        "either": person.device == 0 or person.home.connection == 0,
    }
    quintile, authority = (
        int(places.area_deprivation[area]) + 1,
        str(places.authority_code[places.area_authority[area]]),
    )
    return (
        eligibility.min_age_years <= person.age_years <= eligibility.max_age_years
        and (not eligibility.use or USE_NAMES[person.use] in eligibility.use)
        and person.skill <= eligibility.max_skill
        and eligibility.disabled in (None, person.disabled)
        and eligibility.on_benefits in (None, bool(person.on_benefits))
        and lacks[eligibility.lacks]
        and (not eligibility.deprivation_quintiles or quintile in eligibility.deprivation_quintiles)
        and eligibility.rural in (None, bool(places.area_rural[area]))
        and (not eligibility.authorities or authority in eligibility.authorities)
    )
