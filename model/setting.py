"""The places of a region as the rules and programmes read them: incomes, deprivation, hubs in reach."""

from dataclasses import dataclass

import numpy as np

from model.calendar import START_YEAR
from model.population import Population
from model.region import Region
from model.state import Places

EARTH_RADIUS_KM = 6371.0
FULL_WEEK_STAFFED_HOURS = 35.0
"""Staffed hours that give a hub a pull of 1."""


@dataclass(frozen=True, slots=True)
class Hubs:
    """Hubs of a region: one array a column, in the region's order."""

    hub_id: np.ndarray
    name: np.ndarray
    kind: np.ndarray
    staffed_hours_week: np.ndarray
    opened_month: np.ndarray
    closed_month: np.ndarray
    distance_km: np.ndarray
    """shape (areas, hubs)"""
    pull: np.ndarray
    """shape (areas, hubs): staffed hours over a full week's, falling with distance"""

    def __len__(self) -> int:
        return len(self.hub_id)

    def is_open(self, month: int) -> np.ndarray:
        """Which hubs are open and staffed (bool)."""
        return (self.opened_month <= month) & (month < self.closed_month) & (self.staffed_hours_week > 0)

    def choice(self, month: int) -> np.ndarray:
        """Cumulated chance to choose each hub, shape (areas, hubs); what is missing to 1 finds none near enough."""
        pull = self.pull * self.is_open(month)
        return np.cumsum(pull / (1.0 + pull.sum(axis=1, keepdims=True)), axis=1).round(10)

    def in_reach(self, month: int, reach_km: float) -> np.ndarray:
        """Areas with an open hub within a distance (bool)."""
        return ((self.distance_km <= reach_km) & self.is_open(month)).any(axis=1)


@dataclass(frozen=True, slots=True)
class Setting:
    """Places and hubs. `places.hub_in_reach` follows the hubs that open and close."""

    places: Places
    hubs: Hubs
    hub_reach_km: float

    def update(self, month: int) -> None:
        """Bring the areas with a hub in reach up to a month."""
        self.places.hub_in_reach[:] = self.hubs.in_reach(month, self.hub_reach_km)


def build_setting(region: Region, population: Population, values: dict[str, float]) -> Setting:
    """Join region tables to the roster's areas; values are behaviour parameters."""
    by_code = {code: row for row, code in enumerate(region.authorities["authority_code"])}
    income = region.authorities["income_gbp_per_head"].to_numpy(float) / 12.0
    factors = np.array([values[f"income_factor_{fifth}"] for fifth in range(1, 6)])
    area_income = np.array([income[by_code[population.authority_code[a]]] for a in population.area_authority])
    hubs = _hubs(region, population, values["hub_gravity_per_km"])
    places = Places(
        deprivation=(1.0 - np.asarray(population.area_deprivation, float) / 2.0),
        income_gbp_month=area_income[:, None] * factors[None, :],
        hub_in_reach=np.zeros(population.n_areas, np.uint8),
        local_online_share=np.zeros(population.n_areas, np.float32),
    )
    setting = Setting(places, hubs, values["hub_reach_km"])
    setting.update(0)
    return setting


def _hubs(region: Region, population: Population, gravity_per_km: float) -> Hubs:
    table = region.hubs
    distance = distance_km(
        np.asarray(population.area_latitude)[:, None],
        np.asarray(population.area_longitude)[:, None],
        table["latitude"].to_numpy(float)[None, :],
        table["longitude"].to_numpy(float)[None, :],
    )
    hours = table["staffed_hours"].fillna(0.0).to_numpy(float)
    pull = hours / FULL_WEEK_STAFFED_HOURS * np.exp(-gravity_per_km * distance)
    return Hubs(
        hub_id=table["hub_id"].to_numpy(str),
        name=table["name"].to_numpy(str),
        kind=table["kind"].to_numpy(str),
        staffed_hours_week=hours,
        opened_month=_january(table["opened"].fillna(1900)),
        closed_month=_january(table["closed"].fillna(2999)),
        distance_km=distance,
        pull=pull.round(12),
    )


def _january(years) -> np.ndarray:
    return (years.to_numpy(np.int64) - START_YEAR) * 12


def distance_km(latitude_1, longitude_1, latitude_2, longitude_2) -> np.ndarray:
    """Great-circle distance in km between points in degrees (haversine).

    >>> float(distance_km(51.864, -2.244, 51.9, -2.078).round(1))
    12.1
    """
    phi_1, phi_2 = np.radians(latitude_1), np.radians(latitude_2)
    half_phi = (phi_2 - phi_1) / 2
    half_lambda = (np.radians(longitude_2) - np.radians(longitude_1)) / 2
    h = np.sin(half_phi) ** 2 + np.cos(phi_1) * np.cos(phi_2) * np.sin(half_lambda) ** 2
    # To the millimetre: beyond it the last bits of sine and cosine differ between processors.
    return (2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(h))).round(6)
