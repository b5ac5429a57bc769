"""invest: public equity that brings private money with it; the firm gets money, advice and customers."""

import numpy as np

from model.programmes.firm_effects import draw_attention, raise_capability
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "invested_gbp": "GBP of public money a deal",
    "private_per_public": "GBP private a GBP public",
    "capability_gain": "share of missing capability",
    "demand_gain": "share of demand",
    "attention_gain": "multiple of attention",
}


def apply(world: World, rows: np.ndarray, programme: Programme, seed: np.uint64) -> None:
    """Close a deal with each firm of rows. Its customers come from its sector, which the market shares out anew."""
    effects, firms = programme.effects, world.firms
    raised_gbp = effects["invested_gbp"] * (1.0 + effects["private_per_public"])
    for money in (firms.liquidity_gbp, firms.raised_gbp):
        money[rows] = money[rows].astype(np.float64) + raised_gbp
    for customers in (firms.demand, firms.appeal):
        customers[rows] = customers[rows].astype(np.float64) * (1.0 + effects["demand_gain"])
    raise_capability(rows, effects["capability_gain"], firms)
    draw_attention(rows, effects["attention_gain"], firms)


def private_pence(programme: Programme, n_deals: int, weight: float) -> int:
    """Private money in deals with rows that stand for `weight` firms each."""
    if programme.instrument != "invest":
        return 0
    each = programme.effects["invested_gbp"] * programme.effects["private_per_public"]
    return n_deals * round(each * 100.0 * weight)
