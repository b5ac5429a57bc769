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
from model.rules.news import (
    BECAME_COMPETENT,
    CEASED_COMPETENT,
    FINDS_WORK,
    GETS_CONNECTION,
    LEAVES_WORK,
    LOSES_CONNECTION,
    SKILLED_CHANGES,
    news_of_connection,
    news_of_skill,
    news_of_work,
)
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
"""Residents who take each step of the month together; what they hand on stays in the fastest memory."""


class Scratch(NamedTuple):
    """What passes over a block of residents hand on, by position in the block."""

    at_work: np.ndarray
    """as `Groups.at_work`, of each one's workplace"""
    peers: np.ndarray
    """share of competent users among the people met"""
    access: np.ndarray
    cost_share: np.ndarray
    """of a connection in income"""
    age_decades: np.ndarray
    """over 65"""
    device: np.ndarray
    """after this month, as the next three"""
    connected: np.ndarray
    use: np.ndarray
    employment: np.ndarray


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
        place = np.int64(workplace[block[position]])
        unit = np.uint64(place if place >= 0 else at_work.shape[0] - 1)
        for column in range(N_WORK_COLUMNS):
            fetched[position, column] = at_work[unit, column]


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
    """One month of the given rows, all of them present, as passes over a block at a time. ODD 3.1 to 3.7.

    All decisions rest on the state before this month: use, device, connection and employment wait in the scratch for
    `_close_month`, and motivation, trust and skill are written after what depends on them. Helpers that take columns are
    not called for single rows: each call would count references to every column. Rows are unsigned: of signed ones
    every access would ask whether they count from the end.
    """
    at_work = np.empty((BLOCK, N_WORK_COLUMNS), np.float32)
    score, state = np.empty((4, BLOCK)), np.empty((4, BLOCK), np.uint8)
    scratch = Scratch(at_work, score[0], score[1], score[2], score[3], state[0], state[1], state[2], state[3])
    for first in range(0, rows.shape[0], BLOCK):
        block = rows[first : first + BLOCK].astype(np.uint64)
        fetch_at_work(block, residents.workplace, groups.at_work, at_work)
        _meet(block, month, residents, groups, rules, scratch)
        _decide_access(block, month, seed, people, places, households, residents, conditions, rules, scratch)
        _decide_use(block, month, seed, people, places, residents, rules, scratch)
        _decide_work(block, month, seed, people, residents, groups, rules, scratch)
        _feel(block, month, people, places, residents, conditions, rules, scratch)
        _learn(block, month, people, residents, groups, rules, scratch)
        _close_month(block, households, residents, scratch)


@njit
def _meet(
    block: np.ndarray, month: int, residents: Residents, groups: Groups, rules: RuleParameters, scratch: Scratch
) -> None:
    """Share of competent users among the people met: ties, colleagues, those of a session. ODD 3.4, 3.7."""
    any_session = groups.members.shape[0] > 0
    for position in range(block.shape[0]):
        i = block[position]
        members, competent_members = 0, 0
        if any_session and residents.session_group[i] >= 0 and month < residents.session_until[i]:
            session = np.uint64(residents.session_group[i])
            members = np.int64(groups.members[session])
            competent_members = np.int64(groups.competent_members[session])
        all_weight, competent_weight = weights_met(
            np.float64(scratch.at_work[position, WORK_WEIGHT]),
            np.float64(scratch.at_work[position, WORK_COMPETENT_WEIGHT]),
            np.float64(scratch.at_work[position, WORK_WEIGHT_EACH]),
            members,
            competent_members,
            np.float64(residents.competent[i]),
            rules.groups,
        )
        scratch.peers[position] = peer_share(
            np.int64(residents.weight_competent[i]) + competent_weight,
            np.int64(residents.weight_ties[i]) + all_weight,
            rules.use,
        )


@njit
def _decide_access(
    block: np.ndarray,
    month: int,
    seed: np.uint64,
    people: People,
    places: Places,
    households: Households,
    residents: Residents,
    conditions: Conditions,
    rules: RuleParameters,
    scratch: Scratch,
) -> None:
    """Access as it is, what it costs, and who gets or loses a device or a connection. ODD 3.2."""
    get_connection, lose_connection = stream(seed, month, _CONNECTION_GET), stream(seed, month, _CONNECTION_LOSE)
    get_device, lose_device = stream(seed, month, _DEVICE_GET), stream(seed, month, _DEVICE_LOSE)
    for position in range(block.shape[0]):
        i = block[position]
        key, area, home = people.key[i], np.uint64(people.area[i]), np.uint64(residents.household[i])
        device, connection = np.int64(residents.device[i]), np.int64(households.connection[home])
        motivation, online = np.float64(residents.motivation[i]), residents.use[i] == RECENT
        in_reach = places.hub_in_reach[area] > 0 or residents.weight_competent[i] > 0
        scratch.access[position] = access_level(device, connection, in_reach, rules.access)
        subsidy = np.float64(households.subsidy_share[home]) if month < households.subsidy_until[home] else 0.0
        income = np.float64(places.income_gbp_month[area, people.income_quintile[i]])
        cost = affordability(conditions.tariff_gbp_month, subsidy, income)
        scratch.cost_share[position] = cost
        u = uniform(get_device if device == 0 else lose_device, key)
        scratch.device[position] = next_device(device, connection, motivation, online, cost, u, rules.access)
        u = uniform(get_connection if connection == 0 else lose_connection, key)
        scratch.connected[position] = is_connected_next(connection, device, motivation, online, cost, u, rules.access)


@njit
def _decide_use(
    block: np.ndarray,
    month: int,
    seed: np.uint64,
    people: People,
    places: Places,
    residents: Residents,
    rules: RuleParameters,
    scratch: Scratch,
) -> None:
    """Who starts, stops and starts again; recent help wears off. ODD 3.4."""
    onset, lapse, dose_kept = stream(seed, month, _ONSET), stream(seed, month, _LAPSE), share_of_dose_kept(rules.use)
    for position in range(block.shape[0]):
        i = block[position]
        use, dose = np.int64(residents.use[i]), np.float64(residents.onset_dose[i])
        age = age_decades_over_65(month, np.int64(people.birth_month[i]))
        scratch.age_decades[position] = age
        disabled = month >= people.disability_onset_month[i]
        skill, access, peers = np.float64(residents.skill[i]), scratch.access[position], scratch.peers[position]
        if use == RECENT:
            h = log_hazard_lapse(age, disabled, access, scratch.cost_share[position], skill, peers, rules.use)
            if happens(uniform(lapse, people.key[i]), h):
                use = LAPSED
        else:
            h = log_hazard_onset(
                age,
                disabled,
                np.int64(people.education[i]),
                np.float64(places.deprivation[np.uint64(people.area[i])]),
                peers,
                np.float64(residents.motivation[i]),
                skill,
                access,
                use == LAPSED,
                dose,
                rules.use,
            )
            if happens(uniform(onset, people.key[i]), h):
                use = RECENT
        scratch.use[position] = use
        if dose > 0.0:
            residents.onset_dose[i] = dose * dose_kept


@njit
def _decide_work(
    block: np.ndarray,
    month: int,
    seed: np.uint64,
    people: People,
    residents: Residents,
    groups: Groups,
    rules: RuleParameters,
    scratch: Scratch,
) -> None:
    """Who joins or leaves the workforce, finds or loses work. ODD 3.6."""
    job_entry, job_exit = stream(seed, month, _JOB_ENTRY), stream(seed, month, _JOB_EXIT)
    job_cut = stream(seed, month, _JOB_CUT)
    for position in range(block.shape[0]):
        i = block[position]
        employment = np.int64(residents.employment[i])
        age_months = month - np.int64(people.birth_month[i])
        if employment != INACTIVE or age_months < JOIN_BEFORE_YEARS * 12:
            u = uniform(job_exit if employment == EMPLOYED else job_entry, people.key[i])
            employment = next_employment(employment, age_months, np.float64(residents.skill[i]), u, rules.work)
            if employment == EMPLOYED and scratch.at_work[position, WORK_NEWS] > 0.0:
                leave_share = np.float64(groups.leave_share[residents.workplace[i]])
                if uniform(job_cut, people.key[i]) < leave_share:
                    employment = JOBSEEKER
        scratch.employment[position] = employment


@njit
def _feel(
    block: np.ndarray,
    month: int,
    people: People,
    places: Places,
    residents: Residents,
    conditions: Conditions,
    rules: RuleParameters,
    scratch: Scratch,
) -> None:
    """Trust and motivation after another month. ODD 3.1, 3.3."""
    for position in range(block.shape[0]):
        i = block[position]
        trust = np.float64(residents.trust[i])
        useful = usefulness(
            conditions.digital_services_share,
            np.float64(residents.skill[i]),
            conditions.service_skill_threshold,
            conditions.assisted_share,
            np.float64(places.local_online_share[np.uint64(people.area[i])]),
            rules.motivation,
        )
        aim = motivation_aim(
            np.float64(residents.disposition[i]),
            np.int64(people.education[i]),
            useful,
            trust,
            scratch.peers[position],
            scratch.age_decades[position],
            rules.motivation,
        )
        residents.motivation[i] = next_motivation(np.float64(residents.motivation[i]), aim, rules.motivation)
        residents.trust[i] = next_trust(trust, conditions.breach_rate, rules.trust)


@njit
def _learn(
    block: np.ndarray,
    month: int,
    people: People,
    residents: Residents,
    groups: Groups,
    rules: RuleParameters,
    scratch: Scratch,
) -> None:
    """Skill after a month of use, of forgetting, and of teaching at work. ODD 3.5."""
    for position in range(block.shape[0]):
        i = block[position]
        birth = np.int64(people.birth_month[i])
        if (month - birth) % 12 == 0 or month == people.disability_onset_month[i]:
            residents.skill_ceiling[i] = skill_ceiling(
                np.int64(people.education[i]),
                age_decades_over_65(month, birth),
                month >= people.disability_onset_month[i],
                np.float64(residents.disposition[i]),
                rules.skill,
            )
        ceiling = min(1.0, np.float64(residents.skill_ceiling[i]) + np.float64(residents.ceiling_gain[i]))
        online = residents.use[i] == RECENT
        skill = next_skill(np.float64(residents.skill[i]), online, ceiling, scratch.peers[position], rules.skill)
        if scratch.at_work[position, WORK_NEWS] > 0.0:
            training_hours = np.float64(groups.training_hours[residents.workplace[i]])
            if training_hours > 0.0:
                skill += training_gain(skill, training_hours, rules.skill)
        residents.skill[i] = skill


@njit
def _close_month(block: np.ndarray, households: Households, residents: Residents, scratch: Scratch) -> None:
    """Write what was decided, and what others have to be told.

    Little changes in a month; what stays is not written, so that memory is only read. Events are 0 before.
    """
    for position in range(block.shape[0]):
        i = block[position]
        use, device = np.int64(scratch.use[position]), np.int64(scratch.device[position])
        employment, connected = np.int64(scratch.employment[position]), scratch.connected[position] > 0
        skill = np.float64(residents.skill[i])
        competent, level = is_competent(use == RECENT, skill), skill_level(skill)
        event = news_of_connection(households.connection[np.uint64(residents.household[i])] > 0, connected)
        event |= news_of_skill(residents.competent[i] > 0, competent, residents.skilled[i] > 0, level == WORK_LEVEL)
        event |= news_of_work(employment == EMPLOYED, residents.workplace[i] != NO_WORKPLACE)
        if use != residents.use[i]:
            residents.use[i] = use
        if device != residents.device[i]:
            residents.device[i] = device
        if employment != residents.employment[i]:
            residents.employment[i] = employment
        if event != 0:
            residents.event[i] = event
        # A connection that another member takes up or gives up counts from next month on.
        residents.code[i] = state_code(use, level, device > 0 and connected, employment)


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
