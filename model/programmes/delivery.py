"""Delivery, shared by all instruments: who comes forward, who waits, who is served, what it costs."""

from dataclasses import dataclass, field

import numpy as np

from model.calendar import NEVER
from model.chance import Decision, key_from_text, word
from model.hubs import Desk, Queue
from model.programmes import funnel, needs
from model.programmes.allocation import Capacity, Purse
from model.programmes.effects import programme_seed
from model.programmes.instruments import champion, equip, instrument
from model.programmes.programme import Programme
from model.rules.hub_service import WEEKS_PER_MONTH as WEEKS_PER_MONTH
from model.rules.place_programmes import lowered, raised
from model.sessions import meet, months_open
from model.world import Watch, World

NO_HUB = -1
MEETING_INSTRUMENTS = ("train",)
"""Taught in groups: those who come to a hub in the same month meet."""


@dataclass(frozen=True, slots=True)
class MonthOfDelivery:
    """One programme in one month, at full population."""

    month: int
    programme: str
    spend_pence: int
    joined: float
    served: float
    completed: float
    waiting: float
    beneficiaries_cum: float
    aware: float = 0.0
    """firms that are eligible and know of it, or are near a site, for the first time; of residents nothing is counted"""
    approved: float = 0.0
    refused: float = 0.0
    claimed: float = 0.0
    """offers that firms drew down"""
    lapsed: float = 0.0
    """offers that ended unused"""
    reserved_pence: int = 0
    """set aside for open offers at the end of the month"""
    private_pence: int = 0
    """of private investors, next to public deals; no part of what is spent"""
    moved_pence: int = 0
    """money that this month's review of programmes brought (below 0: took away)"""


@dataclass(slots=True)
class Delivery:
    """One programme at work in one run: its purse, whom it has treated, and its desks at hubs or the one queue."""

    programme: Programme
    world: World
    seed: np.uint64 = field(init=False)
    need: int = field(init=False)
    """bit of the need it serves (model.programmes.needs)"""
    purse: Purse = field(init=False)
    conditions: funnel.Conditions = field(init=False)
    status: np.ndarray = field(init=False)
    joined_month: np.ndarray = field(init=False)
    hub: np.ndarray = field(init=False)
    desks: dict[int, Desk] = field(init=False)
    """place of a hub in the setting -> the programme's desk there; empty without the channel"""
    queue: Queue = field(default_factory=Queue)
    """who waits for a programme that needs no hub"""
    champions: np.ndarray = field(init=False)
    loans: dict[int, np.ndarray] = field(default_factory=dict)
    first_treated: np.ndarray = field(init=False)
    """month of the first dose, NEVER for the untreated"""
    treated_rows: np.ndarray = field(init=False)
    """rows with a dose, in the order of treatment"""
    places: Capacity = field(init=False)
    help: Capacity = field(init=False)
    """people all champions together can help; at which hubs is up to the desks"""

    def __post_init__(self) -> None:
        world, programme = self.world, self.programme
        population = world.population
        self.seed = programme_seed(world.seed, key_from_text(programme.id))
        self.need = needs.need_bit(programme)
        self.purse = Purse(programme.budget_pence, programme.start_month, programme.end_month)
        authority = np.asarray(population.authority_code)[np.asarray(population.area_authority)]
        self.conditions = funnel.conditions_of(
            programme.eligibility, population.area_deprivation, population.area_rural, authority
        )
        self.status = np.zeros(population.n, np.uint8)
        self.joined_month = np.zeros(population.n, np.int16)
        self.hub = np.full(population.n, NO_HUB, np.int16)
        by_hub = programme.channel == "hub"
        hubs = [hub for hub in world.hubs if by_hub and hub.kind in programme.hub_kinds]
        self.desks = {hub.number: hub.take_on(programme) for hub in hubs}
        self.champions = np.empty(0, np.int64)
        self.first_treated = np.full(population.n, NEVER, np.int16)
        self.treated_rows = np.empty(0, np.int32)
        self.places = Capacity(programme.capacity_per_month / world.weight)
        self.help = Capacity(0.0)

    @property
    def unit_pence(self) -> int:
        """Cost of one dose to one agent, who stands for `weight` residents."""
        return round(self.programme.unit_cost_pence * self.world.weight)

    @property
    def queues(self) -> list[Queue]:
        """The queues at the hubs, or the only one."""
        return [desk.queue for desk in self.desks.values()] if self.programme.channel == "hub" else [self.queue]

    @property
    def waiting(self) -> np.ndarray:
        """Rows that wait, queue by queue."""
        return np.concatenate([np.empty(0, np.int32), *(queue.rows for queue in self.queues)])

    def step(self) -> MonthOfDelivery | None:
        """Deliver one month; None outside the window or without a budget."""
        month, programme, world = self.world.month, self.programme, self.world
        if month in self.loans:
            returned = equip.end_loans(world, self.loans.pop(month), programme.effects, self.seed)
            needs.free(world.resident_needs, returned, self.need)
        if month == programme.end_month:
            self._release_waiting()
        if programme.budget_pence <= 0 or not programme.start_month <= month < programme.end_month:
            return None
        spent_before = self.purse.spent_pence
        joined = served = completed = np.empty(0, np.int32)
        if self.purse.pay(programme.fixed_cost_pence_per_month, month):
            if programme.instrument == "inform":
                served = completed = self._reach()
            else:
                joined = self._join()
                self._drop_out()
                served = self._serve()
                completed = self._complete(served)
            self._treat(completed)
            if programme.instrument == "convene_residents":
                effects = programme.effects
                self._meet(completed, int(effects["group_size"]), int(effects["tie_months"]))
        return MonthOfDelivery(
            month,
            programme.id,
            self.purse.spent_pence - spent_before,
            len(joined) * world.weight,
            len(served) * world.weight,
            len(completed) * world.weight,
            len(self.waiting) * world.weight,
            len(self.treated_rows) * world.weight,
        )

    def awareness(self) -> tuple[float, float]:
        """Share of the eligible who know of the programme this month, and of those whom partners have found."""
        region = self.world.region
        aware = raised(funnel.awareness_share(self.programme, self.world.month), region.referral)
        return aware, raised(aware, region.outreach)

    @property
    def drop_out_monthly(self) -> float:
        """Chance that someone who waits gives up this month."""
        return lowered(self.world.values["waiting_drop_out_monthly"], self.world.region.drop_out_reduction)

    def _join(self) -> np.ndarray:
        world, programme = self.world, self.programme
        aware, aware_if_found = self.awareness()
        rows = funnel.come_forward(
            world.month,
            self.seed,
            self.status,
            world.resident_needs,
            self.need,
            world.people,
            world.residents,
            world.households,
            self.conditions,
            aware,
            world.found,
            aware_if_found,
            programme.willing_share,
            programme.willing_motivation_slope,
            programme.apply_probability_monthly,
        )
        if programme.channel == "hub":
            rows = self._choose_hub(rows)
        self.status[rows] = funnel.WAITING
        needs.take(world.resident_needs, rows, self.need)
        self.joined_month[rows] = world.month
        lot = funnel.draws(word(self.seed, 0, Decision.QUEUE_RANK), world.people.key[rows])
        if programme.channel == "hub":
            for number in np.unique(self.hub[rows]):
                here = self.hub[rows] == number
                self.desks[int(number)].queue.join(rows[here], world.month, lot[here])
        else:
            self.queue.join(rows, world.month, lot)
        return rows

    def _choose_hub(self, rows: np.ndarray) -> np.ndarray:
        """Send rows to open hubs by gravity; those who find none near enough do not join."""
        choice = self.world.setting.hubs.choice(self.world.month, self.programme.hub_kinds)
        if choice.shape[1] == 0:
            return rows[:0]
        u = funnel.draws(word(self.seed, 0, Decision.HUB_CHOICE), self.world.people.key[rows])
        hub = (choice[self.world.people.area[rows]] <= u[:, None]).sum(axis=1)
        near = hub < choice.shape[1]
        self.hub[rows[near]] = hub[near]
        return rows[near]

    def _drop_out(self) -> None:
        """People who wait give up with a fixed chance, or leave when they no longer qualify."""
        world, waiting = self.world, self.waiting
        u = funnel.draws(word(self.seed, world.month, Decision.DROP_OUT), world.people.key[waiting])
        stays = funnel.still_eligible(
            waiting, world.month, world.people, world.residents, world.households, self.conditions
        ) & ~funnel.give_up(u, self.joined_month[waiting], world.month, self.drop_out_monthly)
        self.status[waiting[~stays]] = funnel.GAVE_UP
        needs.free(world.resident_needs, waiting[~stays], self.need)
        self._keep(stays)

    def _release_waiting(self) -> None:
        """The programme is over: who still waits may turn to another for the same need."""
        needs.free(self.world.resident_needs, self.waiting, self.need)

    def _keep(self, stays: np.ndarray) -> None:
        """Drop some of those who wait, told queue by queue (bool)."""
        ends = np.cumsum([len(queue) for queue in self.queues])
        for queue, part in zip(self.queues, np.split(stays, ends)[: len(ends)], strict=True):
            queue.keep(part)

    def _serve(self) -> np.ndarray:
        """Take people from the queues within places and money; those found first, then by (priority, month, lot)."""
        world, programme = self.world, self.programme
        volunteers = programme.instrument == "champion"
        most = self.places.accrue()
        if volunteers:
            self._renew_champions(most)
            most = self.help.accrue()
        waiting = self.waiting
        lot = np.concatenate([np.empty(0), *(queue.lot for queue in self.queues)])
        keys = world.people.key[waiting]
        not_found = world.found[waiting] == 0
        order = np.lexsort((keys, lot, self.joined_month[waiting], self._priority(waiting), not_found))
        if programme.channel == "hub":
            order = order[self._within_hub_places(self.hub[waiting[order]])]
        order = order[:most]
        if volunteers:
            self.help.use(len(order))
        else:
            order = order[: self.purse.affordable(self.unit_pence, world.month, len(order))]
            self.purse.pay(self.unit_pence * len(order), world.month)
            self.places.use(len(order))
        served = waiting[order]
        for number, n in zip(*np.unique(self.hub[served], return_counts=True), strict=True):
            if number != NO_HUB:
                self.desks[int(number)].serve(int(n))
        self.status[served] = funnel.SERVED
        self._keep(self.status[waiting] == funnel.WAITING)
        if programme.channel == "hub" and programme.instrument in MEETING_INSTRUMENTS:
            self._meet(served, int(world.values["session_size"]), int(world.values["session_tie_months"]))
        return served

    def _priority(self, rows: np.ndarray) -> np.ndarray:
        """Lower goes first."""
        world = self.world
        match self.programme.targeting:
            case "deprived_first":
                return np.asarray(world.population.area_deprivation)[world.people.area[rows]].astype(np.int64)
            case "older_first":
                return world.people.birth_month[rows].astype(np.int64)
            case "offline_first":
                return world.residents.use[rows].astype(np.int64)
            case _:
                return np.zeros(len(rows), np.int64)

    def _within_hub_places(self, hubs_in_order: np.ndarray) -> np.ndarray:
        """Which people, in queue order, find a place at their hub this month (bool)."""
        places = np.zeros(len(self.world.hubs), np.int64)
        for number, desk in self.desks.items():
            places[number] = desk.accrue(len(desk.queue))
        rank_at_hub = np.empty(len(hubs_in_order), np.int64)
        by_hub = np.argsort(hubs_in_order, kind="stable")
        sorted_hubs = hubs_in_order[by_hub]
        first = np.searchsorted(sorted_hubs, sorted_hubs)
        rank_at_hub[by_hub] = np.arange(len(hubs_in_order)) - first
        return rank_at_hub < places[hubs_in_order]

    def _meet(self, rows: np.ndarray, size: int, tie_months: int) -> None:
        """People who come to one hub in one month become ties of each other for some months, in groups of a size."""
        world, month = self.world, self.world.month
        keys = world.people.key[rows]
        lot = funnel.draws(word(self.seed, month, Decision.SESSION_GROUP), keys)
        rows = rows[np.lexsort((keys, lot))]
        until = month + tie_months
        for number in np.unique(self.hub[rows]):
            here, group = rows[self.hub[rows] == number], self.desks[int(number)].group
            meet(here, month, world.sessions, group, size, months_open(world.weight), until, world.residents)

    def _renew_champions(self, places: int) -> None:
        """Champions leave and are recruited; the unit cost is that of recruiting and training one."""
        world, programme, serving = self.world, self.programme, self.champions
        self.champions = champion.leave(world, serving, programme.effects, self.seed)
        need = champion.need_by_area(world, programme.hub_kinds, {n: len(desk.queue) for n, desk in self.desks.items()})
        most = self.purse.affordable(self.unit_pence, world.month, places)
        if most > 0:
            treated = self.first_treated < NEVER
            recruits = champion.recruit(world, serving, most, self.seed, need.sum(axis=1).round(9), treated)
            self.purse.pay(self.unit_pence * len(recruits), world.month)
            self.champions = np.concatenate([self.champions, recruits])
            self.places.use(len(recruits))
        each = programme.effects["people_helped_per_month"]
        at_hub = champion.at_hubs(world, self.champions, need)
        self.help.per_month = len(self.champions) * each if need.any() else 0.0
        for number, desk in self.desks.items():
            desk.champions = float(at_hub[number])
            desk.places.per_month = desk.champions * each

    def _reach(self) -> np.ndarray:
        """Rows a campaign reaches this month, the luckiest first when money or capacity is short."""
        world, programme = self.world, self.programme
        nobody_joined = np.zeros_like(self.status)
        rows = funnel.come_forward(
            world.month,
            self.seed,
            nobody_joined,
            world.resident_needs,
            self.need,
            world.people,
            world.residents,
            world.households,
            self.conditions,
            1.0,
            world.found,
            1.0,
            1.0,
            0.0,
            programme.effects["reach_probability_monthly"],
        )
        most = min(self.places.accrue(), len(rows))
        most = self.purse.affordable(self.unit_pence, world.month, most)
        self.places.use(most)
        self.purse.pay(self.unit_pence * most, world.month)
        keys = world.people.key[rows]
        lot = funnel.draws(word(self.seed, world.month, Decision.APPLY), keys)
        return rows[np.lexsort((keys, lot))[:most]]

    def _complete(self, rows: np.ndarray) -> np.ndarray:
        luck = word(self.seed, 0, Decision.COMPLETE)
        return rows[funnel.draws(luck, self.world.people.key[rows]) < self.completion_probability(rows)]

    def completion_probability(self, rows: np.ndarray) -> np.ndarray:
        """Chance that rows that are served complete, which crowding at their hub lowers."""
        quality = np.ones(len(self.world.hubs) + 1)
        for number, desk in self.desks.items():
            quality[number] = desk.quality
        # Those without a hub find the 1 in the last place.
        return self.programme.completion_probability * quality[self.hub[rows]]

    def _treat(self, rows: np.ndarray) -> None:
        if len(rows) == 0:
            return
        effects = self.programme.effects
        lent = instrument(self.programme.instrument).apply(self.world, rows, effects, self.seed)
        if lent is not None:
            self.loans[self.world.month + int(effects["lend_months"])] = lent
        new = rows[self.first_treated[rows] == NEVER]
        self.first_treated[new] = self.world.month
        self.treated_rows = np.concatenate([self.treated_rows, new])

    def treated(self) -> Watch:
        """Those treated so far, to be followed here and in a twin."""
        return Watch(self.programme.id, self.treated_rows, self.first_treated[self.treated_rows].astype(np.int64))
