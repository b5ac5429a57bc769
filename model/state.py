"""State columns of residents, households, firms and their local units, declared once: dtype, unit, meaning.

Kernels receive the columns as named tuples of arrays whose field names are the column names.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from model.technologies import N_TECHNOLOGIES

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
    Column(
        "workplace", "int32", "row of the local unit, or -1 to -4", "where a worker works: see NO_WORKPLACE and below"
    ),
    Column("session_group", "int32", "number of the group, -1 none", "people met at a hub's session some months ago"),
    Column("session_until", "int16", "month", "first month in which the session's ties are gone"),
    Column("weight_ties", "int32", "tie weight", "all ties that exist this month"),
    Column("weight_competent", "int32", "tie weight", "ties to recent users with Foundation skill"),
    Column("competent", "uint8", "0 or 1", "recent user with Foundation skill, as neighbours count it"),
    Column("skilled", "uint8", "0 or 1", "Work skill, as the employer counts it"),
    Column("event", "uint8", "bits", "what changed this month and has to be told to others"),
    Column("code", "uint8", "0-47, 255 absent", "use, skill level, access and employment in one number"),
)

HOUSEHOLD_COLUMNS = (
    Column("connection", "uint8", "0 none, 1 mobile, 2 fixed", "connection at home"),
    Column("subsidy_share", "float32", "share of the tariff", "paid by a programme"),
    Column("subsidy_until", "int16", "month", "first month without the subsidy"),
    Column("on_trial", "uint8", "0 or 1", "connection that a programme brought, decided on when payment ends"),
    Column("occupants", "int32", "adults", "adults living there this month"),
)


FIRM_COLUMNS = (
    Column("open", "uint8", "0 or 1", "1 from birth to closure"),
    Column("closed_month", "int16", "month", "month of closure, NEVER while open or unborn"),
    Column("adopted", "uint8", "bits", "technologies in use, bit k for technology k"),
    Column("of_use", "uint8", "bits", "technologies that are ever of use to the firm"),
    Column("told", "uint8", "bits", "technologies in use as trade partners count them; 128 for being open"),
    Column("adopted_month", "int16", "month, shape (firms, 7)", "month of adoption, NEVER without"),
    Column("certificate_until", "int16", "month", "month in which a certificate has to be renewed"),
    Column("belief_gain", "float32", "share of GVA, shape (firms, 7)", "gain the firm expects of a technology"),
    Column("belief_precision", "float32", "observations, shape (firms, 7)", "how much the belief rests on"),
    Column("outlook", "float32", "multiple", "lasting optimism: prior gain against the average firm's"),
    Column("attention_dose", "float32", "multiple added", "what recent contact adds to attention; halves with time"),
    Column("capability", "float32", "score 0-1", "management and digital capability"),
    Column("capability_base", "float32", "score 0-1", "capability the firm returns to"),
    Column("liquidity_gbp", "float32", "GBP", "money free for investment"),
    Column("raised_gbp", "float32", "GBP", "outside capital, by which the firm may keep more money free"),
    Column("productivity", "float32", "index, 1 without technology", "output a job"),
    Column("productivity_entry", "float32", "index", "productivity when the firm entered"),
    Column("demand", "float32", "index, 1 at entry", "share of the sector's demand"),
    Column("appeal", "float32", "index, 1 at entry", "pull on customers that has nothing to do with productivity"),
    Column("size_index", "float32", "index, 1 at entry", "jobs against those at entry"),
    Column("workers", "int32", "residents", "jobs of all its units held by residents"),
    Column("skilled_workers", "int32", "residents", "of these, with Work skill"),
    Column("commuters", "int32", "persons", "jobs of all its units held by people from outside the region"),
    Column("trade_ties", "int16", "ties", "trade partners that are open"),
    Column("tied_adopters", "int16", "ties, shape (firms, 7)", "trade partners that use a technology"),
    Column("cohort", "int32", "number of the cohort, -1 none", "peer cohort the firm belongs to"),
    Column("cohort_until", "int16", "month", "first month without the cohort"),
    Column("offer_bits", "uint8", "bits", "technologies a grant has been approved for"),
    Column("offer_share", "float32", "share of the price", "intervention rate of the approved grant"),
    Column("offer_cap_gbp", "float32", "GBP", "most the approved grant pays"),
    Column("offer_until", "int16", "month", "first month in which the grant can no longer be claimed"),
    Column("claim_gbp", "float32", "GBP", "grant drawn down this month, to be paid by the programme"),
    Column("adopted_now", "uint8", "bits", "technologies adopted this month"),
)

UNIT_COLUMNS = (
    Column("jobs", "int32", "jobs", "filled and vacant jobs of the local unit"),
    Column("wanted", "int32", "jobs", "jobs the firm wants to fill at the unit"),
    Column("held", "int32", "residents", "jobs held by residents"),
    Column("commuters", "int32", "persons", "jobs held by people from outside the region"),
    Column("competent", "int32", "residents", "workers that neighbours count as competent"),
    Column("leave_share", "float32", "share", "workers who have to go next month"),
    Column("training_hours", "float32", "hours", "teaching its workers get this month"),
)

NO_WORKPLACE, PUBLIC_SECTOR, SELF_EMPLOYED, OUTSIDE_REGION = -1, -2, -3, -4
"""Values of `workplace` that are no local unit."""

NO_GROUP = -1
"""Value of `session_group` and `cohort` of those in none."""

TOLD_OPEN = 128


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
    workplace: np.ndarray
    session_group: np.ndarray
    session_until: np.ndarray
    weight_ties: np.ndarray
    weight_competent: np.ndarray
    competent: np.ndarray
    skilled: np.ndarray
    event: np.ndarray
    code: np.ndarray


class Households(NamedTuple):
    """State of households: one array a column."""

    connection: np.ndarray
    subsidy_share: np.ndarray
    subsidy_until: np.ndarray
    on_trial: np.ndarray
    occupants: np.ndarray


class Firms(NamedTuple):
    """State of enterprises: one array a column, one row an enterprise of the firm roster."""

    open: np.ndarray
    closed_month: np.ndarray
    adopted: np.ndarray
    of_use: np.ndarray
    told: np.ndarray
    adopted_month: np.ndarray
    certificate_until: np.ndarray
    belief_gain: np.ndarray
    belief_precision: np.ndarray
    outlook: np.ndarray
    attention_dose: np.ndarray
    capability: np.ndarray
    capability_base: np.ndarray
    liquidity_gbp: np.ndarray
    raised_gbp: np.ndarray
    productivity: np.ndarray
    productivity_entry: np.ndarray
    demand: np.ndarray
    appeal: np.ndarray
    size_index: np.ndarray
    workers: np.ndarray
    skilled_workers: np.ndarray
    commuters: np.ndarray
    trade_ties: np.ndarray
    tied_adopters: np.ndarray
    cohort: np.ndarray
    cohort_until: np.ndarray
    offer_bits: np.ndarray
    offer_share: np.ndarray
    offer_cap_gbp: np.ndarray
    offer_until: np.ndarray
    claim_gbp: np.ndarray
    adopted_now: np.ndarray


class Units(NamedTuple):
    """State of local units: one array a column, one row a unit of the firm roster."""

    jobs: np.ndarray
    wanted: np.ndarray
    held: np.ndarray
    commuters: np.ndarray
    competent: np.ndarray
    leave_share: np.ndarray
    training_hours: np.ndarray


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
    local_online_share: np.ndarray
    """share of jobs near by that are at firms serving customers online"""


def empty_residents(n: int) -> Residents:
    """Zeroed columns for n residents."""
    return Residents(**{column.name: np.zeros(n, dtype=column.dtype) for column in RESIDENT_COLUMNS})


def empty_households(n: int) -> Households:
    """Zeroed columns for n households."""
    return Households(**{column.name: np.zeros(n, dtype=column.dtype) for column in HOUSEHOLD_COLUMNS})


def empty_firms(n: int) -> Firms:
    """Zeroed columns for n enterprises."""
    return Firms(**{column.name: np.zeros(_shape(column, n), dtype=column.dtype) for column in FIRM_COLUMNS})


def empty_units(n: int) -> Units:
    """Zeroed columns for n local units."""
    return Units(**{column.name: np.zeros(n, dtype=column.dtype) for column in UNIT_COLUMNS})


def _shape(column: Column, n: int) -> tuple[int, ...]:
    return (n, N_TECHNOLOGIES) if "shape (firms, 7)" in column.unit else (n,)
