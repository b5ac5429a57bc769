"""The work phase: units' jobs, who leaves, who is hired. Every job has one holder or is vacant.

Counts are whole numbers changed only by those who come and go. Jobs a firm no longer wants are shed through its
workers' own decision next month (`leave_share`), so nobody has to be looked up.
"""

import numpy as np

from model.chance import Decision, stream, uniform, word
from model.commuting import JobMap
from model.jit import njit
from model.rules.workplace import (
    LOCAL_FIRM,
    WorkplaceParameters,
    first_commuters,
    share_to_go,
    wanted_jobs,
    whole_share,
    workplace_kind,
)
from model.state import NO_WORKPLACE, OUTSIDE_REGION, Firms, People, Residents, Units

_KIND = int(Decision.WORKPLACE_KIND)
_AREA, _UNIT = int(Decision.WORKPLACE_AREA), int(Decision.WORKPLACE_UNIT)
_ROUNDING = int(Decision.JOB_ROUNDING)
_HIRED, _LEAVES = int(Decision.COMMUTER_HIRED), int(Decision.COMMUTER_LEAVES)


def living_units(month: int, unit_firm: np.ndarray, entry_month: np.ndarray, firms: Firms) -> np.ndarray:
    """Units (int32) that may have jobs in the twelve months from a January on: all others have none, held or vacant."""
    born = np.asarray(entry_month) < month + 12
    # Workers of a firm that closed in December leave in January.
    there = born & (firms.closed_month >= month - 1)
    return np.flatnonzero(there[np.asarray(unit_firm)]).astype(np.int32)


@njit
def leave_work(
    i: int,
    workplace: np.ndarray,
    competent: np.ndarray,
    skilled: np.ndarray,
    held: np.ndarray,
    competent_workers: np.ndarray,
    unit_firm: np.ndarray,
    workers: np.ndarray,
    skilled_workers: np.ndarray,
) -> None:
    """Take resident i out of the counts of the workplace. Columns one by one: to hand over whole tables costs more."""
    unit = workplace[i]
    if unit >= 0:
        held[unit] -= 1
        competent_workers[unit] -= competent[i]
        workers[unit_firm[unit]] -= 1
        skilled_workers[unit_firm[unit]] -= skilled[i]
    workplace[i] = NO_WORKPLACE


@njit
def job_rounding(seed: np.uint64, unit_key: np.ndarray) -> np.ndarray:
    """The draw that rounds each unit's jobs, the same in every month: float64[units]."""
    word = stream(seed, 0, _ROUNDING)
    draws = np.empty(unit_key.shape[0])
    for unit in range(unit_key.shape[0]):
        draws[unit] = uniform(word, unit_key[unit])
    return draws


@njit
def want_jobs(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    unit_key: np.ndarray,
    unit_firm: np.ndarray,
    unit_entry_jobs: np.ndarray,
    rounding: np.ndarray,
    firms: Firms,
    units: Units,
    p: WorkplaceParameters,
) -> None:
    """Jobs each unit wants to fill, and commuters who leave; those of a closed firm all do. rows: units that live this year
    (`living_units`); rounding: `job_rounding`."""
    leaving = stream(seed, month, _LEAVES)
    for unit in rows:
        firm = unit_firm[unit]
        if firms.open[firm] == 0:
            units.wanted[unit] = 0
            units.commuters[unit] = 0
            continue
        size_index = np.float64(firms.size_index[firm])
        units.wanted[unit] = wanted_jobs(True, np.int64(unit_entry_jobs[unit]), size_index, rounding[unit])
        commuters = np.int64(units.commuters[unit])
        if commuters > 0:
            u = uniform(leaving, unit_key[unit])
            units.commuters[unit] = commuters - whole_share(commuters, p.commuter_leaves_monthly, u)


@njit
def find_work(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    people: People,
    residents: Residents,
    jobs: JobMap,
    unit_firm: np.ndarray,
    firms: Firms,
    units: Units,
    p: WorkplaceParameters,
) -> None:
    """Workplaces of rows (in the order given) who are employed without one.

    People look where vacancies were at the beginning, the nearer the sooner; where none is left they look again among
    those that are. Who finds none left in the region works outside it.
    """
    kind_word, area_word, unit_word = stream(seed, month, _KIND), stream(seed, month, _AREA), stream(seed, month, _UNIT)
    of_unit, vacancies = _vacancies(jobs, units)
    at_first = vacancies.copy()
    cumulated, known = np.empty(jobs.pull.shape[0]), np.zeros(vacancies.shape[0], np.bool_)
    for i in rows:
        key = people.key[i]
        workplace = workplace_kind(uniform(kind_word, key), p)
        if workplace == LOCAL_FIRM:
            workplace = OUTSIDE_REGION
            home, u = people.area[i], uniform(area_word, key)
            first, last = jobs.near_ptr[home], jobs.near_ptr[home + 1]
            near, pull = jobs.near[first:last], jobs.pull[first:last]
            if not known[home]:
                cumulated[first:last], known[home] = np.cumsum(pull * at_first[near]), True
            place = first + np.searchsorted(cumulated[first:last], u * cumulated[last - 1], side="right")
            area = np.int64(jobs.near[place]) if place < last else -1
            if area < 0 or vacancies[area] == 0:
                area = _choose_area(u, near, pull, vacancies)
            if area >= 0:
                nth = np.int64(uniform(unit_word, key) * vacancies[area])
                position = _position_of_vacancy(nth, jobs.area_ptr[area], of_unit)
                workplace = np.int64(jobs.area_units[position])
                of_unit[position] -= 1
                vacancies[area] -= 1
        residents.workplace[i] = workplace
        if workplace >= 0:
            firm = unit_firm[workplace]
            units.held[workplace] += 1
            units.competent[workplace] += residents.competent[i]
            firms.workers[firm] += 1
            firms.skilled_workers[firm] += residents.skilled[i]


@njit
def _vacancies(jobs: JobMap, units: Units) -> tuple[np.ndarray, np.ndarray]:
    """Vacancies of units in the order of `area_units`, and of each area: int32[units], int64[areas]."""
    of_unit = np.empty(jobs.area_units.shape[0], np.int32)
    of_area = np.zeros(jobs.area_ptr.shape[0] - 1, np.int64)
    for area in range(of_area.shape[0]):
        for position in range(jobs.area_ptr[area], jobs.area_ptr[area + 1]):
            unit = jobs.area_units[position]
            of_unit[position] = max(units.wanted[unit] - units.held[unit] - units.commuters[unit], 0)
            of_area[area] += of_unit[position]
    return of_unit, of_area


@njit
def _choose_area(u: float, near: np.ndarray, pull: np.ndarray, vacancies: np.ndarray) -> int:
    """Area of a vacancy within reach, chosen by pull x vacancies with draw u; -1 where there is none."""
    total = 0.0
    for place in range(near.shape[0]):
        total += pull[place] * vacancies[near[place]]
    left, last = u * total, -1
    for place in range(near.shape[0]):
        weight = pull[place] * vacancies[near[place]]
        if weight > 0.0:
            last = np.int64(near[place])
            left -= weight
            if left < 0.0:
                break
    return last


@njit
def _position_of_vacancy(nth: int, first: int, of_unit: np.ndarray) -> int:
    """Position, from `first` on, of the unit that has the nth vacancy (from 0)."""
    position = first
    while nth >= of_unit[position]:
        nth -= of_unit[position]
        position += 1
    return position


def in_order_of_lot(rows: np.ndarray, month: int, seed: np.uint64, people: People) -> np.ndarray:
    """Rows as they choose: by lot, so that the order of rows does not matter."""
    keys = people.key[rows]
    return rows[np.lexsort((keys, _lots(keys, word(seed, month, Decision.WORKPLACE_LOT))))]


@njit
def _lots(keys: np.ndarray, lot_word: np.uint64) -> np.ndarray:
    lots = np.empty(keys.shape[0])
    for position in range(keys.shape[0]):
        lots[position] = uniform(lot_word, keys[position])
    return lots


@njit
def fill_jobs(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    unit_key: np.ndarray,
    unit_firm: np.ndarray,
    firms: Firms,
    units: Units,
    p: WorkplaceParameters,
) -> None:
    """Commuters take vacancies that residents left; jobs, who has to go, and the firms' commuters are counted."""
    hired = stream(seed, month, _HIRED)
    firms.commuters[:] = 0
    for unit in rows:
        held, wanted = np.int64(units.held[unit]), np.int64(units.wanted[unit])
        vacant = wanted - held - np.int64(units.commuters[unit])
        if vacant > 0:
            u = uniform(hired, unit_key[unit])
            if month == 0:
                units.commuters[unit] = first_commuters(wanted, held, u, p)
            else:
                units.commuters[unit] += whole_share(vacant, p.commuter_hired_monthly, u)
        filled = held + np.int64(units.commuters[unit])
        units.jobs[unit] = max(wanted, filled)
        units.leave_share[unit] = share_to_go(wanted, filled)
        firms.commuters[unit_firm[unit]] += units.commuters[unit]


@njit
def vacant_jobs(units: Units) -> np.ndarray:
    """Jobs nobody holds, by unit."""
    return units.jobs - units.held - units.commuters
