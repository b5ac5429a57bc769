"""A second opinion without an emulator: approximate Bayesian computation on the same table of runs.

Each run, with made-up sampling errors and misses, is compared with the published values in a few summaries (posterior
means by regression: Fearnhead and Prangle 2012, doi:10.1111/j.1467-9868.2011.01010.x); the nearest are kept and moved
along a local regression (Beaumont et al. 2002, doi:10.1093/genetics/162.4.2025). Nuisance parameters are integrated
out, not cut: compare with a posterior in which they are sampled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.fit.discrepancy import DiscrepancyPrior, draw_discrepancy
from calibration.fit.observation import Observation
from calibration.fit.space import Space, generator, normal_scores, probabilities

COPIES = 20
"""Made-up observations for each run."""
KEPT = 0.3
"""Share of them that is kept."""


@dataclass(frozen=True, slots=True)
class Summaries:
    """Observations (m, k) in d numbers, one a fitted parameter, in units of what they leave unknown of it."""

    centre: np.ndarray
    weights: np.ndarray

    @staticmethod
    def fit(scores: np.ndarray, observations: np.ndarray) -> Summaries:
        """Regression of fitted normal scores (m, d) on made-up observations (m, k)."""
        centre = observations.mean(axis=0)
        weights = np.linalg.lstsq(observations - centre, scores - scores.mean(axis=0), rcond=1e-8)[0]
        left = (scores - scores.mean(axis=0) - (observations - centre) @ weights).std(axis=0)
        return Summaries(centre, weights / left)

    def of(self, observations: np.ndarray) -> np.ndarray:
        """(m, d)"""
        return (observations - self.centre) @ self.weights


def made_up_observations(
    outputs: np.ndarray, observation: Observation, prior: DiscrepancyPrior, rng: np.random.Generator
) -> np.ndarray:
    """Outputs (m, k) with sampling errors and misses from their prior."""
    errors = observation.error * rng.standard_normal(outputs.shape)
    return outputs + errors + draw_discrepancy(observation, prior, len(outputs), rng)


def adjusted(
    scores: np.ndarray, summaries: np.ndarray, observed: np.ndarray, weights: np.ndarray, n_draws: int,
    rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    """Draws (n, d) of normal scores (m, d), moved to the observed summaries (d,) by weighted linear regression."""
    features = np.column_stack([np.ones(len(summaries)), summaries - observed])
    weighted = features * weights[:, None]
    slopes = np.linalg.lstsq(features.T @ weighted, weighted.T @ scores, rcond=None)[0][1:]
    moved = scores - (summaries - observed) @ slopes
    return moved[rng.choice(len(moved), size=n_draws, p=weights / weights.sum())]


def abc_posterior(
    space: Space,
    points: np.ndarray,
    outputs: np.ndarray,
    observation: Observation,
    prior: DiscrepancyPrior,
    n_draws: int,
    seed: int,
) -> np.ndarray:
    """Draws (n, fitted) in prior probabilities from runs of the prior: points (n, d), outputs (n, k)."""
    rng = generator("abc", seed)
    scores = np.repeat(normal_scores(points)[:, : len(space.fitted)], COPIES, axis=0)
    made_up = made_up_observations(np.repeat(outputs, COPIES, axis=0), observation, prior, rng)
    summaries = Summaries.fit(scores, made_up)
    simulated, observed = summaries.of(made_up), summaries.of(observation.value[None])[0]
    distance = np.sqrt(((simulated - observed) ** 2).sum(axis=1))
    reach = np.quantile(distance, KEPT)
    near = distance < reach
    epanechnikov = 1.0 - (distance[near] / reach) ** 2
    return probabilities(adjusted(scores[near], simulated[near], observed, epanechnikov, n_draws, rng))
