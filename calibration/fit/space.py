"""Names of a fit's parameters, and the two scales a point is written on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from model.chance import key_from_text

EDGE = 1e-6
"""A point on the edge of its prior would have an infinite normal score."""


@dataclass(frozen=True, slots=True)
class Space:
    """Columns of a point, in this order: fitted parameters, active and other nuisance parameters.

    A point is written in prior probabilities u in (0, 1), or in normal scores z, whose prior is standard normal.
    """

    fitted: tuple[str, ...]
    active: tuple[str, ...] = ()
    other: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All columns."""
        return self.fitted + self.active + self.other

    @property
    def n_curved(self) -> int:
        """Leading columns on which outputs may depend in curves: fitted and active ones."""
        return len(self.fitted) + len(self.active)


def normal_scores(points: np.ndarray) -> np.ndarray:
    """z of points (n, d) in (0, 1)."""
    return ndtri(np.clip(points, EDGE, 1.0 - EDGE))


def probabilities(scores: np.ndarray) -> np.ndarray:
    """u of normal scores (n, d)."""
    return ndtr(scores)


def generator(purpose: str, seed: int) -> np.random.Generator:
    """The luck of one use of a seed."""
    return np.random.Generator(np.random.Philox(key=key_from_text(f"fit|{purpose}|{seed}")))


def latin_hypercube(n_points: int, dimensions: int, rng: np.random.Generator) -> np.ndarray:
    """Points (n, d) in (0, 1), each column spread evenly."""
    strata = rng.permuted(np.tile(np.arange(n_points), (dimensions, 1)), axis=1).T
    return (strata + rng.random((n_points, dimensions))) / n_points
