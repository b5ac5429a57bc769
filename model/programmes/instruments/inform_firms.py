"""inform_firms: workshops, briefings and visits that show the firms they reach what technologies yield."""

import numpy as np

from model.programmes.firm_effects import draw_attention, raise_capability, show, technology_numbers
from model.programmes.firm_funnel import bits_of
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "reach_probability_monthly": "share of the eligible a month",
    "observations": "observations of each technology",
    "capability_gain": "share of missing capability",
    "attention_gain": "multiple of attention",
}


def apply(world: World, rows: np.ndarray, programme: Programme, seed: np.uint64) -> None:
    """Inform the firms of rows, reached this month."""
    effects = programme.effects
    gain_true = technology_numbers(world.values, "gain_true")
    raise_capability(rows, effects["capability_gain"], world.firms)
    show(rows, bits_of(programme.technologies), effects["observations"], gain_true, world.firms)
    draw_attention(rows, effects["attention_gain"], world.firms)
