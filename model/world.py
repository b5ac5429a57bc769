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
    living_units: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int32))
    """units that may have jobs this year"""
    sessions: Sessions = field(default_factory=Sessions)
    hubs: list[Hub] = field(default_factory=list)
    """in the order of the setting's columns"""
    cohorts: Cohorts = field(default_factory=Cohorts)
    expiries: dict[int, list[tuple[np.ndarray, np.ndarray]]] = field(default_factory=dict)
    """month -> homes whose connection stops being paid by a programme then, and the rows who brought it there"""

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
