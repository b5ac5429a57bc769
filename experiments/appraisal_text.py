"""An appraisal as tables for the terminal and as JSON for other programs."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any

import pandas as pd

from experiments.appraisal import Appraisal
from experiments.readings import pounds

MILLION = 1e6
NAMES = {
    "benefits_gbp": "Benefits",
    "costs_gbp": "Costs",
    "npv_gbp": "Net present value",
    "npv_counted_gbp": "Net present value without multipliers",
    "bcr": "Benefits for each pound of costs",
    "npv_per_public_gbp": "Net present value for each public pound",
}
"""What the measures of a result are called"""


def notes(appraisal: Appraisal) -> list[str]:
    """What a reader has to know beside the finding."""
    skill = {
        "earnings": "Digital skill is counted as residents' earnings; what firms gain is left out.",
        "gva": "Digital skill is counted in the value added of firms; what residents earn more is left out.",
    }
    assumed = (appraisal.assumptions["status"] == "assumed").sum()
    said = [
        skill[appraisal.skill_benefit],
        "Nothing is counted after the last December, whatever may last longer.",
        f"{assumed} of {len(appraisal.assumptions)} unit values and ratios are assumed; see `--json` or docs/appraisal.md.",
    ]
    by_multiplier = appraisal.lines.loc[appraisal.lines["measured_by"] == "multiplier", "value_gbp"].sum()
    if by_multiplier > 0:
        said.append(
            f"{pounds(by_multiplier)} of the benefits are multipliers: ratios from elsewhere, not findings of the model."
        )
    if not appraisal.measurable:
        said.append("No net effect can be told from none: sums below show costs, not whether the plan is worth them.")
    return said


def shown_tables(appraisal: Appraisal) -> list[tuple[str, pd.DataFrame]]:
    """Titled tables for the terminal; money in £ million unless a title says otherwise."""
    tables = [
        ("Benefits, £ million", _lines(appraisal.lines)),
        (
            "Costs, £ million",
            _money(appraisal.costs[["payer", "title", "undiscounted_gbp", "value_gbp", "low", "high"]]),
        ),
        ("Year by year, not discounted, £ million", _years(appraisal.by_year)),
        ("Result, £ million and ratios", _result(appraisal.result)),
    ]
    if len(appraisal.weighted):
        tables.append(
            ("Result with distributional weights (a pound to the poorer counts more)", _result(appraisal.weighted))
        )
    if len(appraisal.switching):
        columns = ["title", "present_value_gbp", "multiple", "change_percent"]
        table = _money(appraisal.switching[columns]).round({"multiple": 2, "change_percent": 0})
        tables.append(("By what each would have to be multiplied for a net present value of nothing", table))
    if len(appraisal.unit_costs):
        tables.append(("Cost of each, £", _unlimited(appraisal.unit_costs.round(0))))
    columns = ["indicator", "gross", "deadweight_share", "spillover", "spillover_without_peers", "displacement", "net",
               "net_low", "net_high"]  # fmt: skip
    tables.append(("From gross to net at the last December", appraisal.gross_to_net[columns].round(3)))
    if len(appraisal.multipliers):
        last = appraisal.multipliers[appraisal.multipliers["year"] == appraisal.multipliers["year"].max()]
        columns = ["title", "value", "low", "high", "unit", "quantity"]
        title = f"Multipliers, {last['year'].iloc[0]}: ratios assumed or reported by others, not findings of the model"
        tables.append((title, last[columns].round(2)))
    assumed = appraisal.assumptions[appraisal.assumptions["status"] == "assumed"]
    tables.append(
        ("Assumed, in prices of " + str(appraisal.price_year), assumed[["title", "value", "low", "high", "unit"]])
    )
    return tables


def _lines(lines: pd.DataFrame) -> pd.DataFrame:
    table = _money(lines[["title", "to", "undiscounted_gbp", "value_gbp", "low", "high"]])
    table["assumed"] = [f"{100 * share:.0f}%" for share in lines["assumed_share"]]
    table["from"] = lines["measured_by"]
    return table


def _money(table: pd.DataFrame) -> pd.DataFrame:
    """Columns in pounds as £ million, with the names a reader knows."""
    names = {"undiscounted_gbp": "undiscounted", "value_gbp": "present value", "present_value_gbp": "present value"}
    money = [name for name in table.columns if name.endswith("_gbp") or name in ("low", "high")]
    return table.assign(**{name: (table[name] / MILLION).round(3) for name in money}).rename(columns=names)


def _years(by_year: pd.DataFrame) -> pd.DataFrame:
    """One row a year: benefits, costs and their difference."""
    table = by_year.groupby(["year", "kind"])["value_gbp"].sum().unstack("kind").fillna(0.0)
    table = table.reindex(columns=["benefit", "cost"], fill_value=0.0).rename(
        columns={"benefit": "benefits", "cost": "costs"}
    )
    table = (table / MILLION).assign(net=lambda one: one["benefits"] - one["costs"])
    return table.round(3).rename_axis(columns=None).reset_index()


def _result(result: pd.DataFrame) -> pd.DataFrame:
    """Measures in words; a ratio that is not given says so by its absence."""
    table = result[result["value"].notna()].copy()
    in_pounds = table["measure"].str.endswith("_gbp") & (table["measure"] != "npv_per_public_gbp")
    for name in ("value", "low", "high"):
        table[name] = (table[name] / in_pounds.map({True: MILLION, False: 1.0})).round(3)
    table["measure"] = table["measure"].map(NAMES)
    table["chance"] = [f"{100 * chance:.0f}%" if chance == chance else "" for chance in table["probability"]]
    return table[["measure", "value", "low", "high", "chance"]].rename(
        columns={"chance": "chance of being above 0, or 1 for a ratio"}
    )


def _unlimited(table: pd.DataFrame) -> pd.DataFrame:
    """Numbers as text, so that a price without a buyer reads as one."""
    text = table.copy()
    for name in ("value", "low", "high"):
        text[name] = [_price(value) for value in table[name]]
    return text


def _price(value: float) -> str:
    return "none" if value != value else "no limit" if value == float("inf") else f"{value:,.0f}"


def appraisal_json(appraisal: Appraisal) -> dict[str, Any]:
    """The whole appraisal as plain data; what is not finite is null."""
    data: dict[str, Any] = {}
    for field in fields(appraisal):
        value = getattr(appraisal, field.name)
        if isinstance(value, pd.DataFrame):
            value = json.loads(value.to_json(orient="records", double_precision=10))
        data[field.name] = value
    return data
