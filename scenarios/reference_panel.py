"""The reference panel: UK adults of January 2013 on which the model solves its start and its mean hazards.

Made once from the UK-weighted sample, its network and its hubs, and shipped as national/reference_panel.csv, so that a
run of one region needs no other. It holds what a person's surroundings were expected to look like, from the published
shares of use by age and disability alone: no behaviour parameter is baked in but the two stated here.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from model.centring import start_curve
from model.network import Network
from model.population import Population
from model.setting import distance_km

PANEL_FILE = Path(__file__).parent / "national" / "reference_panel.csv"
PANEL_SIZE = 6000
HUB_REACH_KM = 3.0
"""Central value of hub_reach_km; the panel only has to be near enough to centre the hazards."""
COMPETENT_SHARE_OF_USERS = 0.9
"""Users with Foundation skill at the start (assumed; central parameters give .9)."""
PEER_PRIOR_TIES, PEER_PRIOR_SHARE = 4.0, 0.75


def build_reference_panel(
    population: Population, network: Network, hubs: pd.DataFrame, start_use: pd.DataFrame
) -> pd.DataFrame:
    """Rows of PANEL_SIZE adults present in month 0: weight, age_years, disabled, education, deprivation (0 most deprived
    .. 4), peers, lives_with_user, helper_or_hub."""
    present = (np.asarray(population.entry_month) <= 0) & (np.asarray(population.exit_month) > 0)
    age = (-np.asarray(population.birth_month, np.int64)) // 12
    disabled = (np.asarray(population.disability_onset_month) <= 0).astype(np.int64)
    curve = start_curve(start_use)
    log_odds = curve[np.clip(age - 16, 0, 89), disabled]
    user = np.where(present, 1.0 / (1.0 + np.exp(log_odds)), 0.0)
    rows = np.repeat(np.arange(population.n), np.diff(network.indptr))
    active = (np.asarray(network.start) <= 0) & (np.asarray(network.end) > 0)
    weight = np.where(active, np.asarray(network.weight, float), 0.0)
    competent = user[network.neighbour] * COMPETENT_SHARE_OF_USERS
    ties = np.bincount(rows, weight, population.n)
    competent_ties = np.bincount(rows, weight * competent, population.n)
    peers = (competent_ties + PEER_PRIOR_TIES * PEER_PRIOR_SHARE) / (ties + PEER_PRIOR_TIES)
    nobody_competent = np.exp(np.bincount(rows, np.where(active, np.log1p(-competent), 0.0), population.n))
    at_home = active & (np.asarray(network.layer) == 0)
    nobody_at_home = np.exp(
        np.bincount(rows, np.where(at_home, np.log1p(-np.minimum(user[network.neighbour], 0.9999)), 0.0), population.n)
    )
    helper_or_hub = _hub_in_reach(population, hubs)[population.area] | (nobody_competent < 0.5)
    chosen = np.flatnonzero(present)
    # Keys are hashes, so their order is as good as a lottery and never changes.
    chosen = chosen[np.argsort(np.asarray(population.key)[chosen])][:PANEL_SIZE]
    return pd.DataFrame(
        {
            "weight": 1.0,
            "age_years": age[chosen],
            "disabled": disabled[chosen],
            "education": np.asarray(population.education)[chosen],
            "deprivation": np.asarray(population.area_deprivation)[np.asarray(population.area)[chosen]],
            "peers": peers[chosen].round(4),
            "lives_with_user": (1.0 - nobody_at_home[chosen]).round(4),
            "helper_or_hub": helper_or_hub[chosen].astype(int),
        }
    )


def _hub_in_reach(population: Population, hubs: pd.DataFrame) -> np.ndarray:
    distance = distance_km(
        np.asarray(population.area_latitude)[:, None],
        np.asarray(population.area_longitude)[:, None],
        hubs["latitude"].to_numpy(float)[None, :],
        hubs["longitude"].to_numpy(float)[None, :],
    )
    return (distance <= HUB_REACH_KM).any(axis=1)


def load_reference_panel() -> pd.DataFrame:
    """The shipped panel."""
    return pd.read_csv(PANEL_FILE)
