"""Discounting to a base year at the Green Book's rates, which fall after 30 years."""

from __future__ import annotations

from typing import NamedTuple

import pandas as pd

from experiments.appraisal_values import unit_values

FIRST_RATE_YEARS = 30


class Rates(NamedTuple):
    """Yearly discount rates, as shares."""

    first: float
    """up to FIRST_RATE_YEARS after the base year"""
    later: float


def social_rates() -> Rates:
    """Rates for everything but effects on health and life."""
    values = unit_values()
    return Rates(values["discount_rate"].value, values["discount_rate_after_30_years"].value)


def health_rates() -> Rates:
    """Rates for effects on health and life that are valued as wellbeing."""
    values = unit_values()
    return Rates(values["discount_rate_health"].value, values["discount_rate_health_after_30_years"].value)


def discount_factor(years_after_base: int, rates: Rates) -> float:
    """What a pound of a later year is worth in the base year, whose own factor is 1.

    >>> round(discount_factor(1, Rates(0.035, 0.03)), 6)
    0.966184
    """
    first = min(years_after_base, FIRST_RATE_YEARS)
    later = max(years_after_base - FIRST_RATE_YEARS, 0)
    return (1.0 + rates.first) ** -first * (1.0 + rates.later) ** -later


def discounted(amounts: pd.Series, years: pd.Series, base_year: int, rates: Rates) -> pd.Series:
    """Amounts of `years` in present values of the base year."""
    factors = {year: discount_factor(int(year) - base_year, rates) for year in years.unique()}
    return amounts * years.map(factors)
