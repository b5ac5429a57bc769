"""From Decembers and months to calendar years, one row a run and year."""

from __future__ import annotations

from typing import cast

import pandas as pd

from experiments.bands import RUN_COLUMNS
from model.calendar import month_index, month_label

RUN_YEAR = [*RUN_COLUMNS, "year"]
MONTHS = 12
NO_YEARS = pd.Series(dtype=float, index=pd.MultiIndex.from_arrays([[]] * len(RUN_YEAR), names=RUN_YEAR))
"""what there is nothing of in any run"""


def plain(rows: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Those columns, with text in place of categories, so that groups that do not occur are not made up."""
    categories = [name for name in columns if isinstance(rows[name].dtype, pd.CategoricalDtype)]
    return rows[columns].astype(dict.fromkeys(categories, str))


def stacked(table: pd.DataFrame, name: str) -> pd.Series:
    """A table with one column a year as one series, indexed by its rows and RUN_YEAR's year."""
    return cast(pd.Series, table.rename_axis(columns="year").stack()).rename(name)


def runs_in(index: pd.Index) -> pd.Index:
    """The run of each row of an index by RUN_YEAR."""
    return cast(pd.MultiIndex, index).droplevel("year")


def person_years(rows: pd.DataFrame, column: str, keys: tuple[str, ...] = ()) -> pd.DataFrame:
    """A stock counted in Decembers as person-years of each calendar year: straight lines between the counts.

    rows: RUN_COLUMNS, period, `keys` and the stock. The stock is taken to be nothing a year before the first count.
    A last count within a year makes the part of the year up to it. Returns RUN_YEAR, keys and `column`.
    """
    index = [*RUN_COLUMNS, *keys]
    stock = plain(rows, [*index, "period", column]).pivot_table(column, index, "period", aggfunc="sum").fillna(0.0)
    months = [month_index(period) for period in stock.columns]
    before = pd.Series(0.0, stock.index)
    at = months[0] - MONTHS
    years = {}
    for period, month in zip(stock.columns, months, strict=True):
        years[int(period[:4])] = (month - at) / MONTHS * (before + stock[period]) / 2.0
        before, at = stock[period], month
    return stacked(pd.DataFrame(years), column).reset_index()


def yearly_sum(rows: pd.DataFrame, column: str, keys: tuple[str, ...] = ()) -> pd.DataFrame:
    """A monthly flow added up by calendar year: RUN_YEAR, keys and `column`."""
    index = [*RUN_COLUMNS, *keys]
    table = plain(rows, [*index, "period", column])
    table["year"] = table["period"].str[:4].astype(int)
    return table.groupby([*RUN_YEAR, *keys])[column].sum().reset_index()


def unit_years(rows: pd.DataFrame, column: str, until: str) -> pd.DataFrame:
    """Units that are added month by month and stay, as unit-years of each calendar year up to month `until`.

    rows: RUN_COLUMNS, period, the units added (`column`) and the share of them lost a month from then on, `fades_from`
    (month number) and `kept_monthly`, which hold for all units of a run and `programme`.
    """
    index = [*RUN_COLUMNS, "programme"]
    added = plain(rows, [*index, "period", column]).pivot_table(column, index, "period", aggfunc="sum").fillna(0.0)
    every = [month_label(month) for month in range(month_index(added.columns.min()), month_index(until) + 1)]
    stock = added.reindex(columns=every, fill_value=0.0).cumsum(axis=1) / MONTHS
    fade = plain(rows, [*index, "fades_from", "kept_monthly"]).groupby(index).first().reindex(stock.index)
    for month in every:
        after = (month_index(month) - fade["fades_from"]).clip(lower=0)
        stock[month] *= fade["kept_monthly"] ** after
    yearly = stock.T.groupby([int(month[:4]) for month in every]).sum().T.groupby(RUN_COLUMNS).sum()
    return stacked(yearly, column).reset_index()
