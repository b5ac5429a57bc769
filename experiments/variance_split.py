"""Where the spread of a plan's main outcome comes from: parameters, chance, or the form of the model.

Parameters and chance: one-way random-effects analysis of variance of n draws with r = 2 seeds each. With draw means m_i
and grand mean m,

    between = r sum (m_i - m)^2 / (n - 1),   within = sum (x_ij - m_i)^2 / (n (r - 1)),
    chance^2 = within,   parameters^2 = max(0, (between - within) / r).

Structure: S seeds, each run in F forms of the model (experiments.structures) on the same luck. With form means m_f,
seed means m_s and residual = sum (x_fs - m_f - m_s + m)^2 / ((F - 1) (S - 1)),

    structure^2 = max(0, (S sum (m_f - m)^2 / (F - 1) - residual) / S).

Shares are of the sum of the three. Limits: with 20 draws the variance between them is known to within about a third of
itself; the two seeds are the same in every draw, so luck that all draws share counts as chance and makes the part of
parameters a little smaller; "parameters" holds the numbers of programmes, too; structure is the least that the form
matters, as its few forms are not fitted anew and leave out all that the model leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from experiments.readings import people
from experiments.structures import in_forms

if TYPE_CHECKING:
    import pandas as pd

    from experiments.compare import Comparison

PARAMETERS, CHANCE, STRUCTURE = "parameters", "chance", "structure"
WORDS = {PARAMETERS: "what we are unsure of (parameters)", CHANCE: "luck", STRUCTURE: "the form of the model"}


@dataclass(frozen=True, slots=True)
class Part:
    """One source of spread: standard deviation in the outcome's unit, and share of all variance (0 to 1)."""

    name: str
    sd: float
    share: float


@dataclass(frozen=True, slots=True)
class VarianceSplit:
    """The spread of one outcome of a plan by source."""

    outcome: str
    unit: str
    parts: tuple[Part, ...]

    @property
    def sentence(self) -> str:
        """The same for reading."""
        told = [
            f"{WORDS[p.name]} {100.0 * p.share:.0f}% (standard deviation {people(p.sd)} {self.unit})"
            for p in self.parts
        ]
        return f"Of the spread of {self.outcome}: {', '.join(told)}."


def variance_splits(comparison: Comparison, plan: str) -> tuple[VarianceSplit, ...]:
    """One split an audience of the plan: additional people online, additional adoptions. None without draws."""
    audiences, at = comparison.audiences(plan), comparison.last_period
    found = []
    if "residents" in audiences or not comparison.firms.present:
        rows = comparison.twin_values(plan, "online", at)
        found.append(split("additional people online", "people", rows, "net"))
    if "firms" in audiences and comparison.firms.present:
        rows = comparison.firms.twin_values(plan)
        found.append(split("additional adoptions by firms", "adoptions", rows, "net"))
    return tuple(one for one in found if one is not None)


def split(outcome: str, unit: str, rows: pd.DataFrame, column: str) -> VarianceSplit | None:
    """The spread of a column with one value a run (RUN_COLUMNS); None without spread, or draws that have two seeds."""
    drawn = rows[rows["design_point"] == "posterior"].pivot(index="draw", columns="replicate", values=column)
    drawn = drawn.dropna()
    if len(drawn) < 2 or drawn.shape[1] < 2:
        return None
    variances = dict(zip((PARAMETERS, CHANCE), parameters_and_chance(drawn.to_numpy(float)), strict=True))
    forms = in_forms(rows, column).to_numpy(float)
    if len(forms) > 1:
        variances[STRUCTURE] = structure(forms)
    total = sum(variances.values())
    if not total > 0.0:
        return None
    return VarianceSplit(outcome, unit, tuple(Part(n, float(np.sqrt(v)), v / total) for n, v in variances.items()))


def parameters_and_chance(values: np.ndarray) -> tuple[float, float]:
    """Variances between draws and by chance, from values (draws, seeds).

    >>> parameters_and_chance(np.array([[1.0, 3.0], [5.0, 7.0], [9.0, 11.0]]))
    (15.0, 2.0)
    """
    n_seeds = values.shape[1]
    within = float(values.var(axis=1, ddof=1).mean())
    between = n_seeds * float(values.mean(axis=1).var(ddof=1))
    return max(0.0, (between - within) / n_seeds), within


def structure(values: np.ndarray) -> float:
    """Variance between forms, from values (seeds, forms) on the same luck.

    >>> structure(np.array([[10.0, 4.0, 7.0], [20.0, 14.0, 17.0]]))
    9.0
    """
    n_seeds, n_forms = values.shape
    of_form, of_seed = values.mean(axis=0), values.mean(axis=1, keepdims=True)
    residual = float(((values - of_form - of_seed + values.mean()) ** 2).sum()) / ((n_forms - 1) * (n_seeds - 1))
    return float(max(0.0, of_form.var(ddof=1) - residual / n_seeds))
