"""Whether non-users stand closer together than the mix of people explains: pairs of non-users against reshuffled ones.

Non-use is dealt out anew among people of the same age (in steps of five years), disability and schooling. Steps of five
years, not the published bands: couples are of like age, and within 75 and over use falls so fast that the band alone
would let age pass for clustering.
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
    """Pairs of non-users that share a household, and pairs that share an area but no household, with what chance gives.

    All arrays (people,): non_use bool, the others whole numbers; kind is what is held while non-use is reshuffled.
    Keys: household_pairs, household_expected, household_variance, and the same of area; counts of pairs.
    """
    order = np.argsort(kind, kind="stable")
    dealt, of_kind = non_use[order], kind[order]
    homes, places = household[order], area[order]
    observed = _pairs(homes[dealt], places[dealt])
    reshuffled = np.empty((RESHUFFLES, 2))
    for number in range(RESHUFFLES):
        chosen = dealt[np.lexsort((generator.random(dealt.size), of_kind))]
        reshuffled[number] = _pairs(homes[chosen], places[chosen])
    found = {}
    for column, name in enumerate(("household", "area")):
        found[f"{name}_pairs"] = float(observed[column])
        found[f"{name}_expected"] = float(reshuffled[:, column].mean())
        found[f"{name}_variance"] = float(reshuffled[:, column].var(ddof=1))
    return found


def _pairs(household: np.ndarray, area: np.ndarray) -> tuple[float, float]:
    """Pairs within households, and within areas but across households."""
    within = _pairs_within(household)
    return within, _pairs_within(area) - within


def _pairs_within(group: np.ndarray) -> float:
    counts = np.bincount(group).astype(np.float64) if group.size else np.zeros(1)
    return float((counts * (counts - 1.0)).sum() / 2.0)
