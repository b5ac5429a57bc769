"""subsidise_connection: a voucher towards a home connection."""

import numpy as np

from model.programmes.effects import encourage, pay_connection
from model.world import World

EFFECTS = {
    "subsidy_share": "share of the tariff",
    "months": "months",
    "motivation_gain": "share of missing motivation",
}
DOSE = "months"
"""the effect that measures how much a person got"""
FIXED_CONNECTION = 2


def apply(world: World, rows: np.ndarray, effects: dict[str, float], seed: np.uint64) -> None:
    """Connect the homes of the rows and pay part of the tariff for some months."""
    pay_connection(world, rows, FIXED_CONNECTION, effects["subsidy_share"], int(effects["months"]))
    encourage(rows, effects["motivation_gain"], 0.0, world.residents)
