"""Whether non-users stand closer together than the mix of people explains.

Everyone's non-use (1 or 0) less the share of non-users among people of the same age (in steps of five years), disability
and schooling is what composition does not explain. The sum of products of two people's remainders, over all pairs in one
household or one area, are the pairs of non-users that composition leaves unexplained; they are added to the pairs that it
explains. Bare pairs would not do: where those who live among few old people are the ones more often offline for their
age, there are fewer pairs than dealt at random, though non-use clusters. Dealing non-use out anew among people of one
kind tells what chance gives.

Steps of five years, not the published bands: couples are of like age, and within 75 and over use falls so fast that the
band alone would let age pass for clustering.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from model.chance import key_from_text
from model.state import ABSENT, RECENT

if TYPE_CHECKING:
    from model.region_model import RegionModel

RESHUFFLES = 50
AGE_STEP_YEARS, OLDEST_STEP = 5, 90


def non_use_clustering(model: RegionModel) -> Mapping[str, float]:
    """`clustering` of a run's last month; non-use is lapsed or never."""
    population, residents, month = model.world.population, model.world.residents, model.period
    rows = np.flatnonzero(residents.code != ABSENT)
    age_step = np.minimum(population.age(month), OLDEST_STEP)[rows] // AGE_STEP_YEARS
    kind = (age_step * 2 + population.disabled(month)[rows]) * 3 + np.asarray(population.education)[rows]
    key = key_from_text(f"reshuffle|{population.region}|{int(model.world.seed)}")
    return clustering(
        np.asarray(residents.use)[rows] != RECENT,
        np.asarray(residents.household)[rows],
        np.asarray(population.area)[rows],
        kind,
        np.random.Generator(np.random.Philox(key=key)),
    )


def clustering(
    non_use: np.ndarray, household: np.ndarray, area: np.ndarray, kind: np.ndarray, generator: np.random.Generator
) -> dict[str, float]:
    """Pairs of non-users that share a household, and pairs that share an area but no household, with what composition
    and chance give.

    All arrays (people,): non_use bool, the others whole numbers; kind is what is held while non-use is reshuffled.
    Keys: household_pairs, household_expected, household_variance, and the same of area; counts of pairs.
    """
    order = np.argsort(kind, kind="stable")
    dealt, of_kind = non_use[order].astype(np.float64), kind[order]
    homes, places = household[order], area[order]
    share = (np.bincount(of_kind, weights=dealt) / np.maximum(np.bincount(of_kind), 1))[of_kind]
    explained = _pairs(homes, places, share)
    unexplained = _pairs(homes, places, dealt - share)
    by_chance = np.empty((RESHUFFLES, 2))
    for number in range(RESHUFFLES):
        chosen = dealt[np.lexsort((generator.random(dealt.size), of_kind))]
        by_chance[number] = _pairs(homes, places, chosen - share)
    found = {}
    for column, name in enumerate(("household", "area")):
        found[f"{name}_pairs"] = explained[column] + unexplained[column]
        found[f"{name}_expected"] = explained[column] + float(by_chance[:, column].mean())
        found[f"{name}_variance"] = float(by_chance[:, column].var(ddof=1))
    return found


def _pairs(household: np.ndarray, area: np.ndarray, value: np.ndarray) -> tuple[float, float]:
    """Sum of products of two people's values, over pairs within households and within areas but across households."""
    within = _pairs_within(household, value)
    return within, _pairs_within(area, value) - within


def _pairs_within(group: np.ndarray, value: np.ndarray) -> float:
    total = np.bincount(group, weights=value)
    return float(((total**2).sum() - (value**2).sum()) / 2.0)
