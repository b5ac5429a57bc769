"""Who comes forward: eligible, aware, willing, and moved to apply this month."""

from typing import NamedTuple

import numpy as np

from model.chance import Decision, log, logistic, stream, uniform
from model.jit import njit
from model.programmes.programme import Eligibility, Programme
from model.rules.hub_service import gives_up_waiting
from model.state import Households, People, Residents

NOT_JOINED, WAITING, SERVED, GAVE_UP = 0, 1, 2, 3
"""A person's place in a programme."""

_USE_CODES = {"never": 1, "lapsed": 2, "recent": 4}
_LACKS = {None: 0, "device": 1, "connection": 2, "either": 3}
_AWARE, _WILLING, _APPLY = int(Decision.AWARE), int(Decision.WILLING), int(Decision.APPLY)
REFERENCE_MOTIVATION = 0.5
"""Motivation at which `willing_share` is stated."""


class Conditions(NamedTuple):
    """Eligibility as numbers; -1 means no condition."""

    min_age_years: int
    max_age_years: int
    use_bits: int
    max_skill: float
    disabled: int
    on_benefits: int
    lacks: int
    area_allowed: np.ndarray


def conditions_of(
    eligibility: Eligibility, area_deprivation: np.ndarray, area_rural: np.ndarray, area_authority_code: np.ndarray
) -> Conditions:
    """Translate eligibility; area_deprivation is the quintile 0..4, one entry a small area."""
    allowed = np.ones(len(area_deprivation), bool)
    if eligibility.deprivation_quintiles:
        allowed &= np.isin(np.asarray(area_deprivation) + 1, eligibility.deprivation_quintiles)
    if eligibility.rural is not None:
        allowed &= np.asarray(area_rural) == int(eligibility.rural)
    if eligibility.authorities:
        allowed &= np.isin(area_authority_code, eligibility.authorities)

    def flag(value: bool | None) -> int:
        return -1 if value is None else int(value)

    return Conditions(
        eligibility.min_age_years,
        eligibility.max_age_years,
        sum(_USE_CODES[name] for name in eligibility.use) or 7,
        float(eligibility.max_skill),
        flag(eligibility.disabled),
        flag(eligibility.on_benefits),
        _LACKS[eligibility.lacks],
        allowed.astype(np.uint8),
    )


def awareness_share(programme: Programme, month: int) -> float:
    """Share of the eligible who know of a programme: from its start it approaches its limit with a half-life.

    >>> from types import SimpleNamespace
    >>> p = SimpleNamespace(awareness_start=.1, awareness_limit=.5, awareness_half_life_months=6., start_month=0)
    >>> round(awareness_share(p, 6), 3)
    0.3
    """
    missing = programme.awareness_limit - programme.awareness_start
    halvings = (month - programme.start_month) / programme.awareness_half_life_months
    return programme.awareness_limit - missing * 0.5**halvings


@njit
def probability_willing(willing_share: float, slope: float, motivation: float) -> float:
    """Chance that an aware person would take part, given motivation: log odds rise by `slope` per unit.

    >>> round(probability_willing(0.3, 2.0, 0.5), 3), round(probability_willing(0.3, 2.0, 0.9), 3)
    (0.3, 0.488)
    """
    if willing_share <= 0.0:
        return 0.0
    if willing_share >= 1.0:
        return 1.0
    return logistic(log(willing_share / (1.0 - willing_share)) + slope * (motivation - REFERENCE_MOTIVATION))


@njit
def is_eligible(
    i: int, month: int, people: People, residents: Residents, households: Households, conditions: Conditions
) -> bool:
    """Whether row i is present and meets every condition this month."""
    if month < people.entry_month[i] or month >= people.exit_month[i]:
        return False
    if (1 << residents.use[i]) & conditions.use_bits == 0 or residents.skill[i] > conditions.max_skill:
        return False
    if conditions.area_allowed[people.area[i]] == 0:
        return False
    age_years = (month - np.int64(people.birth_month[i])) // 12
    if age_years < conditions.min_age_years or age_years > conditions.max_age_years:
        return False
    if conditions.disabled >= 0 and (month >= people.disability_onset_month[i]) != (conditions.disabled == 1):
        return False
    if conditions.on_benefits >= 0 and people.on_benefits[i] != conditions.on_benefits:
        return False
    lacks_device = residents.device[i] == 0
    lacks_connection = households.connection[residents.household[i]] == 0
    if conditions.lacks == 1:
        return lacks_device
    if conditions.lacks == 2:
        return lacks_connection
    return conditions.lacks == 0 or lacks_device or lacks_connection


@njit
def come_forward(
    month: int,
    seed: np.uint64,
    status: np.ndarray,
    taken: np.ndarray,
    need: int,
    people: People,
    residents: Residents,
    households: Households,
    conditions: Conditions,
    aware: float,
    found: np.ndarray,
    aware_if_found: float,
    willing_share: float,
    willing_slope: float,
    apply_probability: float,
) -> np.ndarray:
    """Rows that come forward this month. `seed` is that of the run and programme together.

    taken: bits of the needs for which programmes have taken someone on; need: the bit of this one's.
    aware: share who know of it; `aware_if_found` of those marked in `found` (uint8).
    """
    aware_word, willing_word = stream(seed, 0, _AWARE), stream(seed, 0, _WILLING)
    apply_word = stream(seed, month, _APPLY)
    rows = np.empty(status.shape[0], np.int32)
    n = 0
    for i in range(status.shape[0]):
        if status[i] != NOT_JOINED or uniform(apply_word, people.key[i]) >= apply_probability:
            continue
        if taken[i] & need != 0:
            continue
        if uniform(aware_word, people.key[i]) >= (aware_if_found if found[i] else aware):
            continue
        if not is_eligible(i, month, people, residents, households, conditions):
            continue
        p = probability_willing(willing_share, willing_slope, np.float64(residents.motivation[i]))
        if uniform(willing_word, people.key[i]) < p:
            rows[n] = i
            n += 1
    return rows[:n].copy()


@njit
def still_eligible(
    rows: np.ndarray, month: int, people: People, residents: Residents, households: Households, conditions: Conditions
) -> np.ndarray:
    """Which of the rows meet every condition this month (bool)."""
    result = np.empty(rows.shape[0], np.bool_)
    for position in range(rows.shape[0]):
        result[position] = is_eligible(rows[position], month, people, residents, households, conditions)
    return result


@njit
def give_up(u: np.ndarray, joined_month: np.ndarray, month: int, drop_out_monthly: float) -> np.ndarray:
    """Which of those who wait give up this month, from their draws (bool)."""
    result = np.empty(u.shape[0], np.bool_)
    for position in range(u.shape[0]):
        result[position] = gives_up_waiting(u[position], np.int64(joined_month[position]), month, drop_out_monthly)
    return result


@njit
def draws(word: np.uint64, keys: np.ndarray) -> np.ndarray:
    """Uniform draws of one stream for many keys."""
    values = np.empty(keys.shape[0])
    for position in range(keys.shape[0]):
        values[position] = uniform(word, keys[position])
    return values
