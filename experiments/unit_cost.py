"""What a plan spends beyond the base, and what each additional person or adoption costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.bands import RUN_COLUMNS, Band, band

if TYPE_CHECKING:
    from experiments.compare import Comparison


@dataclass(frozen=True, slots=True)
class UnitCost:
    """Money of the programmes for one audience, in GBP."""

    spend: Band
    """by the plan"""
    each: Band
    """for each additional person or adoption; NaN without any, or at no extra cost"""
    base_spends: bool
    """whether the base has such programmes too: then those helped by either side are mixed"""


def unit_cost(comparison: Comparison, plan: str, net_by_run: pd.DataFrame, audience: str) -> UnitCost:
    """Spend on an audience and its ratio to `net`, from one row a run (RUN_COLUMNS and net)."""
    # What opens places is paid once: with the programmes for residents, or with those for firms if there are no others.
    first = comparison.audiences(plan)[0]
    paid = {audience, "places"} if audience == first else {audience}
    per_run = net_by_run[[*RUN_COLUMNS, "net"]]
    for scenario, column in ((plan, "spend_gbp"), (comparison.base, "base_gbp")):
        spent = _spend_by_run(comparison, scenario, paid).rename(column).reset_index()
        per_run = per_run.merge(spent, on=RUN_COLUMNS, how="left")
    money = per_run[["spend_gbp", "base_gbp"]].astype(float).fillna(0.0)
    per_run = per_run.assign(spend_gbp=money["spend_gbp"], extra_gbp=money["spend_gbp"] - money["base_gbp"])
    # A run without additional people has no finite price; infinity keeps it in the upper tail where it belongs.
    net = per_run["net"].where(per_run["net"] > 0)
    per_run["each"] = np.where(per_run["net"] > 0, per_run["extra_gbp"] / net, np.inf)
    per_run.loc[per_run["extra_gbp"] <= 0, "each"] = np.nan
    extra, total = band(per_run, "extra_gbp").value, band(per_run, "net").value
    # The ratio of means: a mean of ratios would be ruled by the runs with hardly any effect.
    best = extra / total if total > 0 and extra > 0 else float("nan")
    return UnitCost(band(per_run, "spend_gbp"), band(per_run, "each", best), bool((money["base_gbp"] > 0).any()))


def _spend_by_run(comparison: Comparison, scenario: str, audiences: set[str]) -> pd.Series:
    """Pounds by run; results from before programmes had an audience are all for residents."""
    table = comparison.tables.get("programmes")
    if table is None:
        empty = pd.MultiIndex.from_arrays([[], [], []], names=RUN_COLUMNS)
        return pd.Series(dtype=float, index=empty)
    wanted = table["scenario"] == scenario
    wanted &= table["audience"].isin(audiences) if "audience" in table else "residents" in audiences
    return table[wanted].groupby(RUN_COLUMNS, observed=True)["spend_gbp"].sum()
