"""Simulators small enough to be solved by hand."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from calibration.fit.discrepancy import DiscrepancyPrior
from calibration.fit.observation import Observation
from calibration.fit.space import Space, generator, latin_hypercube, normal_scores

NEGLIGIBLE = DiscrepancyPrior({"all": 1e-3})


def luck(seed: int) -> np.random.Generator:
    return generator("toy", seed)


def figures(k: int, error: float, per_series: int = 3) -> Observation:
    """k figures of value 0, per_series yearly ones a series, all of one group."""
    ids = tuple(f"figure {i}" for i in range(k))
    series = tuple(f"series {i // per_series}" for i in range(k))
    return Observation(ids, np.zeros(k), np.full(k, error), series, ("all",) * k, np.arange(k) % per_series * 1.0)


@dataclass(frozen=True)
class Linear:
    """Outputs z @ effects plus luck: three fitted parameters, one active and one other nuisance, six outputs."""

    noise: float = 0.02
    space: ClassVar = Space(("first", "second", "third"), ("active",), ("other",))
    effects: ClassVar = np.array(
        [
            [1.0, 0.8, 0.2, 0.0, 0.3, 0.1],
            [0.0, 0.3, 0.9, 0.7, 0.1, 0.2],
            [0.2, 0.0, 0.1, 0.3, 0.4, 0.5],
            [0.3, 0.1, 0.0, 0.2, 0.1, 0.3],
            [0.1, 0.0, 0.1, 0.0, 0.0, 0.1],
        ]
    )

    def table(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Points (n, 5) of the prior and outputs (n, 6)."""
        points = latin_hypercube(n, 5, luck(seed))
        return points, self.run(points, seed + 1)

    def run(self, points: np.ndarray, seed: int) -> np.ndarray:
        """Outputs with luck."""
        exact = normal_scores(points) @ self.effects
        return exact + self.noise * luck(seed).standard_normal(exact.shape)

    def conditional(self, error: float) -> tuple[np.ndarray, np.ndarray]:
        """Gain (3, 6) and covariance (3, 3) of the fitted parameters given outputs and nuisance."""
        fitted = self.effects[:3]
        covariance = np.linalg.inv(fitted @ fitted.T / error**2 + np.eye(3))
        return covariance @ fitted / error**2, covariance

    def joint(self, value: np.ndarray, error: float) -> tuple[np.ndarray, np.ndarray]:
        """Mean (5,) and covariance (5, 5) of all parameters given outputs."""
        covariance = np.linalg.inv(self.effects @ self.effects.T / error**2 + np.eye(5))
        return covariance @ self.effects @ value / error**2, covariance

    def cut(self, value: np.ndarray, error: float) -> tuple[np.ndarray, np.ndarray]:
        """Mean (3,) and covariance (3, 3) of the fitted parameters when nuisance keeps its prior."""
        gain, covariance = self.conditional(error)
        moved = gain @ self.effects[3:].T
        return gain @ value, covariance + moved @ moved.T


@dataclass(frozen=True)
class Diffusion:
    """Log odds of adopters in two groups of people over five years, logistic diffusion with binomial luck."""

    people: int = 2000
    space: ClassVar = Space(("level", "speed", "gap", "ceiling"), ("spillover",))

    def table(self, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
        """Points (n, 5) of the prior and outputs (n, 10)."""
        points = latin_hypercube(n, 5, luck(seed))
        return points, self.run(points, seed + 1)

    def run(self, points: np.ndarray, seed: int) -> np.ndarray:
        """Outputs (n, 10): five years of the first group, then of the second."""
        rng = luck(seed)
        level, speed, gap, ceiling, spillover = normal_scores(points).T
        top = 1.0 / (1.0 + np.exp(-(2.0 + 0.4 * ceiling)))
        share = [1.0 / (1.0 + np.exp(-(-1.5 + 0.5 * level + sign * 0.4 * gap))) * top for sign in (1.0, -1.0)]
        outputs = np.empty((len(points), 2, 5))
        for year in range(5):
            for group in (0, 1):
                adopters = rng.binomial(self.people, share[group])
                outputs[:, group, year] = np.log((adopters + 0.5) / (self.people - adopters + 0.5))
            rate = np.exp(-1.0 + 0.3 * speed)
            pull = [rate + 0.1 * np.exp(0.3 * spillover) * share[1 - group] for group in (0, 1)]
            share = [np.clip(s + p * s * (1.0 - s / top), 0.0, top) for s, p in zip(share, pull, strict=True)]
        return outputs.reshape(len(points), 10)
