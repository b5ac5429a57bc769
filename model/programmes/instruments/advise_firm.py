"""advise_firm: hours with an adviser, who knows what the technologies yield, and teaching for the staff."""

import numpy as np

from model.programmes.firm_effects import draw_attention, raise_capability, show, technology_numbers, train_staff
from model.programmes.firm_funnel import bits_of
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "adviser_hours": "hours",
    "capability_gain_per_hour": "share of missing capability an hour",
    "observations_per_hour": "observations of each technology an hour",
    "attention_gain": "multiple of attention",
    "staff_training_hours": "hours a trained worker",
}


def apply(world: World, rows: np.ndarray, programme: Programme, seed: np.uint64) -> None:
    """Advise the firms of rows and teach a share of their staff."""
    effects, hours = programme.effects, programme.effects["adviser_hours"]
    gain_true = technology_numbers(world.values, "gain_true")
    raise_capability(rows, hours * effects["capability_gain_per_hour"], world.firms)
    show(rows, bits_of(programme.technologies), hours * effects["observations_per_hour"], gain_true, world.firms)
    draw_attention(rows, effects["attention_gain"], world.firms)
    train_staff(world, rows, effects["staff_training_hours"], seed)
