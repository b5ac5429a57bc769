"""Multipliers: a reported or assumed ratio times something the model counts. They are never findings of the model."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pandas as pd

import scenarios
from experiments.bands import bands
from experiments.yearly import RUN_YEAR, runs_in, stacked
from scenarios.ranged_values import RangedValue, read_ranged_values
from scenarios.tables import Column

TABLE = Path(scenarios.__file__).with_name("multipliers.csv")
QUANTITIES = {
    "online": "additional people online, person-years",
    "online_65_plus": "additional people online aged 65 and over, person-years",
    "certified_firms": "additional firms with a Cyber Essentials certificate, firm-years",
    "data_iot_firms": "additional firms using data from connected devices, firm-years",
    "services_thousand_online": "services redesigned x thousands of people online without the plan, a year",
    "services_share_online": "share of services newly online x people online without the plan, a year",
    "building_tco2e_stated": "tonnes CO2e saved at sites fitted, by the programme's own numbers",
    "device_tco2e_stated": "tonnes CO2e saved by devices used again, by the programme's own numbers",
    "data_partner_years": "partners that share data, years",
}
"""What a ratio is applied to, all beyond the baseline"""


@cache
def multipliers() -> Mapping[str, RangedValue]:
    """Every multiplier by id; `extra` holds its quantity and half-life in months (NaN: stays as long as the quantity)."""
    extra = (
        Column("quantity", "text", "what the ratio is applied to", choices=tuple(QUANTITIES)),
        Column("half_life_months", "number", "months in which half of an effect is gone", blank=True, low=1),
    )
    return read_ranged_values(TABLE, extra)


def multiplied(quantities: pd.DataFrame, ratios: pd.DataFrame) -> pd.DataFrame:
    """Every multiplier in every run and year, indexed by RUN_YEAR, one column a multiplier.

    quantities: indexed by RUN_YEAR, one column a name of QUANTITIES. ratios: indexed by RUN_COLUMNS, one column an id.
    """
    runs = runs_in(quantities.index)
    columns = {}
    for name, entry in multipliers().items():
        quantity = faded(quantities[str(entry.extra["quantity"])], float(entry.extra["half_life_months"]))
        columns[name] = quantity * ratios[name].reindex(runs).to_numpy()
    return pd.DataFrame(columns, index=quantities.index)


def multiplier_table(values: pd.DataFrame) -> pd.DataFrame:
    """year, multiplier, title, quantity, unit, status, value, low, high from `multiplied`; years without any left out."""
    long = values.reset_index().melt(RUN_YEAR, list(values.columns), "multiplier", "value")
    table = bands(long, ["multiplier", "year"], "value").reset_index()
    table = table[~table[["value", "low", "high"]].fillna(0.0).eq(0.0).all(axis=1)]
    entries = [multipliers()[name] for name in table["multiplier"]]
    table.insert(2, "title", [entry.title for entry in entries])
    table.insert(3, "quantity", [QUANTITIES[str(entry.extra["quantity"])] for entry in entries])
    table.insert(4, "unit", [entry.unit for entry in entries])
    table.insert(5, "status", [entry.status for entry in entries])
    columns = ["year", "multiplier", "title", "quantity", "unit", "status", "value", "low", "high"]
    return table[columns].reset_index(drop=True)


def faded(quantity: pd.Series, half_life_months: float) -> pd.Series:
    """A quantity by RUN_YEAR whose effect fades: each year's rise counts less the longer ago it was.

    Half of it is left after the half-life; NaN stays in full.
    """
    if half_life_months != half_life_months:
        return quantity
    yearly = pd.DataFrame(quantity.unstack("year")).sort_index(axis=1).fillna(0.0)
    kept = 0.5 ** (12.0 / half_life_months)
    rise = yearly.diff(axis=1)
    rise[yearly.columns[0]] = yearly[yearly.columns[0]]
    left = pd.Series(0.0, yearly.index)
    for year in yearly.columns:
        left = left * kept + rise[year]
        yearly[year] = left
    return stacked(yearly, str(quantity.name)).reindex(quantity.index)
