"""The posterior that ships with the model: draws of its parameters with weights, and how much the fit says of each.

`uptake calibrate --accept` writes `model/posterior/`. Without that folder parameters are drawn from their priors.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from model.errors import InputError, nearest

if TYPE_CHECKING:
    from model.parameters import Parameter

FOLDER = Path(__file__).with_name("posterior")
DRAWS, MANIFEST = "draws.csv", "manifest.json"
LABELS = ("informed", "weak", "prior-only")
"""How much the published figures say of a parameter: its range shrinks by over half, by a fifth or more, by less"""
LOW, MEDIAN, HIGH = 0.05, 0.5, 0.95
_ROUNDING = 1e-6
"""By how much weights written with seven digits may miss a sum of 1"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """One parameter after the fit: median, 90% interval, and one of LABELS."""

    median: float
    low: float
    high: float
    label: str

    def text(self) -> str:
        """The same for reading.

        >>> Estimate(-5.1234, -5.5, -4.75, "informed").text()
        '-5.12 (-5.5 to -4.75), informed'
        """
        return f"{self.median:.3g} ({self.low:.3g} to {self.high:.3g}), {self.label}"


@dataclass(frozen=True, slots=True, eq=False)
class Posterior:
    """Draws of parameters: values float64[n, len(names)], weight float64[n]."""

    names: tuple[str, ...]
    values: np.ndarray
    weight: np.ndarray
    manifest: Mapping[str, Any]

    def estimate(self, name: str) -> Estimate | None:
        """Weighted median and 90% interval of a parameter; None for one that was not drawn."""
        if name not in self.names:
            return None
        column = self.values[:, self.names.index(name)]
        ends = weighted_quantiles(column, self.weight, (LOW, MEDIAN, HIGH))
        return Estimate(ends[1], ends[0], ends[2], self.manifest["labels"].get(name, LABELS[-1]))

    def resampled(self, n_draws: int, seed: int) -> list[dict[str, float]]:
        """n_draws whole draws, each about as often as its weight says (systematic resampling), ordered by the seed."""
        random = np.random.default_rng(seed)
        order = random.permutation(len(self.weight))
        steps = (np.arange(n_draws) + random.random()) / n_draws
        reached = np.cumsum(self.weight[order])
        rows = order[np.searchsorted(reached / reached[-1], steps, side="right")]
        return [dict(zip(self.names, row, strict=True)) for row in self.values[random.permutation(rows)].tolist()]


def weighted_quantiles(values: np.ndarray, weight: np.ndarray, at: tuple[float, ...]) -> list[float]:
    """Quantiles of weighted values, straight lines between the middles of their weights.

    >>> weighted_quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.25, 0.25, 0.5]), (0.5,))
    [2.0]
    """
    order = np.argsort(values, kind="stable")
    middle = np.cumsum(weight[order]) - 0.5 * weight[order]
    return [round(float(value), 10) for value in np.interp(at, middle, values[order])]


@cache
def load_posterior() -> Posterior | None:
    """The shipped posterior; None where there is none."""
    return read_posterior(FOLDER) if FOLDER.is_dir() else None


def read_posterior(folder: Path) -> Posterior:
    """A posterior from its folder. Raises InputError for files that are missing or cannot be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        with (folder / DRAWS).open(encoding="utf-8", newline="") as handle:
            header, *rows = csv.reader(handle)
    except (OSError, ValueError) as error:
        raise InputError("not a posterior", file=folder, value=type(error).__name__,
                         allowed=f"a folder with {DRAWS} and {MANIFEST}") from None  # fmt: skip
    if header[:2] != ["draw", "weight"] or not rows:
        raise InputError("no draws", file=folder / DRAWS, allowed="columns draw, weight and one a parameter")
    missing = [key for key in ("labels", "priors") if not isinstance(manifest, dict) or key not in manifest]
    if missing:
        raise InputError("missing", file=folder / MANIFEST, key=missing[0])
    try:
        numbers = np.array(rows, float)
    except ValueError:
        raise InputError(
            "not a table of numbers", file=folder / DRAWS, allowed="as many numbers in every row"
        ) from None
    return Posterior(tuple(header[2:]), numbers[:, 2:], numbers[:, 1], manifest)


def check_posterior(posterior: Posterior, parameters: Mapping[str, Parameter]) -> None:
    """Check a posterior against the table of parameters. Raises InputError naming the first parameter that is wrong."""
    weight = posterior.weight
    if not (weight >= 0).all() or not abs(weight.sum() - 1.0) < _ROUNDING:
        raise InputError("weights do not sum to 1", file=DRAWS, key="weight", value=float(weight.sum()))
    labels, priors = posterior.manifest["labels"], posterior.manifest["priors"]
    for place, name in enumerate(posterior.names):
        if name not in parameters or posterior.names.count(name) > 1:
            problem = "parameter named twice" if name in parameters else f"unknown parameter{nearest(name, parameters)}"
            raise InputError(problem, file=DRAWS, key=name)
        parameter, drawn = parameters[name], posterior.values[:, place]
        if not parameter.sampled:
            raise InputError("parameter is not sampled", file=DRAWS, key=name, allowed="those with a prior")
        outside = drawn[~((parameter.low <= drawn) & (drawn <= parameter.high))]
        if len(outside):
            raise InputError("value out of bounds", file=DRAWS, key=name, value=float(outside[0]),
                             allowed=f"{parameter.low:g} to {parameter.high:g} {parameter.unit}")  # fmt: skip
        if priors.get(name) != parameter.prior_text:
            raise InputError("was fitted with another prior", file=MANIFEST, key=name, value=priors.get(name),
                             allowed=f"{parameter.prior_text}; calibrate again")  # fmt: skip
        if labels.get(name, "" if parameter.fitted_in else LABELS[-1]) not in LABELS:
            raise InputError("unknown label", file=MANIFEST, key=name, value=labels.get(name), allowed=LABELS)
