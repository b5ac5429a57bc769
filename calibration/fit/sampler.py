"""The posterior by differential-evolution Metropolis (ter Braak 2006, doi:10.1007/s11222-006-8769-1).

One chain a draw. Each chain keeps its own prior draw of the nuisance parameters and samples the fitted ones given it:
the cut (Plummer 2015, doi:10.1007/s11222-014-9503-z), under which figures fitted cannot move what is not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from calibration.fit.discrepancy import DiscrepancyPrior, discrepancy_covariance
from calibration.fit.emulator import Emulator
from calibration.fit.observation import Observation
from calibration.fit.one_thread import one_thread
from calibration.fit.space import generator, latin_hypercube, normal_scores, probabilities

AIM = 0.25
"""Share of proposals accepted at which the step's length settles."""
SIZES_EVERY = 4
"""Steps of the parameters between two steps of the discrepancy, whose likelihood costs more."""
JITTER = 1e-3


@dataclass(frozen=True, slots=True)
class Convergence:
    """Whether the chains forgot where they started; by fitted parameter, other sampled ones, groups' sizes, memory."""

    drift: np.ndarray
    """Second half's mean minus first half's, all chains pooled, in posterior sd"""
    split_r_hat: np.ndarray | None
    """Between chains and halves of chains against within (Gelman et al. 2013); not defined under the cut, where each
    chain has a posterior of its own"""
    accepted: float
    """Share of parameter proposals accepted after the warm-up"""


@dataclass(frozen=True, slots=True)
class Draws:
    """n posterior draws: points (n, d) in prior probabilities, sd (n, g), ell (n,) years, log likelihood (n,)."""

    points: np.ndarray
    discrepancy_sd: np.ndarray
    ell: np.ndarray
    log_likelihood: np.ndarray
    convergence: Convergence


def fixed_covariance(emulator: Emulator, observation: Observation, points: np.ndarray, with_noise: bool) -> np.ndarray:
    """(k, k) of everything but discrepancy: sampling errors, the emulator's covariance averaged over points and,
    where the observation is itself one simulated run, simulation noise."""
    covariance = np.diag(observation.error**2) + emulator.mean_covariance(points)
    return covariance + emulator.noise_covariance if with_noise else covariance


@one_thread
def sample_posterior(
    emulator: Emulator,
    observation: Observation,
    prior: DiscrepancyPrior,
    n_draws: int,
    seed: int,
    *,
    steps: int = 2000,
    nuisance: np.ndarray | None = None,
    sampled: tuple[str, ...] = (),
    with_noise: bool = False,
    power: float = 1.0,
) -> Draws:
    """Draws of the fitted parameters and the discrepancy, one a chain, each given its own nuisance.

    nuisance (n_draws, d) are points in prior probabilities whose nuisance columns the draws keep; by default a Latin
    hypercube. sampled names nuisance parameters to be sampled too. with_noise: the observation is a simulated run.
    power < 1 flattens the likelihood. The emulator's variance counts as the same everywhere: its mean over the chains,
    taken anew while they warm up, so that one factor of the covariance serves all proposals of a parameter.
    """
    chains = _Chains(emulator, observation, prior, n_draws, seed, nuisance, sampled, with_noise)
    half = steps // 2
    for step in range(half):
        if step in (half // 4, half // 2, 3 * half // 4):
            chains.settle()
        chains.power = power * min(1.0, (step + 1) / (half // 4 + 1))
        chains.advance(step, adapt=True)
    chains.settle()
    trace = np.empty((steps - half, *chains.state().shape))
    accepted = 0.0
    for step in range(steps - half):
        accepted += chains.advance(step, adapt=False)
        trace[step] = chains.state()
    convergence = _convergence(trace, accepted / (steps - half), cut=chains.cut)
    keep = slice(0, n_draws)
    return Draws(
        chains.points()[keep], np.exp(chains.log_size[keep, :-1]), np.exp(chains.log_size[keep, -1]),
        chains.log_likelihood[keep], convergence,
    )  # fmt: skip


class _Chains:
    """State of all chains; two halves in turn, each proposing by differences within the other."""

    def __init__(
        self, emulator: Emulator, observation: Observation, prior: DiscrepancyPrior, n_draws: int, seed: int,
        nuisance: np.ndarray | None, sampled: tuple[str, ...], with_noise: bool,
    ) -> None:  # fmt: skip
        space, self.rng = emulator.space, generator("posterior", seed)
        self.emulator, self.observation, self.prior, self.with_noise = emulator, observation, prior, with_noise
        self.free = np.array([space.names.index(name) for name in (*space.fitted, *sampled)])
        self.bound = np.setdiff1d(np.arange(len(space.names)), self.free)
        self.cut = self.bound.size > 0
        # Fewer chains than dimensions would never leave the plane of their starting points.
        self.n_chains = max(n_draws, 2 * (self.free.size + 2), 2 * (len(observation.groups) + 3))
        self.scores = normal_scores(latin_hypercube(self.n_chains, len(space.names), self.rng))
        if nuisance is not None:
            rows = np.arange(self.n_chains) % len(nuisance)
            self.scores[:, self.bound] = normal_scores(nuisance[np.ix_(rows, self.bound)])
        sd, ell = prior.sample(observation.groups, self.n_chains, self.rng)
        self.log_size = np.log(np.column_stack([np.maximum(sd, 1e-4), ell]))
        self.power = 1.0
        self.log_scale = np.zeros(2)
        self.settle()

    def settle(self) -> None:
        """Take the emulator's variance and slopes from where the chains are now."""
        self.fixed = fixed_covariance(self.emulator, self.observation, self.points(), self.with_noise)
        self.mean = self.emulator.mean_of_scores(self.scores)
        lower = self._lower(self.log_size)
        self.whiten, self.log_determinant = np.linalg.inv(lower), _log_determinant(lower)
        self.log_likelihood = _log_density(self._white(self.whiten, self.mean), self.log_determinant)
        # Chains differ by their nuisance; differences of what remains once its effect is taken off fit each chain.
        slopes = self.emulator.mean_slopes(self.scores)
        sizes = np.median(np.exp(self.log_size), axis=0, keepdims=True)
        total = self.fixed + discrepancy_covariance(self.observation, sizes[:, :-1], sizes[:, -1])[0]
        pull = slopes[self.free] @ np.linalg.inv(total)
        information = pull @ slopes[self.free].T + np.eye(self.free.size)
        self.shift = -np.linalg.solve(information, pull @ slopes[self.bound].T)

    def advance(self, step: int, adapt: bool) -> float:
        """One step of every chain; returns the share of parameter proposals accepted."""
        order = self.rng.permutation(self.n_chains)
        halves = np.array_split(order, 2)
        for mover, other in (halves, halves[::-1]):
            if step % SIZES_EVERY == 0:
                share = self._move_sizes(mover, other)
                self.log_scale[1] += 0.2 * (share - AIM) * adapt
        accepted = [self._move_parameters(mover, other) for mover, other in (halves, halves[::-1])]
        self.log_scale[0] += 0.1 * (np.mean(accepted) - AIM) * adapt
        return float(np.mean(accepted))

    def _move_parameters(self, mover: np.ndarray, other: np.ndarray) -> float:
        residual = self.scores[np.ix_(other, self.free)] - self.scores[np.ix_(other, self.bound)] @ self.shift.T
        proposal = self.scores[mover]
        proposal[:, self.free] += self._difference(residual, mover.size, self.log_scale[0])
        mean = self.emulator.mean_of_scores(proposal)
        log_likelihood = _log_density(self._white(self.whiten[mover], mean), self.log_determinant[mover])
        prior = 0.5 * (self.scores[mover] ** 2 - proposal**2).sum(axis=1)
        taken = self._taken(self.power * (log_likelihood - self.log_likelihood[mover]) + prior)
        rows = mover[taken]
        self.scores[rows], self.mean[rows], self.log_likelihood[rows] = (
            proposal[taken],
            mean[taken],
            log_likelihood[taken],
        )
        return float(taken.mean())

    def _move_sizes(self, mover: np.ndarray, other: np.ndarray) -> float:
        proposal = self.log_size[mover] + self._difference(self.log_size[other], mover.size, self.log_scale[1])
        lower = self._lower(proposal)
        white = np.linalg.solve(lower, (self.observation.value - self.mean[mover])[:, :, None])[:, :, 0]
        log_determinant = _log_determinant(lower)
        log_likelihood = _log_density(white, log_determinant)
        prior = self._size_prior(proposal) - self._size_prior(self.log_size[mover])
        taken = self._taken(self.power * (log_likelihood - self.log_likelihood[mover]) + prior)
        rows = mover[taken]
        self.log_size[rows], self.log_likelihood[rows] = proposal[taken], log_likelihood[taken]
        self.whiten[rows], self.log_determinant[rows] = np.linalg.inv(lower[taken]), log_determinant[taken]
        return float(taken.mean())

    def _difference(self, pool: np.ndarray, n: int, log_scale: float) -> np.ndarray:
        first = self.rng.integers(len(pool), size=n)
        second = (first + self.rng.integers(1, len(pool), size=n)) % len(pool)
        scale = 2.38 / np.sqrt(2.0 * pool.shape[1]) * np.exp(log_scale)
        return scale * (pool[first] - pool[second]) + JITTER * self.rng.standard_normal((n, pool.shape[1]))

    def _taken(self, log_ratio: np.ndarray) -> np.ndarray:
        return np.log(self.rng.random(log_ratio.size)) < log_ratio

    def _size_prior(self, log_size: np.ndarray) -> np.ndarray:
        return self.prior.log_density(self.observation.groups, log_size[:, :-1], log_size[:, -1])

    def _lower(self, log_size: np.ndarray) -> np.ndarray:
        """Cholesky factors (n, k, k) of the total covariance."""
        size = np.exp(log_size)
        return np.linalg.cholesky(self.fixed + discrepancy_covariance(self.observation, size[:, :-1], size[:, -1]))

    def _white(self, whiten: np.ndarray, mean: np.ndarray) -> np.ndarray:
        """Misses (n, k) of means (n, k), standardised and made independent."""
        return (whiten @ (self.observation.value - mean)[:, :, None])[:, :, 0]

    def points(self) -> np.ndarray:
        """(n, d) in prior probabilities."""
        return probabilities(self.scores)

    def state(self) -> np.ndarray:
        """(n, free parameters, sizes and memory) as sampled."""
        return np.column_stack([self.scores[:, self.free], self.log_size])


def _log_determinant(lower: np.ndarray) -> np.ndarray:
    return 2.0 * np.log(np.diagonal(lower, axis1=1, axis2=2)).sum(axis=1)


def _log_density(white: np.ndarray, log_determinant: np.ndarray) -> np.ndarray:
    return -0.5 * ((white**2).sum(axis=1) + log_determinant + white.shape[1] * np.log(2.0 * np.pi))


def _convergence(trace: np.ndarray, accepted: float, cut: bool) -> Convergence:
    """From states (steps, chains, p)."""
    middle = len(trace) // 2
    halves = trace[:middle], trace[middle : 2 * middle]
    spread = trace.std(axis=(0, 1))
    drift = (halves[1].mean(axis=(0, 1)) - halves[0].mean(axis=(0, 1))) / spread
    if cut:
        return Convergence(drift, None, accepted)
    parts = np.concatenate(halves, axis=1)
    within = parts.var(axis=0, ddof=1).mean(axis=0)
    between = parts.mean(axis=0).var(axis=0, ddof=1)
    return Convergence(drift, np.sqrt((middle - 1) / middle + between / within), accepted)
