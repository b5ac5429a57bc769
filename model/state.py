"""State columns of residents and households, declared once: dtype, unit, meaning.

Kernels receive the columns as named tuples of arrays whose field names are the column names.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

NEVER_USED, LAPSED, RECENT = 0, 1, 2
"""Internet use in the ONS classes; recent means within three months, anywhere."""

ABSENT = 255
"""State code of a row that is not a resident this month."""

N_STATE_CODES = 48


@dataclass(frozen=True, slots=True)
class Column:
    """One state column."""

    name: str
    dtype: str
    unit: str
    meaning: str


RESIDENT_COLUMNS = (
    Column("use", "uint8", "0 never, 1 lapsed, 2 recent", "internet use in the ONS classes"),
    Column("device", "uint8", "0 none, 1 phone, 2 large screen", "best own device"),
    Column("motivation", "float32", "score 0-1", "whether being online seems worth it"),
    Column("trust", "float32", "score 0-1", "trust in online services"),
    Column("skill", "float32", "score 0-1", "digital skill; .3 Foundation, .5 Essential, .7 Work"),
    Column("skill_ceiling", "float32", "score 0-1", "skill reached by use alone"),
    Column("ceiling_gain", "float32", "score 0-1", "lasting rise of the ceiling by training"),
    Column("disposition", "float32", "standard deviations", "lasting difference between people"),
    Column("onset_dose", "float32", "log hazard", "what recent help adds to starting; halves every few months"),
    Column("employment", "uint8", "0 inactive, 1 jobseeker, 2 employed", "place in the labour market"),
    Column("household", "int32", "row of the household", "household lived in this month"),
    Column("weight_ties", "int32", "tie weight", "all ties that exist this month"),
    Column("weight_competent", "int32", "tie weight", "ties to recent users with Foundation skill"),
    Column("competent", "uint8", "0 or 1", "recent user with Foundation skill, as neighbours count it"),
    Column("event", "uint8", "bits", "what changed this month and has to be told to others"),
    Column("code", "uint8", "0-47, 255 absent", "use, skill level, access and employment in one number"),
)

HOUSEHOLD_COLUMNS = (
    Column("connection", "uint8", "0 none, 1 mobile, 2 fixed", "connection at home"),
    Column("subsidy_share", "float32", "share of the tariff", "paid by a programme"),
    Column("subsidy_until", "int16", "month", "first month without the subsidy"),
    Column("occupants", "int32", "adults", "adults living there this month"),
)


class Residents(NamedTuple):
    """State of residents: one array a column, one row a person of the roster."""

    use: np.ndarray
    device: np.ndarray
    motivation: np.ndarray
    trust: np.ndarray
    skill: np.ndarray
    skill_ceiling: np.ndarray
    ceiling_gain: np.ndarray
    disposition: np.ndarray
    onset_dose: np.ndarray
    employment: np.ndarray
    household: np.ndarray
    weight_ties: np.ndarray
    weight_competent: np.ndarray
    competent: np.ndarray
    event: np.ndarray
    code: np.ndarray


class Households(NamedTuple):
    """State of households: one array a column."""

    connection: np.ndarray
    subsidy_share: np.ndarray
    subsidy_until: np.ndarray
    occupants: np.ndarray


class People(NamedTuple):
    """What the roster says of each person; never written."""

    key: np.ndarray
    area: np.ndarray
    birth_month: np.ndarray
    sex: np.ndarray
    entry_month: np.ndarray
    exit_month: np.ndarray
    disability_onset_month: np.ndarray
    education: np.ndarray
    income_quintile: np.ndarray
    on_benefits: np.ndarray
    employment: np.ndarray
    household: np.ndarray
    next_household: np.ndarray
    next_household_month: np.ndarray


class Places(NamedTuple):
    """What rules read of each small area; never written."""

    deprivation: np.ndarray
    """1 in the most deprived fifth of the nation, -1 in the least"""
    income_gbp_month: np.ndarray
    """shape (areas, 5): mean income by income fifth"""
    hub_in_reach: np.ndarray
    """0 or 1"""


def empty_residents(n: int) -> Residents:
    """Zeroed columns for n residents."""
    return Residents(**{column.name: np.zeros(n, dtype=column.dtype) for column in RESIDENT_COLUMNS})


def empty_households(n: int) -> Households:
    """Zeroed columns for n households."""
    return Households(**{column.name: np.zeros(n, dtype=column.dtype) for column in HOUSEHOLD_COLUMNS})
