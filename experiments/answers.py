"""The planner's answer: how many more, who are they, what did it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from model.calendar import month_index

if TYPE_CHECKING:
    from experiments.compare import Band, Comparison

RUN = ("design_point", "draw", "replicate")
"""Columns that tell one pair of runs from another"""
FEWEST_SIMULATED = 20.0
"""Simulated people, mean of the runs, below which a profile of them would say more about luck than about the plan"""
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline number with its 90% interval (NaN when one run gives none)."""

    title: str
    value: float
    low: float
    high: float
    unit: str
    decimals: int
    note: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a planner reads first."""

    sentence: str
    who: str
    tiles: tuple[Tile, ...]
    deadweight_share: Band
    """beneficiaries online under the plan who would have been online anyway, as a share"""
    gross: Band
    """beneficiaries online under the plan"""
    spillover: Band
    """additional people online who were not beneficiaries"""


def make_answer(comparison: Comparison, plan: str) -> Answer:
    """Sentence and tiles for one plan at the comparison's last December."""
    at = comparison.last_period
    online = comparison.twin_values(plan, "online", at)
    net = comparison.band_of(online, "net")
    share = comparison.differences("online_share", at, "all")
    share_row = share[share["plan"] == plan].iloc[0]
    per_run = online
    for scenario, column in ((plan, "spend_gbp"), (comparison.base, "base_spend_gbp")):
        per_run = per_run.merge(_spend_per_run(comparison, scenario, column), on=list(RUN), how="left")
    per_run = per_run.fillna({"spend_gbp": 0.0, "base_spend_gbp": 0.0})
    per_run = per_run.astype({"spend_gbp": float, "base_spend_gbp": float})
    per_run["extra_gbp"] = per_run["spend_gbp"] - per_run["base_spend_gbp"]
    # A run without additional people has no finite price; infinity keeps it in the upper tail where it belongs.
    per_run["cost_gbp"] = np.where(
        per_run["net"] > 0, per_run["extra_gbp"] / per_run["net"].where(per_run["net"] > 0), np.inf
    )
    per_run.loc[per_run["extra_gbp"] <= 0, "cost_gbp"] = np.nan
    money, extra = comparison.band_of(per_run, "spend_gbp"), comparison.band_of(per_run, "extra_gbp")
    # The ratio of means: a mean of ratios would be ruled by the runs with hardly any effect.
    cost_value = extra.value / net.value if net.value > 0 and extra.value > 0 else float("nan")
    cost = comparison.band_of(per_run, "cost_gbp", best=cost_value)
    in_state = per_run["beneficiaries_in_state"]
    if (per_run["base_spend_gbp"] > 0).any():
        # Against another plan those helped by either are mixed: gross and deadweight are not those of this plan.
        in_state = in_state * np.nan
        per_run["beneficiaries_in_state"] = np.nan
    per_run["deadweight"] = per_run["beneficiaries_in_state_both"] / in_state.where(in_state > 0)
    tiles = (
        Tile("Additional people online", net.value, net.low, net.high, "people", 0,
             f"online in {_month(at)} under the plan but not without it, less those the other way round"),
        Tile("Share of adults online", float(share_row["plan_value"]), float(share_row["plan_low"]),
             float(share_row["plan_high"]), "% of adults", 1,
             f"{float(share_row['base']):.1f}% without the plan"),
        Tile("Spend", money.value, money.low, money.high, "GBP", 0, "all programmes, whole period, published prices, not inflated"),
        Tile("Cost per additional person online", cost_value, cost.low, cost.high, "GBP", 0,
             "spend beyond the other scenario's, divided by additional people online"),
    )  # fmt: skip
    return Answer(
        _sentence(comparison, plan, at, net, money, cost_value),
        _who(comparison, plan, at, net),
        tiles,
        comparison.band_of(per_run, "deadweight"),
        comparison.band_of(per_run, "beneficiaries_in_state"),
        comparison.band_of(per_run, "net_spillover"),
    )


def _spend_per_run(comparison: Comparison, scenario: str, column: str) -> pd.DataFrame:
    table = comparison.tables.get("programmes")
    if table is None:
        return pd.DataFrame(columns=[*RUN, column])
    spend = table[table["scenario"] == scenario].groupby(list(RUN), observed=True)["spend_gbp"].sum()
    return spend.rename(column).reset_index()


def _month(period: str) -> str:
    month = month_index(period)
    return f"{MONTHS[month % 12]} {period[:4]}"


def people(value: float) -> str:
    """A count of people for reading: whole, and rounded to three significant digits, e.g. "1,240"."""
    whole = f"{value:.0f}"
    return f"{float(f'{float(whole):.3g}'):,.0f}"


def pounds(value: float) -> str:
    """Money in a readable unit, e.g. "£3.2 million"."""
    if abs(value) >= 999_500:
        return f"£{value / 1e6:,.1f} million"
    return f"£{float(f'{value:.3g}'):,.0f}"


def _sentence(comparison: Comparison, plan: str, at: str, net: Band, money: Band, cost: float) -> str:
    title, base = comparison.titles.get(plan, plan), comparison.titles.get(comparison.base, comparison.base)
    interval = "one run, no interval"
    if np.isfinite(net.low):
        interval = f"90% interval {people(net.low)} to {people(net.high)}"
    if np.isfinite(net.low) and net.low <= 0.0 <= net.high:
        return (
            f"In this model, no measurable difference: by {_month(at)} “{title}” changes the number of "
            f"{comparison.region_title} residents online against “{base}” by {people(net.value)} ({interval}), "
            f"at a cost of {pounds(money.value)}."
        )
    direction = "more" if net.value >= 0 else "fewer"
    price = f", or {pounds(cost)} for each additional person" if np.isfinite(cost) else ""
    return (
        f"In this model, by {_month(at)} “{title}” has {people(abs(net.value))} {direction} {comparison.region_title} "
        f"residents online than “{base}” ({interval}), at a cost of {pounds(money.value)}{price}."
    )


def _who(comparison: Comparison, plan: str, at: str, net: Band) -> str:
    """Who the additional people are, by age and disability; empty when there is no clear gain."""
    simulated = net.value * comparison.manifest["inputs"]["scale"]
    if net.low <= 0 or simulated < FEWEST_SIMULATED:
        return ""
    ages = comparison.twin_values(plan, "online", at, "age_band")
    central = ages[ages["design_point"] == "central"].groupby("group", observed=True)["net"].mean()
    total = central.sum()
    older = 100.0 * central[["65-74", "75+"]].sum() / total
    disability = comparison.twin_values(plan, "online", at, "disability")
    disabled = disability[disability["design_point"] == "central"].groupby("group", observed=True)["net"].mean()
    deprivation = comparison.twin_values(plan, "online", at, "deprivation")
    deprived = deprivation[deprivation["design_point"] == "central"].groupby("group", observed=True)["net"].mean()
    return (
        f"Of the additional people, about {older:.0f}% are 65 or over, {100 * disabled['disabled'] / total:.0f}% are "
        f"disabled and {100 * deprived['1 most deprived'] / total:.0f}% live in the most deprived fifth of areas."
    )
