"""decarbonise: sites fitted to use less energy, and devices used again; what that saves is reckoned after the run."""

import numpy as np

from model.programmes.place_work import PlaceWork
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "n_sites": "sites",
    "energy_kwh_per_site_year": "kWh a year per site",
    "saving_share": "share",
    "kg_co2e_per_kwh": "kg CO2e per kWh",
    "devices_reused_per_month": "devices a month",
    "kg_co2e_per_device": "kg CO2e per device",
    "build_months": "months",
}


def wanted(world: World, programme: Programme, paid: int) -> int:
    """Sites still to be fitted, once some have been paid for."""
    return int(programme.effects["n_sites"]) - paid


def apply(world: World, programme: Programme, work: PlaceWork, seed: np.uint64) -> None:
    """Count the sites; no person or firm changes."""
    world.region.sites_fitted += work.begun
