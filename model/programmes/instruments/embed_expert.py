"""embed_expert: a fellow works inside the firm for some days and passes on what they know."""

import numpy as np

from model.programmes.firm_effects import draw_attention, raise_capability, show, technology_numbers, train_staff
from model.programmes.firm_funnel import bits_of
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "expert_days": "days",
    "capability_gain_per_day": "share of missing capability a day",
    "observations_per_day": "observations of each technology a day",
    "attention_gain": "multiple of attention",
    "staff_training_hours": "hours a trained worker",
}


def apply(world: World, rows: np.ndarray, programme: Programme, seed: np.uint64) -> None:
    """The whole placement at once."""
    effects, days = programme.effects, programme.effects["expert_days"]
    gain_true = technology_numbers(world.values, "gain_true")
    raise_capability(rows, days * effects["capability_gain_per_day"], world.firms)
    show(rows, bits_of(programme.technologies), days * effects["observations_per_day"], gain_true, world.firms)
    draw_attention(rows, effects["attention_gain"], world.firms)
    train_staff(world, rows, effects["staff_training_hours"], seed)
