"""Delivery of firms' programmes: who applies, who is approved, what is claimed, what it costs. ODD 5.2."""

from dataclasses import dataclass, field

import numpy as np

from model.calendar import NEVER
from model.chance import Decision, key_from_text, word
from model.hubs import Desk
from model.programmes import firm_effects, firm_funnel, needs
from model.programmes.allocation import Capacity, Purse
from model.programmes.delivery import NO_HUB, MonthOfDelivery
from model.programmes.effects import programme_seed
from model.programmes.firm_funnel import APPROVED, CLAIMED, GAVE_UP, LAPSED, REFUSED, SERVED, WAITING
from model.programmes.funnel import awareness_share, draws
from model.programmes.instruments import demonstrate, instrument, invest
from model.programmes.programme import OFFER_INSTRUMENTS, Programme
from model.rules.place_programmes import lowered, raised
from model.world import Watch, World

NOBODY = np.empty(0, np.int32)


@dataclass(slots=True)
class Flows:
    """What happened in a month, as rows or their number."""

    aware: int = 0
    joined: np.ndarray = field(default_factory=lambda: NOBODY)
    approved: np.ndarray = field(default_factory=lambda: NOBODY)
    refused: np.ndarray = field(default_factory=lambda: NOBODY)
    completed: np.ndarray = field(default_factory=lambda: NOBODY)
    claimed: np.ndarray = field(default_factory=lambda: NOBODY)
    lapsed: np.ndarray = field(default_factory=lambda: NOBODY)


@dataclass(slots=True)
class FirmDelivery:
    """One programme for firms at work in one run: its purse, its queue, its offers and whom it has treated."""

    programme: Programme
    world: World
    seed: np.uint64 = field(init=False)
    need: int = field(init=False)
    """bit of the need it serves (model.programmes.needs)"""
    purse: Purse = field(init=False)
    """what is set aside for open offers counts as spent until they end"""
    conditions: firm_funnel.FirmConditions = field(init=False)
    traits: firm_funnel.Traits = field(init=False)
    main_area: np.ndarray = field(init=False)
    """area of each firm's main unit"""
    status: np.ndarray = field(init=False)
    known: np.ndarray = field(init=False)
    """1 for firms that have been eligible and aware, or near a site"""
    joined_month: np.ndarray = field(init=False)
    hub: np.ndarray = field(init=False)
    waiting: np.ndarray = field(init=False)
    """rows in the queue"""
    reserved_pence: np.ndarray = field(init=False)
    """set aside for each firm's open offer"""
    first_treated: np.ndarray = field(init=False)
    """month of the first dose, NEVER for the untreated"""
    treated_rows: np.ndarray = field(init=False)
    """rows with a dose, in the order of treatment"""
    places: Capacity = field(init=False)
    desks: dict[int, Desk] = field(init=False)
    """place of a hub in the setting -> the programme's desk there; empty without the channel"""
    site_until: np.ndarray = field(init=False)
    """for each hub, the first month without a site of this programme"""

    def __post_init__(self) -> None:
        world, programme, roster = self.world, self.programme, self.world.roster
        self.seed = programme_seed(world.seed, key_from_text(programme.id))
        self.need = needs.need_bit(programme)
        self.purse = Purse(programme.budget_pence, programme.start_month, programme.end_month)
        self.conditions = firm_funnel.conditions_of(programme, np.asarray(world.population.authority_code))
        self.traits = firm_funnel.traits_of(roster)
        self.main_area = np.asarray(roster.unit_area)[np.asarray(roster.unit_ptr)[:-1]]
        self.status = np.zeros(roster.n, np.uint8)
        self.known = np.zeros(roster.n, np.uint8)
        self.joined_month = np.zeros(roster.n, np.int16)
        self.hub = np.full(roster.n, NO_HUB, np.int16)
        self.waiting = NOBODY
        self.reserved_pence = np.zeros(roster.n, np.int64)
        self.first_treated = np.full(roster.n, NEVER, np.int16)
        self.treated_rows = NOBODY
        # A site is a place and not one of the thinned firms.
        of_rows = 1.0 if programme.instrument == "demonstrate" else self.weight
        self.places = Capacity(programme.capacity_per_month / of_rows)
        carriers = [hub for hub in world.hubs if programme.channel == "hub" and hub.kind in programme.hub_kinds]
        self.desks = {hub.number: hub.take_on(programme) for hub in carriers}
        self.site_until = np.zeros(len(world.setting.hubs), np.int16)

    @property
    def weight(self) -> float:
        """Enterprises that one row stands for."""
        return self.world.roster.weight

    @property
    def unit_pence(self) -> int:
        """Cost of one unit to one row."""
        return round(self.programme.unit_cost_pence * self.weight)

    @property
    def makes_offers(self) -> bool:
        """Whether approval makes an offer that is paid when the firm buys."""
        return self.programme.instrument in OFFER_INSTRUMENTS

    @property
    def paid_pence(self) -> int:
        """Spent so far, without what is set aside."""
        return self.purse.spent_pence - int(self.reserved_pence.sum())

    def step(self) -> MonthOfDelivery | None:
        """Deliver one month; None without a budget, and outside the window unless something still happens."""
        programme, month = self.programme, self.world.month
        if programme.budget_pence <= 0 or month < programme.start_month:
            return None
        paid_before, flows = self.paid_pence, Flows()
        if self.makes_offers:
            flows.claimed, flows.lapsed = self._settle()
        if month == programme.end_month:
            self._release_waiting()
        in_window = month < programme.end_month
        running = in_window and self.purse.pay(programme.fixed_cost_pence_per_month, month)
        if programme.instrument == "demonstrate":
            self._demonstrate(flows, running)
        elif running and programme.instrument == "inform_firms":
            self._inform(flows)
        elif running:
            flows.joined, flows.aware = self._join()
            self._drop_out()
            flows.approved, flows.refused = self._decide()
            flows.completed = self._complete(flows.approved)
            self._treat(flows.completed)
        happened = len(flows.claimed) + len(flows.lapsed) + len(flows.completed) > 0
        return self._month(flows, self.paid_pence - paid_before) if in_window or happened else None

    def _month(self, flows: Flows, spend_pence: int) -> MonthOfDelivery:
        completed = flows.claimed if self.makes_offers else flows.completed
        return MonthOfDelivery(
            month=self.world.month,
            programme=self.programme.id,
            spend_pence=spend_pence,
            joined=len(flows.joined) * self.weight,
            served=len(flows.approved) * self.weight,
            completed=len(completed) * self.weight,
            waiting=len(self.waiting) * self.weight,
            beneficiaries_cum=len(self.treated_rows) * self.weight,
            aware=flows.aware * self.weight,
            approved=len(flows.approved) * self.weight,
            refused=len(flows.refused) * self.weight,
            claimed=len(flows.claimed) * self.weight,
            lapsed=len(flows.lapsed) * self.weight,
            reserved_pence=int(self.reserved_pence.sum()),
            private_pence=invest.private_pence(self.programme, len(completed), self.weight),
        )

    def _settle(self) -> tuple[np.ndarray, np.ndarray]:
        """Pay what firms drew down last month; offers that were used or are over end. Returns both kinds of rows."""
        firms, month = self.world.firms, self.world.month
        rows = np.flatnonzero(self.status == APPROVED).astype(np.int32)
        used = firms.claim_gbp[rows] > 0
        over = ~used & ((firms.open[rows] == 0) | (month >= firms.offer_until[rows]))
        claimed, lapsed = rows[used], rows[over]
        drawn = np.rint(firms.claim_gbp[claimed].astype(np.float64) * 100.0 * self.weight).astype(np.int64)
        ended = np.concatenate([claimed, lapsed])
        # The purse counts reserves as spent, so only what was not drawn comes back.
        back = self.reserved_pence[ended].sum() - np.minimum(drawn, self.reserved_pence[claimed]).sum()
        self.purse.spent_pence -= int(back)
        self.reserved_pence[ended] = 0
        firms.claim_gbp[claimed] = 0.0
        firm_effects.end_offers(firms, ended)
        self.status[claimed], self.status[lapsed] = CLAIMED, LAPSED
        return claimed, lapsed

    def _join(self) -> tuple[np.ndarray, int]:
        world, programme = self.world, self.programme
        rows, heard = firm_funnel.come_forward(
            world.month,
            self.seed,
            self.status,
            self.known,
            world.firm_needs,
            self.need,
            self.traits,
            world.firms,
            self.conditions,
            raised(awareness_share(programme, world.month), world.region.referral),
            programme.willing_share,
            programme.willing_capability_slope,
            programme.apply_probability_monthly,
        )
        if programme.channel == "hub":
            rows = self._nearest_hub(rows)
        self.status[rows] = WAITING
        needs.take(world.firm_needs, rows, self.need)
        self.joined_month[rows] = world.month
        self.waiting = np.concatenate([self.waiting, rows])
        return rows, heard

    def _open_hubs(self) -> np.ndarray:
        """Which hubs are open and of the programme's kinds (bool)."""
        hubs = self.world.setting.hubs
        return hubs.is_open(self.world.month) & np.isin(hubs.kind, self.programme.hub_kinds)

    def _nearest_hub(self, rows: np.ndarray) -> np.ndarray:
        """Send rows to the nearest open hub; without any, nobody joins."""
        hubs = self._open_hubs()
        if not hubs.any():
            return rows[:0]
        distance = np.where(hubs, self.world.setting.hubs.distance_km, np.inf)
        self.hub[rows] = np.argmin(distance, axis=1)[self.main_area[rows]]
        return rows

    def _drop_out(self) -> None:
        """Firms that wait give up with a fixed chance, or leave when they no longer qualify."""
        world = self.world
        luck = word(self.seed, world.month, Decision.DROP_OUT)
        drop_out = lowered(world.values["waiting_drop_out_monthly"], world.region.drop_out_reduction)
        gives_up = draws(luck, self.traits.key[self.waiting]) < drop_out
        gives_up &= self.joined_month[self.waiting] < world.month
        gives_up |= ~firm_funnel.eligible_rows(self.waiting, world.month, self.traits, world.firms, self.conditions)
        self.status[self.waiting[gives_up]] = GAVE_UP
        needs.free(world.firm_needs, self.waiting[gives_up], self.need)
        self.waiting = self.waiting[~gives_up]

    def _release_waiting(self) -> None:
        """The programme is over: firms that still wait may turn to another for the same need."""
        needs.free(self.world.firm_needs, self.waiting, self.need)

    def _decide(self) -> tuple[np.ndarray, np.ndarray]:
        """Approve or refuse firms from the head of the queue within places and money; returns both kinds of rows.

        The walk stops at the first firm that cannot be paid, so that nobody overtakes for being cheap.
        """
        places = self.places.accrue()
        order = self._queue_order()
        if self.programme.channel == "hub":
            order = order[self._within_hub_places(self.hub[self.waiting[order]])]
        order = order[:places]
        rows = self.waiting[order]
        luck = word(self.seed, 0, Decision.APPROVED)
        passes = draws(luck, self.traits.key[rows]) < self.programme.approval_probability
        amounts = self._amounts_gbp(rows)
        reserves = np.where(passes, np.rint(amounts * 100.0 * self.weight).astype(np.int64), 0)
        costs = reserves + self.unit_pence * passes
        n = int(np.searchsorted(np.cumsum(costs), self.purse.released_pence(self.world.month), side="right"))
        self.purse.pay(int(costs[:n].sum()), self.world.month)
        self.places.use(n)
        if self.desks:
            for number, used in zip(*np.unique(self.hub[rows[:n]], return_counts=True), strict=True):
                self.desks[int(number)].serve(int(used))
        self.waiting = np.delete(self.waiting, order[:n])
        approved, refused = rows[:n][passes[:n]], rows[:n][~passes[:n]]
        self.status[approved] = APPROVED if self.makes_offers else SERVED
        self.status[refused] = REFUSED
        needs.free(self.world.firm_needs, refused, self.need)
        if self.makes_offers:
            self.reserved_pence[approved] = reserves[:n][passes[:n]]
            self._make_offers(approved, amounts[:n][passes[:n]])
        return approved, refused

    def _queue_order(self) -> np.ndarray:
        """Positions in the queue by (priority, month joined, lot, key)."""
        keys = self.traits.key[self.waiting]
        lot = draws(word(self.seed, 0, Decision.QUEUE_RANK), keys)
        return np.lexsort((keys, lot, self.joined_month[self.waiting], self._priority(self.waiting)))

    def _priority(self, rows: np.ndarray) -> np.ndarray:
        """Lower goes first."""
        match self.programme.targeting:
            case "smallest_first":
                return self.traits.entry_jobs[rows].astype(np.int64)
            case "least_digital_first":
                return np.bitwise_count(self.world.firms.adopted[rows]).astype(np.int64)
            case "deprived_first":
                deprivation = np.asarray(self.world.population.area_deprivation)
                return deprivation[self.main_area[rows]].astype(np.int64)
            case _:
                return np.zeros(len(rows), np.int64)

    def _within_hub_places(self, hubs_in_order: np.ndarray) -> np.ndarray:
        """Which firms, in queue order, find a place at their hub this month (bool)."""
        places = np.zeros(len(self.site_until), np.int64)
        for number, desk in self.desks.items():
            places[number] = desk.accrue(int((hubs_in_order == number).sum()))
        by_hub = np.argsort(hubs_in_order, kind="stable")
        sorted_hubs = hubs_in_order[by_hub]
        rank_at_hub = np.empty(len(hubs_in_order), np.int64)
        rank_at_hub[by_hub] = np.arange(len(hubs_in_order)) - np.searchsorted(sorted_hubs, sorted_hubs)
        return rank_at_hub < places[hubs_in_order]

    def _amounts_gbp(self, rows: np.ndarray) -> np.ndarray:
        """Most that an offer can cost for each row; 0 for programmes without offers."""
        if not self.makes_offers:
            return np.zeros(len(rows))
        world, effects = self.world, self.programme.effects
        return firm_effects.amounts_gbp(
            rows,
            self.conditions.project_bits,
            effects["offer_share"],
            effects["offer_cap_gbp"],
            firm_effects.technology_numbers(world.values, "price_fixed_gbp"),
            firm_effects.technology_numbers(world.values, "price_per_job_gbp"),
            self.traits.entry_jobs,
            world.firms,
        )

    def _make_offers(self, rows: np.ndarray, amounts: np.ndarray) -> None:
        until = self.world.month + self.programme.offer_months
        share = self.programme.effects["offer_share"]
        firm_effects.make_offers(self.world.firms, rows, self.conditions.project_bits, share, amounts, until)

    def _complete(self, rows: np.ndarray) -> np.ndarray:
        """Those who get the dose; an offer is one whether it is claimed or not."""
        if self.makes_offers:
            return rows
        quality = np.ones(len(self.site_until))
        for number, desk in self.desks.items():
            quality[number] = desk.quality
        probability = np.full(len(rows), self.programme.completion_probability)
        if self.desks:
            probability *= quality[self.hub[rows]]
        return rows[draws(word(self.seed, 0, Decision.COMPLETE), self.traits.key[rows]) < probability]

    def _inform(self, flows: Flows) -> None:
        """Reach eligible firms within places and money, the luckiest first; again and again if so drawn."""
        world, effects = self.world, self.programme.effects
        everyone = np.arange(world.roster.n, dtype=np.int32)
        eligible = everyone[firm_funnel.eligible_rows(everyone, world.month, self.traits, world.firms, self.conditions)]
        keys = self.traits.key[eligible]
        lot = draws(word(self.seed, world.month, Decision.APPLY), keys)
        order = np.lexsort((keys, lot))[: int((lot < effects["reach_probability_monthly"]).sum())]
        most = self.purse.affordable(self.unit_pence, world.month, min(self.places.accrue(), len(order)))
        reached = eligible[order[:most]]
        self.purse.pay(self.unit_pence * most, world.month)
        self.places.use(most)
        flows.aware = int((self.known[reached] == 0).sum())
        self.known[reached] = 1
        flows.approved = flows.completed = reached
        self._treat(reached)

    def _demonstrate(self, flows: Flows, running: bool) -> None:
        """Open sites within places and money, and show technologies at those that are active."""
        world, effects = self.world, self.programme.effects
        if not running and not (self.site_until > world.month).any():
            return
        near = world.setting.hubs.distance_km <= effects["radius_km"]
        everyone = np.arange(world.roster.n, dtype=np.int32)
        eligible = everyone[firm_funnel.eligible_rows(everyone, world.month, self.traits, world.firms, self.conditions)]
        if running:
            self._open_sites(near, np.bincount(self.main_area[eligible], minlength=len(near)))
        reached = near[:, self.site_until > world.month].any(axis=1)
        visible = eligible[reached[self.main_area[eligible]]]
        flows.aware = int((self.known[visible] == 0).sum())
        self.known[visible] = 1
        luck = word(self.seed, 0, Decision.WILLING)
        rows = visible[draws(luck, self.traits.key[visible]) < effects["opt_in_share"]]
        new = rows[self.first_treated[rows] == NEVER]
        self.status[new] = SERVED
        flows.joined = flows.approved = flows.completed = new
        self._treat(rows)

    def _open_sites(self, near: np.ndarray, firms_by_area: np.ndarray) -> None:
        month, until = self.world.month, self.world.month + int(self.programme.effects["site_months"])
        n = self.purse.affordable(self.programme.unit_cost_pence, month, self.places.accrue())
        for _ in range(n):
            active = self.site_until > month
            unreached = np.where(near[:, active].any(axis=1), 0, firms_by_area)
            hub = demonstrate.best_hub(near, self._open_hubs() & ~active, unreached)
            if hub == NO_HUB:
                return
            self.site_until[hub] = until
            self.purse.pay(self.programme.unit_cost_pence, month)
            self.places.use(1)

    def _treat(self, rows: np.ndarray) -> None:
        if len(rows) == 0:
            return
        instrument(self.programme.instrument).apply(self.world, rows, self.programme, self.seed)
        new = rows[self.first_treated[rows] == NEVER]
        self.first_treated[new] = self.world.month
        self.treated_rows = np.concatenate([self.treated_rows, new])

    def treated(self) -> Watch:
        """Firms treated so far, to be followed here and in a twin."""
        return Watch(self.programme.id, self.treated_rows, self.first_treated[self.treated_rows].astype(np.int64))
