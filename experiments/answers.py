"""The planner's answer: how many more, who are they, what did it cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from model.calendar import month_index

if TYPE_CHECKING:
    from experiments.compare import Band, Comparison

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
    spend = _spend_per_run(comparison, plan)
    per_run = online.merge(spend, on=["design_point", "draw", "replicate"], how="left").fillna({"spend_gbp": 0.0})
    per_run = per_run.astype({"spend_gbp": float})
    # A run without additional people has no finite price; infinity keeps it in the upper tail where it belongs.
    per_run["cost_gbp"] = np.where(
        per_run["net"] > 0, per_run["spend_gbp"] / per_run["net"].where(per_run["net"] > 0), np.inf
    )
    per_run.loc[per_run["spend_gbp"] == 0, "cost_gbp"] = np.nan
    cost, money = comparison.band_of(per_run, "cost_gbp"), comparison.band_of(per_run, "spend_gbp")
    # The ratio of means: a mean of ratios would be ruled by the runs with hardly any effect.
    cost_value = money.value / net.value if net.value > 0 and money.value > 0 else float("nan")
    in_state = per_run["beneficiaries_in_state"]
    per_run["deadweight"] = per_run["beneficiaries_in_state_both"] / in_state.where(in_state > 0)
    tiles = (
        Tile("Additional people online", net.value, net.low, net.high, "people", 0,
             f"online in {_month(at)} under the plan but not without it, less those the other way round"),
        Tile("Share of adults online", float(share_row["plan_value"]), float(share_row["plan_low"]),
             float(share_row["plan_high"]), "% of adults", 1,
             f"{float(share_row['base']):.1f}% without the plan"),
        Tile("Spend", money.value, money.low, money.high, "GBP", 0, "all programmes, whole period, cash prices"),
        Tile("Cost per additional person online", cost_value, cost.low, cost.high, "GBP", 0,
             "spend divided by additional people online"),
    )  # fmt: skip
    return Answer(
        _sentence(comparison, plan, at, net, money, cost_value),
        _who(comparison, plan, at),
        tiles,
        comparison.band_of(per_run, "deadweight"),
        comparison.band_of(per_run, "beneficiaries_in_state"),
        comparison.band_of(per_run, "net_spillover"),
    )


def _spend_per_run(comparison: Comparison, plan: str) -> pd.DataFrame:
    keys = ["design_point", "draw", "replicate"]
    table = comparison.tables.get("programmes")
    if table is None:
        return pd.DataFrame(columns=[*keys, "spend_gbp"])
    return table[table["scenario"] == plan].groupby(keys, observed=True)["spend_gbp"].sum().reset_index()


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


def _who(comparison: Comparison, plan: str, at: str) -> str:
    """Who the additional people are, by age and disability; empty when there is no clear gain."""
    ages = comparison.twin_values(plan, "online", at, "age_band")
    central = ages[ages["design_point"] == "central"].groupby("group", observed=True)["net"].mean()
    total = central.sum()
    if total <= 0:
        return ""
    older = 100.0 * central[["65-74", "75+"]].sum() / total
    disability = comparison.twin_values(plan, "online", at, "disability")
    disabled = disability[disability["design_point"] == "central"].groupby("group", observed=True)["net"].mean()
    deprivation = comparison.twin_values(plan, "online", at, "deprivation")
    deprived = deprivation[deprivation["design_point"] == "central"].groupby("group", observed=True)["net"].mean()
    return (
        f"Of the additional people, about {older:.0f}% are 65 or over, {100 * disabled['disabled'] / total:.0f}% are "
        f"disabled and {100 * deprived['1 most deprived'] / total:.0f}% live in the most deprived fifth of areas."
    )
