"""The month as an ordered, printable, timed list of phases, on Mesa's Model."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import mesa
import numpy as np

from model.calendar import is_december, month_label
from model.centring import StartShares, StartTilts
from model.chance import hash_words
from model.commuting import build_job_map, only
from model.firm_month import FirmMonth
from model.firm_outcomes import FirmCounter
from model.firm_roster import FirmRoster, empty_roster
from model.firm_rules import firm_rules
from model.hubs import begin_month, hub_months, make_hubs
from model.jobs import fill_jobs, find_work, in_order_of_lot, job_rounding, living_units, want_jobs
from model.kernels import (
    FINDS_WORK,
    N_WORK_COLUMNS,
    Ties,
    change_ties,
    commit,
    count_first_ties,
    leave,
    note_what_workers_meet,
    present_rows,
    rows_with_news,
    step_residents,
)
from model.market import first_market
from model.network import Network
from model.outcomes import Cells, SideCells
from model.parameters import bundle, central_values
from model.population import Population
from model.programmes.deliveries import deliveries
from model.programmes.delivery import Delivery
from model.programmes.effects import end_paid_connections
from model.programmes.firm_delivery import FirmDelivery
from model.programmes.instruments.assess import after_assessment
from model.programmes.instruments.open_hub import plan_hubs
from model.programmes.oversight import Oversight
from model.record import Record
from model.rules.work import EMPLOYED
from model.rules.workplace import WorkplaceParameters
from model.run_inputs import centre, conditions_at, rule_parameters
from model.scenario import Scenario
from model.setting import Setting
from model.start import arrive, keys_of_homes, move_in, newcomer_log_odds, settle
from model.state import (
    ABSENT,
    NO_GROUP,
    NO_WORKPLACE,
    RECENT,
    People,
    empty_firms,
    empty_households,
    empty_residents,
    empty_units,
)
from model.tally import count_by_cell, count_codes, fill_cells
from model.world import Watch, World

PHASES = (
    ("clock", "the month advances; dated trends take their values"),
    ("roster", "entries, exits, household changes; ties begin and end"),
    ("programmes", "pilots and reviews, eligibility, queues, budgets and doses"),
    ("residents", "trust, access, motivation, use, skill, work from last month's state"),
    ("firms", "closure, attention, belief, adoption, abandonment, productivity and demand from last month's state"),
    ("commit", "those who changed tell neighbours, households, colleagues, employers and trade partners"),
    ("work", "jobs grow or go; people find work, commuters fill what is left"),
    ("market", "sector demand, local services online, skills of jobseekers, portfolios of newborn firms"),
    ("outcomes", "totals; in December the cube, areas and snapshots"),
)
"""The month in order: name of the phase and what happens in it."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What is run: a scenario, behaviour parameters and a horizon."""

    scenario: Scenario
    until_month: int
    """last month simulated (inclusive)"""
    values: dict[str, float] = field(default_factory=central_values)
    watch: tuple[Watch, ...] = ()
    """people whose state is followed besides those this run treats"""
    cube_months: tuple[int, ...] = ()
    """months recorded by group besides the first, the last and Decembers; surveys are compared in theirs"""


def _calendar_of(months: np.ndarray, horizon: int) -> list[np.ndarray]:
    """Rows by month of an event in 1..horizon."""
    dated = np.flatnonzero((months > 0) & (months <= horizon)).astype(np.int32)
    order = dated[np.argsort(months[dated], kind="stable")]
    bounds = np.searchsorted(months[order], np.arange(horizon + 2))
    return [order[bounds[m] : bounds[m + 1]] for m in range(horizon + 1)]


class RegionModel(mesa.Model):
    """One region under one scenario. Month 0 is the start; each `step` is one month more.

    n_threads changes the speed, never the result.
    rng is the seed of the run: all luck is a function of it, the agent, the month and the decision.
    """

    def __init__(
        self,
        spec: ModelSpec,
        population: Population,
        network: Network,
        setting: Setting,
        national: dict,
        rng: int = 1,
        n_threads: int = 1,
        roster: FirmRoster | None = None,
    ) -> None:
        super().__init__(rng=rng)
        self.n_threads = n_threads
        self._threads = ThreadPoolExecutor(n_threads) if n_threads > 1 else None
        self.spec, self.network = spec, network
        self.period = 0
        self.cells = Cells(tuple(str(code) for code in population.authority_code))
        self.record = Record()
        self.phase_seconds: dict[str, float] = {}
        conditions, programmes = conditions_at(spec.scenario, 0), after_assessment(spec.scenario.programmes)
        self.centring = centre(spec.values, national, conditions)
        roster = roster or empty_roster(len(population.authority_code))
        people = People(**{name: getattr(population, name) for name in People._fields})
        self.world = World(
            population=population,
            setting=plan_hubs(setting.own_copy(), programmes, population, spec.values),
            people=people,
            ties=Ties(**{name: getattr(network, name) for name in Ties._fields}),
            roster=roster,
            firms=empty_firms(roster.n),
            units=empty_units(roster.n_units),
            at_work=np.zeros((roster.n_units + 1, N_WORK_COLUMNS), np.float32),
            residents=empty_residents(population.n),
            households=empty_households(population.n_households),
            firm_rules=firm_rules(spec.values),
            market=first_market(roster.n_authorities, firm_rules(spec.values)),
            workplace_rules=bundle(WorkplaceParameters, spec.values),
            rules=rule_parameters(spec.values, self.centring.onset_shift, self.centring.lapse_shift),
            values=spec.values,
            seed=np.uint64(hash_words(rng, 1)),
            month=0,
            conditions=conditions,
            borrowed_until=np.zeros(population.n, np.int16),
            own_device=np.zeros(population.n, np.uint8),
            resident_needs=np.zeros(population.n, np.uint8),
            firm_needs=np.zeros(roster.n, np.uint8),
            programmes=spec.scenario.programmes,
        )
        self._all_jobs = build_job_map(population, roster, spec.values["commute_decay_per_km"])
        self._job_rounding = job_rounding(self.world.seed, roster.unit_key)
        self.firm_month = FirmMonth(self.world, national["start_adoption"])
        self._tilts, self._shares = bundle(StartTilts, spec.values), bundle(StartShares, spec.values)
        self._newcomers = newcomer_log_odds(self.centring, self.world.rules, spec.until_month // 12 + 1)
        self._home_keys = keys_of_homes(self.world.people.key, self.world.people.household, population.n_households)
        self._entering = _calendar_of(np.asarray(population.entry_month), spec.until_month)
        self._leaving = _calendar_of(np.asarray(population.exit_month), spec.until_month)
        self._moving = _calendar_of(np.asarray(population.next_household_month), spec.until_month)
        self.fixed_cell = self.cells.fixed_cell(
            np.asarray(population.area_authority)[population.area],
            population.sex,
            population.education,
            np.asarray(population.area_deprivation)[population.area],
            np.asarray(population.area_rural)[population.area],
        )
        self.side_cells = SideCells(())
        # Made-up places know no ranking within the region: the nation's fifth stands in.
        in_region = setting.deprivation_fifth
        in_region = np.asarray(population.area_deprivation if in_region is None else in_region)
        self.side_cell = self.side_cells.of_rows(in_region[population.area], population.income_quintile)
        self._cell = np.empty(population.n, np.int32)
        # One spare place: present_rows writes one past the last row it keeps.
        self._rows = np.empty(population.n + 1, np.int32)
        self.world.hubs = make_hubs(self, self.world.setting, spec.values, population.weight)
        self.deliveries = deliveries(programmes, self.world)
        self.oversight = Oversight(self.deliveries, spec.scenario.review)
        self.phases = tuple((name, getattr(self, f"_{name}")) for name, _ in PHASES)
        self.firm_counter = FirmCounter(roster, self.cells.authorities)
        self._start()
        self.datacollector = mesa.DataCollector(model_reporters={"online_share": RegionModel.online_share_pct})
        self.datacollector.collect(self)

    def step(self) -> None:
        """Advance one month through every phase, timing each."""
        for name, run_phase in self.phases:
            started = time.perf_counter()
            run_phase()
            self.phase_seconds[name] = self.phase_seconds.get(name, 0.0) + time.perf_counter() - started
        self.running = self.period < self.spec.until_month
        self.datacollector.collect(self)

    @property
    def resident_deliveries(self) -> list[Delivery]:
        """Programmes at work for residents, without those that change places."""
        return [delivery for delivery in self.deliveries if isinstance(delivery, Delivery)]

    @property
    def firm_deliveries(self) -> list[FirmDelivery]:
        """Programmes at work for firms."""
        return [delivery for delivery in self.deliveries if isinstance(delivery, FirmDelivery)]

    def online_share_pct(self) -> float:
        """Recent users among adults this month, in per cent."""
        counts = self.record.code_counts[-1]
        return 100.0 * float(counts[RECENT * 16 :].sum()) / max(float(counts.sum()), 1.0)

    def _start(self) -> None:
        world = self.world
        world.residents.code[:] = ABSENT
        world.residents.workplace[:], world.residents.session_group[:] = NO_WORKPLACE, NO_GROUP
        rows = np.flatnonzero(
            (np.asarray(world.people.entry_month) <= 0) & (np.asarray(world.people.exit_month) > 0)
        ).astype(np.int32)
        self._arrive(rows)
        self._move_in(rows)
        count_first_ties(world.residents, world.ties)
        self.firm_month.begin(world)
        self._fill_jobs(rows[world.residents.employment[rows] == EMPLOYED])
        self.firm_month.settle_first(world)
        self._settle(rows)
        self.firm_month.take_stock(world)
        self._outcomes()

    def _clock(self) -> None:
        self.period += 1
        self.world.month = self.period
        self.world.conditions = self.world.region.on(conditions_at(self.spec.scenario, self.period))
        self.world.setting.update(self.period)  # hubs open and close

    def _roster(self) -> None:
        world, month, network = self.world, self.period, self.network
        these = slice(network.end_ptr[month], network.end_ptr[month + 1])
        change_ties(network.end_order[these], network.end_row[these], -1, world.residents, world.ties)
        leave(
            self._leaving[month],
            world.residents,
            world.households,
            world.groups,
            world.roster.unit_firm,
            world.firms,
            world.units,
        )
        entering, moving = self._entering[month], self._moving[month]
        moving = moving[(world.residents.code[moving] != ABSENT)]
        np.subtract.at(world.households.occupants, world.residents.household[moving], 1)
        world.residents.household[moving] = world.people.next_household[moving]
        self._arrive(entering)
        self._move_in(np.concatenate([entering, moving]))
        these = slice(network.start_ptr[month], network.start_ptr[month + 1])
        change_ties(network.start_order[these], network.start_row[these], 1, world.residents, world.ties)
        self._settle(entering)
        self.firm_month.births(world)

    def _arrive(self, rows: np.ndarray) -> None:
        world, year = self.world, self.period // 12
        log_odds, lapsed = self._newcomers
        arrive(
            rows,
            self.period,
            world.seed,
            world.people,
            self._home_keys,
            world.setting.places,
            world.residents,
            world.households,
            log_odds[year],
            lapsed[year],
            world.rules,
            self._tilts,
            self._shares,
        )

    def _move_in(self, rows: np.ndarray) -> None:
        world = self.world
        move_in(rows, self.period, world.seed, world.people, world.residents, world.households, self._shares)

    def _settle(self, rows: np.ndarray) -> None:
        world = self.world
        settle(
            rows,
            self.period,
            world.people,
            world.setting.places,
            world.residents,
            world.households,
            world.at_work,
            world.conditions,
            world.rules,
        )

    def _programmes(self) -> None:
        world = self.world
        end_paid_connections(world)
        world.sessions.expire(self.period, world.residents)
        begin_month(world.hubs, self.period)
        self.oversight.begin_month(self.period)
        world.begin_month_of_places()
        for delivery in self.deliveries:
            month = delivery.step()
            if month is not None:
                self.record.delivery.append(self.oversight.note(month))
        self.record.hubs += hub_months(world.hubs)

    def _residents(self) -> None:
        world, groups = self.world, self.world.groups

        def step_rows(rows: np.ndarray) -> None:
            step_residents(
                rows,
                self.period,
                world.seed,
                world.people,
                world.setting.places,
                world.households,
                world.residents,
                groups,
                world.conditions,
                world.rules,
            )

        present = self._rows[: present_rows(world.residents.code, self._rows)]
        if self._threads is None:
            step_rows(present)
        else:
            list(self._threads.map(step_rows, np.array_split(present, self.n_threads)))

    def _firms(self) -> None:
        self.firm_month.step(self.world)

    def _market(self) -> None:
        self.firm_month.take_stock(self.world)

    def _commit(self) -> None:
        world = self.world
        self.firm_month.commit(world)
        self._news = rows_with_news(world.residents.event)
        commit(
            self._news,
            self.period,
            world.residents,
            world.households,
            world.ties,
            world.groups,
            world.roster.unit_firm,
            world.firms,
            world.units,
        )

    def _work(self) -> None:
        world = self.world
        seeking = self._news[world.residents.event[self._news] & FINDS_WORK > 0]
        world.residents.event[seeking] = 0
        self._fill_jobs(seeking)

    def _fill_jobs(self, seeking: np.ndarray) -> None:
        """Jobs of the month and who takes them; `seeking` are residents employed without a workplace."""
        world, month = self.world, self.period
        roster, firms, units, rules = world.roster, world.firms, world.units, world.workplace_rules
        if month % 12 == 0:
            world.living_units = living_units(month, roster.unit_firm, roster.entry_month, firms)
            self._job_map = only(self._all_jobs, world.living_units, roster.n_units)
        want_jobs(
            world.living_units,
            month,
            world.seed,
            roster.unit_key,
            roster.unit_firm,
            roster.unit_entry_jobs,
            self._job_rounding,
            firms,
            units,
            rules,
        )
        find_work(
            in_order_of_lot(seeking, month, world.seed, world.people),
            month,
            world.seed,
            world.people,
            world.residents,
            self._job_map,
            roster.unit_firm,
            firms,
            units,
            rules,
        )
        fill_jobs(world.living_units, month, world.seed, roster.unit_key, roster.unit_firm, firms, units, rules)
        note_what_workers_meet(world.living_units, units, world.rules.groups, world.at_work)

    def _outcomes(self) -> None:
        world, record = self.world, self.record
        codes = world.residents.code
        record.months.append(self.period)
        record.code_counts.append(count_codes(codes))
        self._follow_treated()
        helped = [delivery.first_treated for delivery in self.firm_deliveries]
        firms = self.firm_counter.count(self.period, world.firms, world.units, helped)
        record.firm_months.append(firms.counts.sum(axis=0))
        if is_december(self.period) or self.period in (0, self.spec.until_month, *self.spec.cube_months):
            fill_cells(
                self.period,
                codes,
                world.people.birth_month,
                world.people.disability_onset_month,
                self.fixed_cell,
                self._cell,
            )
            record.cube[self.period] = count_by_cell(codes, self._cell, self.cells.n)
            record.areas[self.period] = count_by_cell(codes, world.people.area, world.population.n_areas)
            record.side[self.period] = count_by_cell(codes, self.side_cell, self.side_cells.n)
            record.codes[self.period] = codes.copy()
            record.firm_cube[self.period], record.firm_states[self.period] = firms.counts, firms.states
            record.firm_jobs[self.period], record.firm_gva[self.period] = firms.jobs, firms.gva_gbp

    def _follow_treated(self) -> None:
        """Count the treated by state and months since treatment; in a twin, those the plan treated."""
        for watch in self._watches():
            codes = self.world.residents.code[watch.rows]
            since = self.period - watch.first_month
            counted = (since >= 0) & (codes != ABSENT)
            if not counted.any():
                continue
            table = np.zeros((int(since[counted].max()) + 1, 48), np.int64)
            np.add.at(table, (since[counted], codes[counted]), 1)
            for months_since in np.flatnonzero(table.any(axis=1)):
                key = (watch.programme, int(months_since))
                self.record.cohorts[key] = self.record.cohorts.get(key, 0) + table[months_since]

    def _watches(self) -> list[Watch]:
        own = [delivery.treated() for delivery in self.resident_deliveries if len(delivery.treated_rows)]
        return [*own, *self.spec.watch]

    def run(self, each_month: Callable[[int], None] | None = None) -> Record:
        """Step to the horizon; `each_month` is told the month just done and may raise to stop."""
        while self.period < self.spec.until_month:
            self.step()
            if each_month is not None:
                each_month(self.period)
        return self.record

    def __repr__(self) -> str:
        return f"RegionModel({self.spec.scenario.name}, {month_label(self.period)})"
