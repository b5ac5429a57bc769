"""champion: volunteers recruited among skilled users, who help people come online at the hubs."""

import numpy as np

from model.chance import Decision, uniform, word
from model.jit import njit
from model.programmes.effects import encourage, teach
from model.programmes.funnel import draws
from model.rules.skill import WORK
from model.state import RECENT, People, Residents
from model.world import World

EFFECTS = {
    "people_helped_per_month": "people a champion a month",
    "champion_leave_probability_monthly": "share a month",
    "help_hours": "hours of help a person",
    "motivation_gain": "share of missing motivation",
    "trust_gain": "share of missing trust",
}
DOSE = "help_hours"
"""the effect that measures how much a person got"""
MIN_AGE_MONTHS = 18 * 12


def apply(world: World, rows: np.ndarray, effects: dict[str, float], seed: np.uint64) -> None:
    """Help the rows."""
    teach(rows, effects["help_hours"], 0.0, world.residents, world.rules.skill, world.rules.use)
    encourage(rows, effects["motivation_gain"], effects["trust_gain"], world.residents)


def recruit(world: World, champions: np.ndarray, places: int, seed: np.uint64) -> np.ndarray:
    """Up to `places` new champions: skilled adult users, by lot; those who serve, or served last month, are left out."""
    candidates, lot = _candidates(
        world.month, word(seed, world.month, Decision.REACHED), np.sort(champions), world.people, world.residents
    )
    luckiest = np.argpartition(lot, places - 1)[:places] if places < len(lot) else np.arange(len(lot))
    # By lot, so that the order of recruitment does not depend on the order of rows.
    return candidates[luckiest[np.argsort(lot[luckiest])]]


@njit
def _candidates(
    month: int, luck: np.uint64, champions: np.ndarray, people: People, residents: Residents
) -> tuple[np.ndarray, np.ndarray]:
    rows, lot = np.empty(people.key.shape[0], np.int64), np.empty(people.key.shape[0], np.float64)
    n, serving = 0, 0
    for i in range(people.key.shape[0]):
        if serving < champions.shape[0] and champions[serving] == i:
            serving += 1
            continue
        if residents.use[i] != RECENT or residents.skill[i] < np.float32(WORK):
            continue
        if month < people.entry_month[i] or month >= people.exit_month[i]:
            continue
        if month - np.int64(people.birth_month[i]) >= MIN_AGE_MONTHS:
            rows[n], lot[n] = i, uniform(luck, people.key[i])
            n += 1
    return rows[:n].copy(), lot[:n].copy()


def leave(world: World, champions: np.ndarray, effects: dict[str, float], seed: np.uint64) -> np.ndarray:
    """Champions who stay on this month."""
    luck = word(seed, world.month, Decision.CHAMPION_LEAVES)
    staying = draws(luck, world.people.key[champions]) >= effects["champion_leave_probability_monthly"]
    return champions[staying & (world.month < world.people.exit_month[champions])]
