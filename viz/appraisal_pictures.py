"""From an Appraisal to pictures: what a plan is worth, line by line, year by year, and how surely."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.readings import Tile, pounds
from viz import words
from viz.appraisal_tables import lines_table, status_of, years_table
from viz.picture import BarChart, IntervalChart, LegendItem, Picture, Series, Table
from viz.picture_parts import csv_of, inside_sentence, source_line

if TYPE_CHECKING:
    from experiments.appraisal import Appraisal
    from experiments.compare import Comparison

MILLION = 1e6
MILLIONS, POUNDS, RATIO = words.unit_of("GBP million"), words.unit_of("GBP"), words.unit_of("GBP a GBP")
COLOUR = "plan-1"
ALIKE, WEIGHTED = "Each pound counts the same", "A pound to the poorer counts more"
MIDDLE = "Middle half of runs"
DOTS = "The dot is the best estimate. The thin line is the full 90% interval; the thick bar holds the middle half of the runs. "


def appraisal_of(comparison: Comparison, plan: str) -> Appraisal | None:
    """The appraisal of a plan; None for results that were written before there was one."""
    from experiments.appraisal import appraise
    from model.errors import InputError

    try:
        return appraise(comparison, plan)
    except InputError:
        return None


def tiles(appraisal: Appraisal) -> tuple[Tile, ...]:
    """Net present value and benefits for each pound; none where nothing is measurable, no ratio where costs may be none."""
    if not appraisal.measurable:
        return ()
    found = {row["measure"]: row for row in appraisal.result.to_dict("records")}
    npv, ratio = found["npv_gbp"], found["bcr"]
    values = f"of {appraisal.base_year}, in prices of {appraisal.price_year}"
    chance = npv["probability"]
    above = f"; above nothing in {100 * chance:.0f}% of runs" if chance == chance else ""
    shown = (
        Tile("Net present value", npv["value"], npv["low"], npv["high"], "GBP", 0,
             f"benefits less all costs, present value {values}{above}"),
        Tile("Benefits for each pound of costs", ratio["value"], ratio["low"], ratio["high"], "GBP a GBP", 2,
             "above £1, the plan is worth more than it costs"),
    )  # fmt: skip
    return shown if has_ratio(appraisal) else shown[:1]


def has_ratio(appraisal: Appraisal) -> bool:
    """Whether benefits can be set against costs: not where the costs may be nothing."""
    return bool(appraisal.result.set_index("measure")["value"].notna()["bcr"])


def lines(comparison: Comparison, appraisal: Appraisal) -> Picture:
    """Every benefit and cost as a present value; costs count below zero. Benefits only where there is a net effect."""
    benefits, costs = appraisal.lines if appraisal.measurable else appraisal.lines.iloc[:0], appraisal.costs
    found = [
        {"label": f"{row['title']}{_marks(row)}", "mean": row["value_gbp"], "low": row["low"], "high": row["high"]}
        for row in benefits.to_dict("records")
    ]
    found += [
        {"label": f"Cost: {inside_sentence(row['title'])}", "mean": -row["value_gbp"], "low": -row["high"],
         "high": -row["low"]} for row in costs.to_dict("records")
    ]  # fmt: skip
    rows = pd.DataFrame(found, columns=["label", "mean", "low", "high"]).assign(
        chance_low=float("nan"), chance_high=float("nan")
    )
    numbers = ["mean", "low", "high"]
    rows[numbers] /= MILLION
    multiplied = benefits.loc[benefits["measured_by"] == "multiplier", "value_gbp"].sum()
    title = f"Costs come to {pounds(costs['value_gbp'].sum())}"
    if len(benefits):
        top = benefits.iloc[int(benefits["value_gbp"].to_numpy().argmax())]
        title = f"{title}; the largest benefit is “{top['title']}”, {pounds(top['value_gbp'])}"
    elif not appraisal.measurable:
        title = f"{title}; no net effect is measurable, so no benefit is drawn"
    return Picture(
        key="appraisal-lines",
        title=title,
        unit=f"Present value of {appraisal.base_year}, £ million in prices of {appraisal.price_year}",
        alt=f"Chart of dots with ranges, one row a benefit or cost. {title}.",
        note="The dot is the best estimate, the line its 90% interval; one that crosses zero is not measurable. "
        + (
            f"Lines marked “multiplier” ({pounds(multiplied)} together) are ratios on what the model counts, not its findings. "
            "“Assumed” says how many of the numbers that turn a line into pounds nobody has measured."
            if len(benefits)
            else ""
        ),
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, MILLIONS, COLOUR),
        table=lines_table(appraisal, csv_of(rows)),
    )


def by_year(comparison: Comparison, appraisal: Appraisal) -> Picture:
    """Benefits and costs of each year, with every line in the table."""
    found = appraisal.by_year
    totals = found.groupby(["year", "kind"])["value_gbp"].sum().unstack("kind").fillna(0.0)
    totals = totals.reindex(columns=["benefit", "cost"], fill_value=0.0) / MILLION
    rows = pd.concat([
        pd.DataFrame({"label": totals.index.astype(str), "part": "Benefits", "value": totals["benefit"]}),
        pd.DataFrame({"label": totals.index.astype(str), "part": "Costs", "value": -totals["cost"]}),
    ], ignore_index=True)  # fmt: skip
    ahead = [str(year) for year in totals.index[totals["benefit"] > totals["cost"]]]
    title = "In no year are benefits above costs"
    if not appraisal.measurable:
        title = "Costs by year; no net effect is measurable, so benefits are not drawn"
        rows = rows[rows["part"] == "Costs"].reset_index(drop=True)
    elif ahead:
        title = f"Benefits are first above costs in {ahead[0]}"
    gains = Series("Benefits", "Benefits", COLOUR, "solid")
    paid = Series("Costs", "Costs", "missing", "solid")
    parts = (gains, paid) if appraisal.measurable else (paid,)
    return Picture(
        key="appraisal-years",
        title=title,
        unit=f"£ million a year in prices of {appraisal.price_year}, not discounted",
        alt=f"Bar chart with a pair of bars a year: benefits above zero, costs below. {title}.",
        note="Best estimates. Nothing is counted after the last December, whatever may last longer.",
        source=source_line(comparison),
        legend=tuple(LegendItem(part.title, part.colour) for part in parts),
        chart=BarChart(rows, parts, MILLIONS),
        table=years_table(appraisal),
    )


def value_for_money(comparison: Comparison, appraisal: Appraisal, measure: str) -> Picture:
    """The distribution of "npv_gbp" or "bcr" over runs, unweighted beside weighted. Only where something is measurable."""
    is_npv = measure == "npv_gbp"
    size, unit, even = (MILLION, MILLIONS, 0.0) if is_npv else (1.0, RATIO, 1.0)
    what = "Net present value" if is_npv else "Benefits for each pound of costs"
    found = [(ALIKE, appraisal.result, measure), (WEIGHTED, appraisal.weighted, measure)]
    if is_npv:
        found.insert(1, ("The same without multipliers", appraisal.result, "npv_counted_gbp"))
    records = [
        (label, row) for label, table, name in found for row in table[table["measure"] == name].to_dict("records")
    ]
    rows = pd.DataFrame(
        {"label": label, "mean": row["value"] / size, "low": row["low"] / size, "high": row["high"] / size,
         "chance_low": row["q25"] / size, "chance_high": row["q75"] / size, "probability": row["probability"]}
        for label, row in records
    )  # fmt: skip
    first = rows.iloc[0]
    title = f"{what}: {words.number(first['mean'], unit)}"
    if first["low"] <= even <= first["high"]:
        title += "; the interval leaves open whether the plan is worth its costs"
    elif first["low"] == first["low"]:
        title += f"; the whole interval is {'above' if first['low'] > even else 'below'} break-even"
    headers = ("How pounds count", "Best estimate", "90% interval", MIDDLE, "Share of runs above break-even")
    cells = [
        [
            str(row["label"]),
            words.number(row["mean"], unit),
            words.between(row["low"], row["high"], unit),
            words.between(row["chance_low"], row["chance_high"], unit),
            words.number(100 * row["probability"], words.unit_of("%"), 0),
        ]
        for row in rows.to_dict("records")
    ]
    return Picture(
        key=f"appraisal-{measure.removesuffix('_gbp')}",
        title=title,
        unit=f"{what}, {'£ million, ' if is_npv else ''}present values of {appraisal.base_year}",
        alt=f"Chart of dots with ranges, {len(rows)} rows. {title}. Interval: {cells[0][2]}.",
        note=f"{DOTS}The upright line marks break-even, {'£0' if is_npv else '£1'}.",
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, unit, COLOUR, break_even=even),
        table=Table(what, headers, cells, csv_of(rows)),
    )


def _marks(row: Mapping[Any, Any]) -> str:
    marks = ["multiplier"] if row["measured_by"] == "multiplier" else []
    marks += [status_of(row["assumed_share"])] if row["assumed_share"] else []
    return f" ({', '.join(marks)})" if marks else ""
