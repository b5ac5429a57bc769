"""Everything a phase of the month may read or change, in one place."""

from dataclasses import dataclass, field

import numpy as np

from model.kernels import Conditions, RuleParameters, Ties
from model.population import Population
from model.setting import Setting
from model.state import Households, People, Residents


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
    residents: Residents
    households: Households
    rules: RuleParameters
    values: dict[str, float]
    """behaviour parameters by name"""
    seed: np.uint64
    month: int
    conditions: Conditions
    borrowed_until: np.ndarray
    """int16, month in which a borrowed device goes back; 0 for everyone who has none on loan"""
    own_device: np.ndarray
    """uint8, device that borrowers go back to"""
    expiries: dict[int, list[tuple[np.ndarray, np.ndarray]]] = field(default_factory=dict)
    """month -> homes whose connection stops being paid by a programme then, and the rows who brought it there"""

    @property
    def weight(self) -> float:
        """Residents that one agent stands for."""
        return self.population.weight
