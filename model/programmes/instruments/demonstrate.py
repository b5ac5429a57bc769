"""demonstrate: sites where firms near by can see technologies at work."""

import numpy as np

from model.programmes.firm_effects import draw_attention, show, technology_numbers
from model.programmes.firm_funnel import bits_of
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "radius_km": "km",
    "site_months": "months",
    "opt_in_share": "share of firms near a site",
    "observations_per_month": "observations of each technology a month",
    "attention_gain": "multiple of attention",
}
NO_HUB = -1


def apply(world: World, rows: np.ndarray, programme: Programme, seed: np.uint64) -> None:
    """A month of seeing, for the firms of rows."""
    effects = programme.effects
    gain_true = technology_numbers(world.values, "gain_true")
    show(rows, bits_of(programme.technologies), effects["observations_per_month"], gain_true, world.firms)
    draw_attention(rows, effects["attention_gain"], world.firms)


def best_hub(near: np.ndarray, free: np.ndarray, firms_by_area: np.ndarray) -> int:
    """The free hub with most firms near by that no site reaches yet; of equals the first; NO_HUB if none has any.

    near: bool, shape (areas, hubs). free: bool, shape (hubs,). firms_by_area: eligible firms that no site reaches.

    >>> best_hub(np.array([[True, False], [False, True]]), np.array([True, True]), np.array([3, 5]))
    1
    """
    if not free.any():
        return NO_HUB
    reached = np.where(free, firms_by_area @ near.astype(np.int64), -1)
    hub = int(np.argmax(reached))
    return hub if reached[hub] > 0 else NO_HUB
