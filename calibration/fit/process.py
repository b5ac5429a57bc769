"""One Gaussian process: linear in all parameters, curved in the leading ones, plus noise.

A linear kernel is ridge regression, so the uncertainty of the slopes is part of the variance.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_solve, solve_triangular
from scipy.optimize import minimize
from sklearn.exceptions import ConvergenceWarning
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.gaussian_process.kernels import RBF, ConstantKernel, DotProduct, WhiteKernel

TUNING_ROWS = 300
"""Rows that tune a kernel; all rows then condition the process."""
TUNING_STEPS = 40


class LeadingRBF(RBF):  # type: ignore[misc]
    """RBF on as many leading columns as it has lengths."""

    def __call__(self, X: np.ndarray, Y: np.ndarray | None = None, eval_gradient: bool = False) -> Any:
        leading = np.size(self.length_scale)
        return super().__call__(X[:, :leading], None if Y is None else Y[:, :leading], eval_gradient)


@dataclass(frozen=True, slots=True)
class Process:
    """Process of one output, conditioned on n runs at normal scores (n, d)."""

    linear: float
    curved: float
    white: float
    lengths: np.ndarray
    theta: np.ndarray
    inputs: np.ndarray
    weights: np.ndarray
    """K^-1 y (n,)"""
    lower: np.ndarray
    """Cholesky factor of K (n, n)"""

    @staticmethod
    def fit(scores: np.ndarray, output: np.ndarray, n_curved: int, start: np.ndarray | None = None) -> Process:
        """To an output (n,) of mean 0 and variance 1; start: the kernel (theta) of a like output."""
        kernel = _tuned_kernel(scores, output, n_curved, start)
        regressor = GaussianProcessRegressor(kernel, optimizer=None).fit(scores, output)
        smooth = kernel.k1
        return Process(
            linear=smooth.k1.k1.constant_value, curved=smooth.k2.k1.constant_value, white=kernel.k2.noise_level,
            lengths=np.atleast_1d(smooth.k2.k2.length_scale), theta=kernel.theta, inputs=scores,
            weights=regressor.alpha_, lower=regressor.L_,
        )  # fmt: skip

    def mean(self, scores: np.ndarray) -> np.ndarray:
        """(m,)"""
        straight = scores @ (self.inputs.T @ self.weights) + self.weights.sum()
        return self.linear * straight + self._curved_kernel(scores) @ self.weights

    def variance(self, scores: np.ndarray) -> np.ndarray:
        """(m,), noise left out."""
        across = self.linear * (1.0 + scores @ self.inputs.T) + self._curved_kernel(scores)
        explained = (solve_triangular(self.lower, across.T, lower=True, check_finite=False) ** 2).sum(axis=0)
        prior = self.linear * (1.0 + (scores**2).sum(axis=1)) + self.curved
        return np.maximum(prior - explained, 0.0)

    def mean_slope(self, scores: np.ndarray) -> np.ndarray:
        """(d,) gradient, averaged over scores (m, d)."""
        slope = self.linear * (self.inputs.T @ self.weights)
        pull = self._curved_kernel(scores) * self.weights
        leading = self.lengths.size
        towards = pull @ self.inputs[:, :leading] - pull.sum(axis=1)[:, None] * scores[:, :leading]
        slope[:leading] += (towards / self.lengths**2).mean(axis=0)
        return slope

    def left_out(self) -> tuple[np.ndarray, np.ndarray]:
        """Misses (n,), each run left out in turn with the kernel kept, and their variances (n,), noise left out.

        Rasmussen and Williams (2006), equation 5.12.
        """
        precision = np.diag(cho_solve((self.lower, True), np.eye(len(self.weights)), check_finite=False))
        return self.weights / precision, np.maximum(1.0 / precision - self.white, 0.0)

    def _curved_kernel(self, scores: np.ndarray) -> np.ndarray:
        here, there = scores[:, : self.lengths.size] / self.lengths, self.inputs[:, : self.lengths.size] / self.lengths
        exponent = here @ there.T
        exponent -= 0.5 * (there**2).sum(axis=1)
        exponent -= 0.5 * (here**2).sum(axis=1)[:, None]
        return self.curved * np.exp(exponent, out=exponent)


def _tuned_kernel(scores: np.ndarray, output: np.ndarray, n_curved: int, start: np.ndarray | None) -> Any:
    kernel = (
        ConstantKernel(0.2, (1e-6, 1e3)) * DotProduct(1.0, "fixed")
        + ConstantKernel(0.2, (1e-6, 1e3)) * LeadingRBF(np.full(n_curved, 4.0), (0.5, 50.0))
        + WhiteKernel(0.1, (1e-4, 10.0))
    )
    if start is not None:
        kernel = kernel.clone_with_theta(start)
    rows = np.linspace(0, len(scores) - 1, min(TUNING_ROWS, len(scores))).astype(int)

    def descend(objective: Any, initial: np.ndarray, bounds: np.ndarray) -> tuple[np.ndarray, float]:
        options = {"maxiter": TUNING_STEPS}
        found = minimize(objective, initial, jac=True, bounds=bounds, method="L-BFGS-B", options=options)
        return found.x, found.fun

    with warnings.catch_warnings():
        # A length at its upper bound says that the parameter acts linearly, which is no fault.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return GaussianProcessRegressor(kernel, optimizer=descend).fit(scores[rows], output[rows]).kernel_
