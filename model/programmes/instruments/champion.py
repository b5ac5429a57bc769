"""champion: volunteers recruited among skilled users, who help people come online at the hubs."""

import numpy as np

from model.chance import Decision, uniform, word
from model.jit import njit
from model.programmes.effects import encourage, teach
from model.programmes.funnel import draws
from model.rules.hub_service import champion_rank
from model.rules.skill import ESSENTIAL, WORK
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


def need_by_area(world: World, kinds: tuple[str, ...], waiting: dict[int, int]) -> np.ndarray:
    """How much help is wanted around each small area, hub by hub: chance to choose the hub x people waiting there.

    waiting: place of a hub in the setting -> people in its queue. Where nobody waits at all, every open hub counts as one.
    """
    hubs = world.setting.hubs
    chance = np.diff(hubs.choice(world.month, kinds), axis=1, prepend=0.0)
    queued = np.array([waiting.get(number, 0) for number in range(len(hubs))], float) * hubs.is_open(world.month)
    return chance * (queued if queued.any() else 1.0)


def at_hubs(world: World, champions: np.ndarray, need: np.ndarray) -> np.ndarray:
    """Champions at each hub: everyone's time is spread over the hubs around home by gravity and need."""
    around_home = need[world.people.area[champions]]
    wanted = around_home.sum(axis=1, keepdims=True)
    return np.divide(around_home, wanted, out=np.zeros_like(around_home), where=wanted > 0.0).sum(axis=0)


def recruit(
    world: World, champions: np.ndarray, places: int, seed: np.uint64, need: np.ndarray, treated: np.ndarray
) -> np.ndarray:
    """Up to `places` new champions; those who serve, or served last month, are left out.

    Skilled adult users, or, with less skill, people treated before (bool by row), by lots that favour homes where much
    help is wanted (need by small area).
    """
    candidates, rank = _candidates(
        world.month,
        word(seed, world.month, Decision.REACHED),
        np.sort(champions),
        world.people,
        world.residents,
        need,
        treated,
        world.values["champion_served_pull"],
    )
    first = np.argpartition(rank, places - 1)[:places] if places < len(rank) else np.arange(len(rank))
    # By rank, then key, so that the order of recruitment does not depend on the order of rows.
    return candidates[first[np.lexsort((world.people.key[candidates[first]], rank[first]))]]


@njit
def _candidates(
    month: int,
    luck: np.uint64,
    champions: np.ndarray,
    people: People,
    residents: Residents,
    need: np.ndarray,
    treated: np.ndarray,
    served_pull: float,
) -> tuple[np.ndarray, np.ndarray]:
    rows, rank = np.empty(people.key.shape[0], np.int64), np.empty(people.key.shape[0], np.float64)
    n, serving = 0, 0
    for i in range(people.key.shape[0]):
        if serving < champions.shape[0] and champions[serving] == i:
            serving += 1
            continue
        enough = np.float32(ESSENTIAL) if treated[i] else np.float32(WORK)
        if residents.use[i] != RECENT or residents.skill[i] < enough or need[people.area[i]] <= 0.0:
            continue
        if month < people.entry_month[i] or month >= people.exit_month[i]:
            continue
        if month - np.int64(people.birth_month[i]) >= MIN_AGE_MONTHS:
            u = uniform(luck, people.key[i])
            rows[n], rank[n] = i, champion_rank(u, need[people.area[i]], served_pull, treated[i])
            n += 1
    return rows[:n].copy(), rank[:n].copy()


def leave(world: World, champions: np.ndarray, effects: dict[str, float], seed: np.uint64) -> np.ndarray:
    """Champions who stay on this month."""
    luck = word(seed, world.month, Decision.CHAMPION_LEAVES)
    staying = draws(luck, world.people.key[champions]) >= effects["champion_leave_probability_monthly"]
    return champions[staying & (world.month < world.people.exit_month[champions])]
