"""Net present value and benefit-cost ratio as distributions over runs, and by how much a line may be wrong."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from experiments.bands import RUN_COLUMNS, band, full_runs

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MEASURES = ("benefits_gbp", "costs_gbp", "npv_gbp", "npv_counted_gbp", "bcr", "npv_per_public_gbp")
"""Benefits and all costs; benefits less costs; the same without benefits by multiplier; benefits over costs; net present
value for each public pound"""
_BELOW = {"bcr": "costs_gbp", "npv_per_public_gbp": "public_gbp"}
"""ratio -> what it is divided by"""


class Kinds(NamedTuple):
    """Ids of the items that need telling apart."""

    public: tuple[str, ...]
    """costs of the public purse"""
    multiplied: tuple[str, ...]
    """benefits that are multipliers"""


def net_values(by_item: pd.DataFrame, column: str, items: Kinds, measurable: bool) -> pd.DataFrame:
    """One row a measure of MEASURES: value, low, high, chance_low, chance_high, probability, q05, q25, q50, q75, q95.

    by_item: RUN_COLUMNS, kind, item and the present values `column`. value is that at central parameters, a ratio that
    of the means; probability that a net present value is above 0 or bcr above 1, a share of posterior runs (of central
    runs without any; NaN from one run); quantiles are of the same runs. Ratios are NaN where
    nothing is measurable, or where costs may be nothing.
    """
    runs = _by_run(by_item, column, items)
    judged = full_runs(runs)
    central = runs[runs["design_point"] == "central"].mean(numeric_only=True)
    best = {"bcr": _ratio(central["benefits_gbp"], central["costs_gbp"]),
            "npv_per_public_gbp": _ratio(central["npv_gbp"], central["public_gbp"])}  # fmt: skip
    beyond = {"npv_gbp": 0.0, "npv_counted_gbp": 0.0, "bcr": 1.0}
    records = []
    for measure in MEASURES:
        found = band(runs, measure, best.get(measure))
        values = judged[measure].dropna()
        chance = float((values > beyond[measure]).mean()) if measure in beyond and len(values) > 1 else float("nan")
        record = {"measure": measure, "value": found.value, "low": found.low, "high": found.high,
                  "chance_low": found.chance_low, "chance_high": found.chance_high, "probability": chance}  # fmt: skip
        record |= {f"q{100 * q:02.0f}": values.quantile(q) if len(values) else float("nan") for q in QUANTILES}
        # Costs that may be nothing have no ratio to them: it would be as large as one likes.
        if measure in _BELOW and (not measurable or band(runs, _BELOW[measure]).low <= 0.0):
            record |= {name: float("nan") for name in record if name != "measure"}
        records.append(record)
    return pd.DataFrame(records)


def _by_run(by_item: pd.DataFrame, column: str, items: Kinds) -> pd.DataFrame:
    """RUN_COLUMNS, the measures and public_gbp of every run."""
    sums = by_item.groupby([*RUN_COLUMNS, "kind"])[column].sum().unstack("kind")
    paid = by_item[by_item["item"].isin(items.public)].groupby(RUN_COLUMNS)[column].sum()
    by_multiplier = by_item[by_item["item"].isin(items.multiplied)].groupby(RUN_COLUMNS)[column].sum()
    runs = pd.DataFrame({"benefits_gbp": sums["benefit"], "costs_gbp": sums["cost"], "public_gbp": paid})
    runs["npv_gbp"] = runs["benefits_gbp"] - runs["costs_gbp"]
    runs["npv_counted_gbp"] = runs["npv_gbp"].sub(by_multiplier, fill_value=0.0)
    runs["bcr"] = runs["benefits_gbp"] / runs["costs_gbp"].where(runs["costs_gbp"] > 0)
    runs["npv_per_public_gbp"] = runs["npv_gbp"] / runs["public_gbp"].where(runs["public_gbp"] > 0)
    return runs.reset_index()


def _ratio(above: float, below: float) -> float:
    return float(above / below) if below > 0 else float("nan")


def switching_values(lines: pd.DataFrame, costs: pd.DataFrame, measurable: bool) -> pd.DataFrame:
    """By what each benefit and cost would have to be multiplied for a net present value of nothing.

    multiple is NaN where no size of this item alone can do it. No rows where nothing is measurable.
    """
    columns = ["item", "title", "present_value_gbp", "multiple", "change_percent"]
    if not measurable:
        return pd.DataFrame(columns=columns)
    total = {"benefits": lines["value_gbp"].sum(), "costs": costs["value_gbp"].sum()}
    npv = total["benefits"] - total["costs"]
    rows = [(row["line"], row["title"], row["value_gbp"], 1) for row in lines.to_dict("records")]
    rows += [("benefits", "All benefits together", total["benefits"], 1)]
    rows += [(row["item"], row["title"], row["value_gbp"], -1) for row in costs.to_dict("records")]
    rows += [("costs", "All costs together", total["costs"], -1)]
    records = []
    for item, title, value, sign in rows:
        multiple = switching_multiple(value, npv, sign)
        records.append((item, title, value, multiple, 100.0 * (multiple - 1.0)))
    return pd.DataFrame(records, columns=columns)


def switching_multiple(present_value: float, npv: float, sign: int) -> float:
    """x so that npv + sign * (x - 1) * present_value = 0; NaN where x would be below nothing.

    sign: 1 for a benefit, -1 for a cost.

    >>> switching_multiple(200.0, 50.0, 1), switching_multiple(150.0, 50.0, -1)
    (0.75, 1.3333333333333333)
    """
    if present_value == 0:
        return float("nan")
    multiple = 1.0 - npv / (sign * present_value)
    return multiple if multiple >= 0 else float(np.nan)
