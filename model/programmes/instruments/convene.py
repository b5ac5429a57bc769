"""convene: small groups of firms that meet for some months and learn from each other."""

import numpy as np

from model.chance import Decision, word
from model.programmes.firm_effects import draw_attention, raise_capability
from model.programmes.funnel import draws
from model.programmes.programme import Programme
from model.world import World

EFFECTS = {
    "cohort_size": "firms",
    "cohort_months": "months",
    "capability_gain": "share of missing capability",
    "attention_gain": "multiple of attention",
}


def apply(world: World, rows: np.ndarray, programme: Programme, seed: np.uint64) -> None:
    """Put the firms of rows into cohorts, by lot; what they see of each other is in the firms' own month."""
    effects, firms = programme.effects, world.firms
    months = int(effects["cohort_months"])
    keys = np.asarray(world.roster.key)[rows]
    by_lot = rows[np.lexsort((keys, draws(word(seed, world.month, Decision.SESSION_GROUP), keys)))]
    firms.cohort[by_lot] = world.cohorts.seats(
        programme.id, len(rows), int(effects["cohort_size"]), months, world.month
    )
    firms.cohort_until[by_lot] = world.month + months
    raise_capability(rows, effects["capability_gain"], firms)
    draw_attention(rows, effects["attention_gain"], firms)
