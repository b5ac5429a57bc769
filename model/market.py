"""What firms and residents meet next month: sector demand, skills on offer, what newborns bring, firms online near by.

Sums are of integers, so neither the order of rows nor the number of threads matters.
"""

import numpy as np

from model.firm_kernels import Enterprises, Market
from model.firm_rules import FirmRules
from model.firm_start import share_of_prerequisite
from model.jit import njit
from model.network_places import nearest_places, project_km
from model.population import Population
from model.region import SECTORS, SIZE_BANDS
from model.rules.firm_growth import GrowthParameters, attractiveness
from model.rules.skill import WORK, skill_level
from model.rules.work import JOBSEEKER
from model.state import ABSENT, Firms, Residents, Units
from model.technologies import N_TECHNOLOGIES, ONLINE_BITS

FIXED_POINT = 1 << 20
FEWEST_IN_CELL = 10
"""Fewest open firms of a sector and size from which newborns draw their technologies; else all firms of the size."""
_LEVEL_WORK = skill_level(WORK)


def first_market(n_authorities: int, rules: FirmRules) -> Market:
    """A market in which nothing has happened: every sector as at entry, nobody's skills known."""
    return Market(
        mean_attractiveness=np.ones(len(SECTORS)),
        mean_gain=np.ones(len(SECTORS)),
        seekers_skilled_share=np.full(n_authorities, rules.adoption.match_reference),
        newborn_share=np.zeros((len(SECTORS), len(SIZE_BANDS), N_TECHNOLOGIES)),
        cohort_members=np.zeros(0, np.int32),
        cohort_adopters=np.zeros((0, N_TECHNOLOGIES), np.int32),
    )


def next_market(
    month: int,
    market: Market,
    enterprises: Enterprises,
    firms: Firms,
    residents: Residents,
    person_authority: np.ndarray,
    rules: FirmRules,
) -> Market:
    """The market after a month. person_authority: authority of each resident's row. ODD 8.10."""
    attractive, gain = sector_means(enterprises, firms, rules.growth)
    seekers = market.seekers_skilled_share
    if month % 3 == 0:
        counts = count_seekers(residents, person_authority, len(seekers))
        seekers = share_skilled(counts, rules.adoption.match_reference)
    return market._replace(
        mean_attractiveness=attractive,
        mean_gain=gain,
        seekers_skilled_share=seekers,
        newborn_share=newborn_shares(*count_users(enterprises, firms, len(SECTORS), len(SIZE_BANDS))),
    )


@njit
def sector_means(enterprises: Enterprises, firms: Firms, p: GrowthParameters) -> tuple[np.ndarray, np.ndarray]:
    """A and Mn by sector: means of attractiveness and g over open firms, weighted by jobs at entry; 1 without firms."""
    n_sectors = enterprises.sector_tilt.shape[0]
    jobs, pull = np.zeros(n_sectors, np.int64), np.zeros(n_sectors, np.int64)
    gains = np.zeros(n_sectors, np.int64)
    for i in range(firms.open.shape[0]):
        if firms.open[i]:
            gain = np.float64(firms.productivity[i]) / np.float64(firms.productivity_entry[i])
            appeal = np.float64(firms.appeal[i])
            sector, weight = enterprises.sector[i], np.int64(enterprises.entry_jobs[i])
            jobs[sector] += weight
            pull[sector] += weight * np.int64(attractiveness(gain, appeal, p) * FIXED_POINT + 0.5)
            gains[sector] += weight * np.int64(gain * FIXED_POINT + 0.5)
    mean_pull, mean_gain = np.ones(n_sectors), np.ones(n_sectors)
    for sector in range(n_sectors):
        if jobs[sector] > 0:
            mean_pull[sector] = pull[sector] / (FIXED_POINT * jobs[sector])
            mean_gain[sector] = gains[sector] / (FIXED_POINT * jobs[sector])
    return mean_pull, mean_gain


@njit
def count_users(enterprises: Enterprises, firms: Firms, n_sectors: int, n_bands: int) -> tuple[np.ndarray, np.ndarray]:
    """Open firms by sector and size band, and those that use each technology."""
    n_open = np.zeros((n_sectors, n_bands), np.int64)
    users = np.zeros((n_sectors, n_bands, N_TECHNOLOGIES), np.int64)
    for i in range(firms.open.shape[0]):
        if firms.open[i]:
            sector, band, adopted = enterprises.sector[i], enterprises.size_band[i], np.int64(firms.adopted[i])
            n_open[sector, band] += 1
            for k in range(N_TECHNOLOGIES):
                users[sector, band, k] += (adopted >> k) & 1
    return n_open, users


def newborn_shares(n_open: np.ndarray, users: np.ndarray) -> np.ndarray:
    """Users of k over users of what k needs, by sector and size band; from the size band where a cell is thin."""
    of_band = np.broadcast_to(users.sum(axis=0), users.shape)
    thin = n_open < FEWEST_IN_CELL
    users = np.where(thin[:, :, None], of_band, users)
    n_open = np.where(thin, n_open.sum(axis=0), n_open)
    return share_of_prerequisite(users, n_open)


@njit
def count_seekers(residents: Residents, person_authority: np.ndarray, n_authorities: int) -> np.ndarray:
    """Jobseekers by authority: all, and with Work skill; shape (n_authorities, 2)."""
    counts = np.zeros((n_authorities, 2), np.int64)
    for i in range(residents.code.shape[0]):
        if residents.employment[i] == JOBSEEKER and residents.code[i] != ABSENT:
            authority = person_authority[i]
            counts[authority, 0] += 1
            counts[authority, 1] += 1 if (residents.code[i] >> 2) & 3 == _LEVEL_WORK else 0
    return counts


def share_skilled(counts: np.ndarray, usual: float) -> np.ndarray:
    """Share of each authority's jobseekers with Work skill; of the region's where it has none, `usual` where none has."""
    everyone, skilled = counts.sum(axis=0)
    region = skilled / everyone if everyone > 0 else usual
    return np.where(counts[:, 0] > 0, counts[:, 1] / np.maximum(counts[:, 0], 1), region)


def nearest_areas(population: Population) -> np.ndarray:
    """The 8 nearest other small areas of each by centroid, int32[n_areas, 8] (fewer in a small world)."""
    near, _ = nearest_places(*project_km(population.area_latitude, population.area_longitude))
    return near


@njit
def count_online_jobs(
    rows: np.ndarray, firms: Firms, units: Units, unit_firm: np.ndarray, unit_area: np.ndarray, n_areas: int
) -> np.ndarray:
    """Jobs of local units (rows) by small area: all, and at firms that serve customers online; shape (n_areas, 2)."""
    counts = np.zeros((n_areas, 2), np.int64)
    for unit in rows:
        jobs, area = np.int64(units.jobs[unit]), unit_area[unit]
        counts[area, 0] += jobs
        if firms.adopted[unit_firm[unit]] & ONLINE_BITS:
            counts[area, 1] += jobs
    return counts


@njit
def share_online_near(counts: np.ndarray, near: np.ndarray, usual: float, share: np.ndarray) -> None:
    """Share of jobs in an area and those near it that are at firms online; `usual` without jobs. Writes `share`."""
    for area in range(share.shape[0]):
        jobs, online = counts[area, 0], counts[area, 1]
        for position in range(near.shape[1]):
            neighbour = near[area, position]
            if neighbour != area:
                jobs += counts[neighbour, 0]
                online += counts[neighbour, 1]
        share[area] = online / jobs if jobs > 0 else usual
