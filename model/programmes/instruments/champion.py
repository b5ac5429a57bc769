"""champion: volunteers recruited among skilled users, who help people come online at the nearest hub."""

import numpy as np

from model.chance import Decision, word
from model.programmes.effects import encourage, teach
from model.programmes.funnel import draws
from model.rules.skill import WORK
from model.state import RECENT
from model.world import World

EFFECTS = {
    "people_helped_per_month": "people a champion a month",
    "champion_leave_probability_monthly": "share a month",
    "help_hours": "hours of help a person",
    "motivation_gain": "share of missing motivation",
    "trust_gain": "share of missing trust",
}
MIN_AGE_MONTHS = 18 * 12


def apply(world: World, rows: np.ndarray, effects: dict[str, float], seed: np.uint64) -> None:
    """Help the rows."""
    teach(rows, effects["help_hours"], 0.0, world.residents, world.rules.skill, world.rules.use)
    encourage(rows, effects["motivation_gain"], effects["trust_gain"], world.residents)


def recruit(world: World, champions: np.ndarray, places: int, seed: np.uint64) -> np.ndarray:
    """Up to `places` new champions: skilled adult users, by lot; champions already serving are left out."""
    residents, people = world.residents, world.people
    able = (residents.use == RECENT) & (residents.skill >= np.float32(WORK))
    able &= (people.entry_month <= world.month) & (world.month < people.exit_month)
    able &= world.month - people.birth_month.astype(np.int64) >= MIN_AGE_MONTHS
    able[champions] = False
    candidates = np.flatnonzero(able)
    lot = draws(word(seed, world.month, Decision.REACHED), people.key[candidates])
    # The key breaks ties, so that the choice does not depend on the order of rows.
    chosen = np.lexsort((people.key[candidates], lot))[:places]
    return candidates[chosen]


def leave(world: World, champions: np.ndarray, effects: dict[str, float], seed: np.uint64) -> np.ndarray:
    """Champions who stay on this month."""
    luck = word(seed, world.month, Decision.CHAMPION_LEAVES)
    staying = draws(luck, world.people.key[champions]) >= effects["champion_leave_probability_monthly"]
    return champions[staying & (world.month < world.people.exit_month[champions])]
