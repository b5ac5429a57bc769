"""From a Comparison to pictures of hubs: how busy they are, and who waits for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from viz import words
from viz.picture import LineChart, Picture, Table
from viz.picture_parts import interval_of, line_legend, series_of, source_line, title_of, yearly_table

if TYPE_CHECKING:
    from experiments.compare import Comparison

LOAD, WAITING = words.unit_of("% of hours offered"), words.unit_of("waiting")


def shows_hubs(comparison: Comparison, plan: str) -> bool:
    """Whether anyone comes to a hub or waits for one with the plan."""
    return comparison.firms.has_hubs and plan in set(comparison.tables["hubs"]["scenario"].astype(str))


def busy(comparison: Comparison, plan: str, measure: str) -> Picture:
    """How busy hubs are ("load") or who waits for them ("waiting"), year by year, under scenarios that use them."""
    bands = comparison.firms.hub_bands(measure)
    shown = tuple(s for s in series_of(comparison).values() if s.name in (comparison.base, plan) and s.name in
                  set(bands["scenario"]))  # fmt: skip
    bands = bands[bands["scenario"].isin([s.name for s in shown])]
    unit = LOAD if measure == "load" else WAITING
    chosen = shown[-1]
    own = bands[bands["scenario"] == chosen.name]
    peak = own.iloc[int(own["mean"].argmax())]
    most, year = words.number(peak["mean"], unit), str(peak["period"])[:4]
    if measure == "load":
        title = f"Hubs are busiest in {year}: with {chosen.title}, {most} of the hours offered are used"
        what = "Hours of staff used for those served, % of the hours that hubs offer to programmes"
    else:
        title = f"Most wait in {year}: {most} people or firms in an average month with {chosen.title}"
        what = "People and firms waiting at hubs, average of the year’s months"
    return Picture(
        key=f"hubs-{measure}",
        title=title,
        unit=what,
        alt=f"Line chart from {own['period'].iloc[0][:4]}. {title}. Interval: {interval_of(peak, unit)}.",
        note="Hubs are libraries, community hubs, growth hubs and labs. People and firms may share a hub’s hours. "
        "When most hours are used, fewer of those who come finish. Who waits is not counted here.",
        source=source_line(comparison),
        legend=line_legend(shown),
        chart=LineChart(bands, shown, unit, from_zero=True),
        table=yearly_table(bands, shown, unit, f"{what}, {comparison.region_title}"),
    )


def hub_table(comparison: Comparison, plan: str) -> Table:
    """Load and waiting of each kind of hub in its busiest year with the plan."""
    rows = []
    for kind in comparison.firms.hub_kinds():
        both = {measure: comparison.firms.hub_bands(measure, kind) for measure in ("load", "waiting")}
        own = {measure: bands[bands["scenario"] == plan] for measure, bands in both.items()}
        if own["load"].empty:
            continue
        place = int(own["load"]["mean"].argmax())
        load, waiting = own["load"].iloc[place], own["waiting"].iloc[place]
        rows.append(
            [
                words.HUB_KINDS.get(kind, kind.replace("_", " ").capitalize()),
                str(load["period"])[:4],
                words.number(load["mean"], LOAD),
                interval_of(load, LOAD),
                words.number(waiting["mean"], WAITING),
                interval_of(waiting, WAITING),
            ]
        )
    headers = ("Kind of hub", "Busiest year", "Load", "90% interval", "Waiting, average month", "90% interval")
    return Table(f"Hubs in their busiest year, {title_of(comparison, plan)}", headers, rows, "")
