"""In which small area a local unit stands. No figure says so by small area: everything here is assumed.

Workplaces crowd in town centres, taken to be where people live closest together; the smallest units are often run from
home and spread more like residents; farms are where land is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.firm_synthesis import uniforms
from model.network_places import project_km
from model.region import SECTORS, Region

if TYPE_CHECKING:
    from model.population import Population

NEIGHBOURHOOD = 6
"""Areas, the own one included, over which density is measured."""
CENTRE_SHARE = 0.04
"""Share of an authority's areas, the densest ones (at least one), that are its centres (assumed, 0.02-0.1)."""
CENTRE_KM = 1.0
"""Distance over which a centre's pull falls by a factor e (assumed, 0.5-2)."""
CENTRE_PULL = 8.0
"""Jobs' weight of a centre over its residents' (assumed, 3-20)."""
SMALL_UNIT_PULL = 1.0
"""The same for units of fewer than SMALL_UNIT_JOBS (assumed, 0-4)."""
SMALL_UNIT_JOBS = 5
TOWN_FARM_WEIGHT = 0.05
"""Weight of land in urban areas for farms, against rural land (assumed, 0-0.2)."""

_SMALL, _LARGE, _FARM = 0, 1, 2


def unit_areas(
    region: Region,
    population: Population,
    word: np.uint64,
    unit_key: np.ndarray,
    authority: np.ndarray,
    sector: np.ndarray,
    jobs: np.ndarray,
) -> np.ndarray:
    """Small area (m,) of each local unit, drawn by its key within its authority in proportion to `area_weights`."""
    weights = area_weights(region, population)
    kind = np.where(sector == SECTORS.index("agriculture"), _FARM, np.where(jobs < SMALL_UNIT_JOBS, _SMALL, _LARGE))
    draws = uniforms(word, unit_key)
    chosen = np.zeros(unit_key.size, np.int64)
    for a in range(population.authority_code.size):
        areas = np.flatnonzero(np.asarray(population.area_authority) == a)
        for k in (_SMALL, _LARGE, _FARM):
            units = np.flatnonzero((authority == a) & (kind == k))
            running = np.cumsum(weights[k, areas])
            at = np.searchsorted(running, draws[units] * running[-1], side="right")
            chosen[units] = areas[np.minimum(at, areas.size - 1)]
    return chosen


def area_weights(region: Region, population: Population) -> np.ndarray:
    """Weight of each small area for small units, larger units and farms (3, areas)."""
    people = np.maximum(region.areas["population"].to_numpy(np.float64), 1.0)
    east, north = project_km(np.asarray(population.area_latitude), np.asarray(population.area_longitude))
    density = _density(east, north, people)
    near_centre = np.zeros(people.size)
    authority = np.asarray(population.area_authority)
    for a in range(population.authority_code.size):
        areas = np.flatnonzero(authority == a)
        count = max(1, round(CENTRE_SHARE * areas.size))
        centres = areas[np.lexsort((areas, -density[areas]))[:count]]
        km = np.hypot(east[areas, None] - east[centres], north[areas, None] - north[centres]).min(axis=1)
        near_centre[areas] = np.exp(-km / CENTRE_KM)
    land = people / density * np.where(np.asarray(population.area_rural) > 0, 1.0, TOWN_FARM_WEIGHT)
    small, large = (people * (1.0 + pull * near_centre) for pull in (SMALL_UNIT_PULL, CENTRE_PULL))
    # Rounded, because logarithms and exponentials differ in the last bit between processors.
    return np.round(np.stack((small, large, land)), 6)


def _density(east: np.ndarray, north: np.ndarray, people: np.ndarray) -> np.ndarray:
    """People a square kilometre in the circle that holds the centroids of the nearest areas."""
    from scipy.spatial import cKDTree

    points = np.column_stack((east, north))
    count = min(NEIGHBOURHOOD, len(points))
    km, near = cKDTree(points).query(points, k=np.arange(1, count + 1))
    return people[near].sum(axis=1) / (np.pi * np.maximum(km[:, -1], 0.1) ** 2)
