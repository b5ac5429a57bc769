"""The first state of everyone: who was a user in January 2013, and what newcomers bring with them later.

Newcomers (people turning 16, people moving in) arrive with the use of their age, disability and schooling in a mean-field
path of the country, which depends on parameters alone. So a programme here never changes who moves in.
"""

import numpy as np

from model.centring import (
    SAME_EVERYWHERE_DECIMALS,
    Centring,
    StartShares,
    StartTilts,
    non_use_probability,
    start_learning,
)
from model.chance import Decision, hazard_probability, normal, stream, uniform
from model.jit import njit
from model.kernels import (
    WORK_COMPETENT_WEIGHT,
    WORK_WEIGHT,
    WORK_WEIGHT_EACH,
    Conditions,
    RuleParameters,
    age_decades_over_65,
    state_code,
)
from model.rules.colleagues import weights_met
from model.rules.motivation import disposition_of, motivation_aim, usefulness
from model.rules.skill import WORK_LEVEL, is_competent, skill_ceiling, skill_level
from model.rules.use import log_hazard_onset_by_age, peer_share
from model.rules.work import INACTIVE, PENSION_AGE_YEARS
from model.state import LAPSED, NEVER_USED, NO_GROUP, NO_WORKPLACE, RECENT, Households, People, Places, Residents
from model.tally import age_band

N_AGES, FIRST_AGE_YEARS = 90, 16
FIXED_CONNECTION = 2
LAPSED_SKILL_SHARE = 0.6
"""Skill of a lapsed user against the skill had when online (assumed; fades further month by month)."""

_DISPOSITION, _HOME_DISPOSITION = int(Decision.DISPOSITION), int(Decision.HOME_DISPOSITION)
_START_USE = int(Decision.START_USE)
_START_CONNECTION, _START_DEVICE = int(Decision.START_CONNECTION), int(Decision.START_DEVICE)
_START_SKILL = int(Decision.START_SKILL)


def newcomer_log_odds(centring: Centring, rules: RuleParameters, n_years: int) -> tuple[np.ndarray, np.ndarray]:
    """Mean-field path of the country: log odds of non-use before tilts, and lapsed among non-users.

    Shapes (n_years, 90 ages, 2 disability). Cohorts age a year at a time under the mean hazards of starting and
    stopping; those turning 16 are as the published youngest band was at the start.
    """
    ages = np.arange(FIRST_AGE_YEARS, FIRST_AGE_YEARS + N_AGES)
    decades = (ages - 65) / 10.0
    bands = np.array([age_band(int(age)) for age in ages])
    onset_year, lapse_year, returning_year = (np.empty((N_AGES, 2)) for _ in range(3))
    use = rules.use
    for i, a in enumerate(decades):
        for d in range(2):
            # Disability's effect is split so that the mean over both groups keeps the intercept.
            onset = log_hazard_onset_by_age(a, use) + use.onset_disability * (d - 0.5)
            lapse = use.lapse_base + use.lapse_age * a + use.lapse_disability * (d - 0.5)
            onset_year[i, d] = 1 - (1 - hazard_probability(onset)) ** 12
            returning_year[i, d] = 1 - (1 - hazard_probability(onset + use.onset_returning)) ** 12
            lapse_year[i, d] = 1 - (1 - hazard_probability(lapse)) ** 12
    share = 1 / (1 + np.exp(-(centring.start_log_odds - centring.tilt_spread[bands])))
    lapsed = share * centring.start_lapsed_share[bands]
    never = share - lapsed
    log_odds, lapsed_share = np.empty((n_years, N_AGES, 2)), np.empty((n_years, N_AGES, 2))
    for year in range(n_years):
        non_users = never + lapsed
        log_odds[year] = np.log(non_users / (1 - non_users)) + centring.tilt_spread[bands]
        lapsed_share[year] = lapsed / non_users
        starting, returning, stopping = never * onset_year, lapsed * returning_year, (1 - non_users) * lapse_year
        never, lapsed = never - starting, lapsed - returning + stopping
        never[1:], lapsed[1:] = never[:-1].copy(), lapsed[:-1].copy()
        never[0], lapsed[0] = share[0] * (1 - centring.start_lapsed_share[0]), share[0] * centring.start_lapsed_share[0]
    return log_odds.round(SAME_EVERYWHERE_DECIMALS), lapsed_share.round(SAME_EVERYWHERE_DECIMALS)


@njit
def keys_of_homes(key: np.ndarray, household: np.ndarray, n_households: int) -> np.ndarray:
    """Least key of the people who come from each household (uint64), whatever the order of rows.

    >>> keys_of_homes(np.array([5, 3, 4], np.uint64), np.array([0, 0, 1]), 2).tolist()
    [3, 4]
    """
    least = np.full(n_households, np.uint64(0xFFFFFFFFFFFFFFFF), np.uint64)
    for i in range(key.shape[0]):
        least[household[i]] = min(least[household[i]], key[i])
    return least


@njit
def arrive(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    people: People,
    home_key: np.ndarray,
    places: Places,
    residents: Residents,
    households: Households,
    log_odds: np.ndarray,
    lapsed_share: np.ndarray,
    rules: RuleParameters,
    tilts: StartTilts,
    shares: StartShares,
) -> None:
    """Use, skill, device and household of rows that become residents this month. Motivation follows in `settle`.

    log_odds and lapsed_share: shape (90 ages, 2 disability), those of the year.
    """
    # Draws of the first state carry month 0: a person is the same person whenever they arrive.
    own_word, home_word = stream(seed, 0, _DISPOSITION), stream(seed, 0, _HOME_DISPOSITION)
    use_word = stream(seed, 0, _START_USE)
    device_word, skill_word = stream(seed, 0, _START_DEVICE), stream(seed, 0, _START_SKILL)
    for position in range(rows.shape[0]):
        i = rows[position]
        key, education = people.key[i], np.int64(people.education[i])
        birth = np.int64(people.birth_month[i])
        age_years = (month - birth) // 12
        age = age_decades_over_65(month, birth)
        disabled = month >= people.disability_onset_month[i]
        row, column = min(max(age_years - FIRST_AGE_YEARS, 0), N_AGES - 1), (1 if disabled else 0)
        disposition = disposition_of(
            normal(uniform(home_word, home_key[people.household[i]])),
            normal(uniform(own_word, key)),
            shares.disposition_household_share,
        )
        residents.disposition[i] = disposition
        deprivation = np.float64(places.deprivation[people.area[i]])
        p_non_use = non_use_probability(log_odds[row, column], education, deprivation, disposition, tilts)
        u = uniform(use_word, key)
        use = RECENT
        if u < p_non_use:
            use = LAPSED if u < p_non_use * lapsed_share[row, column] else NEVER_USED
        ceiling = skill_ceiling(education, age, disabled, disposition, rules.skill)
        skill = 0.0
        if use != NEVER_USED:
            # Even spread of first years online up to 2013; children are online from about 8.
            years_online = 2.0 * shares.start_years_online * uniform(skill_word, key) + month / 12.0
            skill = ceiling * start_learning(min(years_online, max(age_years - 8.0, 0.0)), rules.skill)
            if use == LAPSED:
                skill *= LAPSED_SKILL_SHARE
        p_device = shares.start_device_user if use == RECENT else shares.start_device_no_user
        u = uniform(device_word, key)
        device = 0
        if u < p_device:
            device = 2 if u < p_device * rules.access.large_screen_share else 1
        home = people.household[i]
        residents.use[i], residents.device[i], residents.skill[i] = use, device, skill
        residents.skill_ceiling[i], residents.ceiling_gain[i], residents.onset_dose[i] = ceiling, 0.0, 0.0
        residents.trust[i] = rules.trust.trust_usual
        residents.household[i] = home
        residents.employment[i] = people.employment[i] if month - birth < PENSION_AGE_YEARS * 12 else INACTIVE
        residents.competent[i] = 1 if is_competent(use == RECENT, skill) else 0
        residents.workplace[i], residents.session_group[i] = NO_WORKPLACE, NO_GROUP
        residents.skilled[i] = 1 if skill_level(np.float64(residents.skill[i])) == WORK_LEVEL else 0
        residents.weight_ties[i], residents.weight_competent[i] = 0, 0


@njit
def move_in(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    people: People,
    residents: Residents,
    households: Households,
    shares: StartShares,
) -> None:
    """Add rows to the household they now live in; users may bring a connection, and anyone to a home that stood empty."""
    word = stream(seed, 0, _START_CONNECTION)
    stood_empty = np.empty(rows.shape[0], np.bool_)
    for position in range(rows.shape[0]):
        home = residents.household[rows[position]]
        stood_empty[position] = households.occupants[home] == 0
        if stood_empty[position]:
            households.connection[home] = 0
            households.subsidy_until[home], households.on_trial[home] = 0, 0
    for position in range(rows.shape[0]):
        i = rows[position]
        home = residents.household[i]
        user = residents.use[i] == RECENT
        if user or stood_empty[position]:
            p = shares.start_connection_user if user else shares.start_connection_no_user
            if uniform(word, people.key[i]) < p:
                households.connection[home] = max(np.int64(households.connection[home]), FIXED_CONNECTION)
                households.on_trial[home] = 0
        households.occupants[home] += 1


@njit
def settle(
    rows: np.ndarray,
    month: int,
    people: People,
    places: Places,
    residents: Residents,
    households: Households,
    at_work: np.ndarray,
    conditions: Conditions,
    rules: RuleParameters,
) -> None:
    """Motivation and state code of newcomers, once their ties are counted; at_work as in model.kernels.Groups."""
    for position in range(rows.shape[0]):
        i = rows[position]
        age = age_decades_over_65(month, np.int64(people.birth_month[i]))
        skill = np.float64(residents.skill[i])
        # Only in January 2013 do those who settle have a workplace; nobody has been to a session.
        workplace = np.int64(residents.workplace[i])
        work_weight, work_competent, work_each = 0.0, 0.0, 0.0
        if workplace >= 0:
            work_weight = np.float64(at_work[workplace, WORK_WEIGHT])
            work_competent = np.float64(at_work[workplace, WORK_COMPETENT_WEIGHT])
            work_each = np.float64(at_work[workplace, WORK_WEIGHT_EACH])
        all_weight, competent_weight = weights_met(
            work_weight, work_competent, work_each, 0, 0, np.float64(residents.competent[i]), rules.groups
        )
        peers = peer_share(
            np.int64(residents.weight_competent[i]) + competent_weight,
            np.int64(residents.weight_ties[i]) + all_weight,
            rules.use,
        )
        residents.motivation[i] = motivation_aim(
            np.float64(residents.disposition[i]),
            np.int64(people.education[i]),
            usefulness(
                conditions.digital_services_share,
                skill,
                conditions.service_skill_threshold,
                conditions.assisted_share,
                np.float64(places.local_online_share[people.area[i]]),
                rules.motivation,
            ),
            np.float64(residents.trust[i]),
            peers,
            age,
            rules.motivation,
        )
        own = residents.device[i] > 0 and households.connection[residents.household[i]] > 0
        residents.code[i] = state_code(
            np.int64(residents.use[i]), skill_level(skill), own, np.int64(residents.employment[i])
        )
