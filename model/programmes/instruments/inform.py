"""inform: a campaign that raises confidence in those it reaches."""

import numpy as np

from model.programmes.effects import encourage
from model.world import World

EFFECTS = {
    "motivation_gain": "share of missing motivation",
    "trust_gain": "share of missing trust",
    "reach_probability_monthly": "share of the eligible a month",
}
DOSE = "motivation_gain"
"""the effect that measures how much a person got"""


def apply(world: World, rows: np.ndarray, effects: dict[str, float], seed: np.uint64) -> None:
    """Encourage the rows reached this month."""
    encourage(rows, effects["motivation_gain"], effects["trust_gain"], world.residents)
