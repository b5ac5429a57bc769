"""Everything a phase of the month may read or change, in one place."""

from dataclasses import dataclass, field

import numpy as np

from model.firm_kernels import Market
from model.firm_roster import FirmRoster
from model.firm_rules import FirmRules
from model.hubs import Hub
from model.kernels import Conditions, Groups, RuleParameters, Ties
from model.population import Population
from model.programmes.cohorts import Cohorts
from model.programmes.coverage import Coverage
from model.programmes.programme import Programme
from model.region_state import RegionState
from model.rules.workplace import WorkplaceParameters
from model.sessions import Sessions
from model.setting import Setting
from model.state import Firms, Households, People, Residents, Units


@dataclass(frozen=True, slots=True)
class Watch:
    """People whose state is followed month by month: those a programme treated, in this run or in its twin."""

    programme: str
    rows: np.ndarray
    first_month: np.ndarray


@dataclass(slots=True)
class World:
    """State of one run. `month` and `conditions` are set by the clock; arrays are changed in place."""

    population: Population
    setting: Setting
    people: People
    ties: Ties
    roster: FirmRoster
    firms: Firms
    units: Units
    at_work: np.ndarray
    """what workers meet at each unit (model.kernels.Groups)"""
    residents: Residents
    households: Households
    rules: RuleParameters
    firm_rules: FirmRules
    market: Market
    workplace_rules: WorkplaceParameters
    values: dict[str, float]
    """behaviour parameters by name"""
    seed: np.uint64
    month: int
    conditions: Conditions
    borrowed_until: np.ndarray
    """int16, month in which a borrowed device goes back; 0 for everyone who has none on loan"""
    own_device: np.ndarray
    """uint8, device that borrowers go back to"""
    resident_needs: np.ndarray
    """uint8, bits of the needs for which residents wait for a programme or were served (model.programmes.needs)"""
    firm_needs: np.ndarray
    """the same of firms"""
    programmes: tuple[Programme, ...] = ()
    """of the scenario, as planned"""
    region: RegionState = field(default_factory=RegionState)
    """what place programmes have changed"""
    found: np.ndarray = field(init=False)
    """uint8, 1 for residents whom partners that share data have found in need this month"""
    coverage: Coverage = field(init=False)
    living_units: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    """units that may have jobs this year"""
    sessions: Sessions = field(default_factory=Sessions)
    hubs: list[Hub] = field(default_factory=list)
    """in the order of the setting's columns"""
    cohorts: Cohorts = field(default_factory=Cohorts)
    decider: np.ndarray = field(init=False)
    """int32 by household, row of the person who decides about a connection on trial"""

    def __post_init__(self) -> None:
        population = self.population
        self.found = np.zeros(population.n, np.uint8)
        self.decider = np.zeros(population.n_households, np.int32)
        self.coverage = Coverage(np.zeros(population.n_households, np.uint8), np.zeros(population.n_areas, np.uint8))

    def begin_month_of_places(self) -> None:
        """Forget what place programmes did last month, but for what lasts."""
        self.region = self.region.next_month()
        self.found[:] = 0

    @property
    def groups(self) -> Groups:
        """Colleagues and people met at sessions, as the kernels read them."""
        return Groups(
            self.at_work,
            self.units.training_hours,
            self.units.leave_share,
            self.sessions.members,
            self.sessions.competent,
        )

    @property
    def weight(self) -> float:
        """Residents that one agent stands for."""
        return self.population.weight
