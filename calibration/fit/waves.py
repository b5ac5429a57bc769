"""Where the next wave of runs goes, and how much of the prior is ruled out (history matching: Vernon et al. 2010,
doi:10.1214/10-BA524).

New points are draws of a flattened posterior: every point takes its nuisance parameters from their prior and its fitted
ones from what suits them, so runs lie where posterior draws will. A point drawn evenly from what is not implausible
would seldom lie there: with few figures three fifths of the prior stay, with many nothing is hit.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.emulator import Emulator
from calibration.fit.observation import Observation
from calibration.fit.sampler import sample_posterior
from calibration.fit.space import Space, generator, latin_hypercube

CUT_OFF = 3.0
"""Standardised miss above which a point is implausible (Pukelsheim's three-sigma rule)."""
TRIED, CHUNK = 10_000, 1000
FLATTENED = 0.25
"""Power of the likelihood: its standard deviations are doubled, so that a mistaken emulator is found out."""
WARM_STEPS = 600


@dataclass(frozen=True, slots=True)
class Wave:
    """Points (n, d) of the next runs, and the share of the prior's points that are not implausible."""

    points: np.ndarray
    fraction: float


def first_wave(space: Space, n_points: int, seed: int) -> np.ndarray:
    """A Latin hypercube (n, d) of the prior."""
    return latin_hypercube(n_points, len(space.names), generator("wave 1", seed))


def implausibility(
    emulator: Emulator, points: np.ndarray, observation: Observation, prior: DiscrepancyPrior
) -> np.ndarray:
    """(m,) second-largest standardised miss, so that one badly emulated figure alone rules nothing out.

    Discrepancy counts at its prior scale; the emulator's variance as its mean over the first of the points.
    """
    variance = np.diag(emulator.mean_covariance(points[:CHUNK]))
    mean = np.concatenate([emulator.mean(points[start : start + CHUNK]) for start in range(0, len(points), CHUNK)])
    discrepancy = prior.scales(observation.groups)[observation.group_index] ** 2
    misses = np.abs(observation.value - mean) / np.sqrt(variance + observation.error**2 + discrepancy)
    return np.sort(misses, axis=1)[:, -2] if misses.shape[1] > 1 else misses[:, 0]


def next_wave(emulator: Emulator, observation: Observation, prior: DiscrepancyPrior, n_points: int, seed: int) -> Wave:
    """n points for the next wave from the emulator of the waves so far."""
    rng = generator("next wave", seed)
    tried = rng.random((TRIED, len(emulator.space.names)))
    fraction = float((implausibility(emulator, tried, observation, prior) < CUT_OFF).mean())
    draws = sample_posterior(emulator, observation, prior, n_points, seed, steps=WARM_STEPS, power=FLATTENED)
    return Wave(draws.points, fraction)
