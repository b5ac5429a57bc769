"""Firms of one set of twins as tables: levels, firm-by-firm comparison, displacement; and what hubs carried."""

import numpy as np
import pandas as pd

from experiments.labels import labelled, repeated, tiled
from experiments.runner import RunInput
from model.calendar import month_label
from model.firm_outcomes import FIRM_INDICATORS, count_firm_twins, firm_indicator_values
from model.region_model import RegionModel
from model.state import TOLD_OPEN
from model.technologies import N_TECHNOLOGIES, TECHNOLOGIES

ALL_TECHNOLOGIES = "all"
"""In table firm_twins: uses of any technology, added up"""
EFFECTS = ("firms", "jobs", "gva")
"""Totals compared between twins in table firm_effects: open firms, jobs, GBP of value added a year"""
ALL_TECHNOLOGY_BITS = TOLD_OPEN - 1


def firm_run_tables(model: RegionModel, run: RunInput, keep_detail: bool) -> dict[str, pd.DataFrame]:
    """Tables of one run by name; empty ones where the region has no firms or hubs."""
    tables = {"hubs": _hubs(model, run)}
    if model.world.roster.n > 0:
        tables["firm_series"] = _series(model, run)
        if keep_detail:
            tables["firm_cube"] = _cube(model, run)
            tables["firm_treated"] = _treated(model, run)
            tables["firm_agents"] = _agents(model, run)
    return tables


def firm_twin_tables(base: RegionModel, plan: RegionModel, run: RunInput) -> dict[str, pd.DataFrame]:
    """Tables that compare a plan's firms with the base's; none where the region has no firms."""
    if plan.world.roster.n == 0:
        return {}
    first_treated, about = _help_by_month(base, plan)
    return {
        "firm_twins": _twins(base, plan, first_treated, about, run),
        "firm_effects": _effects(base, plan, first_treated, run),
    }


def _series(model: RegionModel, run: RunInput) -> pd.DataFrame:
    """Monthly totals of all firms, and those of every group in Decembers and the first month."""
    record, weight, cells = model.record, model.world.roster.weight, model.firm_counter.cells
    index = cells.group_index()[1:]
    months = list(record.firm_cube)
    by_group = np.concatenate([cells.group_totals(record.firm_cube[month])[1:] for month in months])
    everyone = firm_indicator_values(np.array(record.firm_months), weight)
    grouped = firm_indicator_values(by_group, weight)
    # A December's births and closures are not a year's: flows are for the monthly totals only.
    stocks = np.array([not entry.flow for entry in FIRM_INDICATORS])
    periods = [month_label(month) for month in record.months]
    rows = [_long(everyone, periods, [("all", "all")] * len(periods), np.ones(len(stocks), bool))]
    periods = [month_label(month) for month in months for _ in index]
    rows.append(_long(grouped, periods, index * len(months), stocks))
    return labelled(pd.concat(rows, ignore_index=True), model.spec.scenario, run)


def _long(values: np.ndarray, periods: list[str], groups: list[tuple[str, str]], kept: np.ndarray) -> pd.DataFrame:
    """One row a value from one row a group and month."""
    entries = [entry for entry, keep in zip(FIRM_INDICATORS, kept, strict=True) if keep]
    return pd.DataFrame(
        {
            "period": repeated(periods, len(entries)),
            "indicator": tiled([entry.name for entry in entries], len(values)),
            "group_by": repeated([dimension for dimension, _ in groups], len(entries)),
            "group": repeated([group for _, group in groups], len(entries)),
            "value": values[:, kept].ravel(),
            "unit": tiled([entry.unit for entry in entries], len(values)),
        }
    )


def _cube(model: RegionModel, run: RunInput) -> pd.DataFrame:
    frames = []
    for month, counts in model.record.firm_cube.items():
        frame = model.firm_counter.cells.table(counts, model.world.roster.weight)
        frame.insert(0, "period", month_label(month))
        frames.append(frame)
    return labelled(pd.concat(frames, ignore_index=True), model.spec.scenario, run)


def _treated(model: RegionModel, run: RunInput) -> pd.DataFrame:
    frames = []
    for delivery in model.firm_deliveries:
        rows = np.asarray(delivery.treated_rows)
        keys = np.asarray(model.world.roster.key)[rows]
        periods = [month_label(int(month)) for month in delivery.first_treated[rows]]
        frames.append(
            pd.DataFrame({"key": keys.astype(str), "programme": delivery.programme.id, "first_period": periods})
        )
    frame = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
    return labelled(frame, model.spec.scenario, run) if len(frame) else frame


def _agents(model: RegionModel, run: RunInput) -> pd.DataFrame:
    """One row a firm, one column a December: bits of technologies in use and 128 for being open; 0 where it is not."""
    states = model.record.firm_states
    ever = np.max(np.stack(list(states.values())), axis=0) > 0
    keys = np.asarray(model.world.roster.key)[ever].astype(str)
    columns = {month_label(month): state[ever] for month, state in states.items()}
    return labelled(pd.DataFrame({"key": keys, **columns}), model.spec.scenario, run)


def _help_by_month(base: RegionModel, plan: RegionModel) -> tuple[np.ndarray, list[tuple[np.ndarray, int]]]:
    """First month of help by firm, by either side, and what each of the plan's programmes is about: (months, bits)."""
    first = np.full(plan.world.roster.n, np.iinfo(np.int16).max, np.int16)
    # The treated are those of either side: without this, firms the baseline helps would look like spillover.
    for delivery in (*base.firm_deliveries, *plan.firm_deliveries):
        np.minimum(first, delivery.first_treated, out=first)
    about = []
    for delivery in plan.firm_deliveries:
        bits = sum(1 << TECHNOLOGIES.index(name) for name in delivery.programme.technologies)
        about.append((np.asarray(delivery.first_treated), bits or ALL_TECHNOLOGY_BITS))
    return first, about


def _twins(
    base: RegionModel, plan: RegionModel, first_treated: np.ndarray, about: list[tuple[np.ndarray, int]], run: RunInput
) -> pd.DataFrame:
    """Firm-by-firm comparison each December, by technology and added up over technologies."""
    counter = plan.firm_counter
    cells, before = counter.cells, counter.before_help
    months = [month for month in plan.record.firm_states if month > 0]
    blocks = []
    for month in months:
        treated = (first_treated <= month).astype(np.uint8)
        bits = np.zeros(len(treated), np.uint8)
        for since, technologies in about:
            bits[since <= month] |= technologies
        states = base.record.firm_states[month], plan.record.firm_states[month]
        counts = [
            cells.group_totals(count_firm_twins(*states, before, counter.cell, treated, bits, k, cells.n))
            for k in range(N_TECHNOLOGIES)
        ]
        columns = [_twin_counts(block * plan.world.roster.weight) for block in counts]
        total = sum(columns)
        # Firms are not added up over technologies, uses are.
        total[:, TWIN_COLUMNS.index("beneficiaries")] = columns[0][:, TWIN_COLUMNS.index("beneficiaries")]
        blocks += [*columns, total]
    index = cells.group_index()
    labels = {
        "period": repeated([month_label(month) for month in months], (N_TECHNOLOGIES + 1) * len(index)),
        "technology": tiled([name for name in (*TECHNOLOGIES, ALL_TECHNOLOGIES) for _ in index], len(months)),
        "group_by": tiled([dimension for dimension, _ in index], len(blocks)),
        "group": tiled([group for _, group in index], len(blocks)),
    }
    values = np.concatenate(blocks)
    columns = {name: values[:, column] for column, name in enumerate(TWIN_COLUMNS)}
    return labelled(pd.DataFrame(labels | columns), plan.spec.scenario, run)


TWIN_COLUMNS = (
    "n_base", "n_plan", "n10", "n01", "net", "only_base", "only_plan", "beneficiaries", "beneficiaries_in_state",
    "beneficiaries_in_state_both", "net_beneficiaries", "net_spillover",
)  # fmt: skip
"""Users in each twin; among firms open in both, users under the plan only, under the base only, and the difference (a firm
open in one twin only is never an adoption gained); users open in one twin only; firms helped; what they took up since,
of the technologies they were helped with, and how much of it in the base too; the net of helped and of other firms."""


def _twin_counts(cases: np.ndarray) -> np.ndarray:
    """From firms by case (`count_firm_twins`), shape (rows, 12), to TWIN_COLUMNS."""
    both = cases[:, :8]
    flags = np.arange(8)
    base, plan, treated = flags & 1 == 1, flags & 2 == 2, flags & 4 == 4

    def firms(which: np.ndarray) -> np.ndarray:
        return both[:, which].sum(axis=1)

    only_base, only_plan = cases[:, 8], cases[:, 9]
    n10, n01 = firms(plan & ~base), firms(base & ~plan)
    net_beneficiaries = firms(plan & ~base & treated) - firms(base & ~plan & treated)
    return np.column_stack(
        [
            firms(base) + only_base, firms(plan) + only_plan, n10, n01, n10 - n01, only_base, only_plan,
            firms(treated), cases[:, 10], cases[:, 11], net_beneficiaries, n10 - n01 - net_beneficiaries,
        ]
    )  # fmt: skip


def _effects(base: RegionModel, plan: RegionModel, first_treated: np.ndarray, run: RunInput) -> pd.DataFrame:
    """Totals of all firms in both twins each December, and their difference for the helped and for the others."""
    counter = plan.firm_counter
    cells = counter.cells
    months = [month for month in plan.record.firm_states if month > 0]
    blocks = []
    for month in months:
        treated = first_treated <= month
        for of_base, of_plan in zip(_totals(base, month), _totals(plan, month), strict=True):
            columns = (of_base, of_plan, (of_plan - of_base) * treated, (of_plan - of_base) * ~treated)
            # Whole numbers below 2^53 are exact in bincount's floating point.
            counts = np.column_stack([np.bincount(counter.cell, column, cells.n) for column in columns])
            blocks.append(cells.group_totals(counts.astype(np.int64)) * plan.world.roster.weight)
    index = cells.group_index()
    values = np.concatenate(blocks)
    frame = pd.DataFrame(
        {
            "period": repeated([month_label(month) for month in months], len(EFFECTS) * len(index)),
            "effect": tiled([name for name in EFFECTS for _ in index], len(months)),
            "group_by": tiled([dimension for dimension, _ in index], len(blocks)),
            "group": tiled([group for _, group in index], len(blocks)),
            "base": values[:, 0],
            "plan": values[:, 1],
            "net": values[:, 1] - values[:, 0],
            "net_beneficiaries": values[:, 2],
            "net_others": values[:, 3],
            "displaced": -values[:, 3],
        }
    )
    return labelled(frame, plan.spec.scenario, run)


def _totals(model: RegionModel, month: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Open, jobs and value added of every firm, in the order of EFFECTS."""
    record = model.record
    is_open = (record.firm_states[month] >= TOLD_OPEN).astype(np.int64)
    return is_open, record.firm_jobs[month].astype(np.int64), record.firm_gva[month]


def _hubs(model: RegionModel, run: RunInput) -> pd.DataFrame:
    """Hubs by year: staff hours and hours used in the months in which anyone came, their load and quality weighted by
    hours; people and firms waiting and champions as means over the year's months.
    """
    if not model.record.hubs:
        return pd.DataFrame()
    months = pd.DataFrame(model.record.hubs)
    simulated = pd.Series([month // 12 for month in model.record.months]).value_counts()
    months["year"] = months["month"] // 12
    for column in ("load", "quality"):
        months[column] *= months["hours"]
    for column in ("waiting", "champions"):
        months[column] /= months["year"].map(simulated)
    keys, summed = ["year", "hub_id", "kind"], ["hours", "hours_used", "load", "waiting", "quality", "champions"]
    yearly = months.groupby(keys)[summed].sum().reset_index()
    for column in ("load", "quality"):
        yearly[column] /= yearly["hours"].where(yearly["hours"] > 0)
    yearly.insert(0, "period", [month_label(12 * year + 11) for year in yearly.pop("year")])
    return labelled(yearly, model.spec.scenario, run)
