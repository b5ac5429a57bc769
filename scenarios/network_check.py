"""Figures of a region's network: degree, clustering, likeness of friends, distance, and non-users who know no user."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from model.calendar import month_index
from model.chance import Decision, stream, uniform
from model.network import Network, get_network
from model.network_measures import (
    assortativity,
    degrees,
    knows_no_user,
    local_clustering,
    snapshot,
    tie_distances_km,
)
from model.network_ties import Layer
from model.region import AGE_BANDS

if TYPE_CHECKING:
    import pandas as pd

    from model.population import Population
    from model.region import Region

REPORT_MONTHS = ("2013-01", "2020-01", "2027-01", "2035-12")
_TIES_LOOKED_AT = {
    "household": (Layer.HOUSEHOLD,),
    "household_and_kin": (Layer.HOUSEHOLD, Layer.KIN),
    "friends": (Layer.FRIEND,),
    "all_ties": tuple(Layer),
}


def network_report(region_name: str, scale: float = 0.1, variant: str = "standard") -> list[tuple[str, pd.DataFrame]]:
    """Tables that describe a region's network, each with its title.

    region_name: name or path of a region. InputError for an unknown region or variant, or a scale outside (0, 1].
    """
    from model.population import get_population
    from scenarios.regions_io import load_region

    region = load_region(region_name)
    population = get_population(region, scale)
    network = get_network(population, variant=variant)
    user = draw_start_users(population, region)
    return [
        ("Ties a person, by layer", degree_table(network, population)),
        ("Shape", shape_table(network, population)),
        ("Non-users of January 2013 without a user among their ties, %", no_user_table(network, population, user)),
    ]


def degree_table(network: Network, population: Population) -> pd.DataFrame:
    """month, layer, mean_ties, p5, median, p95, without_pct: ties of the people present."""
    import pandas as pd

    rows = []
    for label in REPORT_MONTHS:
        view = snapshot(network, population, month_index(label))
        for name, layer in [*((layer.name.lower(), layer) for layer in Layer), ("all", None)]:
            degree = degrees(view, layer)
            low, middle, high = np.quantile(degree, (0.05, 0.5, 0.95))
            without_pct = 100 * float(np.mean(degree == 0))
            rows.append((label, name, round(float(degree.mean()), 2), low, middle, high, round(without_pct, 1)))
    return pd.DataFrame(rows, columns=["month", "layer", "mean_ties", "p5", "median", "p95", "without_pct"])


def shape_table(network: Network, population: Population) -> pd.DataFrame:
    """month, clustering, friends_clustering (mean local), correlations of age and education over friend ties, friends in
    the same small area (%), distance to friends (median and 90th percentile, km)."""
    import pandas as pd

    rows = []
    for label in REPORT_MONTHS:
        month = month_index(label)
        friends = snapshot(network, population, month, (Layer.FRIEND,))
        km = tie_distances_km(friends, population)
        one, other = friends.ends
        rows.append(
            {
                "month": label,
                "clustering": float(local_clustering(snapshot(network, population, month)).mean()),
                "friends_clustering": float(local_clustering(friends).mean()),
                "friends_age_correlation": assortativity(friends, population.birth_month),
                "friends_education_correlation": assortativity(friends, population.education),
                "friends_same_area_pct": 100 * float(np.mean(population.area[one] == population.area[other])),
                "friends_median_km": float(np.median(km)),
                "friends_p90_km": float(np.quantile(km, 0.9)),
            }
        )
    return pd.DataFrame(rows).round(3)


def no_user_table(network: Network, population: Population, user: np.ndarray, month: int = 0) -> pd.DataFrame:
    """age_band, non_users (population rows), and by kind of tie the share of non-users none of whose ties is to a user (%).

    People without such a tie at all count as knowing no user. user: bool[n].
    """
    import pandas as pd

    band = population.age_band(month)
    band_of_non_users = band[population.present(month) & ~user]
    groups = {"all": np.ones(len(band_of_non_users), np.bool_)}
    groups |= {label: band_of_non_users == b for b, label in enumerate(AGE_BANDS)}
    table = pd.DataFrame({"age_band": list(groups), "non_users": [int(g.sum()) for g in groups.values()]})
    for kind, layers in _TIES_LOOKED_AT.items():
        alone = knows_no_user(snapshot(network, population, month, layers), user)
        table[f"{kind}_pct"] = [round(100 * float(alone[g].mean()), 1) if g.any() else np.nan for g in groups.values()]
    return table


def draw_start_users(population: Population, region: Region, seed: int = 1) -> np.ndarray:
    """Recent users of January 2013, bool[n], drawn person by person from the published share of each age band."""
    start = region.national["start_use"].query("year == 2013")
    thousands = start.pivot_table(index="age_band", columns="use", values="thousands", aggfunc="sum").loc[
        list(AGE_BANDS)
    ]
    share = (thousands["recent"] / thousands.sum(axis=1)).to_numpy(np.float64)
    word = np.uint64(stream(np.uint64(seed), 0, int(Decision.START_USE)))
    draws = np.fromiter((uniform(word, key) for key in population.key), np.float64, population.n)
    return draws < share[np.maximum(population.age_band(0), 0)]
