"""What a run leaves behind."""

from dataclasses import dataclass, field

import numpy as np

from model.hubs import HubMonth
from model.programmes.delivery import MonthOfDelivery


@dataclass(slots=True)
class Record:
    """What a run leaves behind, as whole-number counts of agents."""

    months: list[int] = field(default_factory=list)
    code_counts: list[np.ndarray] = field(default_factory=list)
    """one (48,) array a month"""
    cube: dict[int, np.ndarray] = field(default_factory=dict)
    """December (and first) month -> (cells, 48)"""
    areas: dict[int, np.ndarray] = field(default_factory=dict)
    """December (and first) month -> (areas, 48)"""
    side: dict[int, np.ndarray] = field(default_factory=dict)
    """December (and first) month -> (side cells, 48)"""
    codes: dict[int, np.ndarray] = field(default_factory=dict)
    """December (and first) month -> state code of every row"""
    firm_months: list[np.ndarray] = field(default_factory=list)
    """one (columns of FIRM_COUNTS,) array a month"""
    firm_cube: dict[int, np.ndarray] = field(default_factory=dict)
    """December (and first) month -> (firm cells, columns of FIRM_COUNTS)"""
    firm_states: dict[int, np.ndarray] = field(default_factory=dict)
    """December (and first) month -> technologies in use of every firm, and 128 for being open"""
    firm_jobs: dict[int, np.ndarray] = field(default_factory=dict)
    firm_gva: dict[int, np.ndarray] = field(default_factory=dict)
    """GBP a year of every firm"""
    delivery: list[MonthOfDelivery] = field(default_factory=list)
    hubs: list[HubMonth] = field(default_factory=list)
    """hubs in months in which anyone was served or waited there"""
    cohorts: dict[tuple[str, int], np.ndarray] = field(default_factory=dict)
    """(programme, months since treatment) -> (48,)"""
