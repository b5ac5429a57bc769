"""Which local units a resident may find work at: by distance and by vacancies."""

from typing import NamedTuple

import numpy as np

from model.firm_roster import FirmRoster
from model.population import Population
from model.setting import distance_km


class JobMap(NamedTuple):
    """Static tables for finding work.

    pull: float64[areas, areas], how much a vacancy in one area draws people of another: e to the minus decay times km.
    area_ptr: int64[areas + 1]; units of an area are area_units[area_ptr[a]:area_ptr[a + 1]], ordered by key,
        so that the order of rows does not matter.
    """

    pull: np.ndarray
    area_ptr: np.ndarray
    area_units: np.ndarray


def build_job_map(population: Population, roster: FirmRoster, decay_per_km: float) -> JobMap:
    """Tables of a region; they depend on centroids and on where units are, born or not."""
    area = np.asarray(roster.unit_area, np.int64)
    order = np.lexsort((np.asarray(roster.unit_key), area))
    ptr = np.searchsorted(area[order], np.arange(population.n_areas + 1))
    latitude, longitude = np.asarray(population.area_latitude), np.asarray(population.area_longitude)
    km = distance_km(latitude[:, None], longitude[:, None], latitude[None, :], longitude[None, :])
    # Rounded, since the last bits of exp differ between processors.
    pull = np.exp(-decay_per_km * km).round(12)
    return JobMap(pull, ptr.astype(np.int64), order.astype(np.int32))


def only(jobs: JobMap, units: np.ndarray, n_units: int) -> JobMap:
    """The same map with some of the units only."""
    wanted = np.zeros(n_units, np.bool_)
    wanted[units] = True
    keep = wanted[jobs.area_units]
    ptr = np.concatenate([[0], np.cumsum(keep)])[jobs.area_ptr]
    return JobMap(jobs.pull, ptr.astype(np.int64), jobs.area_units[keep])
