"""Fairness of a plan: gaps between groups, indices of inequality, who gains, and whom the money reaches.

Everything is computed from a comparison's tables; method and formulas: docs/fairness.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from experiments import answers, readings
from experiments.bands import RUN_COLUMNS, bands
from experiments.gaps import ORDERED, TOO_FEW, Gap, all_gaps, gap_values, group_shares, hidden_groups
from experiments.inclusion_places import place_inequality
from experiments.inclusion_tables import VALUE_COLUMNS, compared
from experiments.inequality_indices import concentration, slope
from model.errors import InputError
from model.outcomes import VALUES

if TYPE_CHECKING:
    from experiments.compare import Comparison

NARROWS, WIDENS, UNCHANGED, ONE_RUN = "narrows", "widens", "no measurable change", "not measurable from one run"


TABLES = ("groups", "gaps", "indices", "incidence", "places", "reach")
"""Tables of a Fairness"""


@dataclass(frozen=True, slots=True)
class Fairness:
    """What a plan does to inequality at the comparison's last December; every table is tidy, with 90% intervals.

    VALUE_COLUMNS are base, plan and their difference, each with its interval.
    """

    plan: str
    period: str
    sentence: str
    groups: pd.DataFrame
    """group_by, group, adults, measure ("non_use", "use"), VALUE_COLUMNS (per cent, points), hidden (reason or "")"""
    gaps: pd.DataFrame
    """group_by, worse, better (words), measure, statistic ("gap": worse less better, points; "ratio"), VALUE_COLUMNS,
    verdict (of gaps)"""
    indices: pd.DataFrame
    """group_by, measure, index ("slope_index" in points, "relative_index", "concentration", "erreygers", "wagstaff"),
    VALUE_COLUMNS"""
    incidence: pd.DataFrame
    """group_by, group, additional (people online, with low and high), additional_share, non_user_share (per cent of all),
    ratio; shares are NaN where no gain is measurable or the group is hidden"""
    places: pd.DataFrame
    """statistic ("theil", "theil_between_share", "moran_i", "moran_p"), VALUE_COLUMNS, of people not online"""
    reach: pd.DataFrame
    """one row: spend_share (with low and high; per cent of the money), adults_share (per cent of adults)"""


def fairness(comparison: Comparison, plan: str) -> Fairness:
    """Fairness of one plan against the comparison's base; raises InputError for a plan that it does not hold."""
    if plan not in comparison.plans:
        raise InputError("not a plan of the comparison", key="plan", value=plan, allowed=comparison.plans)
    period, base = comparison.last_period, comparison.base
    shares = group_shares(comparison.tables["series"], period)
    shares = shares[shares["scenario"].isin([base, plan])]
    hidden = hidden_groups(shares, base, comparison.manifest["inputs"]["scale"])
    gaps = all_gaps(shares, base, hidden)
    gap_table = _gap_table(gap_values(shares, gaps), gaps, base, plan)
    return Fairness(
        plan=plan,
        period=period,
        sentence=_sentence(comparison, plan, gap_table),
        groups=_groups(shares, hidden, base, plan),
        gaps=gap_table,
        indices=_indices(shares, hidden, base, plan),
        incidence=_incidence(comparison, plan, shares, hidden),
        places=place_inequality(comparison, plan),
        reach=_reach(comparison, plan),
    )


def _groups(shares: pd.DataFrame, hidden: set[tuple[str, str]], base: str, plan: str) -> pd.DataFrame:
    rows = pd.concat(
        [
            shares.assign(measure="non_use", value=100.0 * shares["non_use"]),
            shares.assign(measure="use", value=100.0 * (1.0 - shares["non_use"])),
        ]
    )
    table = compared(rows, ["group_by", "group", "measure"], base, plan)
    central = shares[(shares["scenario"] == base) & (shares["design_point"] == "central")]
    adults = central.groupby(["group_by", "group"])["adults"].mean().rename("adults").reset_index()
    table = adults.merge(table, on=["group_by", "group"])
    is_hidden = pd.Series([pair in hidden for pair in zip(table["group_by"], table["group"], strict=True)])
    table[VALUE_COLUMNS] = table[VALUE_COLUMNS].mask(is_hidden)
    return table.assign(hidden=np.where(is_hidden, TOO_FEW, ""))


def _gap_table(values: pd.DataFrame, gaps: tuple[Gap, ...], base: str, plan: str) -> pd.DataFrame:
    table = compared(values, ["group_by", "measure", "statistic"], base, plan)
    worse = {gap.group_by: gap.worse_words for gap in gaps}
    better = {gap.group_by: gap.better_words for gap in gaps}
    verdict = [verdict_of(*row) for row in table[["base", "difference_low", "difference_high"]].to_numpy()]
    return table.assign(
        worse=table["group_by"].map(worse),
        better=table["group_by"].map(better),
        verdict=np.where(table["statistic"] == "gap", verdict, ""),
    )


def verdict_of(base: float, low: float, high: float) -> str:
    """What a plan does to the size of a gap, from the gap without the plan and the interval of its change."""
    if np.isnan(low):
        return ONE_RUN
    # A gap that turns round narrows only if it ends up smaller than it was.
    lowest, highest = base + low, base + high
    largest = max(abs(lowest), abs(highest))
    smallest = 0.0 if lowest <= 0.0 <= highest else min(abs(lowest), abs(highest))
    return NARROWS if largest < abs(base) else WIDENS if smallest > abs(base) else UNCHANGED


def _indices(shares: pd.DataFrame, hidden: set[tuple[str, str]], base: str, plan: str) -> pd.DataFrame:
    rows = []
    for by in ORDERED:
        order = [group for group in VALUES[by] if (by, group) not in hidden]
        table = shares[(shares["group_by"] == by) & shares["group"].isin(order)]
        if table["group"].nunique() < 2:
            continue
        run_columns = ["scenario", *RUN_COLUMNS]
        adults, non_use = (
            table.pivot(index=run_columns, columns="group", values=name).reindex(columns=order).fillna(0.0)
            for name in ("adults", "non_use")
        )
        for run, people, offline in zip(adults.index, adults.to_numpy(), non_use.to_numpy(), strict=True):
            for measure, share in (("non_use", offline), ("use", 1.0 - offline)):
                line, curve = slope(share, people), concentration(share, people)
                values = {
                    "slope_index": 100.0 * line.slope_index, "relative_index": line.relative_index,
                    "concentration": curve.concentration, "erreygers": curve.erreygers, "wagstaff": curve.wagstaff,
                }  # fmt: skip
                labels = dict(zip(run_columns, run, strict=True)) | {"group_by": by, "measure": measure}
                rows += [labels | {"index": name, "value": value} for name, value in values.items()]
    keys = ["group_by", "measure", "index"]
    return compared(pd.DataFrame(rows), keys, base, plan) if rows else pd.DataFrame(columns=[*keys, *VALUE_COLUMNS])


def _incidence(comparison: Comparison, plan: str, shares: pd.DataFrame, hidden: set[tuple[str, str]]) -> pd.DataFrame:
    twins, at = comparison.tables["twins"], comparison.last_period
    rows = twins[(twins["scenario"] == plan) & (twins["indicator"] == "online") & (twins["period"] == at)]
    rows = rows.astype({"group_by": str, "group": str, "design_point": str})
    table = bands(rows, ["group_by", "group"], "net").rename(columns={"net": "additional"})
    total = comparison.band_of(rows[rows["group_by"] == "all"], "net")
    central = shares[(shares["scenario"] == comparison.base) & (shares["design_point"] == "central")]
    non_users = (central["adults"] - central["online"]).groupby([central["group_by"], central["group"]]).mean()
    table = table[["additional", "low", "high"]].assign(
        additional_share=100.0 * table["additional"] / total.value,
        non_user_share=100.0 * non_users / non_users["all"].sum(),
    )
    simulated = total.value * comparison.manifest["inputs"]["scale"]
    if not (total.low > 0 and simulated >= answers.FEWEST_SIMULATED):
        table["additional_share"] = np.nan
    table = table.drop(index="all", level="group_by")
    table.loc[table.index.isin(list(hidden))] = np.nan
    return table.assign(ratio=table["additional_share"] / table["non_user_share"]).reset_index()


def _reach(comparison: Comparison, plan: str) -> pd.DataFrame:
    empty = pd.DataFrame({name: [np.nan] for name in ("spend_share", "low", "high", "adults_share")})
    reach, money = comparison.tables.get("reach"), comparison.tables.get("programmes")
    if reach is None or money is None:
        return empty
    keys = [*RUN_COLUMNS, "programme"]
    spend = money[money["scenario"] == plan].astype({"programme": str, "design_point": str})
    spend = spend[spend["audience"] == "residents"].groupby(keys)["spend_gbp"].sum().reset_index()
    rows = reach[reach["scenario"] == plan].astype({"programme": str, "design_point": str})
    if rows.empty or not spend["spend_gbp"].sum() > 0:
        return empty
    # Money of a programme that reached nobody reached none of the furthest either.
    rows = spend.merge(rows, on=keys, how="left")
    rows = rows.assign(
        to_furthest=(rows["spend_gbp"] * rows["furthest"] / rows["reached"]).fillna(0.0),
        alike=rows["spend_gbp"] * rows["adults_furthest_share"],
        judged_gbp=rows["spend_gbp"].where(rows["adults_furthest_share"].notna()),
    )
    runs = rows.groupby(RUN_COLUMNS)[["spend_gbp", "to_furthest", "alike", "judged_gbp"]].sum().reset_index()
    band = comparison.band_of(runs.assign(share=100.0 * runs["to_furthest"] / runs["spend_gbp"]), "share")
    central = runs[runs["design_point"] == "central"]
    adults = 100.0 * central["alike"].sum() / central["judged_gbp"].sum()
    return pd.DataFrame({"spend_share": [band.value], "low": [band.low], "high": [band.high], "adults_share": [adults]})


def _sentence(comparison: Comparison, plan: str, gaps: pd.DataFrame) -> str:
    at = readings.month_name(comparison.last_period)
    title = comparison.titles.get(plan, plan)
    rows = gaps[(gaps["statistic"] == "gap") & (gaps["measure"] == "non_use")]
    if rows.empty:
        return f"The groups of {comparison.region_title} are too small in these runs to compare who is not online."
    if (rows["verdict"] == ONE_RUN).all():
        return f"One pair of runs cannot say whether “{title}” narrows or widens any gap: run it with more seeds."
    parts = []
    for verdict, words in ((NARROWS, "narrows"), (WIDENS, "widens")):
        found = [
            f"between {_sides(row)} by {abs(row['difference']):.2f} points (90% interval {_range(row)})"
            for row in rows[rows["verdict"] == verdict].to_dict("records")
        ]
        if found:
            parts.append(f"{words} the gap {'; '.join(found)}")
    if not parts:
        first = rows.iloc[0].to_dict()
        return (
            f"In this model, by {at} “{title}” neither narrows nor widens any gap in being online by a measurable amount; "
            f"between {_sides(first)} the gap changes by {first['difference'] or 0.0:.2f} points "
            f"(90% interval {first['difference_low']:.2f} to {first['difference_high']:.2f})."
        )
    others = int((rows["verdict"] == UNCHANGED).sum())
    rest = f" No measurable change in {others} other gap{'s' * (others > 1)}." if others else ""
    return f"In this model, by {at} “{title}” {' and '.join(parts)}.{rest}"


def _sides(row: Mapping[Any, Any]) -> str:
    behind = "" if row["plan"] >= 0 else f", where more of {row['better']} are offline,"
    return f"{row['worse']} and {row['better']}{behind}"


def _range(row: Mapping[Any, Any]) -> str:
    ends = sorted((abs(row["difference_low"]), abs(row["difference_high"])))
    return f"{ends[0]:.2f} to {ends[1]:.2f}"
