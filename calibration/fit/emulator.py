"""A Gaussian process in place of the simulator: every output as a smooth function of the parameters, and how sure.

Outputs are divided by what a regression misses. The principal components of what it predicts (as Higdon et al. 2008,
doi:10.1198/016214507000000888, but of signal alone, so that luck takes no component) get a process each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from sklearn.covariance import ledoit_wolf

from calibration.fit.one_thread import one_thread
from calibration.fit.process import Process
from calibration.fit.space import Space, normal_scores

MOST_COMPONENTS = 16
LEAST_SKILL = 0.05
"""A component of whose variance a regression predicts less, each run left out in turn, gets no process."""
PENALTIES = np.geomspace(1.0, 3e3, 8)


@dataclass(frozen=True, slots=True)
class Emulator:
    """Outputs (k) from points (d columns of space)."""

    space: Space
    centre: np.ndarray
    basis: np.ndarray
    """(q, k) what one unit of each component adds to the outputs"""
    processes: tuple[Process, ...]
    noise_covariance: np.ndarray
    """(k, k) of one run about the mean of runs with other seeds"""
    lack_of_fit: np.ndarray
    """(k, k) covariance of what neither the processes nor measured noise explain: part of the emulator's own"""
    q2: np.ndarray
    """(k,) share of an output's variance predicted, each run left out in turn; noise counts as not predicted"""

    @staticmethod
    @one_thread
    def fit(
        space: Space, points: np.ndarray, outputs: np.ndarray, noise: np.ndarray | None = None, near: int | None = None
    ) -> Emulator:
        """From n runs: points (n, d) in prior probabilities, outputs (n, k) in log odds.

        noise (k, k), measured by `replicate_noise`, tells luck from lack of fit. Without it everything the processes
        leave counts as luck, and the emulator's own variance is too small where many parameters interact. near: how
        many trailing runs lie near the posterior; lack of fit is measured on them (default: on all).
        """
        scores = normal_scores(points)
        centre = outputs.mean(axis=0)
        centred = outputs - centre
        fitted, left_out = _regression(space, scores, centred)
        unit = np.sqrt((left_out**2).mean(axis=0))
        axes = np.linalg.svd(fitted / unit, full_matrices=False)[2][:MOST_COMPONENTS]
        components = (centred / unit) @ axes.T
        spread = components.std(axis=0)
        _, left_out = _regression(space, scores, components / spread)
        kept = 1.0 - (left_out**2).mean(axis=0) > LEAST_SKILL
        kept[0] = True
        components, basis = (components / spread)[:, kept], (spread[:, None] * axes * unit)[kept]
        processes = _fit_processes(scores, components, space.n_curved)
        missed, variance = (_columns(part) for part in zip(*(p.left_out() for p in processes), strict=True))
        rest = centred - components @ basis
        misses = rest + missed @ basis
        if noise is None:
            # A miss of a component is luck and the process's own error: shrunk to the luck's variance.
            white = np.array([process.white for process in processes])
            noise = _covariance(rest + missed * np.sqrt(white / (missed**2).mean(axis=0)) @ basis)
            lack = np.zeros_like(noise)
        else:
            last = slice(-near if near else None, None)
            own = (basis.T * variance[last].mean(axis=0)) @ basis
            lack = _positive_part(_covariance(misses[last]) - own - noise, unit)
        q2 = 1.0 - (misses**2).mean(axis=0) / centred.var(axis=0)
        return Emulator(space, centre, basis, tuple(processes), noise, lack, q2)

    def of(self, rows: Sequence[int] | np.ndarray) -> Emulator:
        """The same emulator of some of the outputs, in the order of rows."""
        rows = np.asarray(rows)
        square = np.ix_(rows, rows)
        return replace(
            self, centre=self.centre[rows], basis=self.basis[:, rows], noise_covariance=self.noise_covariance[square],
            lack_of_fit=self.lack_of_fit[square], q2=self.q2[rows],
        )  # fmt: skip

    def mean(self, points: np.ndarray) -> np.ndarray:
        """(m, k) expected outputs."""
        return self.mean_of_scores(normal_scores(points))

    def mean_of_scores(self, scores: np.ndarray) -> np.ndarray:
        """(m, k) expected outputs at normal scores (m, d)."""
        return self.centre + _columns([process.mean(scores) for process in self.processes]) @ self.basis

    def predict(self, points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Mean and variance (m, k); the variance is the emulator's own, without simulation noise."""
        scores = normal_scores(points)
        variance = _columns([process.variance(scores) for process in self.processes])
        return self.mean_of_scores(scores), variance @ self.basis**2 + np.diag(self.lack_of_fit)

    def mean_covariance(self, points: np.ndarray) -> np.ndarray:
        """(k, k) the emulator's own covariance, averaged over points (m, d)."""
        scores = normal_scores(points)
        variance = np.array([process.variance(scores).mean() for process in self.processes])
        return (self.basis.T * variance) @ self.basis + self.lack_of_fit

    def mean_slopes(self, scores: np.ndarray) -> np.ndarray:
        """(d, k) change of the outputs with each normal score, averaged over scores (m, d)."""
        return _columns([process.mean_slope(scores) for process in self.processes]) @ self.basis


def replicate_noise(outputs: np.ndarray) -> np.ndarray:
    """Simulation noise (k, k) from runs (r, k) of one point with different seeds, r of about 30.

    Correlations are shrunk (Ledoit and Wolf 2004, doi:10.1016/S0047-259X(03)00096-4): r runs say little about k^2.
    """
    spread = outputs.std(axis=0, ddof=1)
    correlation, _ = ledoit_wolf((outputs - outputs.mean(axis=0)) / spread)
    scale = spread / np.sqrt(np.diag(correlation))
    return correlation * scale * scale[:, None]


def _fit_processes(scores: np.ndarray, components: np.ndarray, n_curved: int) -> list[Process]:
    processes: list[Process] = []
    for component in components.T:
        processes.append(Process.fit(scores, component, n_curved, processes[-1].theta if processes else None))
    return processes


def _columns(parts: list[np.ndarray] | tuple[np.ndarray, ...]) -> np.ndarray:
    return np.stack(parts, axis=1)


def _regression(space: Space, scores: np.ndarray, outputs: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Predictions (n, k) of a ridge regression with squares of the leading columns, and its misses (n, k), each run
    left out in turn; the penalty of each output is the one that misses least."""
    leading = scores[:, : space.n_curved]
    features = np.concatenate([scores, (leading**2 - 1.0) / np.sqrt(2.0)], axis=1)
    left, size, _ = np.linalg.svd(features - features.mean(axis=0), full_matrices=False)
    turned = left.T @ outputs
    fitted, left_out = np.empty((2, *outputs.shape))
    least = np.full(outputs.shape[1], np.inf)
    for penalty in PENALTIES:
        kept = size**2 / (size**2 + penalty)
        predicted = (left * kept) @ turned
        missed = (outputs - predicted) / (1.0 - (left**2 @ kept) - 1.0 / len(scores))[:, None]
        better = (missed**2).mean(axis=0) < least
        fitted[:, better], left_out[:, better] = predicted[:, better], missed[:, better]
        least = np.minimum(least, (missed**2).mean(axis=0))
    return fitted, left_out


def _covariance(misses: np.ndarray) -> np.ndarray:
    return misses.T @ misses / len(misses)


def _positive_part(covariance: np.ndarray, unit: np.ndarray) -> np.ndarray:
    """The nearest covariance (k, k) to a difference of covariances, in units (k,)."""
    size, axes = np.linalg.eigh(covariance / unit / unit[:, None])
    return (axes * np.maximum(size, 0.0)) @ axes.T * unit * unit[:, None]
