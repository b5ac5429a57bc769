"""train: hours of teaching for those who complete."""

import numpy as np

from model.programmes.effects import encourage, teach
from model.world import World

EFFECTS = {
    "hours": "hours of teaching",
    "ceiling_gain_share": "share of the skill gain that lasts",
    "motivation_gain": "share of missing motivation",
    "trust_gain": "share of missing trust",
}
DOSE = "hours"
"""the effect that measures how much a person got"""


def apply(world: World, rows: np.ndarray, effects: dict[str, float], seed: np.uint64) -> None:
    """Teach the rows (int32 row numbers) that completed this month."""
    teach(rows, effects["hours"], effects["ceiling_gain_share"], world.residents, world.rules.skill, world.rules.use)
    encourage(rows, effects["motivation_gain"], effects["trust_gain"], world.residents)
