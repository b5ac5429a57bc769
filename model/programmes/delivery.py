"""Delivery, shared by all instruments: who comes forward, who waits, who is served, what it costs."""

from dataclasses import dataclass, field

import numpy as np

from model.calendar import NEVER
from model.chance import Decision, key_from_text, word
from model.programmes import funnel
from model.programmes.allocation import Capacity, Purse
from model.programmes.effects import programme_seed
from model.programmes.instruments import champion, equip, instrument
from model.programmes.programme import Programme
from model.world import Watch, World

WEEKS_PER_MONTH = 52.0 / 12.0
NO_HUB = -1


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


@dataclass(slots=True)
class Delivery:
    """One programme at work in one run: its purse, its queues and whom it has treated."""

    programme: Programme
    world: World
    seed: np.uint64 = field(init=False)
    purse: Purse = field(init=False)
    conditions: funnel.Conditions = field(init=False)
    status: np.ndarray = field(init=False)
    joined_month: np.ndarray = field(init=False)
    hub: np.ndarray = field(init=False)
    waiting: np.ndarray = field(init=False)
    """rows in the queue"""
    champions: np.ndarray = field(init=False)
    loans: dict[int, np.ndarray] = field(default_factory=dict)
    first_treated: np.ndarray = field(init=False)
    """month of the first dose, NEVER for the untreated"""
    treated_rows: np.ndarray = field(init=False)
    """rows with a dose, in the order of treatment"""
    places: Capacity = field(init=False)
    hub_places: list[Capacity] = field(init=False)
    help: Capacity = field(init=False)
    """people all champions together can help; they go to the hubs where people wait"""

    def __post_init__(self) -> None:
        world, programme = self.world, self.programme
        population = world.population
        self.seed = programme_seed(world.seed, key_from_text(programme.id))
        self.purse = Purse(programme.budget_pence, programme.start_month, programme.end_month)
        authority = np.asarray(population.authority_code)[np.asarray(population.area_authority)]
        self.conditions = funnel.conditions_of(
            programme.eligibility, population.area_deprivation, population.area_rural, authority
        )
        self.status = np.zeros(population.n, np.uint8)
        self.joined_month = np.zeros(population.n, np.int16)
        self.hub = np.full(population.n, NO_HUB, np.int16)
        self.waiting = np.empty(0, np.int32)
        self.champions = np.empty(0, np.int64)
        self.first_treated = np.full(population.n, NEVER, np.int16)
        self.treated_rows = np.empty(0, np.int32)
        self.places = Capacity(programme.capacity_per_month / world.weight)
        self.help = Capacity(0.0)
        self.hub_places = [Capacity(0.0) for _ in range(len(world.setting.hubs))]

    @property
    def unit_pence(self) -> int:
        """Cost of one dose to one agent, who stands for `weight` residents."""
        return round(self.programme.unit_cost_pence * self.world.weight)

    def step(self) -> MonthOfDelivery | None:
        """Deliver one month; None outside the window or without a budget."""
        month, programme, world = self.world.month, self.programme, self.world
        if month in self.loans:
            equip.end_loans(world, self.loans.pop(month), programme.effects, self.seed)
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

    def _join(self) -> np.ndarray:
        world, programme = self.world, self.programme
        rows = funnel.come_forward(
            world.month,
            self.seed,
            self.status,
            world.people,
            world.residents,
            world.households,
            self.conditions,
            funnel.awareness_share(programme, world.month),
            programme.willing_share,
            programme.willing_motivation_slope,
            programme.apply_probability_monthly,
        )
        if programme.channel == "hub":
            rows = self._choose_hub(rows)
        self.status[rows] = funnel.WAITING
        self.joined_month[rows] = world.month
        self.waiting = np.concatenate([self.waiting, rows])
        return rows

    def _choose_hub(self, rows: np.ndarray) -> np.ndarray:
        """Send rows to open hubs by gravity; those who find none near enough do not join."""
        choice = self.world.setting.hubs.choice(self.world.month)
        if choice.shape[1] == 0:
            return rows[:0]
        u = funnel.draws(word(self.seed, 0, Decision.HUB_CHOICE), self.world.people.key[rows])
        hub = (choice[self.world.people.area[rows]] <= u[:, None]).sum(axis=1)
        near = hub < choice.shape[1]
        self.hub[rows[near]] = hub[near]
        return rows[near]

    def _drop_out(self) -> None:
        """People who wait give up with a fixed chance, or leave when they no longer qualify."""
        world = self.world
        luck = word(self.seed, world.month, Decision.DROP_OUT)
        gives_up = funnel.draws(luck, world.people.key[self.waiting]) < world.values["waiting_drop_out_monthly"]
        gives_up &= self.joined_month[self.waiting] < world.month
        eligible = funnel.still_eligible(
            self.waiting, world.month, world.people, world.residents, world.households, self.conditions
        )
        self.status[self.waiting[gives_up | ~eligible]] = funnel.GAVE_UP
        self.waiting = self.waiting[eligible & ~gives_up]

    def _serve(self) -> np.ndarray:
        """Take people from the queue within places and money; rank is (priority, month joined, lot)."""
        world, programme = self.world, self.programme
        places = self.places.accrue()
        if programme.instrument == "champion":
            self.places.use(self._renew_champions(places))
            self.help.per_month = len(self.champions) * programme.effects["people_helped_per_month"]
            places = self.help.accrue()
        keys = world.people.key[self.waiting]
        lot = funnel.draws(word(self.seed, 0, Decision.QUEUE_RANK), keys)
        order = np.lexsort((keys, lot, self.joined_month[self.waiting], self._priority(self.waiting)))
        by_hub = programme.channel == "hub" and programme.instrument != "champion"
        if by_hub:
            order = order[self._within_hub_places(self.hub[self.waiting[order]])]
        order = order[:places]
        if programme.instrument == "champion":
            self.help.use(len(order))
        else:
            order = order[: self.purse.affordable(self.unit_pence, world.month, len(order))]
            self.purse.pay(self.unit_pence * len(order), world.month)
            self.places.use(len(order))
        served = self.waiting[order]
        if by_hub:
            for hub, used in zip(*np.unique(self.hub[served], return_counts=True), strict=True):
                self.hub_places[hub].use(int(used))
        self.status[served] = funnel.SERVED
        self.waiting = np.delete(self.waiting, order)
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
        rank_at_hub = np.empty(len(hubs_in_order), np.int64)
        by_hub = np.argsort(hubs_in_order, kind="stable")
        sorted_hubs = hubs_in_order[by_hub]
        first = np.searchsorted(sorted_hubs, sorted_hubs)
        rank_at_hub[by_hub] = np.arange(len(hubs_in_order)) - first
        places = np.array(self._places_by_hub(), np.int64)
        return rank_at_hub < places[hubs_in_order] if len(places) else np.zeros(len(hubs_in_order), bool)

    def _places_by_hub(self) -> list[int]:
        world, programme = self.world, self.programme
        hubs = world.setting.hubs
        hours = hubs.staffed_hours_week * WEEKS_PER_MONTH * programme.hub_hours_share * hubs.is_open(world.month)
        per_month = hours / programme.staff_hours_per_place / world.weight
        places = []
        for capacity, amount in zip(self.hub_places, per_month, strict=True):
            capacity.per_month = float(amount)
            places.append(capacity.accrue())
        return places

    def _renew_champions(self, places: int) -> int:
        """Champions leave and are recruited (returns how many); the unit cost is that of recruiting and training one."""
        serving = self.champions
        self.champions = champion.leave(self.world, serving, self.programme.effects, self.seed)
        if len(self.world.setting.hubs) == 0:
            return 0
        most = self.purse.affordable(self.unit_pence, self.world.month, places)
        if most == 0:
            return 0
        recruits = champion.recruit(self.world, serving, most, self.seed)
        self.purse.pay(self.unit_pence * len(recruits), self.world.month)
        self.champions = np.concatenate([self.champions, recruits])
        return len(recruits)

    def _reach(self) -> np.ndarray:
        """Rows a campaign reaches this month, the luckiest first when money or capacity is short."""
        world, programme = self.world, self.programme
        nobody_joined = np.zeros_like(self.status)
        rows = funnel.come_forward(
            world.month,
            self.seed,
            nobody_joined,
            world.people,
            world.residents,
            world.households,
            self.conditions,
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
        return rows[funnel.draws(luck, self.world.people.key[rows]) < self.programme.completion_probability]

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
