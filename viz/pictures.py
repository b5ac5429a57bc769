"""From a Comparison to pictures: what difference the plan makes, to whom, where, and at what price.

A title says the finding, and says so when there is none. Nothing here draws.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from model.outcomes import VALUES
from viz import words
from viz.cells import cell_map
from viz.picture import RANGES, IntervalChart, LegendItem, LineChart, MapChart, Picture, Series, Table
from viz.theme import PLAN_COLOURS, STEPS

if TYPE_CHECKING:
    import pandas as pd

    from experiments.compare import Comparison

DASHES = ("solid", "dashdot", "dot")
PEOPLE, SHARE, POUNDS = words.unit_of("people"), words.unit_of("% of adults"), words.unit_of("GBP")
RANGE_HEADERS = ("90% interval, all causes", "90% interval, luck alone")


def title_of(comparison: Comparison, name: str) -> str:
    """A scenario as a reader knows it."""
    return comparison.titles.get(name, name)


def series_of(comparison: Comparison) -> dict[str, Series]:
    """A scenario keeps its colour and dash everywhere: the base is grey and dashed."""
    series = {comparison.base: Series(comparison.base, title_of(comparison, comparison.base), "base", "dash")}
    for i, plan in enumerate(comparison.plans):
        colour, dash = PLAN_COLOURS[i % len(PLAN_COLOURS)], DASHES[i % len(DASHES)]
        series[plan] = Series(plan, title_of(comparison, plan), colour, dash)
    return series


def source_line(comparison: Comparison) -> str:
    """Where the numbers come from, as a chart's last line."""
    from experiments.summary import intervals_title

    inputs = comparison.manifest["inputs"]
    facts = f"{intervals_title(comparison)}; scale {inputs['scale']:g}, seed {inputs['seed']}"
    return f"Source: Uptake {comparison.manifest.get('version', '')}, simulation. {facts}."


def is_uncalibrated(comparison: Comparison) -> bool:
    """Whether the runs draw their parameters from priors rather than from a fit to published figures."""
    return not comparison.manifest.get("calibrated", False)


def over_time(comparison: Comparison, plan: str) -> Picture:
    """The share of adults online, month by month, under both scenarios."""
    series = series_of(comparison)
    base, chosen = series[comparison.base], series[plan]
    bands = comparison.bands("online_share")
    bands = bands[bands["scenario"].isin([base.name, chosen.name])].astype({"period": str, "scenario": str})
    last = bands[bands["period"] == bands["period"].max()].set_index("scenario")
    at = words.month_name(str(bands["period"].max()))
    base_end, plan_end = (words.number(last.loc[s.name, "mean"], SHARE) for s in (base, chosen))
    title = f"{plan_end} of adults are online in {at} with {chosen.title}; {base_end} with {base.title}"
    if plan_end == base_end:
        title = f"{plan_end} of adults are online in {at} with {chosen.title}, and as many with {base.title}"
    return Picture(
        key="over-time",
        title=title,
        unit="Adults who used the internet in the last three months, % of all adults",
        alt=f"Line chart from {words.month_name(bands['period'].min())}. {title}. "
        f"Interval for {chosen.title}: {_interval(last.loc[chosen.name], SHARE)}.",
        note="The pale band shows how far the answer moves when luck and the things we are unsure of both change. "
        "The darker band is luck alone. Nine in ten runs lie inside each band.",
        source=source_line(comparison),
        legend=_line_legend((base, chosen)),
        chart=LineChart(bands, (base, chosen), SHARE),
        table=_yearly_table(bands, (base, chosen), SHARE, f"Adults online, % of adults, {comparison.region_title}"),
    )


def added(comparison: Comparison, plan: str) -> Picture:
    """How many more people are online because of the plan, each December."""
    import pandas as pd

    chosen = series_of(comparison)[plan]
    twins = comparison.tables["twins"]
    periods = sorted(period for period in twins["period"].astype(str).unique() if period.endswith("-12"))
    rows = pd.DataFrame(
        {"scenario": plan, "period": period} | _band(comparison, plan, period, "net") for period in periods
    )
    rows = rows.iloc[_start(rows) :].reset_index(drop=True)
    end = rows.iloc[-1]
    at = words.month_name(str(end["period"]))
    if end["low"] <= 0 <= end["high"]:
        title = f"No measurable difference in {at}: the interval includes zero"
    else:
        more = "more" if end["mean"] > 0 else "fewer"
        title = f"{words.number(abs(end['mean']), PEOPLE)} {more} people are online in {at} because of {chosen.title}"
    base_title = title_of(comparison, comparison.base)
    return Picture(
        key="added",
        title=title,
        unit=f"People online each December with {chosen.title}, minus people online with {base_title}",
        alt=f"Line chart from December {rows['period'].iloc[0][:4]}. {title}. Interval: {_interval(end, PEOPLE)}.",
        note="Each person is followed twice with the same luck, with and without the plan, "
        "so that the difference is the plan’s doing.",
        source=source_line(comparison),
        legend=_line_legend((chosen,)),
        chart=LineChart(rows, (chosen,), PEOPLE, from_zero=True),
        table=_yearly_table(rows, (chosen,), PEOPLE, f"Extra people online because of {chosen.title}", words.change),
    )


def who(comparison: Comparison, plan: str, by: str) -> Picture:
    """Extra people online in the last December, by a grouping of `words.GROUPINGS`."""
    chosen = series_of(comparison)[plan]
    at = comparison.last_period
    rows = comparison.differences("online", at, by)
    rows = rows[rows["plan"] == plan].rename(
        columns={"difference": "mean", "difference_low": "low", "difference_high": "high"}
    )
    places = comparison.tables["places"]
    names = dict(zip(places["authority"], places["authority_name"], strict=True)) if by == "authority" else {}
    order = {group: place for place, group in enumerate(VALUES.get(by, ()))}
    rows = rows.sort_values("group", key=lambda groups: groups.astype(str).map(lambda group: order.get(group, 0)))
    rows["label"] = [names.get(group) or words.group_name(by, group) for group in rows["group"]]
    top = rows.iloc[int(rows["mean"].argmax())]
    grouping, when = words.GROUPINGS[by], words.month_name(at)
    if top["low"] <= 0 or top["mean"] <= 0:
        title = f"{grouping}: no group shows a measurable gain"
    else:
        title = f"{grouping}: the largest gain is {words.number(top['mean'], PEOPLE)} people, “{top['label']}”"
    headers = (grouping, "Extra people online", *RANGE_HEADERS, title_of(comparison, comparison.base), chosen.title)
    cells = [
        [*_cells(row, PEOPLE, words.change), words.number(row["base"], PEOPLE), words.number(row["plan_value"], PEOPLE)]
        for row in rows.to_dict("records")
    ]
    return Picture(
        key="who",
        title=title,
        unit=f"Extra people online in {when} because of {chosen.title}",
        alt=f"Chart of dots with ranges, one row a group. {title}. Interval: {_interval(top, PEOPLE)}.",
        note="The dot is the best estimate. The thin line is the full 90% interval; the thick bar is luck alone. "
        "A line that crosses zero means: no measurable difference.",
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, PEOPLE, chosen.colour),
        table=Table(f"Extra people online in {when}, by {grouping.lower()}", headers, cells, _csv(rows)),
    )


def helped(comparison: Comparison, plan: str) -> Picture:
    """From people helped to extra people online: what deadweight takes and spillover gives."""
    import pandas as pd

    at = comparison.last_period
    columns = {
        "Helped by the plan, and online": "beneficiaries_in_state",
        "Would be online anyway (deadweight)": "beneficiaries_in_state_both",
        "Helped, and online because of it": "net_beneficiaries",
        "Online through others (spillover)": "net_spillover",
    }
    rows = pd.DataFrame({"label": label} | _band(comparison, plan, at, name) for label, name in columns.items())
    gross, anyway = rows["mean"].iloc[:2]
    when = words.month_name(at)
    if gross > 0:
        per_hundred = 100 * anyway / gross
        title = f"Of every 100 people helped who are online in {when}, {per_hundred:.0f} would have been online anyway"
    else:
        title = f"Nobody helped by the plan is online in {when}"
    cells = [_cells(row, PEOPLE, words.number) for row in rows.to_dict("records")]
    table = Table(
        f"From people helped to extra people online, {when}", ("Step", "People", *RANGE_HEADERS), cells, _csv(rows)
    )
    return Picture(
        key="helped",
        title=title,
        unit=f"People in {when}",
        alt=f"Chart of dots with ranges, four rows. {title}.",
        note=f"Deadweight: {_inside_sentence(words.GLOSSARY['Deadweight'])} "
        f"Spillover: {_inside_sentence(words.GLOSSARY['Spillover'])}",
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, PEOPLE, series_of(comparison)[plan].colour),
        table=table,
    )


def where(comparison: Comparison, plan: str) -> Picture:
    """The change in the share online in each small area."""
    base_title, chosen = title_of(comparison, comparison.base), series_of(comparison)[plan]
    areas = comparison.areas(plan, comparison.last_period).reset_index(drop=True)
    points = areas["difference"].to_numpy(float)
    edges, decimals = _edges(points[np.isfinite(points)])
    colours = ("less", *STEPS, "missing")
    step = np.clip(np.searchsorted(edges, points, side="right") + 1, 1, len(STEPS))
    colour = np.select([np.isnan(points), points < 0], [len(colours) - 1, 0], step)
    when = words.month_name(comparison.last_period)
    more, fewer = int((points > 0).sum()), int((points < 0).sum())
    title = f"More people are online in {more:,} of {len(points):,} small areas, and fewer in {fewer:,}"
    rows = [
        [
            str(area["area_name"]),
            str(area["authority_name"]),
            words.number(area["adults"], PEOPLE),
            words.number(area["base_share"], SHARE),
            words.number(area["plan_share"], SHARE),
            words.change(area["difference"], SHARE, decimals=2),
        ]
        for area in areas.to_dict("records")
    ]
    headers = ("Small area", "Council area", "Adults", base_title, chosen.title, "Difference")
    return Picture(
        key="where",
        title=title,
        unit=f"Change in the share of adults online in {when}, {chosen.title} minus {base_title}, percentage points",
        alt=f"Map of {len(areas)} small areas of {comparison.region_title}, in {len(STEPS)} shades. {title}.",
        note="Each cell is the ground nearest to one small area’s middle; it is not a legal boundary. "
        "Small areas hold few people, so read the pattern, not a single cell.",
        source=source_line(comparison),
        legend=_map_legend(edges, decimals, set(colour.tolist())),
        chart=MapChart(cell_map(areas), colour, colours, [f"{row[0]}<br>{row[5]}" for row in rows]),
        table=Table(f"Adults online by small area, % of adults, {when}", headers, rows, _csv(areas)),
    )


def spend_table(comparison: Comparison, plan: str) -> Table:
    """What each programme cost and whom it reached."""
    spend = comparison.spend(plan)
    rows = [
        [
            str(row["title"]),
            words.number(row["spend_gbp"], POUNDS),
            words.between(row["spend_gbp_low"], row["spend_gbp_high"], POUNDS),
            words.number(row["beneficiaries"], PEOPLE),
            words.number(row["completed"], PEOPLE),
        ]
        for row in spend.to_dict("records")
    ]
    when = words.month_name(comparison.until)
    return Table(
        f"Spend and people reached up to {when}, {title_of(comparison, plan)}",
        ("Programme", "Spend", "90% interval", "People helped", "Places, gifts or contacts"),
        rows,
        _csv(spend),
    )


def _band(comparison: Comparison, plan: str, at: str, column: str) -> dict[str, float]:
    band = comparison.band_of(comparison.twin_values(plan, "online", at), column)
    return {"mean": band.value, **{name: getattr(band, name) for name in RANGES}}


def _start(rows: pd.DataFrame) -> int:
    """The December before the plan first changes anything; the first of all if it never does."""
    moved = rows[["mean", "low", "high"]].abs().max(axis=1).to_numpy() > 0
    return max(int(np.argmax(moved)) - 1, 0)


def _interval(row: pd.Series, unit: words.Unit) -> str:
    return words.between(float(row["low"]), float(row["high"]), unit)


def _cells(row: Mapping[Any, Any], unit: words.Unit, written: Callable[[float, words.Unit], str]) -> list[str]:
    chance = words.between(row["chance_low"], row["chance_high"], unit)
    return [str(row["label"]), written(row["mean"], unit), words.between(row["low"], row["high"], unit), chance]


def _line_legend(series: tuple[Series, ...]) -> tuple[LegendItem, ...]:
    last = series[-1].colour
    return (
        *(LegendItem(s.title, s.colour, "line", s.dash) for s in series),
        LegendItem(RANGE_HEADERS[0], f"{last}-full", "band"),
        LegendItem(RANGE_HEADERS[1], f"{last}-chance", "band"),
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
        headers += [s.title, *(f"{s.title}, {header}" for header in RANGE_HEADERS)]
    records = {(row["period"], row["scenario"]): row | {"label": ""} for row in yearly.to_dict("records")}
    cells = []
    for period in sorted(set(yearly["period"])):
        line = [str(period[:4])]
        for s in series:
            line += _cells(records[period, s.name], unit, written)[1:]
        cells.append(line)
    return Table(caption, tuple(headers), cells, _csv(rows))


def _edges(points: np.ndarray) -> tuple[np.ndarray, int]:
    """Five even steps up from zero, in round numbers, that hold all but the highest fiftieth of the areas that gain.

    Returns the four inner edges in percentage points and how many decimals they need.
    """
    gains = points[points > 0]
    top = max(float(np.quantile(gains, 0.98)), 0.05) if len(gains) else 0.05
    raw = top / len(STEPS)
    power = 10.0 ** np.floor(np.log10(raw))
    width = next(m * power for m in (1, 2, 2.5, 5, 10) if m * power >= raw * 0.999)
    decimals = next(d for d in range(6) if abs(round(width, d) - width) < 1e-9)
    return np.round(width * np.arange(1, len(STEPS)), 6), decimals


def _map_legend(edges: np.ndarray, decimals: int, used: set[int]) -> tuple[LegendItem, ...]:
    marks = [0.0, *(float(edge) for edge in edges)]
    labels = [f"{a:.{decimals}f} to {b:.{decimals}f}" for a, b in pairwise(marks)]
    labels.append(f"{marks[-1]:.{decimals}f} or more")
    items = [LegendItem(f"{label} points", colour) for label, colour in zip(labels, STEPS, strict=True)]
    below = [LegendItem("Less than 0", "less")] if 0 in used else []
    missing = [LegendItem("Nobody simulated here", "missing")] if len(STEPS) + 1 in used else []
    return (*below, *items, *missing)


def _inside_sentence(text: str) -> str:
    return text[0].lower() + text[1:]


def _csv(rows: pd.DataFrame) -> str:
    return rows.to_csv(index=False, float_format="%.6g")
