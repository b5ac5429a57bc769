"""The places of a region as the rules and programmes read them: incomes, deprivation, hubs in reach."""

from dataclasses import dataclass, fields, replace

import numpy as np
import pandas as pd

from model.calendar import START_YEAR
from model.population import Population
from model.region import Region
from model.state import Places

EARTH_RADIUS_KM = 6371.0
FULL_WEEK_STAFFED_HOURS = 35.0
"""Staffed hours that give a hub a pull of 1."""
KINDS = ("library", "community_hub", "growth_hub", "innovation_lab", "sandbox")
"""Kinds of hubs; where a programme opens hubs, a kind's number is its place here."""
PUBLIC_KINDS = ("library", "community_hub", "innovation_lab")
"""Kinds where residents can go online."""


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
    seats: np.ndarray | None = None
    """people who can sit at once; None = as many as usual everywhere"""

    def __len__(self) -> int:
        return len(self.hub_id)

    def is_open(self, month: int) -> np.ndarray:
        """Which hubs are open and staffed (bool)."""
        return (self.opened_month <= month) & (month < self.closed_month) & (self.staffed_hours_week > 0)

    def choice(self, month: int, kinds: tuple[str, ...] = PUBLIC_KINDS) -> np.ndarray:
        """Cumulated chance to choose each hub of some kinds, shape (areas, hubs); what is missing to 1 finds none."""
        pull = self.pull * (self.is_open(month) & np.isin(self.kind, kinds))
        return np.cumsum(pull / (1.0 + pull.sum(axis=1, keepdims=True)), axis=1).round(10)

    def in_reach(self, month: int, reach_km: float) -> np.ndarray:
        """Areas with an open hub within a distance where residents can go online (bool)."""
        public = self.is_open(month) & np.isin(self.kind, PUBLIC_KINDS)
        return ((self.distance_km <= reach_km) & public).any(axis=1)

    def joined_by(self, others: "Hubs") -> "Hubs":
        """These hubs, and behind them others of the same areas; the seats of all are known."""
        columns = {}
        for column in fields(self):
            one, other = getattr(self, column.name), getattr(others, column.name)
            columns[column.name] = np.concatenate([one, other], axis=-1)
        return Hubs(**columns)


@dataclass(frozen=True, slots=True)
class Setting:
    """Places and hubs. `places.hub_in_reach` follows the hubs that open and close."""

    places: Places
    hubs: Hubs
    hub_reach_km: float
    adults: np.ndarray | None = None
    """published residents of 16 and over by area; None in made-up places"""
    deprivation_fifth: np.ndarray | None = None
    """by area: fifth within the region, 0 most deprived; None in made-up places"""

    def own_copy(self) -> "Setting":
        """The same places with columns of their own for what changes in a run."""
        places = self.places._replace(
            hub_in_reach=self.places.hub_in_reach.copy(), local_online_share=self.places.local_online_share.copy()
        )
        return replace(self, places=places)

    def with_hubs(self, others: Hubs) -> "Setting":
        """The same setting with more hubs behind its own."""
        return replace(self, hubs=self.hubs.joined_by(others))

    def update(self, month: int) -> None:
        """Bring the areas with a hub in reach up to a month."""
        self.places.hub_in_reach[:] = self.hubs.in_reach(month, self.hub_reach_km)


def build_setting(region: Region, population: Population, values: dict[str, float]) -> Setting:
    """Join region tables to the roster's areas; values are behaviour parameters."""
    by_code = {code: row for row, code in enumerate(region.authorities["authority_code"])}
    income = region.authorities["income_gbp_per_head"].to_numpy(float) / 12.0
    factors = np.array([values[f"income_factor_{fifth}"] for fifth in range(1, 6)])
    area_income = np.array([income[by_code[population.authority_code[a]]] for a in population.area_authority])
    hubs = _hubs(region, population, values)
    places = Places(
        deprivation=(1.0 - np.asarray(population.area_deprivation, float) / 2.0),
        income_gbp_month=area_income[:, None] * factors[None, :],
        hub_in_reach=np.zeros(population.n_areas, np.uint8),
        local_online_share=np.zeros(population.n_areas, np.float32),
    )
    fifths = fifths_in_region(region.areas)
    setting = Setting(places, hubs, values["hub_reach_km"], _adults(region), fifths)
    setting.update(0)
    return setting


def _adults(region: Region) -> np.ndarray:
    ages = [name for name in region.areas.columns if name.startswith("age_") and name != "age_0_15"]
    return region.areas[ages].sum(axis=1).to_numpy(float)


def fifths_in_region(areas: pd.DataFrame) -> np.ndarray:
    """Fifth of the region's residents that each area lies in, 0 in the most deprived areas (int8).

    Areas are ranked by the deprivation decile of their nation, ties by the share of residents who are income-deprived;
    an area belongs to the fifth that holds its middle resident.
    """
    residents = areas["population"].to_numpy(float)
    deprived_share = areas["income_deprived"].to_numpy(float) / np.maximum(residents, 1.0)
    order = np.lexsort((areas["area_code"].to_numpy(str), -deprived_share, areas["deprivation_decile"].to_numpy()))
    middle = np.cumsum(residents[order]) - residents[order] / 2.0
    fifths = np.empty(len(areas), np.int8)
    fifths[order] = np.minimum(5.0 * middle / residents.sum(), 4.0).astype(np.int8)
    return fifths


def pull_of_hubs(staffed_hours_week: np.ndarray, distance: np.ndarray, gravity_per_km: float) -> np.ndarray:
    """How strongly hubs draw people of an area: hours over a full week's, falling with distance."""
    return (staffed_hours_week / FULL_WEEK_STAFFED_HOURS * np.exp(-gravity_per_km * distance)).round(12)


def _hubs(region: Region, population: Population, values: dict[str, float]) -> Hubs:
    table = region.hubs
    distance = distance_km(
        np.asarray(population.area_latitude)[:, None],
        np.asarray(population.area_longitude)[:, None],
        table["latitude"].to_numpy(float)[None, :],
        table["longitude"].to_numpy(float)[None, :],
    )
    hours = table["staffed_hours"].fillna(0.0).to_numpy(float)
    return Hubs(
        hub_id=table["hub_id"].to_numpy(str),
        name=table["name"].to_numpy(str),
        kind=table["kind"].to_numpy(str),
        staffed_hours_week=hours,
        opened_month=_january(table["opened"].fillna(1900)),
        closed_month=_january(table["closed"].fillna(2999)),
        distance_km=distance,
        pull=pull_of_hubs(hours, distance, values["hub_gravity_per_km"]),
        seats=np.full(len(table), values["hub_seats"]),
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
