"""Does the fit find a truth that is known? Simulation-based calibration (Talts et al. 2018, arXiv:1804.06788).

Runs of the prior are split: an emulator of one part is fitted to made-up observations of the other. Over many truths
a posterior covers at its nominal rate and the rank of the truth among its draws is uniform. Under the cut this holds
too where outputs are linear: each draw misses by its own nuisance as far as the truth does by its.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.stats import chisquare

from calibration.fit.abc import made_up_observations
from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.emulator import Emulator
from calibration.fit.observation import Observation
from calibration.fit.sampler import sample_posterior
from calibration.fit.space import Space, generator

DRAWS, STEPS = 59, 600
RANK_BINS = 5
"""Divides DRAWS + 1, so that ranks fall into the bins evenly."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """Ranks (truths, fitted) of the truths among n_draws posterior draws."""

    names: tuple[str, ...]
    ranks: np.ndarray
    n_draws: int

    def covered(self, level: float) -> np.ndarray:
        """(fitted,) share of truths inside the central interval of that probability."""
        edge = 0.5 * (1.0 - level) * (self.n_draws + 1)
        middle = self.ranks + 0.5
        return ((middle > edge) & (middle < self.n_draws + 1 - edge)).mean(axis=0)

    def rows(self) -> list[dict[str, object]]:
        """One row a parameter: coverage with its binomial standard error, and a test of uniform ranks."""
        truths = len(self.ranks)
        shares = {level: self.covered(level) for level in (0.5, 0.9)}
        bins = self.ranks * RANK_BINS // (self.n_draws + 1)
        return [
            {
                "parameter": name,
                "truths": truths,
                **{f"covered_{100 * level:.0f}": float(share[i]) for level, share in shares.items()},
                **{f"error_{100 * level:.0f}": float(np.sqrt(level * (1.0 - level) / truths)) for level in shares},
                "rank_p_value": float(chisquare(np.bincount(bins[:, i], minlength=RANK_BINS)).pvalue),
            }
            for i, name in enumerate(self.names)
        ]


def simulation_based(
    space: Space,
    points: np.ndarray,
    outputs: np.ndarray,
    observation: Observation,
    prior: DiscrepancyPrior,
    n_truths: int,
    seed: int,
    noise: np.ndarray | None = None,
    progress: Callable[[int], None] = lambda done: None,
    spread: Callable[..., Iterable[tuple[int, np.ndarray]]] = lambda function, tasks: enumerate(map(function, tasks)),
) -> Recovery:
    """From runs of the prior (a first wave): points (n, d), outputs (n, k); observation lends errors and series.

    spread: (function, tasks) -> number of a task with its result, as they finish: how truths, each a fit of its own,
    are shared out among processes. By default one follows the other.
    """
    rng = generator("simulation based", seed)
    order = rng.permutation(len(points))
    tests, training = order[:n_truths], np.sort(order[n_truths:])
    emulator = Emulator.fit(space, points[training], outputs[training], noise)
    values = made_up_observations(outputs[tests], observation, prior, rng)
    n_fitted = len(space.fitted)
    fit_again = partial(_ranks, emulator, observation, prior, (DRAWS, STEPS))
    truths = [(seed * 100_003 + truth, value, points[tests[truth], :n_fitted]) for truth, value in enumerate(values)]
    ranks = np.empty((n_truths, n_fitted), dtype=int)
    for done, (truth, found) in enumerate(spread(fit_again, truths), start=1):
        ranks[truth] = found
        progress(done)
    return Recovery(space.fitted, ranks, DRAWS)


def _ranks(
    emulator: Emulator,
    observation: Observation,
    prior: DiscrepancyPrior,
    size: tuple[int, int],
    truth: tuple[int, np.ndarray, np.ndarray],
) -> np.ndarray:
    """(fitted,) how many posterior draws lie below one truth. size: draws and steps. truth: seed, made-up figures (k,),
    point (fitted,)."""
    n_draws, steps = size
    seed, value, point = truth
    seen = observation.with_value(value)
    draws = sample_posterior(emulator, seen, prior, n_draws, seed, steps=steps, with_noise=True)
    return np.asarray((draws.points[:, : point.size] < point).sum(axis=0))
