"""convene_residents: circles that meet at a hub, learn together and stay in touch for some months."""

import numpy as np

from model.programmes.instruments import train
from model.world import World

EFFECTS = {
    "group_size": "people",
    "tie_months": "months",
    "hours": "hours of help",
    "ceiling_gain_share": "share of the skill gain that lasts",
    "motivation_gain": "share of missing motivation",
    "trust_gain": "share of missing trust",
}
DOSE = "hours"
"""the effect that measures how much a person got"""


def apply(world: World, rows: np.ndarray, effects: dict[str, float], seed: np.uint64) -> None:
    """What the rows learn from each other, as if taught; delivery puts them into their circles."""
    train.apply(world, rows, effects, seed)
