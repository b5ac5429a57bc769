"""What instruments do to a person's state, shared by all of them."""

import numpy as np

from model.chance import Decision, mix, uniform, word
from model.jit import njit
from model.kernels import RuleParameters
from model.rules.access import affordability, probability_keep_paid_connection
from model.rules.skill import SkillParameters, training_gain
from model.rules.use import UseParameters, dose_of_help
from model.state import Households, People, Places, Residents
from model.world import World


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

    A home is not paid twice at once: of two offers the one that ends later counts, with its own share. When payment
    ends, homes that had no connection before decide whether to go on.
    """
    households, until = world.households, world.month + months
    homes = world.residents.household[rows]
    new = households.connection[homes] == 0
    households.connection[homes] = np.maximum(households.connection[homes], np.uint8(connection))
    longer = until > np.maximum(households.subsidy_until[homes], world.month)
    households.subsidy_share[homes[longer]] = subsidy_share
    households.subsidy_until[homes[longer]] = until
    # One decision a home, also when two of its people were served at once: by the one with the lowest key.
    by_key = rows[new][np.argsort(world.people.key[rows[new]], kind="stable")]
    deciding, first = np.unique(world.residents.household[by_key], return_index=True)
    households.on_trial[deciding], world.decider[deciding] = 1, by_key[first]


def end_paid_connections(world: World) -> None:
    """Homes whose paid period ends this month keep the connection or give it up, as the person who brought it wants.

    Without that person nobody decides: those who live there now have come to rely on it.
    """
    households = world.households
    homes = np.flatnonzero((households.subsidy_until == world.month) & (households.on_trial == 1))
    if len(homes) == 0:
        return
    rows = world.decider[homes]
    households.on_trial[homes] = 0
    lives_there = (world.residents.household[rows] == homes) & (world.people.exit_month[rows] > world.month)
    _keep_or_drop(
        rows[lives_there],
        word(world.seed, world.month, Decision.PAID_KEPT),
        world.people,
        world.setting.places,
        world.residents,
        households,
        world.rules,
        world.conditions.tariff_gbp_month,
    )


@njit
def _keep_or_drop(
    rows: np.ndarray,
    luck: np.uint64,
    people: People,
    places: Places,
    residents: Residents,
    households: Households,
    rules: RuleParameters,
    tariff_gbp_month: float,
) -> None:
    """Each row decides for the own home, by the own motivation and what the full tariff costs."""
    for i in rows:
        income = np.float64(places.income_gbp_month[people.area[i], people.income_quintile[i]])
        cost = affordability(tariff_gbp_month, 0.0, income)
        keep = probability_keep_paid_connection(np.float64(residents.motivation[i]), cost, rules.access)
        if uniform(luck, people.key[i]) >= keep:
            households.connection[residents.household[i]] = 0


def programme_seed(seed: np.uint64, programme_word: int) -> np.uint64:
    """Seed of one programme's draws in a run, so that programmes never share luck."""
    return np.uint64(mix(np.uint64(seed), np.uint64(programme_word)))
