"""What the app and the report show of a Comparison: each picture is a finding, its data, its words and its table.

Nothing here draws. `figures` turns a picture's chart into a Plotly figure, `svg` into an SVG; both show the same
numbers, and the table says them once more in text.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from viz import words
from viz.cells import CellMap, cell_map
from viz.theme import PLAN_COLOURS, STEPS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.compare import Comparison

DASHES = ("solid", "dashdot", "dot")
FEW_GROUPS = 12


@dataclass(frozen=True, slots=True)
class Series:
    """One scenario in a chart; `colour` is a token of the theme, `dash` tells lines apart without colour."""

    name: str
    title: str
    colour: str
    dash: str


@dataclass(frozen=True, slots=True)
class LegendItem:
    """A line of the legend; `mark` is "line", "band" or "box"."""

    label: str
    colour: str
    mark: str = "box"
    dash: str = "solid"


@dataclass(frozen=True, slots=True)
class Table:
    """The table twin of a picture: formatted text for the page, plain numbers in `csv`."""

    caption: str
    headers: tuple[str, ...]
    rows: list[list[str]]
    csv: str = ""


@dataclass(frozen=True, slots=True)
class LineChart:
    """rows: scenario, period, mean, low, high, chance_low, chance_high in written units (percent, not shares)."""

    rows: pd.DataFrame
    series: tuple[Series, ...]
    unit: words.Unit
    from_zero: bool = False


@dataclass(frozen=True, slots=True)
class IntervalChart:
    """rows: label, mean, low, high, chance_low, chance_high in written units; one dot with its ranges a row."""

    rows: pd.DataFrame
    unit: words.Unit
    colour: str


@dataclass(frozen=True, slots=True)
class MapChart:
    """Cells with the number of each area's colour step (0 = less than before) and the text shown for it."""

    cells: CellMap
    step: np.ndarray
    colours: tuple[str, ...]
    texts: list[str]


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart with everything a reader needs beside it. `note` tells how to read it."""

    key: str
    title: str
    unit: str
    alt: str
    note: str
    source: str
    legend: tuple[LegendItem, ...]
    chart: LineChart | IntervalChart | MapChart
    table: Table


def titles(comparison: Comparison) -> dict[str, str]:
    """Scenario names with the titles a reader knows them by."""
    known = comparison.manifest.get("titles", {})
    names = [comparison.base, *comparison.plans]
    return {name: known.get(name) or name.replace("-", " ").capitalize() for name in names}


def series_of(comparison: Comparison) -> dict[str, Series]:
    """A scenario keeps its colour and dash everywhere: the base is grey and dashed."""
    names = titles(comparison)
    series = {comparison.base: Series(comparison.base, names[comparison.base], "base", "dash")}
    for i, plan in enumerate(comparison.plans):
        series[plan] = Series(plan, names[plan], PLAN_COLOURS[i % len(PLAN_COLOURS)], DASHES[i % len(DASHES)])
    return series


def source_line(comparison: Comparison) -> str:
    """Where the numbers come from, as a chart's last line."""
    manifest = comparison.manifest
    facts = [
        f"{manifest['replicates']} runs of each plan" if "replicates" in manifest else "",
        f"scale {manifest['scale']:g}" if "scale" in manifest else "",
        f"seed {manifest['seed']}" if "seed" in manifest else "",
        "uncalibrated" if is_uncalibrated(comparison) else "",
    ]
    version = f" {manifest['version']}" if "version" in manifest else ""
    return f"Source: Uptake{version}, simulation. {', '.join(fact for fact in facts if fact).capitalize()}."


def is_uncalibrated(comparison: Comparison) -> bool:
    """Whether the runs draw their parameters from priors rather than from a fit to published figures."""
    return not comparison.manifest.get("calibrated", False)


def over_time(comparison: Comparison, plan: str) -> Picture:
    """The share of adults online, month by month, under both scenarios."""
    series = series_of(comparison)
    base, chosen = series[comparison.base], series[plan]
    bands = comparison.bands("online_share")
    bands = bands[bands["scenario"].isin([base.name, chosen.name])]
    unit = words.unit_of(str(bands["unit"].iloc[0]))
    last = {row.scenario: row for row in bands[bands["period"] == bands["period"].max()].itertuples()}
    at = words.month_name(comparison.until)
    base_end, plan_end = (words.number(last[s.name].mean, unit) for s in (base, chosen))
    title = f"{plan_end} of adults are online in {at} with {chosen.title}; {base_end} with {base.title}"
    return Picture(
        key="over-time",
        title=title,
        unit="Adults who used the internet in the last three months, % of all adults",
        alt=f"Line chart. {title}. Ranges for {chosen.title}: {_range(last[chosen.name], unit)}.",
        note="The pale band shows how far the answer moves when luck and the things we are unsure of both change. "
        "The darker band is luck alone. Nine in ten runs lie inside each band.",
        source=source_line(comparison),
        legend=_line_legend((base, chosen)),
        chart=LineChart(_written(bands, unit), (base, chosen), unit),
        table=_yearly_table(bands, (base, chosen), unit, f"Share of adults online, {comparison.region_title}"),
    )


def added(comparison: Comparison, plan: str) -> Picture:
    """How many more people are online under the plan, each December: the two runs of each pair compared."""
    chosen = series_of(comparison)[plan]
    decembers = [p for p in sorted(set(comparison.bands("online")["period"])) if p.endswith("-12")]
    rows = _differences(comparison, plan, "online", "all", decembers)
    moved = (rows[["low", "high"]].abs().max(axis=1) > 0).to_numpy()
    rows = rows.iloc[max(int(np.argmax(moved)) - 1, 0) if moved.any() else 0 :]
    unit = words.unit_of(str(rows["unit"].iloc[0]))
    end = rows.iloc[-1]
    at = words.month_name(str(end["period"]))
    if end["low"] <= 0 <= end["high"]:
        title = f"No measurable difference in {at}: the range includes zero"
    else:
        more = "more" if end["mean"] > 0 else "fewer"
        count = words.number(abs(end["mean"]), unit)
        title = f"{count} {more} people are online in {at} because of {chosen.title}"
    return Picture(
        key="added",
        title=title,
        unit=f"People online each December with {chosen.title}, minus people online with "
        f"{titles(comparison)[comparison.base]}",
        alt=f"Line chart from {words.month_name(str(rows['period'].iloc[0]))}. {title}. Range: {_range(end, unit)}.",
        note="Each person is followed twice with the same luck, with and without the plan. "
        "So this range is much narrower than the ranges of the two plans on their own.",
        source=source_line(comparison),
        legend=_line_legend((chosen,)),
        chart=LineChart(_written(rows, unit), (chosen,), unit, from_zero=True),
        table=_yearly_table(rows, (chosen,), unit, f"Extra people online because of {chosen.title}", words.change),
    )


def who(comparison: Comparison, plan: str, by: str) -> Picture:
    """Extra people online at the horizon, by a grouping of `words.GROUPINGS`."""
    chosen = series_of(comparison)[plan]
    rows = _differences(comparison, plan, "online", by, [comparison.until])
    unit = words.unit_of(str(rows["unit"].iloc[0]))
    rows["label"] = [words.group_name(by, group) for group in rows["group"]]
    top = rows.loc[rows["mean"].idxmax()]
    grouping = words.GROUPINGS[by]
    if top["low"] <= 0:
        title = f"{grouping}: no group shows a measurable gain"
    else:
        title = f"{grouping}: the largest gain is {words.number(top['mean'], unit)} people, in “{top['label']}”"
    at = words.month_name(comparison.until)
    headers = (grouping, "Extra people online", "90% interval", "From luck alone", "Base", "Plan")
    cells = [
        [
            row.label,
            words.change(row.mean, unit),
            words.between(row.low, row.high, unit),
            words.between(row.chance_low, row.chance_high, unit),
            words.number(row.base, unit),
            words.number(row.plan_value, unit),
        ]
        for row in rows.itertuples()
    ]
    return Picture(
        key="who",
        title=title,
        unit=f"Extra people online in {at} because of {chosen.title}",
        alt=f"Chart of dots with ranges, one row a group. {title}. Range: {_range(top, unit)}.",
        note="The dot is the average. The thick bar is luck alone; the thin line is the full 90% interval. "
        "A line that crosses zero means: no measurable difference.",
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(_written(rows, unit), unit, chosen.colour),
        table=Table(f"Extra people online in {at}, by {grouping.lower()}", headers, cells, _csv(rows)),
    )


def helped(comparison: Comparison, plan: str) -> Picture | None:
    """From people helped to extra people online: what deadweight and spillover take and give. None without twins."""
    twins = comparison.tables.get("twins")
    if twins is None:
        return None
    twins = twins[(twins["indicator"] == "online") & (twins["group_by"] == "all")]
    if "plan" in twins.columns:
        twins = twins[twins["plan"] == plan]
    twins = twins[twins["period"] == twins["period"].max()]
    steps = {
        "Helped by the plan, and online": twins["beneficiaries_in_state"],
        "Would be online anyway (deadweight)": twins["beneficiaries_in_state_both"],
        "Helped, and online because of it": twins["net_beneficiaries"],
        "Online through others (spillover)": twins["net_spillover"],
    }
    import pandas as pd

    rows = pd.DataFrame([{"label": label, **_spread(twins, values)} for label, values in steps.items()])
    unit = words.unit_of("people")
    gross, anyway = rows["mean"].iloc[0], rows["mean"].iloc[1]
    share = f"{anyway / gross:.0%}" if gross > 0 else "none"
    at = words.month_name(str(twins["period"].iloc[0]))
    title = f"Of every 100 people helped who are online in {at}, {share.rstrip('%')} would be online anyway"
    if gross <= 0:
        title = f"Nobody helped by the plan is online in {at}"
    cells = [
        [
            row.label,
            words.number(row.mean, unit),
            words.between(row.low, row.high, unit),
            words.between(row.chance_low, row.chance_high, unit),
        ]
        for row in rows.itertuples()
    ]
    headers = ("Step", "People", "90% interval", "From luck alone")
    return Picture(
        key="helped",
        title=title,
        unit=f"People in {at}",
        alt=f"Chart of dots with ranges, four rows. {title}.",
        note=f"Deadweight: {words.GLOSSARY['Deadweight'][0].lower()}{words.GLOSSARY['Deadweight'][1:]} "
        f"Spillover: {words.GLOSSARY['Spillover'][0].lower()}{words.GLOSSARY['Spillover'][1:]}",
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, unit, series_of(comparison)[plan].colour),
        table=Table("From people helped to extra people online", headers, cells, _csv(rows)),
    )


def where(comparison: Comparison, plan: str) -> Picture:
    """The change in the share online in each small area."""
    chosen = series_of(comparison)[plan]
    areas = comparison.areas(plan, comparison.until).reset_index(drop=True)
    unit = words.unit_of("share")
    points = areas["difference"].to_numpy(float) * unit.factor
    edges, decimals = _edges(points)
    step = np.where(points < 0, 0, np.clip(np.searchsorted(edges, points, side="right"), 1, len(STEPS)))
    colours = ("less", *STEPS)
    at = words.month_name(comparison.until)
    low, high = np.quantile(points, [0.25, 0.75])
    title = f"Half of the small areas gain between {low:.1f} and {high:.1f} points"
    rows = [
        [
            str(area.area_name),
            str(area.authority_name),
            words.number(area.adults, words.unit_of("people")),
            words.number(area.base_share, unit),
            words.number(area.plan_share, unit),
            words.change(area.difference, unit, decimals=2),
        ]
        for area in areas.itertuples()
    ]
    names = titles(comparison)
    headers = ("Small area", "Council area", "Adults", names[comparison.base], chosen.title, "Difference")
    return Picture(
        key="where",
        title=title,
        unit=f"Change in the share of adults online in {at}, {chosen.title} minus {names[comparison.base]}, "
        "percentage points",
        alt=f"Map of {len(areas)} small areas of {comparison.region_title} in {len(STEPS)} shades. {title}.",
        note="Each cell is the ground nearest to one small area’s middle; it is not a legal boundary. "
        "Small areas hold few people, so read the pattern, not a single cell.",
        source=source_line(comparison),
        legend=_map_legend(edges, decimals, bool((step == 0).any())),
        chart=MapChart(
            cell_map(areas), step, colours, [f"{row[0]}, {row[1]}<br>{row[5]} ({row[3]} to {row[4]})" for row in rows]
        ),
        table=Table(f"Share of adults online by small area, {at}", headers, rows, _csv(areas)),
    )


def spend_table(comparison: Comparison, plan: str) -> Table:
    """What each programme cost and whom it reached."""
    spend = comparison.spend(plan)
    pounds, people = words.unit_of("GBP"), words.unit_of("people")
    rows = [
        [
            str(row.title),
            words.number(row.spend_gbp, pounds),
            words.number(row.served, people),
            words.number(row.completed, people),
        ]
        for row in spend.itertuples()
    ]
    at = words.month_name(comparison.until)
    return Table(
        f"Spend and people reached by {at}, {titles(comparison)[plan]}",
        ("Programme", "Spend", "People helped", "People who finished"),
        rows,
        _csv(spend),
    )


def _differences(comparison: Comparison, plan: str, indicator: str, by: str, periods: list[str]) -> pd.DataFrame:
    """Paired differences with the column names a chart reads."""
    import pandas as pd

    tables = []
    for period in periods:
        table = comparison.differences(indicator, at=period, by=by)
        tables.append(table[table["plan"] == plan].assign(period=period, scenario=plan))
    rows = pd.concat(tables, ignore_index=True)
    return rows.rename(columns={"difference": "mean", "difference_low": "low", "difference_high": "high"})


def _spread(twins: pd.DataFrame, values: pd.Series) -> dict[str, float]:
    """Mean, 90% interval, and the 90% interval from chance alone (around the mean, within each parameter draw)."""
    within = values - values.groupby([twins["design_point"], twins["draw"]]).transform("mean")
    low, high = values.quantile([0.05, 0.95])
    chance_low, chance_high = within.quantile([0.05, 0.95]) + values.mean()
    return {"mean": values.mean(), "low": low, "high": high, "chance_low": chance_low, "chance_high": chance_high}


def _written(rows: pd.DataFrame, unit: words.Unit) -> pd.DataFrame:
    measures = ["mean", "low", "high", "chance_low", "chance_high"]
    return rows.assign(**{name: rows[name] * unit.factor for name in measures})


def _range(row: object, unit: words.Unit) -> str:
    return words.between(float(row.low), float(row.high), unit)  # type: ignore[attr-defined]


def _line_legend(series: tuple[Series, ...]) -> tuple[LegendItem, ...]:
    lines = [LegendItem(s.title, s.colour, "line", s.dash) for s in series]
    last = series[-1].colour
    return (
        *lines,
        LegendItem("90% interval, all causes", f"{last}-full", "band"),
        LegendItem("90% interval, luck alone", f"{last}-chance", "band"),
    )


def _yearly_table(
    rows: pd.DataFrame,
    series: tuple[Series, ...],
    unit: words.Unit,
    caption: str,
    written: Callable[[float, words.Unit], str] = words.number,
) -> Table:
    """December values; one group of columns a scenario."""
    yearly = rows[rows["period"].str.endswith("-12")]
    headers = ["December of"]
    for s in series:
        headers += [s.title, f"{s.title}, 90% interval", f"{s.title}, luck alone"]
    indexed = yearly.set_index(["period", "scenario"])
    cells = []
    for period in sorted(set(yearly["period"])):
        line = [period[:4]]
        for s in series:
            row = indexed.loc[(period, s.name)]
            line += [
                written(row["mean"], unit),
                words.between(row["low"], row["high"], unit),
                words.between(row["chance_low"], row["chance_high"], unit),
            ]
        cells.append(line)
    return Table(caption, tuple(headers), cells, _csv(rows))


def _edges(points: np.ndarray) -> tuple[np.ndarray, int]:
    """Five even steps up from zero, in round numbers, that hold all but the highest fiftieth of the areas.

    Returns the four inner edges in percentage points and how many decimals they need.
    """
    top = max(float(np.quantile(points, 0.98)), 0.05)
    raw = top / len(STEPS)
    power = 10.0 ** np.floor(np.log10(raw))
    width = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    decimals = next(d for d in range(6) if abs(round(width, d) - width) < 1e-9)
    return np.round(width * np.arange(1, len(STEPS)), 6), decimals


def _map_legend(edges: np.ndarray, decimals: int, some_less: bool) -> tuple[LegendItem, ...]:
    marks = [0.0, *(float(edge) for edge in edges)]
    labels = [f"{a:.{decimals}f} to {b:.{decimals}f}" for a, b in zip(marks, marks[1:], strict=False)]
    labels.append(f"{marks[-1]:.{decimals}f} or more")
    items = [LegendItem(f"{label} points", colour) for label, colour in zip(labels, STEPS, strict=True)]
    return (LegendItem("Less than 0", "less"), *items) if some_less else tuple(items)


def _csv(rows: pd.DataFrame) -> str:
    return rows.to_csv(index=False, float_format="%.6g")
