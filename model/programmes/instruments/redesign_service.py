"""redesign_service: public services made usable online, with less skill, and with help for those below it."""

import numpy as np

from model.programmes.place_work import PlaceWork
from model.programmes.programme import Programme
from model.rules.place_programmes import raised
from model.world import World

EFFECTS = {
    "n_services": "services",
    "share_gain_per_service": "share of services usable online",
    "threshold_reduction_per_service": "points of skill",
    "assisted_share": "share of people below the skill asked for",
    "build_months": "months",
    "half_life_months": "months",
}


def wanted(world: World, programme: Programme, paid: int) -> int:
    """Services still to be redesigned, once some have been paid for."""
    return int(programme.effects["n_services"]) - paid


def apply(world: World, programme: Programme, work: PlaceWork, seed: np.uint64) -> None:
    """Services at work; they count from the next month's conditions on."""
    effects, region = programme.effects, world.region
    region.services_share_gain += work.at_work * effects["share_gain_per_service"]
    region.threshold_reduction += work.at_work * effects["threshold_reduction_per_service"]
    helped = effects["assisted_share"] * work.at_work / effects["n_services"]
    region.assisted_share = raised(region.assisted_share, helped)
