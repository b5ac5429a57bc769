"""Distributional weights: a pound counts for more the lower the income of the group that it goes to."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from experiments.appraisal_values import unit_values
from model.outcomes import VALUES
from model.parameters import central_values

BREAKDOWN = "income"
REFERENCE_FIFTH = 3
"""The middle fifth's income stands for the median."""


def distributional_weight(income: float, median_income: float, elasticity: float) -> float:
    """Weight of a pound to a group of this income: (median / income) ^ elasticity.

    >>> distributional_weight(10_000, 20_000, 1.0)
    2.0
    """
    return float((median_income / income) ** elasticity)


def weights(parameters: Mapping[str, float] | None = None) -> dict[str, float]:
    """Weight by group of breakdown `income`, from the model's income of each fifth against the mean."""
    values = central_values(parameters)
    median = values[f"income_factor_{REFERENCE_FIFTH}"]
    elasticity = unit_values()["marginal_utility_elasticity"].value
    return {
        group: distributional_weight(values[f"income_factor_{number}"], median, elasticity)
        for number, group in enumerate(VALUES[BREAKDOWN], start=1)
    }


def weighted_sum(rows: pd.DataFrame, keys: list[str], column: str, weight: Mapping[str, float]) -> pd.Series:
    """`column` of rows by income group, each times its group's weight, added up by keys."""
    values = rows[column] * rows["group"].astype(str).map(dict(weight))
    return values.groupby([rows[key] for key in keys], observed=True).sum()
