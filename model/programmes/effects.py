"""What instruments do to a person's state, shared by all of them."""

import numpy as np

from model.chance import Decision, mix, stream, uniform
from model.jit import njit
from model.kernels import RuleParameters
from model.rules.access import affordability, probability_keep_paid_connection
from model.rules.skill import SkillParameters, training_gain
from model.rules.use import UseParameters, dose_of_help
from model.state import Households, People, Places, Residents
from model.world import World

_PAID_KEPT = int(Decision.PAID_KEPT)


@njit
def encourage(rows: np.ndarray, motivation_gain: float, trust_gain: float, residents: Residents) -> None:
    """Raise motivation and trust by a share of what is missing to 1; both return to their causes in later months."""
    for i in rows:
        residents.motivation[i] += motivation_gain * (1.0 - np.float64(residents.motivation[i]))
        residents.trust[i] += trust_gain * (1.0 - np.float64(residents.trust[i]))


@njit
def teach(
    rows: np.ndarray,
    hours: float,
    ceiling_gain_share: float,
    residents: Residents,
    skill_p: SkillParameters,
    use_p: UseParameters,
) -> None:
    """Completed teaching or help: skill, part of it lasting, and a push to start that fades."""
    for i in rows:
        gain = training_gain(np.float64(residents.skill[i]), hours, skill_p)
        residents.skill[i] += gain
        residents.ceiling_gain[i] = min(1.0, np.float64(residents.ceiling_gain[i]) + ceiling_gain_share * gain)
        residents.onset_dose[i] = max(np.float64(residents.onset_dose[i]), dose_of_help(hours, use_p))


def pay_connection(world: World, rows: np.ndarray, connection: int, subsidy_share: float, months: int) -> None:
    """Put a connection into the homes of rows that lack one and pay part of it for some months.

    When the paid period ends, homes that had none before decide whether to go on.
    """
    homes = world.residents.household[rows]
    new = rows[world.households.connection[homes] == 0]
    world.households.connection[homes] = np.maximum(world.households.connection[homes], np.uint8(connection))
    until = world.month + months
    running = world.households.subsidy_until[homes] > world.month
    share = np.where(running, world.households.subsidy_share[homes], 0.0)
    world.households.subsidy_share[homes] = np.maximum(share, subsidy_share)
    world.households.subsidy_until[homes] = np.maximum(world.households.subsidy_until[homes], until)
    if len(new):
        world.expiries.setdefault(until, []).append(new)


def end_paid_connections(world: World) -> None:
    """Homes whose paid period ends this month keep the connection or give it up."""
    for rows in world.expiries.pop(world.month, []):
        _keep_or_drop(
            rows,
            world.month,
            world.seed,
            world.people,
            world.setting.places,
            world.residents,
            world.households,
            world.rules,
            world.conditions.tariff_gbp_month,
        )


@njit
def _keep_or_drop(
    rows: np.ndarray,
    month: int,
    seed: np.uint64,
    people: People,
    places: Places,
    residents: Residents,
    households: Households,
    rules: RuleParameters,
    tariff_gbp_month: float,
) -> None:
    word = stream(seed, month, _PAID_KEPT)
    for i in rows:
        home = residents.household[i]
        if month >= people.exit_month[i] or month < households.subsidy_until[home]:
            continue
        income = np.float64(places.income_gbp_month[people.area[i], people.income_quintile[i]])
        cost = affordability(tariff_gbp_month, 0.0, income)
        keep = probability_keep_paid_connection(np.float64(residents.motivation[i]), cost, rules.access)
        if uniform(word, people.key[i]) >= keep:
            households.connection[home] = 0


def programme_seed(seed: np.uint64, programme_word: int) -> np.uint64:
    """Seed of one programme's draws in a run, so that programmes never share luck."""
    return np.uint64(mix(np.uint64(seed), np.uint64(programme_word)))
