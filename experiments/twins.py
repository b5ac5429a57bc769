"""One set of twins: a baseline and plans with the same luck, reduced to tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.runner import RunInput, make_model
from model.calendar import is_december, month_label
from model.outcomes import GROUP_LABELS, TWIN_INDICATORS, Cells, indicator, series_rows
from model.region_model import Record, RegionModel
from model.scenario import Scenario
from model.state import ABSENT
from model.tally import N_TWIN_FLAGS, count_twins, fill_cells
from model.world import Watch

PENCE = 100.0


@dataclass(frozen=True, slots=True)
class TwinTask:
    """A baseline and plans to run on the same input."""

    run: RunInput
    base: Scenario
    plans: tuple[Scenario, ...]
    keep_detail: bool
    """also keep the cube, the treated and the state of every agent"""


def run_twins(task: TwinTask) -> dict[str, pd.DataFrame]:
    """Run the plans, then the baseline following those the plans treated; returns tables by name."""
    tables: dict[str, list[pd.DataFrame]] = {}
    plan_models = []
    for plan in task.plans:
        model = make_model(task.run, plan)
        model.run()
        plan_models.append(model)
    watch = tuple(
        Watch(f"{model.spec.scenario.name}/{delivery.programme.id}", *_rows_and_months(delivery.treated()))
        for model in plan_models
        for delivery in model.deliveries
        if len(delivery.treated_rows)
    )
    base = make_model(task.run, task.base, watch)
    base.run()
    for model in (base, *plan_models):
        _add(tables, "series", _series(model, task.run))
        _add(tables, "programmes", _programmes(model, task.run))
        _add(tables, "areas", _areas(model, task.run))
        if task.keep_detail:
            _add(tables, "cube", _cube(model, task.run))
            _add(tables, "treated", _treated(model, task.run))
            _add(tables, "agents", _agents(model, task.run))
    for model in plan_models:
        _add(tables, "twins", _twins(base, model, task.run))
        _add(tables, "cohorts", _cohorts(base.record, model, task.run))
    return {name: pd.concat(frames, ignore_index=True) for name, frames in tables.items()}


def _rows_and_months(watch: Watch) -> tuple[np.ndarray, np.ndarray]:
    return watch.rows, watch.first_month


def _add(tables: dict[str, list[pd.DataFrame]], name: str, frame: pd.DataFrame) -> None:
    if len(frame):
        tables.setdefault(name, []).append(frame)


def _labels(frame: pd.DataFrame, model: RegionModel, run: RunInput) -> pd.DataFrame:
    """Put the columns that tell runs apart in front."""
    front = {
        "scenario": model.spec.scenario.name,
        "region": run.region,
        "design_point": run.design_point,
        "draw": run.draw,
        "replicate": run.replicate,
    }
    for position, (name, value) in enumerate(front.items()):
        frame.insert(position, name, value)
    return frame


def _series(model: RegionModel, run: RunInput) -> pd.DataFrame:
    record, weight = model.record, model.world.weight
    blocks = []

    def block(periods: list[str], group_by: str, groups: tuple[str, ...], counts: np.ndarray) -> None:
        for name, values in series_rows(counts, weight).items():
            blocks.append(
                pd.DataFrame(
                    {
                        "period": np.repeat(periods, len(groups)),
                        "indicator": name,
                        "group_by": group_by,
                        "group": np.tile(groups, len(periods)),
                        "value": values,
                        "unit": indicator(name).unit,
                    }
                )
            )

    block([month_label(m) for m in record.months], "all", ("all",), np.array(record.code_counts))
    months = list(record.cube)
    for dimension in GROUP_LABELS:
        if dimension != "all":
            groups = model.cells.groups(dimension)
            counts = np.concatenate([model.cells.totals(record.cube[m], dimension) for m in months])
            block([month_label(m) for m in months], dimension, groups, counts)
    return _labels(pd.concat(blocks, ignore_index=True), model, run)


def _programmes(model: RegionModel, run: RunInput) -> pd.DataFrame:
    rows = [
        {
            "period": month_label(entry.month),
            "programme": entry.programme,
            "spend_gbp": entry.spend_pence / PENCE,
            "joined": entry.joined,
            "served": entry.served,
            "completed": entry.completed,
            "waiting": entry.waiting,
            "beneficiaries_cum": entry.beneficiaries_cum,
        }
        for entry in model.record.delivery
    ]
    return _labels(pd.DataFrame(rows), model, run) if rows else pd.DataFrame()


def _areas(model: RegionModel, run: RunInput) -> pd.DataFrame:
    population = model.world.population
    authority = np.asarray(population.authority_code)[np.asarray(population.area_authority)]
    frames = []
    for month, counts in model.record.areas.items():
        values = series_rows(counts, model.world.weight)
        columns = {name: values[name] for name in ("adults", "online", "never", "foundation")}
        frame = pd.DataFrame({"period": month_label(month), "area_code": population.area_code, "authority": authority})
        frames.append(frame.assign(**columns))
    return _labels(pd.concat(frames, ignore_index=True), model, run)


def _cube(model: RegionModel, run: RunInput) -> pd.DataFrame:
    frames = []
    for month, counts in model.record.cube.items():
        frame = model.cells.table(counts, model.world.weight)
        frame.insert(0, "period", month_label(month))
        frames.append(frame)
    return _labels(pd.concat(frames, ignore_index=True), model, run)


def _treated(model: RegionModel, run: RunInput) -> pd.DataFrame:
    frames = []
    for delivery in model.deliveries:
        watch = delivery.treated()
        frames.append(
            pd.DataFrame(
                {
                    "key": [str(key) for key in np.asarray(model.world.people.key)[watch.rows]],
                    "programme": delivery.programme.id,
                    "first_period": [month_label(int(month)) for month in watch.first_month],
                }
            )
        )
    return _labels(pd.concat(frames, ignore_index=True), model, run) if frames else pd.DataFrame()


def _agents(model: RegionModel, run: RunInput) -> pd.DataFrame:
    """One row a resident, one column a December: the state code (model.kernels.state_code), 255 where not resident."""
    ever = np.min(np.stack(list(model.record.codes.values())), axis=0) != ABSENT
    # JSON and spreadsheets lose the digits of 64-bit numbers, so keys are text outside NumPy.
    keys = np.asarray(model.world.people.key)[ever].astype(str)
    codes = {month_label(month): codes[ever] for month, codes in model.record.codes.items()}
    return _labels(pd.DataFrame({"key": keys, **codes}), model, run)


def _twins(base: RegionModel, plan: RegionModel, run: RunInput) -> pd.DataFrame:
    """Person-by-person comparison each December: in state under the plan only (n10), under the base only (n01)."""
    population, cells = plan.world.population, plan.cells
    first_treated = np.full(population.n, np.iinfo(np.int16).max, np.int16)
    for delivery in plan.deliveries:
        np.minimum(first_treated, delivery.first_treated, out=first_treated)
    cell = np.empty(population.n, np.int32)
    frames = []
    for month, plan_codes in plan.record.codes.items():
        if not is_december(month) and month != plan.spec.until_month:
            continue
        people = plan.world.people
        fill_cells(month, plan_codes, people.birth_month, people.disability_onset_month, plan.fixed_cell, cell)
        treated = (first_treated <= month).astype(np.uint8)
        for name in TWIN_INDICATORS:
            in_state = np.zeros(256, np.int64)
            in_state[:48] = indicator(name).in_state()
            counts = count_twins(base.record.codes[month], plan_codes, cell, treated, in_state, cells.n)
            for dimension in GROUP_LABELS:
                totals = cells.totals(counts, dimension) * plan.world.weight
                frames.append(_twin_rows(totals, month, name, dimension, cells))
    return _labels(pd.concat(frames, ignore_index=True), plan, run)


def _twin_rows(totals: np.ndarray, month: int, name: str, dimension: str, cells: Cells) -> pd.DataFrame:
    flags = np.arange(N_TWIN_FLAGS)
    base, plan, treated = flags & 1 == 1, flags & 2 == 2, flags & 4 == 4

    def people(which: np.ndarray) -> np.ndarray:
        return totals[:, which].sum(axis=1)

    n10, n01 = people(plan & ~base), people(base & ~plan)
    net_beneficiaries = people(plan & ~base & treated) - people(base & ~plan & treated)
    return pd.DataFrame(
        {
            "period": month_label(month),
            "indicator": name,
            "group_by": dimension,
            "group": cells.groups(dimension),
            "n_base": people(base),
            "n_plan": people(plan),
            "n10": n10,
            "n01": n01,
            "net": n10 - n01,
            "beneficiaries": people(treated),
            "beneficiaries_in_state": people(plan & treated),
            "beneficiaries_in_state_both": people(plan & base & treated),
            "net_beneficiaries": net_beneficiaries,
            "net_spillover": n10 - n01 - net_beneficiaries,
        }
    )


def _cohorts(base: Record, plan: RegionModel, run: RunInput) -> pd.DataFrame:
    """The treated by months since treatment: how many are in each state, with and without the plan."""
    rows = []
    weight = plan.world.weight
    for (programme, since), counts in sorted(plan.record.cohorts.items()):
        twin = base.cohorts[(f"{plan.spec.scenario.name}/{programme}", since)]
        entry = {"programme": programme, "months_since": since, "treated": counts.sum() * weight}
        for name in TWIN_INDICATORS:
            in_state = indicator(name).in_state().astype(np.int64)
            entry[f"{name}_plan"], entry[f"{name}_base"] = counts @ in_state * weight, twin @ in_state * weight
        rows.append(entry)
    return _labels(pd.DataFrame(rows), plan, run) if rows else pd.DataFrame()


