"""Which local units a resident may find work at: by distance and by vacancies."""

from typing import NamedTuple

import numpy as np

from model.firm_roster import FirmRoster
from model.network_places import project_km
from model.population import Population

FARTHEST_KM = 40.0
"""Nobody looks for work farther from home than this (assumed; one in two hundred would, by the pull of distance)."""


class JobMap(NamedTuple):
    """Static tables for finding work.

    Areas within reach of area h are near[near_ptr[h]:near_ptr[h + 1]] (int32, in ascending order), and pull (float64, beside
    them) is how much a vacancy there draws people of h: e to the minus decay times km.
    Units of area a are area_units[area_ptr[a]:area_ptr[a + 1]], ordered by key, so that the order of rows does not matter.
    """

    near_ptr: np.ndarray
    near: np.ndarray
    pull: np.ndarray
    area_ptr: np.ndarray
    area_units: np.ndarray


def build_job_map(population: Population, roster: FirmRoster, decay_per_km: float) -> JobMap:
    """Tables of a region; they depend on centroids and on where units are, born or not."""
    area = np.asarray(roster.unit_area, np.int64)
    order = np.lexsort((np.asarray(roster.unit_key), area))
    area_ptr = np.searchsorted(area[order], np.arange(population.n_areas + 1))
    x_km, y_km = project_km(np.asarray(population.area_latitude), np.asarray(population.area_longitude))
    near, pull = [], []
    for home in range(population.n_areas):
        km = np.hypot(x_km - x_km[home], y_km - y_km[home])
        within = np.flatnonzero(km <= FARTHEST_KM)
        near.append(within)
        # Rounded, since the last bits of exp differ between processors.
        pull.append(np.exp(-decay_per_km * km[within]).round(12))
    near_ptr = np.concatenate([[0], np.cumsum([len(areas) for areas in near])])
    return JobMap(
        near_ptr.astype(np.int64),
        np.concatenate(near).astype(np.int32),
        np.concatenate(pull),
        area_ptr.astype(np.int64),
        order.astype(np.int32),
    )


def only(jobs: JobMap, units: np.ndarray, n_units: int) -> JobMap:
    """The same map with some of the units only."""
    wanted = np.zeros(n_units, np.bool_)
    wanted[units] = True
    keep = wanted[jobs.area_units]
    ptr = np.concatenate([[0], np.cumsum(keep)])[jobs.area_ptr]
    return jobs._replace(area_ptr=ptr.astype(np.int64), area_units=jobs.area_units[keep])
