"""The three simulators of the fit: parameter values and a seed in, a pair of counts for every extract out."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from calibration.replications import BUDGETS_OF, TrialRun, observe
from calibration.targets.target import Extract, read_extract
from calibration.targets.training import training_trial
from scenarios.number_draws import NumberDraws

if TYPE_CHECKING:
    from model.firm_roster import FirmRoster
    from model.network import Network
    from model.population import Population
    from model.region import Region
    from model.region_model import RegionModel
    from model.scenario import Scenario

Pairs = dict[str, tuple[int, int]]
"""id of an extract -> part and whole, in agents"""
NUMBER_DRAWS = 50
"""Strata of the trial's own uncertain numbers; a run takes one by its seed."""


def simulate_residents(
    values: Mapping[str, float], seed: int, n_adults: int, extracts: Sequence[Extract], network: str = "standard"
) -> Pairs:
    """Baseline of the UK-weighted sample up to the last extract's month, counted among residents."""
    model = _baseline(values, seed, n_adults, extracts, network)
    return {extract.id: read_extract(extract, model.cells, model.record.cube[extract.month]) for extract in extracts}


def simulate_firms(values: Mapping[str, float], seed: int, n_adults: int, extracts: Sequence[Extract]) -> Pairs:
    """The same, counted among firms."""
    model = _baseline(values, seed, n_adults, extracts)
    cells, cubes = model.firm_counter.cells, model.record.firm_cube
    return {extract.id: read_extract(extract, cells, cubes[extract.month]) for extract in extracts}


def simulate_training(values: Mapping[str, float], seed: int, n_adults: int, extracts: Sequence[Extract]) -> Pairs:
    """The nine-hour trial: treated people online at the month read, among those still there.

    The trial sets the sample's size itself, whatever n_adults says; its own uncertain numbers are drawn by the seed.
    """
    _let_go()
    draws = NumberDraws(seed % NUMBER_DRAWS, NUMBER_DRAWS, 1)
    seen = observe(TrialRun(training_trial(), seed, tuple(sorted(values.items())), draws))
    state = seen.plan[seen.months[-1]]
    treated = seen.treated & state.present
    pair = int((treated & state.online).sum()), int(treated.sum())
    return {extract.id: pair for extract in extracts}


@lru_cache(maxsize=1)
def sample_parts(n_adults: int, network: str = "standard") -> tuple[Region, Population, Network, FirmRoster]:
    """Places, people, network and firms of the UK-weighted sample at a size, read or built once a process."""
    from model.firm_roster import get_firm_roster
    from model.network import get_network
    from scenarios.uk_region import load_uk_region
    from scenarios.uk_sample import get_uk_sample

    region, population = load_uk_region(), get_uk_sample(n_adults)
    return region, population, get_network(population, variant=network), get_firm_roster(region, population)


def _baseline(
    values: Mapping[str, float], seed: int, n_adults: int, extracts: Sequence[Extract], network: str = "standard"
) -> RegionModel:
    from model.region_model import ModelSpec, RegionModel
    from scenarios.materials import joined_inputs

    _let_go()
    months = tuple(sorted({extract.month for extract in extracts}))
    spec = ModelSpec(_scenario(), months[-1], dict(values), cube_months=months)
    model = RegionModel(spec, **joined_inputs(*sample_parts(n_adults, network), dict(values)), rng=seed)
    model.run()
    return model


def _let_go() -> None:
    """Free the model of the last run: a ring of references that holds tens of megabytes and would pile up."""
    gc.collect()


@cache
def _scenario() -> Scenario:
    from scenarios.loader import load_scenario

    return load_scenario("baseline", BUDGETS_OF)
