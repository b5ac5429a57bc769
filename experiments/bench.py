"""Benchmarks: phases of a run per resident and month, on one thread."""

import pandas as pd

from experiments.runner import RunInput, check_scale, make_model
from model.calendar import month_index
from model.parameters import central_values
from scenarios.loader import load_scenario


def time_phases(region: str, scale: float, until: str, runs: int) -> list[tuple[str, pd.DataFrame]]:
    """Seconds and nanoseconds per resident-month of each phase: the median of some runs after one to warm up."""
    import time

    check_scale(scale)
    values = tuple(sorted(central_values().items()))
    run = RunInput(region, scale, 1, month_index(until, key="--until"), 1, values, "central", 0, 0)
    scenario = load_scenario("baseline", region)
    timings, totals = [], []
    resident_months = 0
    for _ in range(runs + 1):
        started = time.perf_counter()
        model = make_model(run, scenario)
        made = time.perf_counter()
        model.run()
        done = time.perf_counter()
        timings.append(model.phase_seconds | {"(make the model)": made - started, "(whole run)": done - started})
        resident_months = int(sum(int(counts.sum()) for counts in model.record.code_counts[1:]))
        totals.append(done - started)
    table = pd.DataFrame(timings[1:]).median()
    frame = pd.DataFrame(
        {
            "phase": table.index,
            "seconds": table.to_numpy().round(4),
            "ns_per_resident_month": (1e9 * table.to_numpy() / resident_months).round(2),
        }
    )
    title = (
        f"{region}, scale {scale:g}, {resident_months:,} resident-months, median of {len(totals[1:])} runs, one thread"
    )
    return [(title, frame)]
