"""Unit values of the appraisal in the prices of one year, and their draws."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from experiments.bands import RUN_COLUMNS
from scenarios.number_draws import NumberDraws
from scenarios.ranged_values import RangedValue, read_ranged_values
from scenarios.tables import Column

TABLE = Path(__file__).with_name("appraisal_values.csv")
SOURCES = Path(__file__).with_name("sources.csv")
DEFLATOR = Path(__file__).with_name("gdp_deflator.csv")
PRICE_YEAR = 2024
"""All money of the appraisal is in constant prices of this year."""
_PRICE_YEAR = Column("price_year", "whole", "year of the prices that the value was published in", blank=True,
                     low=2010, high=PRICE_YEAR)  # fmt: skip


@cache
def unit_values() -> Mapping[str, RangedValue]:
    """Every unit value by id, money in prices of PRICE_YEAR."""
    with SOURCES.open(encoding="utf-8", newline="") as stream:
        sources = [row["source_id"] for row in csv.DictReader(stream)]
    values = read_ranged_values(TABLE, (_PRICE_YEAR,), sources)
    return {name: _in_price_year(entry) for name, entry in values.items()}


def _in_price_year(entry: RangedValue) -> RangedValue:
    year = float(entry.extra["price_year"])
    if year != year or year == PRICE_YEAR:
        return entry
    rise = deflator()[PRICE_YEAR] / deflator()[int(year)]
    return replace(entry, value=entry.value * rise, low=entry.low * rise, high=entry.high * rise)


@cache
def deflator() -> Mapping[int, float]:
    """GDP deflator by calendar year, PRICE_YEAR = 100 (HM Treasury, December 2025)."""
    with DEFLATOR.open(encoding="utf-8", newline="") as stream:
        return {int(row["year"]): float(row["index"]) for row in csv.DictReader(stream)}


def drawn(entries: Mapping[str, RangedValue], runs: pd.DataFrame, n_draws: int, seed: int, kind: str) -> pd.DataFrame:
    """The value of every number in every run: drawn within their ranges at posterior runs, central ones at all others.

    `runs` has RUN_COLUMNS, which become the index; one column a number. `kind` tells tables of numbers apart, so that
    numbers of one name draw separately. Runs of one draw share its values.
    """
    of_draw = {
        draw: {
            name: NumberDraws(int(draw), n_draws, seed).value(f"{kind}/{name}", entry.low, entry.value, entry.high)
            for name, entry in entries.items()
        }
        for draw in runs.loc[runs["design_point"] == "posterior", "draw"].unique()
    }
    central = {name: entry.value for name, entry in entries.items()}
    rows = [
        of_draw[run.draw] if run.design_point == "posterior" else central
        for run in runs[RUN_COLUMNS].itertuples(index=False)
    ]
    return pd.DataFrame(rows, index=pd.MultiIndex.from_frame(runs[RUN_COLUMNS]))
