"""From a Fairness to pictures and tables: which gaps narrow or widen, who gains, and whom the money reaches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.fairness_text import fairness_tables, in_order, sides
from experiments.inclusion import NARROWS, UNCHANGED, WIDENS
from viz import words
from viz.picture import IntervalChart, Picture, Table
from viz.picture_parts import NOTHING, csv_of, inside_sentence, series_of, source_line, without_empty

if TYPE_CHECKING:
    from experiments.compare import Comparison
    from experiments.inclusion import Fairness

PEOPLE, POINTS, PERCENT = words.unit_of("people"), words.unit_of("points"), words.unit_of("%")
BARE = words.Unit(decimals=2)
"""points, in tables whose caption says so"""
DRAWN = ("age_band", "disability", "education", "income", "deprivation_in_region")
"""Breakdowns in the chart of who gains; the table has all"""


def fairness_of(comparison: Comparison, plan: str) -> Fairness | None:
    """Fairness of a plan; None for results that do not count all adults by group."""
    from experiments.inclusion import fairness

    series = comparison.tables["series"]
    counted = set(series.loc[series["period"] == comparison.last_period, "indicator"].astype(str))
    return fairness(comparison, plan) if "adults" in counted else None


def headline(found: Fairness) -> str:
    """How many gaps narrow and widen, with the names of those that widen."""
    rows = found.gaps[(found.gaps["statistic"] == "gap") & (found.gaps["measure"] == "non_use")]
    if not rows["verdict"].isin([NARROWS, WIDENS, UNCHANGED]).any():
        return found.sentence
    counts = {verdict: int((rows["verdict"] == verdict).sum()) for verdict in (NARROWS, WIDENS)}
    if not any(counts.values()):
        return f"None of {len(rows)} gaps between groups in being online changes by a measurable amount."
    wider = "; ".join(words.GAP_SIDES[by].lower() for by in rows.loc[rows["verdict"] == WIDENS, "group_by"])
    narrow, wide = (counts[verdict] or "none" for verdict in (NARROWS, WIDENS))
    return (
        f"Of {len(rows)} gaps between groups in being online, {narrow} narrow{'s' * (narrow in (1, 'none'))} by a measurable "
        f"amount and {wide} widen{'s' * (wide in (1, 'none'))}{f' ({wider})' if wider else ''}."
    )


def gaps(comparison: Comparison, found: Fairness) -> Picture:
    """The change in every gap in being offline."""
    rows = found.gaps[(found.gaps["statistic"] == "gap") & (found.gaps["measure"] == "non_use")]
    rows = rows.assign(label=rows["group_by"].map(words.GAP_SIDES), mean=rows["difference"], low=rows["difference_low"],
                       high=rows["difference_high"], chance_low=float("nan"), chance_high=float("nan"))  # fmt: skip
    cells = [
        [
            sides(row),
            words.number(row["base"], BARE),
            words.number(row["plan"], BARE),
            words.change(row["mean"], BARE),
            words.between(row["low"], row["high"], BARE),
            str(row["verdict"]),
        ]
        for row in rows.to_dict("records")
    ]
    headers = ("Gap between", "Without the plan", "With it", "Change", "90% interval of the change", "Finding")
    title = headline(found)
    return Picture(
        key="fairness-gaps",
        title=title,
        unit=f"Change in the gap in being offline by {words.month_name(found.period)}, percentage points",
        alt=f"Chart of dots with ranges, one row a gap. {title}",
        note="Left of zero the first-named group catches up; right of it, it falls further behind. A line that crosses zero "
        "means: no measurable change. Groups that are too small are not shown.",
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, POINTS, series_of(comparison)[found.plan].colour),
        table=Table("Gaps in being offline, percentage points", headers, cells, csv_of(rows), is_text=True),
    )


def gains(comparison: Comparison, found: Fairness) -> Picture:
    """Extra people online in every group, beside its part of those who are offline without the plan."""
    councils = comparison.authority_names
    rows = in_order(found.incidence)
    names = [
        councils.get(group) if by == "authority" else None
        for by, group in zip(rows["group_by"], rows["group"], strict=True)
    ]
    rows = rows.assign(
        label=[
            f"{words.GROUPING_SHORT[by]}: {name or words.group_name(by, group)}"
            for by, group, name in zip(rows["group_by"], rows["group"], names, strict=True)
        ],
        mean=rows["additional"], chance_low=float("nan"), chance_high=float("nan"),
    )  # fmt: skip
    shown = rows[rows["group_by"].isin(DRAWN) & rows["mean"].notna()].reset_index(drop=True)
    cells = [_gain_cells(row) for row in rows.to_dict("records")]
    headers = ("Group", "Extra people online", "90% interval", "% of all who gain", "% of those offline without the plan",
               "Reached, as a multiple of an even share")  # fmt: skip
    title = _gains_title(shown)
    return Picture(
        key="fairness-gains",
        title=title,
        unit=f"Extra people online in {words.month_name(found.period)}, by group",
        alt=f"Chart of dots with ranges, one row a group. {title}.",
        note="The dot is the best estimate, the line its 90% interval. A line that crosses zero means: no measurable gain. "
        "Each person is in one group of every kind.",
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(shown, PEOPLE, series_of(comparison)[found.plan].colour),
        table=Table("Who gains, by group", *without_empty(headers, cells), csv_of(rows)),
    )


def reach_sentence(found: Fairness) -> str:
    """How much of the money reaches people furthest from inclusion; says so where it is not known."""
    from experiments.reach import DEFINITION

    row = found.reach.iloc[0]
    if row["spend_share"] != row["spend_share"]:
        return "How much of the money reaches people furthest from inclusion cannot be told from these results."
    return (
        f"Of the money spent on residents in person, {words.number(row['spend_share'], PERCENT, 0)} "
        f"({words.between(row['low'], row['high'], PERCENT, 0)}) reached people furthest from inclusion, who are "
        f"{words.number(row['adults_share'], PERCENT, 0)} of adults. Furthest from inclusion: {DEFINITION}."
    )


def detail_tables(comparison: Comparison, found: Fairness) -> list[Table]:
    """Shares offline by group, indices, small areas: what the pictures do not show."""
    tables = []
    for caption, rows in fairness_tables(comparison, found, words.group_name):
        if not len(rows) or not caption.startswith(("Adults offline", "Indices", "Inequality between")):
            continue
        if "people" in rows:
            # People online are the same picture the other way round.
            rows = rows[rows["people"] == "offline"].drop(columns="people")
        names = rows.columns
        if "by" in names:
            rows = rows.assign(
                by=[f"{by}: {inside_sentence(what)}" for by, what in zip(rows["by"], rows[names[1]], strict=True)]
            )
            rows = rows.drop(columns=names[1])
        headers = tuple(f"{name[0].upper()}{name[1:]}" for name in rows.columns)
        tables.append(Table(caption, headers, rows.astype(str).to_numpy().tolist(), ""))
    return tables


def gate_table(gate: Mapping[str, Any]) -> Table:
    """What an inclusion impact assessment looked at before the runs."""
    rows = [
        [
            sides(found),
            f"{found['base']:.2f}",
            f"{found['plan']:.2f}",
            f"{found['widening_probability']:.0%}",
        ]
        for found in gate["findings"]
    ]
    headers = ("Gap between", "Without the plan, points", "With it, points", "Widens in so many pairs of runs")
    return Table(f"What the rule looked at: {gate['n_pairs']} pairs of runs", headers, rows, "", is_text=True)


def _gain_cells(row: Mapping[Any, Any]) -> list[str]:
    if row["mean"] != row["mean"]:
        return [str(row["label"]), "not shown: too few people", "", "", "", ""]
    return [
        str(row["label"]),
        words.change(row["mean"], PEOPLE).removesuffix(" people"),
        words.between(row["low"], row["high"], PEOPLE),
        _share(row["additional_share"]),
        _share(row["non_user_share"]),
        f"{row['ratio']:.2f}" if row["ratio"] == row["ratio"] else NOTHING,
    ]


def _share(value: float) -> str:
    return words.number(value, PERCENT, 0) if value == value else NOTHING


def _gains_title(rows: pd.DataFrame) -> str:
    clear = rows[rows["low"] > 0]
    if clear.empty:
        return "No group shows a measurable gain"
    top = clear.iloc[int(clear["mean"].to_numpy().argmax())]
    most = f"{words.number(top['mean'], PEOPLE)} people, “{top['label']}”"
    return f"{len(clear)} of {len(rows)} groups gain measurably; the largest gain is {most}"
