"""What a plan adds to the baseline, from the twins, by run and calendar year: people, firms and value added."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from experiments.bands import RUN_COLUMNS
from experiments.distribution import BREAKDOWN, weighted_sum
from experiments.firm_compare import ALL_TECHNOLOGIES
from experiments.yearly import NO_YEARS, RUN_YEAR, person_years, plain, stacked

if TYPE_CHECKING:
    from experiments.compare import Comparison

WEIGHTED = "_weighted"
"""ending of columns in which each person counts with the distributional weight of their income group"""
OLDER = ("65-74", "75+")


def runs_of(comparison: Comparison, plan: str) -> pd.DataFrame:
    """Every pair of runs of a plan and the base, by RUN_COLUMNS."""
    rows = comparison.tables["twins"]
    rows = plain(rows[rows["scenario"] == plan], RUN_COLUMNS)
    return rows.drop_duplicates().sort_values(RUN_COLUMNS).reset_index(drop=True)


def has_income(comparison: Comparison) -> bool:
    """Whether people were counted by income, as distributional weights need."""
    return bool((comparison.tables["twins"]["group_by"] == BREAKDOWN).any())


def additional(comparison: Comparison, plan: str, weight: Mapping[str, float]) -> pd.DataFrame:
    """Person-years, firm-years and pounds of value added beyond the baseline, indexed by RUN_YEAR.

    online, work_paid (people with skills for work who are in work), each also with WEIGHTED; online_65_plus;
    gva (GBP); certified_firms, data_iot_firms; new_adoptions (taken up in the year rather than in use).
    """
    columns: dict[str, pd.Series] = {}
    in_work = _share_in_work(comparison, plan)
    for indicator, name in (("online", "online"), ("work", "work_paid")):
        everyone = _years(_people(comparison, plan, indicator, "all"), "net")
        by_income = _people(comparison, plan, indicator, BREAKDOWN)
        weighted = everyone * float("nan")
        if len(by_income):
            groups = person_years(by_income, "net", ("group",))
            weighted = weighted_sum(groups, RUN_YEAR, "net", weight)
        share = 1.0 if indicator == "online" else in_work.reindex(everyone.index)
        columns[name], columns[name + WEIGHTED] = everyone * share, weighted * share
    ages = _people(comparison, plan, "online", "age_band")
    older = ages[ages["group"].isin(OLDER)]
    columns["online_65_plus"] = _years(older, "net")
    columns |= _of_firms(comparison, plan)
    return pd.DataFrame(columns).rename_axis(index=RUN_YEAR)


def _people(comparison: Comparison, plan: str, indicator: str, by: str) -> pd.DataFrame:
    twins = comparison.tables["twins"]
    wanted = (twins["scenario"] == plan) & (twins["indicator"] == indicator) & (twins["group_by"] == by)
    return twins[wanted]


def _years(rows: pd.DataFrame, column: str) -> pd.Series:
    if rows.empty:
        return NO_YEARS
    return person_years(rows, column).set_index(RUN_YEAR)[column]


def _share_in_work(comparison: Comparison, plan: str) -> pd.Series:
    """Adults in work under the plan at the end of each year, as a share of all adults, by RUN_YEAR."""
    series = comparison.tables["series"]
    wanted = (series["scenario"] == plan) & (series["indicator"] == "employed_share") & (series["group_by"] == "all")
    rows = plain(series[wanted], [*RUN_COLUMNS, "period", "value"])
    rows["year"] = rows["period"].str[:4].astype(int)
    return rows.sort_values("period").groupby(RUN_YEAR)["value"].last() / 100.0


def thousands_online(comparison: Comparison) -> pd.Series:
    """People online without the plan, mean of the year, in thousands, by RUN_YEAR."""
    series = comparison.tables["series"]
    wanted = (series["scenario"] == comparison.base) & (series["indicator"] == "online") & (series["group_by"] == "all")
    rows = plain(series[wanted], [*RUN_COLUMNS, "period", "value"])
    rows["year"] = rows["period"].str[:4].astype(int)
    return rows.groupby(RUN_YEAR)["value"].mean() / 1000.0


def _of_firms(comparison: Comparison, plan: str) -> dict[str, pd.Series]:
    names = ("gva", "certified_firms", "data_iot_firms", "new_adoptions")
    if "firm_twins" not in comparison.tables:
        return dict.fromkeys(names, NO_YEARS)
    effects, twins = comparison.tables["firm_effects"], comparison.tables["firm_twins"]
    of_plan = (effects["scenario"] == plan) & (effects["group_by"] == "all") & (effects["effect"] == "gva")
    everyone = twins[(twins["scenario"] == plan) & (twins["group_by"] == "all")]
    columns = {"gva": _years(effects[of_plan], "net")}
    for name, technology in (("certified_firms", "cyber_essentials"), ("data_iot_firms", "data_iot")):
        columns[name] = _years(everyone[everyone["technology"] == technology], "net")
    columns["new_adoptions"] = _taken_up(everyone[everyone["technology"] == ALL_TECHNOLOGIES])
    return columns


def _taken_up(rows: pd.DataFrame) -> pd.Series:
    """Rise of the net from one count to the next, by RUN_YEAR; below nothing where the baseline catches up."""
    stock = plain(rows, [*RUN_COLUMNS, "period", "net"]).pivot_table("net", RUN_COLUMNS, "period")
    rise = stock.diff(axis=1)
    rise[stock.columns[0]] = stock[stock.columns[0]]
    rise.columns = pd.Index([int(period[:4]) for period in rise.columns])
    return stacked(rise, "new_adoptions")
