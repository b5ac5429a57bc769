"""Whom or what each programme of a plan reached, and through what others gained, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from experiments.bands import RUN_COLUMNS
from model.programmes.programme import STAFFED_INSTRUMENTS
from scenarios.quantities import PEOPLE as UNITS_OF

if TYPE_CHECKING:
    from experiments.compare import Comparison

THROUGH_PEOPLE = "through family and friends"
THROUGH_PLACES = "through services, connections and partners"
THROUGH_BOTH = "through family and friends, services and connections"


def serves_residents(comparison: Comparison, plan: str) -> bool:
    """Whether a programme of the plan or of the base helps residents in person, rather than the places they use."""
    return "residents" in _audiences(comparison, plan, comparison.base)


def through_whom(comparison: Comparison, plan: str) -> str:
    """How those came online whom no programme helped in person."""
    if not serves_residents(comparison, plan):
        return THROUGH_PLACES
    # Rooms and hubs change nothing but where help is given.
    places = set(_places(comparison, plan)["instrument"]) - {"open_hub"}
    return THROUGH_BOTH if places else THROUGH_PEOPLE


def reached(comparison: Comparison, plan: str) -> dict[str, str]:
    """Programme -> "1,234 people", "480 firms", or the units of places: "12 services"."""
    spend = comparison.spend(plan)
    units = _units_of_places(comparison, plan)
    words = {}
    for row in spend.to_dict("records"):
        whom = "firms" if row["audience"] == "firms" else "people"
        counted = f"{row['beneficiaries']:,.0f} {whom}"
        words[str(row["programme"])] = (
            units.get(row["programme"], "all who come") if row["audience"] == "places" else counted
        )
    return words


def _audiences(comparison: Comparison, *scenarios: str) -> set[str]:
    table = comparison.tables.get("programmes")
    if table is None or "audience" not in table:
        return {"residents"}
    return set(table.loc[table["scenario"].isin(scenarios), "audience"].astype(str))


def _places(comparison: Comparison, plan: str) -> pd.DataFrame:
    """Central months of a plan's programmes for places, with their instrument; without rows for old results."""
    columns = [*RUN_COLUMNS, "programme", "served", "instrument"]
    tables = comparison.tables
    if "programme_numbers" not in tables or "programmes" not in tables:
        return pd.DataFrame(columns=columns)
    rows, numbers = tables["programmes"], tables["programme_numbers"]
    rows = rows[(rows["scenario"] == plan) & (rows["audience"] == "places") & (rows["design_point"] == "central")]
    instruments = dict(zip(numbers["programme"].astype(str), numbers["instrument"].astype(str), strict=True))
    names = rows["programme"].astype(str)
    return rows.assign(programme=names, instrument=names.map(instruments))[columns]


def _units_of_places(comparison: Comparison, plan: str) -> dict[str, str]:
    """What was paid for: units built add up, while those paid by the month are the most at any one time."""
    words = {}
    for programme, rows in _places(comparison, plan).groupby("programme"):
        instrument = rows["instrument"].iloc[0]
        by_run = rows.groupby(RUN_COLUMNS, observed=True)["served"]
        count = (by_run.max() if instrument in STAFFED_INSTRUMENTS else by_run.sum()).mean()
        one, many = UNITS_OF[instrument]
        words[str(programme)] = f"{count:,.0f} {one if round(count) == 1 else many}"
    return words
