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


@njit
def leave_work(i: int, residents: Residents, units: Units, unit_firm: np.ndarray, firms: Firms) -> None:
    """Take resident i out of the counts of the workplace."""
    unit = residents.workplace[i]
    if unit >= 0:
        units.held[unit] -= 1
        units.competent[unit] -= residents.competent[i]
        firms.workers[unit_firm[unit]] -= 1
        firms.skilled_workers[unit_firm[unit]] -= residents.skilled[i]
    residents.workplace[i] = NO_WORKPLACE


@njit
def _start_work(i: int, unit: int, residents: Residents, units: Units, unit_firm: np.ndarray, firms: Firms) -> None:
    residents.workplace[i] = unit
    if unit >= 0:
        units.held[unit] += 1
        units.competent[unit] += residents.competent[i]
        firms.workers[unit_firm[unit]] += 1
        firms.skilled_workers[unit_firm[unit]] += residents.skilled[i]


@njit
def want_jobs(
    month: int,
    seed: np.uint64,
    unit_key: np.ndarray,
    unit_firm: np.ndarray,
    unit_entry_jobs: np.ndarray,
    firms: Firms,
    units: Units,
    p: WorkplaceParameters,
) -> None:
    """Jobs each unit wants to fill, and commuters who leave; those of a closed firm all do."""
    rounding, leaving = stream(seed, 0, _ROUNDING), stream(seed, month, _LEAVES)
    for unit in range(unit_key.shape[0]):
        firm = unit_firm[unit]
        if firms.open[firm] == 0:
            units.wanted[unit] = 0
            units.commuters[unit] = 0
            continue
        size_index = np.float64(firms.size_index[firm])
        u = uniform(rounding, unit_key[unit])
        units.wanted[unit] = wanted_jobs(True, np.int64(unit_entry_jobs[unit]), size_index, u)
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

    A vacancy is found with a chance that falls with distance; who finds none left in the region works outside it.
    """
    kind_word, area_word, unit_word = stream(seed, month, _KIND), stream(seed, month, _AREA), stream(seed, month, _UNIT)
    vacancies = _vacancies_by_area(jobs, units)
    for i in rows:
        key = people.key[i]
        workplace = workplace_kind(uniform(kind_word, key), p)
        if workplace == LOCAL_FIRM:
            workplace = OUTSIDE_REGION
            area = _choose_area(uniform(area_word, key), jobs.pull[people.area[i]], vacancies)
            if area >= 0:
                nth = np.int64(uniform(unit_word, key) * vacancies[area])
                workplace = _unit_of_vacancy(nth, jobs.area_units[jobs.area_ptr[area] : jobs.area_ptr[area + 1]], units)
                vacancies[area] -= 1
        _start_work(i, workplace, residents, units, unit_firm, firms)


@njit
def _vacant(unit: int, units: Units) -> int:
    return max(np.int64(units.wanted[unit]) - units.held[unit] - units.commuters[unit], 0)


@njit
def _vacancies_by_area(jobs: JobMap, units: Units) -> np.ndarray:
    vacancies = np.zeros(jobs.area_ptr.shape[0] - 1, np.int64)
    for area in range(vacancies.shape[0]):
        for unit in jobs.area_units[jobs.area_ptr[area] : jobs.area_ptr[area + 1]]:
            vacancies[area] += _vacant(unit, units)
    return vacancies


@njit
def _choose_area(u: float, pull: np.ndarray, vacancies: np.ndarray) -> int:
    """Area of a vacancy, chosen by pull x vacancies with draw u; -1 where there is none."""
    total = 0.0
    for area in range(pull.shape[0]):
        total += pull[area] * vacancies[area]
    left, last = u * total, -1
    for area in range(pull.shape[0]):
        weight = pull[area] * vacancies[area]
        if weight > 0.0:
            last = area
            left -= weight
            if left < 0.0:
                break
    return last


@njit
def _unit_of_vacancy(nth: int, area_units: np.ndarray, units: Units) -> int:
    """Unit that has the nth vacancy (from 0) of an area."""
    for unit in area_units:
        nth -= _vacant(unit, units)
        if nth < 0:
            return np.int64(unit)
    return OUTSIDE_REGION


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
    for unit in range(unit_key.shape[0]):
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
