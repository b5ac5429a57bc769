"""The same month one agent at a time, in plain Mesa: an executable specification of ODD.md.

It runs the scalar rules with the draws of the columnar engine (`model.region_model`) and must leave every agent in the
same state every month, which tests/differential demands. It is written to be read, and is hundreds of times slower.

Rules take and return 64-bit numbers; what the columns keep in 32 bits is rounded when it is stored (`store`).
"""

from dataclasses import replace

import mesa
import numpy as np

from model.calendar import month_label
from model.centring import StartShares, StartTilts
from model.chance import hash_words
from model.commuting import build_job_map
from model.firm_roster import FirmRoster, empty_roster
from model.firm_rules import firm_rules
from model.firm_start import FirmStart, first_shares, shares_of_use
from model.hubs import HubMonth
from model.market import nearest_areas
from model.network import Network
from model.parameters import bundle
from model.population import Population
from model.programmes.delivery import MonthOfDelivery
from model.programmes.instruments.assess import after_assessment
from model.programmes.instruments.open_hub import plan_hubs
from model.programmes.programme import PLACE_INSTRUMENTS, Programme
from model.reference_agent import ReferenceAgent
from model.reference_effects import end_paid_connections
from model.reference_firm_campaign import FirmCampaign
from model.reference_firm_programmes import Demonstration, FirmProgramme
from model.reference_firms import FirmAgent
from model.reference_hubs import HubAgent, SessionGroup
from model.reference_market import count_online, first_market, take_stock
from model.reference_places import PLACE_PROGRAMMES
from model.reference_programmes import ReferenceProgramme, ResidentProgramme
from model.reference_residents import Household, ResidentAgent, Tie
from model.reference_review import begin_pilots, end_pilots, moved_at_review
from model.reference_work import UnitAgent, fill_all_jobs
from model.region_model import ModelSpec
from model.region_state import RegionState
from model.rules.hub_service import HubParameters
from model.rules.workplace import WorkplaceParameters
from model.run_inputs import centre, conditions_at, rule_parameters
from model.setting import Setting
from model.start import newcomer_log_odds
from model.state import (
    ABSENT,
    FIRM_COLUMNS,
    HOUSEHOLD_COLUMNS,
    NO_GROUP,
    NO_WORKPLACE,
    RESIDENT_COLUMNS,
    UNIT_COLUMNS,
    Column,
)

NOT_YET = {"code": ABSENT, "workplace": NO_WORKPLACE, "session_group": NO_GROUP}
"""Columns of people who have not come yet; the others are 0."""


class ReferenceModel(mesa.Model):
    """One region under one scenario, with the inputs of RegionModel. Month 0 is the start; a step is one month more.

    Static tables made once from the inputs (the centring on the reference panel, the mean-field path of newcomers, where
    hubs may open, the chances to commute, which areas are near) are shared with the columnar engine.
    """

    def __init__(
        self,
        spec: ModelSpec,
        population: Population,
        network: Network,
        setting: Setting,
        national: dict,
        rng: int = 1,
        roster: FirmRoster | None = None,
    ) -> None:
        super().__init__(rng=rng)
        values, programmes = spec.values, after_assessment(spec.scenario.programmes)
        self.spec, self.population, self.network = spec, population, network
        self.setting = plan_hubs(setting.own_copy(), programmes, population, values)
        self.roster = roster or empty_roster(len(population.authority_code))
        self.values, self.weight = values, population.weight
        self.period = 0
        self.conditions, self.region = conditions_at(spec.scenario, 0), RegionState()
        with np.errstate(over="ignore"):
            self.luck = np.uint64(hash_words(rng, 1))
            self._make_rules(national)
            self._make_agents()
            self.programmes = [self._programme(programme) for programme in in_order(programmes)]
            begin_pilots(self.programmes)
            self._start(first_shares(national["start_adoption"], self.roster.sector_tilt))

    def _make_rules(self, national: dict) -> None:
        values = self.values
        centring = centre(values, national, self.conditions)
        self.rules = rule_parameters(values, centring.onset_shift, centring.lapse_shift)
        self.start_tilts, self.start_shares = bundle(StartTilts, values), bundle(StartShares, values)
        self.newcomers = newcomer_log_odds(centring, self.rules, self.spec.until_month // 12 + 1)
        self.firm_rules, self.firm_start = firm_rules(values), bundle(FirmStart, values)
        self.shares_of_use = shares_of_use(self.firm_rules, self.roster.sector_tilt)
        self.workplace_rules, self.hub_rules = bundle(WorkplaceParameters, values), bundle(HubParameters, values)
        self.job_map = build_job_map(self.population, self.roster, values["commute_decay_per_km"])
        self.near_areas = nearest_areas(self.population)
        self.market = first_market(self)

    def _make_agents(self) -> None:
        population, roster = self.population, self.roster
        self.households = [Household(row) for row in range(population.n_households)]
        self.people: list[ResidentAgent | None] = [None] * population.n
        """by row: everyone who has come so far, also those who have left"""
        self.hubs = [HubAgent(self, row) for row in range(len(self.setting.hubs))]
        self.firms = [FirmAgent(self, row) for row in range(roster.n)]
        self.units = [UnitAgent(self, row) for row in range(roster.n_units)]
        by_key = sorted(self.units, key=lambda unit: int(unit.key))
        self.units_in = [[unit for unit in by_key if unit.area == area] for area in range(population.n_areas)]
        self.sessions: list[SessionGroup] = []
        self.needs_taken: set[tuple[ReferenceAgent, str]] = set()
        """people and firms with the needs for which they wait for a programme or were served (ODD 5.3)"""
        self.n_cohorts = 0
        self.cohort_counts: list[tuple[int, list[int]]] = []
        """members of each peer cohort, and how many use each technology, as last month left them"""
        self.areas_passed: set[int] = set()
        """areas in which every home lived in had been passed by a new connection in some month"""
        self.local_online_share = [0.0] * population.n_areas
        self.delivery: list[MonthOfDelivery] = []
        self.hub_months: list[HubMonth] = []

    def _programme(self, programme: Programme) -> ReferenceProgramme:
        if programme.instrument in PLACE_INSTRUMENTS:
            return PLACE_PROGRAMMES[programme.instrument](self, programme)
        if programme.audience == "residents":
            return ResidentProgramme(self, programme)
        without_applications = {"demonstrate": Demonstration, "inform_firms": FirmCampaign}
        return without_applications.get(programme.instrument, FirmProgramme)(self, programme)

    def _start(self, first_portfolio: np.ndarray) -> None:
        """January 2013: people and firms arrive, find each other, and then settle."""
        entry, leaving = self.population.entry_month, self.population.exit_month
        people = self._admit(np.flatnonzero((entry <= 0) & (leaving > 0)), [])
        for firm in self.firms:
            if firm.entry_month <= 0:
                firm.arrive(first_portfolio)
        fill_all_jobs(self)
        for firm in self.firms:
            if firm.open:
                firm.settle()
            firm.tell()
        count_online(self)
        for person in people:
            person.settle()
        take_stock(self)

    def step(self) -> None:
        """Advance one month."""
        # A hash wraps around, of which NumPy warns for single numbers.
        with np.errstate(over="ignore"):
            self.period += 1
            self.conditions = self.region.on(conditions_at(self.spec.scenario, self.period))
            self._roster()
            self._deliver()
            self._live()
            fill_all_jobs(self)
            take_stock(self)
            count_online(self)
        self.running = self.period < self.spec.until_month

    def residents(self) -> list[ResidentAgent]:
        """Everyone resident and 16 or over this month."""
        return list(self.agents_by_type.get(ResidentAgent, ()))

    def is_resident(self, person: ResidentAgent) -> bool:
        """Whether a person who has come is still there."""
        return self.period < person.exit_month

    def hub_in_reach(self, area: int) -> bool:
        """Whether residents of an area can go online at an open hub."""
        return any(hub.gives_access(area) for hub in self.hubs)

    def ties_of(self, row: int) -> list[Tie]:
        """All ties of a person, past and future ones included."""
        net = self.network
        return [
            Tie(int(net.neighbour[e]), int(net.weight[e]), int(net.start[e]), int(net.end[e]))
            for e in range(net.indptr[row], net.indptr[row + 1])
        ]

    def _roster(self) -> None:
        """Those who leave go first; then those who move between homes and those who come move in together; then births
        of firms."""
        month, people = self.period, self.population
        for row in np.flatnonzero(people.exit_month == month):
            if (person := self.people[row]) is not None:
                person.depart()
        moving = [
            person
            for row in np.flatnonzero(people.next_household_month == month)
            if (person := self.people[row]) is not None and self.is_resident(person)
        ]
        for person in moving:
            person.home.members.discard(person)
            person.home = self.households[int(people.next_household[person.row])]
        for person in self._admit(np.flatnonzero(people.entry_month == month), moving):
            person.settle()
        for row in np.flatnonzero(self.roster.entry_month == month):
            self.firms[row].arrive(self.market.newborn_share)
            self.firms[row].settle()

    def _admit(self, entering_rows: np.ndarray, moving: list[ResidentAgent]) -> list[ResidentAgent]:
        """People come with what they bring and move into homes, together with those who move."""
        entering = [ResidentAgent(self, int(row)) for row in entering_rows]
        for person in entering:
            self.people[person.row] = person
        empty = {person.home for person in (*entering, *moving) if person.home.occupants == 0}
        for home in empty:
            home.connection = home.subsidy_until = home.on_trial = 0
        for person in (*entering, *moving):
            person.bring_connection(person.home in empty)
            person.home.members.add(person)
        return entering

    def _deliver(self) -> None:
        """Paid connections and ties of sessions end; hubs begin the month; pilots end and money moves; then programmes act
        one after another."""
        end_paid_connections(self)
        for session in self.sessions:
            for person in [person for person in session.people if person.session_until <= self.period]:
                session.leave(person)
        for hub in self.hubs:
            hub.begin_month()
        end_pilots(self)
        moved_pence = moved_at_review(self)
        self.region = self.region.next_month()
        for person in self.residents():
            person.found = False
        for programme in self.programmes:
            month = programme.step()
            if month is not None:
                self.delivery.append(replace(month, moved_pence=moved_pence.get(month.programme, 0)))
        for hub in self.hubs:
            hub.end_month()
        self.hub_months += [record for hub in self.hubs if (record := hub.record()) is not None]

    def _live(self) -> None:
        """Everyone's month, from what others were at the end of last month; then everyone tells."""
        residents, firms = self.residents(), [firm for firm in self.firms if firm.open]
        self._count_cohorts()
        for agent in (*residents, *firms):
            agent.step()
        for agent in (*residents, *self.firms):
            agent.tell()
        for unit in self.units:
            unit.teach()

    def _count_cohorts(self) -> None:
        members: list[list[FirmAgent]] = [[] for _ in range(self.n_cohorts)]
        for firm in self.firms:
            if firm.open and firm.in_cohort():
                members[firm.cohort].append(firm)
        technologies = range(len(self.firm_rules.technology.gain_true))
        self.cohort_counts = [(len(own), [sum(firm.uses(k) for firm in own) for k in technologies]) for own in members]

    def state(self) -> dict[str, dict[str, np.ndarray]]:
        """The columns of RegionModel's world, in the order of the roster."""
        tables = {
            "residents": (RESIDENT_COLUMNS, self.people),
            "households": (HOUSEHOLD_COLUMNS, self.households),
            "firms": (FIRM_COLUMNS, self.firms),
            "units": (UNIT_COLUMNS, self.units),
        }
        return {
            name: {column.name: _column(column, agents) for column in columns}
            for name, (columns, agents) in tables.items()
        }

    def __repr__(self) -> str:
        return f"ReferenceModel({self.spec.scenario.name}, {month_label(self.period)})"


def in_order(programmes: tuple[Programme, ...]) -> list[Programme]:
    """Programmes as they act in a month: those for places, then residents', then firms', as the scenario lists them."""
    return sorted(programmes, key=lambda p: (p.instrument not in PLACE_INSTRUMENTS, p.audience == "firms"))


def _column(column: Column, agents: list) -> np.ndarray:
    """One column; a column of several numbers an agent has a row of them."""
    values = [NOT_YET.get(column.name, 0) if agent is None else getattr(agent, column.name) for agent in agents]
    if "shape (firms, 7)" in column.unit:
        return (
            np.array(values, dtype=column.dtype).reshape(len(agents), -1) if values else np.zeros((0, 7), column.dtype)
        )
    return np.array(values, dtype=column.dtype)
