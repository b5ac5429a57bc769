"""Are the draws those of the simulator, and not of its emulator alone: reruns, weights, posterior predictive check."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from calibration.fit.discrepancy import discrepancy_covariance
from calibration.fit.emulator import Emulator
from calibration.fit.observation import Observation
from calibration.fit.sampler import Draws
from calibration.fit.space import generator

LEAST_SHARE = 0.25
REPLICATES = 50
"""Published figures made up for each rerun of a posterior predictive check."""


@dataclass(frozen=True, slots=True)
class PosteriorPredictive:
    """Published values (k) within what the weighted reruns predict: quantiles (5, k) at 5, 25, 50, 75 and 95%."""

    quantiles: np.ndarray
    share_inside_50: float
    share_inside_90: float
    p_value: float
    """Share of made-up observations that lie further from the reruns than the published ones (chi-square distance)"""


def log_ratios(emulator: Emulator, observation: Observation, draws: Draws, reruns: np.ndarray) -> np.ndarray:
    """(n,) log of p(y | emulator told of the draw's rerun) / p(y | emulator), reruns (n, k).

    One rerun is noisy: set against y by itself its luck would drive the weights. So it updates the emulator at its
    point in proportion to what the emulator did not know there (its own variance against simulation noise).
    """
    mean, own = emulator.mean(draws.points), emulator.mean_covariance(draws.points)
    gain = np.linalg.solve(own + emulator.noise_covariance, own).T
    told = mean + (reruns - mean) @ gain.T
    rest = discrepancy_covariance(observation, draws.discrepancy_sd, draws.ell) + np.diag(observation.error**2)
    after = _log_density(observation.value - told, rest + own - gain @ own)
    return after - _log_density(observation.value - mean, rest + own)


def importance_weights(log_ratio: np.ndarray) -> np.ndarray:
    """(n,) weights that sum to 1, clipped at sqrt(n) times their mean (Ionides 2008, doi:10.1198/106186008X320456)."""
    ratio = np.exp(log_ratio - log_ratio.max())
    clipped = np.minimum(ratio, ratio.mean() * np.sqrt(ratio.size))
    return clipped / clipped.sum()


def accepted_weights(weights: np.ndarray) -> np.ndarray:
    """The weights where they are worth LEAST_SHARE of equal draws; equal weights otherwise.

    With many noisy outputs the luck of the reruns decides which draws get all the weight, and a dozen draws would stand
    for the posterior; surprise and the posterior predictive check then say whether the emulator's draws can be kept.
    """
    kept = effective_sample_size(weights) >= LEAST_SHARE * weights.size
    return weights if kept else np.full(weights.size, 1.0 / weights.size)


def effective_sample_size(weights: np.ndarray) -> float:
    """Equally weighted draws worth as much (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def surprise(emulator: Emulator, points: np.ndarray, reruns: np.ndarray) -> np.ndarray:
    """(k,) mean squared miss of the reruns (n, k) from the emulator over what it expects: about 1 if it is honest."""
    expected = emulator.mean_covariance(points) + emulator.noise_covariance
    return ((reruns - emulator.mean(points)) ** 2).mean(axis=0) / np.diag(expected)


def posterior_predictive(
    observation: Observation, draws: Draws, reruns: np.ndarray, noise: np.ndarray, weights: np.ndarray, seed: int
) -> PosteriorPredictive:
    """Predictions are a rerun (n, k) plus a new miss and a new sampling error; noise (k, k) is in the reruns."""
    rng = generator("posterior predictive", seed)
    spread = discrepancy_covariance(observation, draws.discrepancy_sd, draws.ell) + np.diag(observation.error**2)
    misses = observation.value - reruns
    distance = (misses * np.linalg.solve(spread + noise, misses[:, :, None])[:, :, 0]).sum(axis=1)
    rows = rng.choice(len(reruns), size=REPLICATES * len(reruns), p=weights)
    luck = rng.standard_normal((rows.size, reruns.shape[1]))
    made_up = reruns[rows] + np.einsum("nij,nj->ni", np.linalg.cholesky(spread)[rows], luck)
    quantiles = np.quantile(made_up, [0.05, 0.25, 0.5, 0.75, 0.95], axis=0)
    low_90, low_50, _, high_50, high_90 = quantiles
    value = observation.value
    return PosteriorPredictive(
        quantiles,
        float(((value >= low_50) & (value <= high_50)).mean()),
        float(((value >= low_90) & (value <= high_90)).mean()),
        float(weights @ chi2.sf(distance, value.size)),
    )


def _log_density(misses: np.ndarray, covariance: np.ndarray) -> np.ndarray:
    """(n,) normal log densities of misses (n, k) under covariances (n, k, k), constants left out."""
    lower = np.linalg.cholesky(covariance)
    white = np.linalg.solve(lower, misses[:, :, None])[:, :, 0]
    return -0.5 * (white**2).sum(axis=1) - np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)
