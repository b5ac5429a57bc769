"""A whole made-up region to run: the made-up population with ties, places, two hubs and the shipped national tables."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import settings

from model import posterior
from model.calendar import NEVER
from model.chance import key_from_text
from model.firm_roster import FirmRoster, empty_roster
from model.network import Network, assemble, build_network
from model.network_ties import Layer, Ties
from model.parameters import central_values, registry
from model.population import ROW_TYPES, Population
from model.posterior import load_posterior
from model.programmes.programme import Eligibility, Programme
from model.programmes.review import Review
from model.region import SECTORS
from model.region_model import ModelSpec, RegionModel
from model.scenario import Scenario
from model.setting import Hubs, Setting, distance_km
from model.state import Places
from model.world import Watch

# A slow machine is no failure; the first example may have to compile.
settings.register_profile("uptake", deadline=None)
settings.load_profile("uptake")

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
    "convene_residents": {
        "group_size": 6.0, "tie_months": 12.0, "hours": 4.0, "ceiling_gain_share": 0.5, "motivation_gain": 0.1,
        "trust_gain": 0.1,
    },
}  # fmt: skip


def _programme(instrument: str = "train", **changes: object) -> Programme:
    """A programme of the instrument that money limits and people like; months 6 to 29."""
    values = {
        "id": instrument, "title": f"Made-up {instrument}", "summary": "", "instrument": instrument, "start_month": 6,
        "end_month": 30, "budget_pence": 600_000, "fixed_cost_pence_per_month": 0, "unit_cost_pence": 10_000,
        "capacity_per_month": 1000.0, "channel": "hub" if instrument in ("champion", "convene_residents") else "direct",
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
    roster: FirmRoster | None = None

    def model(
        self,
        *programmes: Programme,
        until_month: int = 24,
        rng: int = 1,
        n_threads: int = 1,
        values: dict[str, float] | None = None,
        watch: tuple[Watch, ...] = (),
        review: Review | None = None,
    ) -> RegionModel:
        """A model at its first month."""
        scenario = Scenario("toy", "Toy", "", programmes, TRENDS, review=review)
        spec = ModelSpec(scenario, until_month, values or central_values(), watch)
        return RegionModel(
            spec, self.population, self.network, self.setting, self.national, rng, n_threads, self.roster
        )

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


def make_roster(population: Population, n_firms: int = 90, seed: int = 1) -> FirmRoster:
    """Made-up firms of every size: a third born later, most with one unit, with a handful of trade partners each."""
    rng = np.random.default_rng(seed)
    authority = np.sort(rng.integers(0, len(population.authority_code), n_firms))
    band = rng.choice(4, n_firms, p=[0.7, 0.2, 0.07, 0.03])
    n_of = 1 + (band >= 1) * rng.integers(0, 3, n_firms)
    firm = np.repeat(np.arange(n_firms), n_of)
    per_unit = np.array([2, 12, 60, 150])[band] + rng.integers(0, 6, n_firms)
    unit_jobs = np.maximum(1, per_unit // n_of)[firm]
    areas = [np.flatnonzero(population.area_authority == a) for a in range(len(population.authority_code))]
    born = np.where(rng.random(n_firms) < 0.35, rng.integers(1, 60, n_firms), -rng.integers(0, 150, n_firms))
    one, other = rng.integers(0, n_firms, (2, 3 * n_firms))
    pairs = np.unique(np.sort(np.stack([one[one != other], other[one != other]]), axis=0), axis=1)
    both = np.concatenate([pairs, pairs[::-1]], axis=1)
    both = both[:, np.lexsort(both[::-1])]
    return replace(
        empty_roster(len(population.authority_code)),
        key=np.array([key_from_text(f"firm/{seed}/{i}") for i in range(n_firms)], np.uint64),
        authority=authority.astype(np.int16),
        sector=rng.integers(0, 4, n_firms).astype(np.int8),
        size_band=band.astype(np.int8),
        entry_jobs=np.bincount(firm, unit_jobs, n_firms).astype(np.int32),
        entry_month=born.astype(np.int16),
        charity=(rng.random(n_firms) < 0.1).astype(np.uint8),
        unit_ptr=np.concatenate([[0], np.cumsum(n_of)]).astype(np.int32),
        unit_key=np.array([key_from_text(f"unit/{seed}/{u}") for u in range(len(firm))], np.uint64),
        unit_firm=firm.astype(np.int32),
        unit_area=np.array([rng.choice(areas[authority[i]]) for i in firm], np.int32),
        unit_entry_jobs=unit_jobs.astype(np.int32),
        closure_probability_monthly=np.full((len(population.authority_code), 23), 0.01),
        trade_indptr=np.searchsorted(both[0], np.arange(n_firms + 1)).astype(np.int64),
        trade_neighbour=both[1].astype(np.int32),
        sector_gva_per_job_gbp=np.full(len(SECTORS), 50_000.0),
        sector_tilt=np.linspace(-0.5, 0.5, len(SECTORS)),
        region="made up",
    )


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


def make_setting(population: Population) -> Setting:
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
        1 - np.asarray(population.area_deprivation, float) / 2,
        income,
        nowhere,
        np.zeros(population.n_areas, np.float32),
    )
    setting = Setting(places, hubs, hub_reach_km=float(np.median(distance.min(axis=1))) * 0.999)
    setting.update(0)
    return setting


@pytest.fixture(scope="session")
def national_tables() -> dict[str, pd.DataFrame]:
    """The shipped reference panel and the published start."""
    return {name: pd.read_csv(NATIONAL / f"{name}.csv") for name in ("reference_panel", "start_use", "start_adoption")}


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
        return Toy(population, build_network(population), make_setting(population), national_tables)

    return make


@pytest.fixture(scope="session")
def toy(make_toy: Callable[..., Toy]) -> Toy:
    """About two and a half thousand people in twelve areas of two authorities."""
    return make_toy()


@pytest.fixture(scope="session")
def toy_with_firms(toy: Toy) -> Toy:
    """The same people with firms to work for."""
    return replace(toy, roster=make_roster(toy.population))


@pytest.fixture(scope="session")
def make_programme() -> Callable[..., Programme]:
    """Builder of programmes: make_programme(instrument, **changes)."""
    return _programme


@pytest.fixture
def ship_posterior(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """Ships a made-up posterior for one test: ship_posterior({parameter: draws}, weight=..., labels=..., priors=...).

    Until it is called there is none, whatever is shipped.
    """

    def reset() -> None:
        load_posterior.cache_clear()
        registry.cache_clear()

    def ship(draws: dict[str, list[float]], weight: list[float] | None = None, **manifest: dict[str, str]) -> Path:
        folder = tmp_path / "made-up-posterior"
        folder.mkdir(exist_ok=True)
        n = len(next(iter(draws.values())))
        table = pd.DataFrame({"draw": range(n), "weight": weight or [1.0 / n] * n} | draws)
        table.to_csv(folder / "draws.csv", index=False, float_format="%.7g")
        known = [name for name in draws if name in registry()]
        labels = dict.fromkeys(known, "informed") | manifest.get("labels", {})
        priors = {name: registry()[name].prior_text for name in known} | manifest.get("priors", {})
        (folder / "manifest.json").write_text(json.dumps({"labels": labels, "priors": priors}), encoding="utf-8")
        monkeypatch.setattr(posterior, "FOLDER", folder)
        reset()
        return folder

    monkeypatch.setattr(posterior, "FOLDER", tmp_path / "none")
    reset()
    yield ship
    monkeypatch.undo()
    reset()
