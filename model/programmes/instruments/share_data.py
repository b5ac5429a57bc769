"""share_data: partners put their records together and find those in need, who come first from then on."""

import numpy as np

from model.chance import Decision, uniform, word
from model.jit import njit
from model.programmes.place_work import PlaceWork
from model.programmes.programme import Programme
from model.rules.place_programmes import raised
from model.rules.skill import is_competent
from model.state import ABSENT, RECENT, Residents
from model.world import World

EFFECTS = {
    "n_partners": "partners",
    "found_share": "share of those in need",
    "false_found_share": "share of the others",
    "opt_out_share": "share",
    "outreach_gain": "share of missing awareness",
    "trust_gain": "share of missing trust a month",
    "build_months": "months",
    "half_life_months": "months",
}


def wanted(world: World, programme: Programme, paid: int) -> int:
    """Partners, each month anew."""
    return int(programme.effects["n_partners"])


def apply(world: World, programme: Programme, work: PlaceWork, seed: np.uint64) -> None:
    """Find people for this month's queues; recent users gain trust in services that know them."""
    effects, region = programme.effects, world.region
    share = work.at_work / effects["n_partners"]
    if share == 0.0:
        return
    region.outreach = raised(region.outreach, effects["outreach_gain"])
    find(
        word(seed, 0, Decision.OPTS_OUT),
        word(seed, 0, Decision.FOUND),
        effects["opt_out_share"],
        effects["found_share"] * share,
        effects["false_found_share"] * share,
        effects["trust_gain"] * share,
        world.people.key,
        world.residents,
        world.found,
    )


@njit
def find(
    opt_out_luck: np.uint64,
    found_luck: np.uint64,
    opt_out_share: float,
    found_share: float,
    false_found_share: float,
    trust_gain: float,
    key: np.ndarray,
    residents: Residents,
    found: np.ndarray,
) -> None:
    """Mark residents found in `found` (uint8), never those who opted out; in need are all who are not competent users."""
    for i in range(found.shape[0]):
        if residents.code[i] == ABSENT:
            continue
        recent = residents.use[i] == RECENT
        in_need = not is_competent(recent, np.float64(residents.skill[i]))
        chance = found_share if in_need else false_found_share
        if uniform(found_luck, key[i]) < chance and uniform(opt_out_luck, key[i]) >= opt_out_share:
            found[i] = 1
        if recent:
            residents.trust[i] += trust_gain * (1.0 - np.float64(residents.trust[i]))
