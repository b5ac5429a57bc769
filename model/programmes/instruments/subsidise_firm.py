"""subsidise_firm: a grant that pays part of the price of a technology; the firm pays the rest."""

import numpy as np

from model.programmes.firm_effects import draw_attention
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "offer_share": "share of the price",
    "offer_cap_gbp": "GBP a grant",
    "attention_gain": "multiple of attention",
}


def apply(world: World, rows: np.ndarray, programme: Programme, seed: np.uint64) -> None:
    """What comes with approval; delivery makes the offer itself."""
    draw_attention(rows, programme.effects["attention_gain"], world.firms)
