"""From a Comparison to pictures: what difference the plan makes, to whom and where.

A title says the finding, and says so when there is none. Nothing here draws.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from model.outcomes import VALUES
from viz import words
from viz.cells import cell_map
from viz.picture import IntervalChart, LegendItem, LineChart, MapChart, Picture, Table
from viz.picture_parts import (
    RANGE_HEADERS,
    cells_of,
    csv_of,
    first_change,
    inside_sentence,
    interval_of,
    line_legend,
    ranges,
    series_of,
    source_line,
    title_of,
    with_no_peers,
    yearly_table,
)
from viz.theme import STEPS

if TYPE_CHECKING:
    from experiments.compare import Comparison

PEOPLE, SHARE = words.unit_of("people"), words.unit_of("% of adults")


def is_uncalibrated(comparison: Comparison) -> bool:
    """Whether the runs draw their parameters from priors rather than from a fit to published figures."""
    return not comparison.manifest.get("calibrated", False)


def moves_people(comparison: Comparison, plan: str) -> bool:
    """Whether anyone is online under the plan and not without it, or the other way round, in any run."""
    return bool((comparison.twin_values(plan, "online", comparison.last_period)["net"] != 0).any())


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
        f"Interval for {chosen.title}: {interval_of(last.loc[chosen.name], SHARE)}.",
        note="The pale band shows how far the answer moves when luck and the things we are unsure of both change. "
        "The darker band is luck alone. Nine in ten runs lie inside each band.",
        source=source_line(comparison),
        legend=line_legend((base, chosen)),
        chart=LineChart(bands, (base, chosen), SHARE),
        table=yearly_table(bands, (base, chosen), SHARE, f"Adults online, % of adults, {comparison.region_title}"),
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
    rows = rows.iloc[first_change(rows) :].reset_index(drop=True)
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
        alt=f"Line chart from December {rows['period'].iloc[0][:4]}. {title}. Interval: {interval_of(end, PEOPLE)}.",
        note="Each person is followed twice with the same luck, with and without the plan, "
        "so that the difference is the plan’s doing.",
        source=source_line(comparison),
        legend=line_legend((chosen,)),
        chart=LineChart(rows, (chosen,), PEOPLE, from_zero=True),
        table=yearly_table(rows, (chosen,), PEOPLE, f"Extra people online because of {chosen.title}", words.change),
    )


def who(comparison: Comparison, plan: str, by: str) -> Picture:
    """Extra people online in the last December, by a grouping of `words.GROUPINGS`."""
    chosen = series_of(comparison)[plan]
    at = comparison.last_period
    rows = comparison.differences("online", at, by)
    rows = rows[rows["plan"] == plan].rename(
        columns={"difference": "mean", "difference_low": "low", "difference_high": "high"}
    )
    names = comparison.authority_names if by == "authority" else {}
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
        [
            *cells_of(row, PEOPLE, words.change),
            words.number(row["base"], PEOPLE),
            words.number(row["plan_value"], PEOPLE),
        ]
        for row in rows.to_dict("records")
    ]
    return Picture(
        key="who",
        title=title,
        unit=f"Extra people online in {when} because of {chosen.title}",
        alt=f"Chart of dots with ranges, one row a group. {title}. Interval: {interval_of(top, PEOPLE)}.",
        note="The dot is the best estimate. The thin line is the full 90% interval; the thick bar is luck alone. "
        "A line that crosses zero means: no measurable difference.",
        source=source_line(comparison),
        legend=(),
        chart=IntervalChart(rows, PEOPLE, chosen.colour),
        table=Table(f"Extra people online in {when}, by {grouping.lower()}", headers, cells, csv_of(rows)),
    )


def helped(comparison: Comparison, plan: str) -> Picture:
    """From people helped to extra people online: what deadweight takes and spillover gives."""
    import pandas as pd

    from experiments.reached import serves_residents, through_whom
    from experiments.structures import without_peers

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
    if not serves_residents(comparison, plan):
        title = "The plan helps nobody in person: whoever gains does so through services, connections and partners"
    elif gross > 0:
        per_hundred = 100 * anyway / gross
        title = f"Of every 100 people helped who are online in {when}, {per_hundred:.0f} would have been online anyway"
    else:
        title = f"Nobody helped by the plan is online in {when}"
    cells = [cells_of(row, PEOPLE, words.number) for row in rows.to_dict("records")]
    peers = without_peers(comparison.twin_values(plan, "online", at), "net_spillover")
    listed, cells = with_no_peers(rows, cells, peers, PEOPLE)
    table = Table(
        f"From people helped to extra people online, {when}", ("Step", "People", *RANGE_HEADERS), cells, csv_of(listed)
    )
    return Picture(
        key="helped",
        title=title,
        unit=f"People in {when}",
        alt=f"Chart of dots with ranges, four rows. {title}.",
        note=f"Deadweight: {inside_sentence(words.GLOSSARY['Deadweight'])} "
        f"Spillover: others who gain {through_whom(comparison, plan)}{f'; {peers.text()}' if peers else ''}.",
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
        table=Table(f"Adults online by small area, % of adults, {when}", headers, rows, csv_of(areas)),
    )


def _band(comparison: Comparison, plan: str, at: str, column: str) -> dict[str, float]:
    return ranges(comparison.band_of(comparison.twin_values(plan, "online", at), column))


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
