"""A whole made-up region to run: the made-up population with ties, places, two hubs and the shipped national tables."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from model.calendar import NEVER
from model.network import Network, assemble, build_network
from model.network_ties import Layer, Ties
from model.parameters import central_values
from model.population import ROW_TYPES, Population
from model.programmes.programme import Eligibility, Programme
from model.region_model import ModelSpec, RegionModel
from model.scenario import Scenario
from model.setting import Hubs, Setting, distance_km
from model.state import Places
from model.world import Watch

NATIONAL = Path(__file__).parents[1] / "scenarios" / "national"
TRENDS = {
    "tariff_gbp_month": ((0, 25.0), (132, 30.0)),
    "digital_services_share": ((0, 0.45), (144, 0.85)),
    "service_skill_threshold": ((0, 0.3),),
    "breach_rate": ((0, 0.002),),
}
EFFECTS = {
    "train": {"hours": 9.0, "ceiling_gain_share": 0.5, "motivation_gain": 0.2, "trust_gain": 0.1},
    "equip": {
        "device": 2.0, "connection": 1.0, "months_of_data": 4.0, "lend_months": 0.0, "kept_share": 0.4,
        "motivation_gain": 0.1, "support_hours": 1.0,
    },
    "subsidise_connection": {"subsidy_share": 0.5, "months": 6.0, "motivation_gain": 0.1},
    "champion": {
        "people_helped_per_month": 0.9, "champion_leave_probability_monthly": 0.05, "help_hours": 4.0,
        "motivation_gain": 0.1, "trust_gain": 0.1,
    },
    "inform": {"motivation_gain": 0.1, "trust_gain": 0.1, "reach_probability_monthly": 0.05},
}  # fmt: skip


def _programme(instrument: str = "train", **changes: object) -> Programme:
    """A programme of the instrument that money limits and people like; months 6 to 29."""
    values = {
        "id": instrument, "title": f"Made-up {instrument}", "summary": "", "instrument": instrument, "start_month": 6,
        "end_month": 30, "budget_pence": 600_000, "fixed_cost_pence_per_month": 0, "unit_cost_pence": 10_000,
        "capacity_per_month": 1000.0, "channel": "hub" if instrument == "champion" else "direct",
        "staff_hours_per_place": 6.0, "hub_hours_share": 0.5, "eligibility": Eligibility(use=("never", "lapsed")),
        "targeting": "first_come", "awareness_start": 0.5, "awareness_limit": 0.9, "awareness_half_life_months": 6.0,
        "willing_share": 0.6, "willing_motivation_slope": 2.0, "apply_probability_monthly": 0.3,
        "completion_probability": 0.8, "effects": EFFECTS[instrument],
    }  # fmt: skip
    return Programme(**values | changes)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Toy:
    """Everything a run reads but a scenario."""

    population: Population
    network: Network
    setting: Setting
    national: dict[str, pd.DataFrame]

    def model(
        self,
        *programmes: Programme,
        until_month: int = 24,
        rng: int = 1,
        n_threads: int = 1,
        values: dict[str, float] | None = None,
        watch: tuple[Watch, ...] = (),
    ) -> RegionModel:
        """A model at its first month."""
        scenario = Scenario("toy", "Toy", "", programmes, TRENDS)
        spec = ModelSpec(scenario, until_month, values or central_values(), watch)
        return RegionModel(spec, self.population, self.network, self.setting, self.national, rng, n_threads)

    def at_scale(self, scale: float) -> "Toy":
        """The same people, each standing for 1/scale residents."""
        return replace(self, population=replace(self.population, scale=scale, weight=1.0 / scale))

    def with_rows(self, rows: np.ndarray) -> "Toy":
        """The people of `rows` (old row numbers) in that order, with the ties among them."""
        population = replace(
            self.population, **{name: getattr(self.population, name)[rows] for name in ("key", *ROW_TYPES)}
        )
        new_row = np.full(self.population.n, -1, np.int32)
        new_row[rows] = np.arange(len(rows))
        return replace(self, population=population, network=tie_up(self.network, new_row, len(rows)))

    def with_room_for(self, rows: np.ndarray, **columns: np.ndarray) -> "Toy":
        """New people without ties, so that they end up at `rows` (new row numbers), in households of their own."""
        old = self.population
        n = old.n + len(rows)
        at = np.setdiff1d(np.arange(n), rows).astype(np.int32)
        changed = {}
        for name in ("key", *ROW_TYPES):
            column = np.zeros(n, getattr(old, name).dtype)
            column[at], column[rows] = getattr(old, name), columns[name]
            changed[name] = column
        area = np.zeros(int(changed["household"].max()) + 1, np.int32)
        area[: old.n_households] = old.household_area
        area[columns["household"]] = columns["area"]
        population = replace(old, **changed, household_area=area)
        return replace(self, population=population, network=tie_up(self.network, at, n))

    def without_ties_across(self, group: np.ndarray) -> "Toy":
        """Without ties between people of different groups (one number a row)."""
        rows = np.arange(self.population.n, dtype=np.int32)
        return replace(self, network=tie_up(self.network, rows, self.population.n, group))


def tie_up(network: Network, new_row: np.ndarray, n: int, group: np.ndarray | None = None) -> Network:
    """The network with other row numbers (-1 drops a row) and, if wanted, without ties between groups."""
    one = np.repeat(np.arange(network.n), np.diff(network.indptr))
    other = np.asarray(network.neighbour)
    keep = (one < other) & (new_row[one] >= 0) & (new_row[other] >= 0)
    if group is not None:
        keep &= group[one] == group[other]
    layers = {}
    for layer in Layer:
        of_layer = keep & (network.layer == layer)
        layers[layer] = Ties(
            new_row[one[of_layer]], new_row[other[of_layer]], network.start[of_layer], network.end[of_layer]
        )
    return Network(**assemble(n, layers), variant="standard", fingerprint="made up")


def _setting(population: Population) -> Setting:
    """Two hubs in opposite corners, in reach of the areas nearest to them."""
    latitude, longitude = np.asarray(population.area_latitude), np.asarray(population.area_longitude)
    at = [0, population.n_areas - 1]
    distance = distance_km(latitude[:, None], longitude[:, None], latitude[at][None, :], longitude[at][None, :])
    pull = np.exp(-0.3 * distance)
    hubs = Hubs(
        hub_id=np.array(["west", "east"]),
        name=np.array(["West", "East"]),
        kind=np.array(["library", "library"]),
        staffed_hours_week=np.array([30.0, 40.0]),
        opened_month=np.array([-1000, -1000]),
        closed_month=np.array([9999, 9999]),
        distance_km=distance,
        pull=pull * np.array([30.0, 40.0]) / 35.0,
    )
    income = np.full((population.n_areas, 5), 1500.0) * np.array([0.42, 0.64, 0.86, 1.14, 1.94])
    nowhere = np.zeros(population.n_areas, np.uint8)
    places = Places(
        1 - np.asarray(population.area_deprivation, float) / 2, income, nowhere, np.zeros(population.n_areas, np.float32)
    )
    setting = Setting(places, hubs, hub_reach_km=float(np.median(distance.min(axis=1))) * 0.999)
    setting.update(0)
    return setting


@pytest.fixture(scope="session")
def national_tables() -> dict[str, pd.DataFrame]:
    """The shipped reference panel and the published start."""
    return {name: pd.read_csv(NATIONAL / f"{name}.csv") for name in ("reference_panel", "start_use")}


@pytest.fixture(scope="session")
def make_toy(
    make_population: Callable[..., Population], national_tables: dict[str, pd.DataFrame]
) -> Callable[..., Toy]:
    """Builder of made-up regions of two authorities: make_toy(n_areas, households_per_area, seed)."""

    def make(n_areas: int = 12, households_per_area: int = 120, seed: int = 1) -> Toy:
        population = make_population(n_areas, households_per_area, seed)
        # By key, so that disability does not hang on the order of rows: a quarter from the start, an eighth later.
        lot = np.asarray(population.key) % np.uint64(8)
        onset = np.where(lot < 2, 0, np.where(lot == 2, 30 + (population.key >> np.uint64(8)) % np.uint64(60), NEVER))
        population = replace(
            population,
            disability_onset_month=onset.astype(np.int16),
            area_authority=(np.arange(n_areas) >= n_areas // 2).astype(np.int16),
            authority_code=np.array(["E07000001", "E07000002"]),
            authority_name=np.array(["Anyshire", "Otherham"]),
        )
        return Toy(population, build_network(population), _setting(population), national_tables)

    return make


@pytest.fixture(scope="session")
def toy(make_toy: Callable[..., Toy]) -> Toy:
    """About two and a half thousand people in twelve areas of two authorities."""
    return make_toy()


@pytest.fixture(scope="session")
def make_programme() -> Callable[..., Programme]:
    """Builder of programmes: make_programme(instrument, **changes)."""
    return _programme
