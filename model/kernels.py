"""Loops over columns: gather, call the rule, write. No behaviour here.

Every row reads only its own state and neighbour counts of last month, so neither the order of rows nor the number
of threads matters. What others have to know is left in `event` and told to them by `commit`.
"""

from typing import NamedTuple

import numpy as np

from model.chance import Decision, happens, stream, uniform
from model.jit import njit
from model.jobs import leave_work
from model.rules.access import AccessParameters, access_level, affordability, is_connected_next, next_device
from model.rules.colleagues import GroupParameters, group_tie_weight, weight_each, weights_met
from model.rules.motivation import MotivationParameters, motivation_aim, next_motivation, usefulness
from model.rules.skill import (
    WORK_LEVEL,
    SkillParameters,
    is_competent,
    next_skill,
    skill_ceiling,
    skill_level,
    training_gain,
)
from model.rules.trust import TrustParameters, next_trust
from model.rules.use import UseParameters, log_hazard_lapse, log_hazard_onset, peer_share, share_of_dose_kept
from model.rules.work import (
    EMPLOYED,
    INACTIVE,
    JOBSEEKER,
    JOIN_BEFORE_YEARS,
    WorkParameters,
    next_employment,
)
from model.state import (
    ABSENT,
    LAPSED,
    NO_GROUP,
    NO_WORKPLACE,
    RECENT,
    Firms,
    Households,
    People,
    Places,
    Residents,
    Units,
)

BECAME_COMPETENT, CEASED_COMPETENT, GETS_CONNECTION, LOSES_CONNECTION = 1, 2, 4, 8
FINDS_WORK, LEAVES_WORK, SKILLED_CHANGES = 16, 32, 64
"""Bits of the column `event`."""

_CONNECTION_GET, _CONNECTION_LOSE = int(Decision.CONNECTION_GET), int(Decision.CONNECTION_LOSE)
_DEVICE_GET, _DEVICE_LOSE = int(Decision.DEVICE_GET), int(Decision.DEVICE_LOSE)
_ONSET, _LAPSE = int(Decision.ONSET), int(Decision.LAPSE)
_JOB_ENTRY, _JOB_EXIT = int(Decision.JOB_ENTRY), int(Decision.JOB_EXIT)
_JOB_CUT = int(Decision.JOB_CUT_LOT)


class RuleParameters(NamedTuple):
    """The parameter tuples of all residents' rules."""

    trust: TrustParameters
    access: AccessParameters
    motivation: MotivationParameters
    use: UseParameters
    skill: SkillParameters
    work: WorkParameters
    groups: GroupParameters


class Ties(NamedTuple):
    """The network as the kernels read it (see model.network.Network)."""

    indptr: np.ndarray
    neighbour: np.ndarray
    weight: np.ndarray
    start: np.ndarray
    end: np.ndarray


class Groups(NamedTuple):
    """What a person meets at work and at sessions of hubs."""

    at_work: np.ndarray
    """float32[units + 1, 4], columns WORK_*, as the last work phase left them; the last row, of zeros, is that of no unit"""
    training_hours: np.ndarray
    leave_share: np.ndarray
    members: np.ndarray
    """int32 by session group"""
    competent_members: np.ndarray


WORK_WEIGHT, WORK_COMPETENT_WEIGHT, WORK_WEIGHT_EACH, WORK_NEWS = 0, 1, 2, 3
"""Columns of `Groups.at_work`: weight of all colleagues as ties, of the competent ones (oneself included), of each one;
1 if the unit teaches its workers this month or has to let some go."""
N_WORK_COLUMNS = 4
BLOCK = 256
"""Residents for whom the figures of workplaces are fetched together."""


class Conditions(NamedTuple):
    """Dated trends in one month, and what has been done about services."""

    tariff_gbp_month: float
    digital_services_share: float
    service_skill_threshold: float
    breach_rate: float
    assisted_share: float = 0.0
    """of people below the skill that services ask for, those who get through with help"""


@njit
def age_decades_over_65(month: int, birth_month: int) -> float:
    """Age in completed years, as decades over 65.

    >>> age_decades_over_65(0, -12 * 75)
    1.0
    """
    return (float((month - birth_month) // 12) - 65.0) / 10.0


@njit
def state_code(use: int, level: int, has_access: bool, employment: int) -> int:
    """Use (3) x skill level (4) x own access (2) x employed (2) in one number, 0 to 47.

    >>> state_code(2, 3, True, 2)
    47
    """
    return use * 16 + level * 4 + (2 if has_access else 0) + (1 if employment == EMPLOYED else 0)


@njit
def present_rows(codes: np.ndarray, rows: np.ndarray) -> int:
    """Write the rows of present residents to the front of `rows` (int32); returns their number.

    Without a branch: presence is as good as random in row order, and a loop that guesses wrong costs more than this.
    """
    n = 0
    for i in range(codes.shape[0]):
        rows[n] = i
        n += np.int64(codes[i] != ABSENT)
    return n


@njit
def fetch_at_work(block: np.ndarray, workplace: np.ndarray, at_work: np.ndarray, fetched: np.ndarray) -> None:
    """Copy the figures of each row's workplace, those of the last unit for people without one.

    They lie anywhere in memory. A loop that does nothing else waits for many of them at once.
    """
    for position in range(block.shape[0]):
        unit = np.int64(workplace[block[position]])
        if unit < 0:
            unit = at_work.shape[0] - 1
        for column in range(N_WORK_COLUMNS):
            fetched[position, column] = at_work[unit, column]


@njit
def news_of_connection(had: bool, has: bool) -> int:
    """Event bits of a home's connection.

    >>> news_of_connection(True, True), news_of_connection(False, True) == GETS_CONNECTION
    (0, True)
    """
    if had == has:
        return 0
    return GETS_CONNECTION if has else LOSES_CONNECTION


@njit
def news_of_skill(was_competent: bool, competent: bool, was_skilled: bool, skilled: bool) -> int:
    """Event bits of what ties and the employer count.

    >>> news_of_skill(False, True, False, False) == BECAME_COMPETENT
    True
    """
    event = SKILLED_CHANGES if skilled != was_skilled else 0
    if competent != was_competent:
        event |= BECAME_COMPETENT if competent else CEASED_COMPETENT
    return event


@njit
def news_of_work(employed: bool, has_workplace: bool) -> int:
    """Event bits of a workplace that is wanted or left.

    >>> news_of_work(True, True), news_of_work(True, False) == FINDS_WORK
    (0, True)
    """
    if employed == has_workplace:
        return 0
    return FINDS_WORK if employed else LEAVES_WORK


@njit
def step_residents(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    people: People,
    places: Places,
    households: Households,
    residents: Residents,
    groups: Groups,
    conditions: Conditions,
    rules: RuleParameters,
) -> None:
    """One month of the given rows, all of them present: trust, access, motivation, use, skill, work."""
    get_connection, lose_connection = stream(seed, month, _CONNECTION_GET), stream(seed, month, _CONNECTION_LOSE)
    get_device, lose_device = stream(seed, month, _DEVICE_GET), stream(seed, month, _DEVICE_LOSE)
    onset, lapse = stream(seed, month, _ONSET), stream(seed, month, _LAPSE)
    job_entry, job_exit = stream(seed, month, _JOB_ENTRY), stream(seed, month, _JOB_EXIT)
    job_cut = stream(seed, month, _JOB_CUT)
    dose_kept = share_of_dose_kept(rules.use)

    any_session = groups.members.shape[0] > 0
    at_work = np.empty((BLOCK, N_WORK_COLUMNS), np.float32)
    for first in range(0, rows.shape[0], BLOCK):
        block = rows[first : first + BLOCK]
        fetch_at_work(block, residents.workplace, groups.at_work, at_work)
        for position in range(block.shape[0]):
            i = block[position]
            key, area, home = people.key[i], people.area[i], residents.household[i]
            birth, education = np.int64(people.birth_month[i]), np.int64(people.education[i])
            age = age_decades_over_65(month, birth)
            disabled = month >= people.disability_onset_month[i]
            disposition = np.float64(residents.disposition[i])
            use, device = np.int64(residents.use[i]), np.int64(residents.device[i])
            connection, employment = np.int64(households.connection[home]), np.int64(residents.employment[i])
            skill, trust = np.float64(residents.skill[i]), np.float64(residents.trust[i])
            motivation, dose = np.float64(residents.motivation[i]), np.float64(residents.onset_dose[i])
            competent_ties = np.int64(residents.weight_competent[i])
            online, was_use, was_employment = use == RECENT, use, employment

            workplace = np.int64(residents.workplace[i])
            members, competent_members, training_hours, leave_share = 0, 0, 0.0, 0.0
            if at_work[position, WORK_NEWS] > 0.0:
                training_hours = np.float64(groups.training_hours[residents.workplace[i]])
                leave_share = np.float64(groups.leave_share[residents.workplace[i]])
            if any_session and residents.session_group[i] >= 0 and month < residents.session_until[i]:
                session = residents.session_group[i]
                members = np.int64(groups.members[session])
                competent_members = np.int64(groups.competent_members[session])
            all_weight, competent_weight = weights_met(
                np.float64(at_work[position, WORK_WEIGHT]),
                np.float64(at_work[position, WORK_COMPETENT_WEIGHT]),
                np.float64(at_work[position, WORK_WEIGHT_EACH]),
                members,
                competent_members,
                np.float64(residents.competent[i]),
                rules.groups,
            )
            peers = peer_share(
                competent_ties + competent_weight, np.int64(residents.weight_ties[i]) + all_weight, rules.use
            )
            in_reach = places.hub_in_reach[area] > 0 or competent_ties > 0
            access = access_level(device, connection, in_reach, rules.access)
            subsidy = np.float64(households.subsidy_share[home]) if month < households.subsidy_until[home] else 0.0
            income = np.float64(places.income_gbp_month[area, people.income_quintile[i]])
            cost = affordability(conditions.tariff_gbp_month, subsidy, income)
            u = uniform(get_device if device == 0 else lose_device, key)
            new_device = next_device(device, connection, motivation, online, cost, u, rules.access)
            u = uniform(get_connection if connection == 0 else lose_connection, key)
            connected = is_connected_next(connection, device, motivation, online, cost, u, rules.access)

            useful = usefulness(
                conditions.digital_services_share,
                skill,
                conditions.service_skill_threshold,
                conditions.assisted_share,
                np.float64(places.local_online_share[area]),
                rules.motivation,
            )
            aim = motivation_aim(disposition, education, useful, trust, peers, age, rules.motivation)
            residents.motivation[i] = next_motivation(motivation, aim, rules.motivation)
            residents.trust[i] = next_trust(trust, conditions.breach_rate, rules.trust)

            if (month - birth) % 12 == 0 or month == people.disability_onset_month[i]:
                residents.skill_ceiling[i] = skill_ceiling(education, age, disabled, disposition, rules.skill)
            ceiling = min(1.0, np.float64(residents.skill_ceiling[i]) + np.float64(residents.ceiling_gain[i]))
            new_skill = next_skill(skill, online, ceiling, peers, rules.skill)
            if training_hours > 0.0:
                new_skill += training_gain(new_skill, training_hours, rules.skill)
            residents.skill[i] = new_skill

            if online:
                h = log_hazard_lapse(age, disabled, access, cost, skill, peers, rules.use)
                if happens(uniform(lapse, key), h):
                    use = LAPSED
            else:
                deprivation = np.float64(places.deprivation[area])
                h = log_hazard_onset(
                    age,
                    disabled,
                    education,
                    deprivation,
                    peers,
                    motivation,
                    skill,
                    access,
                    use == LAPSED,
                    dose,
                    rules.use,
                )
                if happens(uniform(onset, key), h):
                    use = RECENT
            if dose > 0.0:
                residents.onset_dose[i] = dose * dose_kept

            if employment != INACTIVE or month - birth < JOIN_BEFORE_YEARS * 12:
                u = uniform(job_exit if employment == EMPLOYED else job_entry, key)
                employment = next_employment(employment, month - birth, skill, u, rules.work)
                if employment == EMPLOYED and leave_share > 0.0 and uniform(job_cut, key) < leave_share:
                    employment = JOBSEEKER

            new_skill = np.float64(residents.skill[i])
            competent, level = is_competent(use == RECENT, new_skill), skill_level(new_skill)
            event = news_of_connection(connection > 0, connected)
            event |= news_of_skill(residents.competent[i] > 0, competent, residents.skilled[i] > 0, level == WORK_LEVEL)
            event |= news_of_work(employment == EMPLOYED, workplace != NO_WORKPLACE)
            # Little changes in a month; what stays is not written, so that memory is only read. Events are 0 before.
            if use != was_use:
                residents.use[i] = use
            if new_device != device:
                residents.device[i] = new_device
            if employment != was_employment:
                residents.employment[i] = employment
            if event != 0:
                residents.event[i] = event
            # A connection that another member takes up or gives up counts from next month on.
            has_access = new_device > 0 and connected
            residents.code[i] = state_code(use, level, has_access, employment)


@njit
def note_what_workers_meet(rows: np.ndarray, units: Units, p: GroupParameters, at_work: np.ndarray) -> None:
    """Figures of each unit for its workers, once a month, so that nobody divides and one read of memory serves each."""
    for unit in rows:
        held = np.int64(units.held[unit])
        each = weight_each(held, p.work_tie_weight)
        at_work[unit, WORK_WEIGHT] = group_tie_weight(held, p.work_tie_weight)
        at_work[unit, WORK_COMPETENT_WEIGHT] = each * np.float64(units.competent[unit])
        at_work[unit, WORK_WEIGHT_EACH] = each
        at_work[unit, WORK_NEWS] = 1.0 if units.training_hours[unit] > 0.0 or units.leave_share[unit] > 0.0 else 0.0


@njit
def rows_with_news(event: np.ndarray) -> np.ndarray:
    """Rows (int32) whose event is not 0. Eight are looked at together, since few have news."""
    rows = np.empty(event.shape[0], np.int32)
    n, whole = 0, event.shape[0] // 8
    eights = event[: 8 * whole].view(np.uint64)
    for eight in range(whole):
        if eights[eight] != 0:
            for i in range(8 * eight, 8 * eight + 8):
                if event[i] != 0:
                    rows[n] = i
                    n += 1
    for i in range(8 * whole, event.shape[0]):
        if event[i] != 0:
            rows[n] = i
            n += 1
    return rows[:n].copy()


@njit
def commit(
    rows: np.ndarray,
    month: int,
    residents: Residents,
    households: Households,
    ties: Ties,
    groups: Groups,
    unit_firm: np.ndarray,
    firms: Firms,
    units: Units,
) -> None:
    """Tell neighbours, households, colleagues and employers what changed; `rows` are those with an event.

    Counts are integers changed only by agents that changed, so cost follows change and sums are exact in any order.
    A household is connected as soon as one adult connects it, and loses the connection when one gives it up.
    """
    for i in rows:
        event = residents.event[i]
        if event & LOSES_CONNECTION:
            # What a home takes up after this is its own, whoever paid before.
            households.connection[residents.household[i]] = 0
            households.on_trial[residents.household[i]] = 0
        if event & GETS_CONNECTION:
            # The better of two connections that are taken up in one month, whoever comes first in row order.
            home = residents.household[i]
            wanted = 1 if residents.device[i] == 1 else 2
            households.connection[home] = max(np.int64(households.connection[home]), wanted)
        if event & (BECAME_COMPETENT | CEASED_COMPETENT):
            sign = 1 if event & BECAME_COMPETENT else -1
            residents.competent[i] = 1 if sign > 0 else 0
            for e in range(ties.indptr[i], ties.indptr[i + 1]):
                if ties.start[e] <= month < ties.end[e]:
                    residents.weight_competent[ties.neighbour[e]] += sign * np.int32(ties.weight[e])
            if residents.workplace[i] >= 0:
                units.competent[residents.workplace[i]] += sign
            if residents.session_group[i] >= 0:
                groups.competent_members[residents.session_group[i]] += sign
        if event & SKILLED_CHANGES:
            residents.skilled[i] = 1 - residents.skilled[i]
            if residents.workplace[i] >= 0:
                change = 1 if residents.skilled[i] > 0 else -1
                firms.skilled_workers[unit_firm[residents.workplace[i]]] += change
        if event & LEAVES_WORK:
            leave_work(
                i,
                residents.workplace,
                residents.competent,
                residents.skilled,
                units.held,
                units.competent,
                unit_firm,
                firms.workers,
                firms.skilled_workers,
            )
        residents.event[i] = event & FINDS_WORK


@njit
def change_ties(edges: np.ndarray, rows: np.ndarray, sign: int, residents: Residents, ties: Ties) -> None:
    """Edges enter (sign 1) or leave (sign -1) the counts of the rows they belong to."""
    for position in range(edges.shape[0]):
        e, i = edges[position], rows[position]
        weight = sign * np.int32(ties.weight[e])
        residents.weight_ties[i] += weight
        if residents.competent[ties.neighbour[e]] > 0:
            residents.weight_competent[i] += weight


@njit
def count_first_ties(residents: Residents, ties: Ties) -> None:
    """Neighbour counts of the first month from scratch."""
    for i in range(ties.indptr.shape[0] - 1):
        all_ties, competent_ties = 0, 0
        for e in range(ties.indptr[i], ties.indptr[i + 1]):
            if ties.start[e] <= 0 < ties.end[e]:
                all_ties += np.int64(ties.weight[e])
                if residents.competent[ties.neighbour[e]] > 0:
                    competent_ties += np.int64(ties.weight[e])
        residents.weight_ties[i], residents.weight_competent[i] = all_ties, competent_ties


@njit
def leave(
    rows: np.ndarray,
    residents: Residents,
    households: Households,
    groups: Groups,
    unit_firm: np.ndarray,
    firms: Firms,
    units: Units,
) -> None:
    """Rows that leave this month; their ties have been taken out of the counts already."""
    for position in range(rows.shape[0]):
        i = rows[position]
        leave_work(
            i,
            residents.workplace,
            residents.competent,
            residents.skilled,
            units.held,
            units.competent,
            unit_firm,
            firms.workers,
            firms.skilled_workers,
        )
        if residents.session_group[i] >= 0:
            groups.members[residents.session_group[i]] -= 1
            groups.competent_members[residents.session_group[i]] -= residents.competent[i]
            residents.session_group[i] = NO_GROUP
        residents.code[i] = ABSENT
        residents.event[i] = 0
        residents.competent[i] = 0
        households.occupants[residents.household[i]] -= 1
