"""coordinate: partners that tell people and firms of each other's programmes and keep those who wait."""

import numpy as np

from model.programmes.place_work import PlaceWork
from model.programmes.programme import Programme
from model.rules.place_programmes import raised
from model.world import World

EFFECTS = {
    "n_partners": "partners",
    "referral_gain": "share of missing awareness",
    "drop_out_reduction": "share of those who would give up waiting",
    "build_months": "months",
    "half_life_months": "months",
}


def wanted(world: World, programme: Programme, paid: int) -> int:
    """Partners, each month anew."""
    return int(programme.effects["n_partners"])


def apply(world: World, programme: Programme, work: PlaceWork, seed: np.uint64) -> None:
    """Partners at work, for every programme of residents and firms this month."""
    effects, region = programme.effects, world.region
    share = work.at_work / effects["n_partners"]
    region.referral = raised(region.referral, effects["referral_gain"] * share)
    region.drop_out_reduction = raised(region.drop_out_reduction, effects["drop_out_reduction"] * share)
