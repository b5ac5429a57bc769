"""How much the figures say of each parameter: posterior contraction (Betancourt 2018, arXiv:1803.08393)."""

from __future__ import annotations

import numpy as np

from calibration.fit.space import normal_scores
from model.posterior import LABELS

INFORMED, WEAK = 0.5, 0.2


def contraction(points: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """(d,) 1 - posterior / prior variance of the normal scores of draws (n, d) in prior probabilities.

    Negative where draws lie wider than the prior.
    """
    weights = np.full(len(points), 1.0 / len(points)) if weights is None else weights
    scores = normal_scores(points)
    return 1.0 - weights @ (scores - weights @ scores) ** 2


def label(contracted: float) -> str:
    """One of LABELS."""
    informed, weak, prior_only = LABELS
    return informed if contracted > INFORMED else weak if contracted >= WEAK else prior_only
