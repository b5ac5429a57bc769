"""certify: help to get a Cyber Essentials certificate, with part of its price."""

import numpy as np

from model.programmes.firm_effects import draw_attention, raise_capability
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "offer_share": "share of the price",
    "offer_cap_gbp": "GBP a certificate",
    "adviser_hours": "hours",
    "capability_gain_per_hour": "share of missing capability an hour",
    "attention_gain": "multiple of attention",
}


def apply(world: World, rows: np.ndarray, programme: Programme, seed: np.uint64) -> None:
    """The adviser's visit; delivery makes the offer itself."""
    effects = programme.effects
    raise_capability(rows, effects["adviser_hours"] * effects["capability_gain_per_hour"], world.firms)
    draw_attention(rows, effects["attention_gain"], world.firms)
