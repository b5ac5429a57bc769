"""What a model is made of: region tables, residents, network and firms, read or built once a process."""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from model.errors import InputError

if TYPE_CHECKING:
    from model.firm_roster import FirmRoster
    from model.network import Network
    from model.population import Population
    from model.region import Region


@lru_cache(maxsize=2)
def materials(region_name: str, scale: float, structure_seed: int) -> "tuple[Region, Population]":
    """Region tables and roster, read once a process. The UK-weighted sample has one size: its scale is 1."""
    from scenarios.uk_sample import SAMPLE_NAME, get_uk_sample

    if region_name == SAMPLE_NAME:
        from scenarios.uk_region import load_uk_region

        if scale != 1.0:
            raise InputError("the UK-weighted sample has one size", key="scale", value=scale, allowed="1")
        return load_uk_region(), get_uk_sample(structure_seed=structure_seed)
    from model.population import get_population
    from scenarios.regions_io import load_region

    region = load_region(region_name)
    return region, get_population(region, scale, structure_seed)


@lru_cache(maxsize=2)
def network_of(region_name: str, scale: float, structure_seed: int, variant: str) -> "Network":
    """The network of a roster, read once a process."""
    from model.network import get_network

    return get_network(materials(region_name, scale, structure_seed)[1], structure_seed, variant)


@lru_cache(maxsize=2)
def firms_of(region_name: str, scale: float, structure_seed: int) -> "FirmRoster":
    """The firm roster of a region at a scale, read once a process."""
    from model.firm_roster import get_firm_roster

    return get_firm_roster(*materials(region_name, scale, structure_seed), structure_seed)


def model_inputs(
    region_name: str, scale: float, structure_seed: int, network_variant: str, values: dict[str, float]
) -> dict[str, Any]:
    """Everything a RegionModel reads besides what is run (ModelSpec) and the seed, as its keywords."""
    region, population = materials(region_name, scale, structure_seed)
    network = network_of(region_name, scale, structure_seed, network_variant)
    return joined_inputs(region, population, network, firms_of(region_name, scale, structure_seed), values)


def joined_inputs(
    region: "Region", population: "Population", network: "Network", roster: "FirmRoster", values: dict[str, float]
) -> dict[str, Any]:
    """The same from parts made elsewhere."""
    from model.setting import build_setting
    from scenarios.reference_panel import load_reference_panel

    return {
        "population": population,
        "network": network,
        "setting": build_setting(region, population, values),
        "national": region.national | {"reference_panel": load_reference_panel()},
        "roster": roster,
    }
