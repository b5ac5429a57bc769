"""One set of twins: a baseline and plans with the same luck, reduced to tables."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from experiments.firm_twins import firm_run_tables, firm_twin_tables
from experiments.labels import labelled, repeated, tiled
from experiments.programme_numbers import programme_numbers
from experiments.reach import reach_rows
from experiments.runner import MAX_SEED, RunInput, make_model
from model.calendar import month_label
from model.chance import hash_words
from model.outcomes import INDICATORS, TWIN_INDICATORS, indicator, indicator_values, series_rows
from model.programmes.instruments import instrument
from model.programmes.programme import PLACE_INSTRUMENTS
from model.record import Record
from model.region_model import RegionModel
from model.scenario import Scenario
from model.state import ABSENT, N_STATE_CODES
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


def replicate_seed(seed: int, replicate: int) -> int:
    """Seed of a replicate: the same at every design point, so that differences are paired."""
    return hash_words(seed, replicate) % MAX_SEED


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
        for delivery in model.resident_deliveries
        if len(delivery.treated_rows)
    )
    base = make_model(task.run, task.base, watch)
    base.run()
    for model in (base, *plan_models):
        _add(tables, "series", _series(model, task.run))
        _add(tables, "programmes", programme_months(model, task.run))
        _add(tables, "programme_numbers", _numbers(model, task.run))
        _add(tables, "reach", _reach(model, task.run))
        if task.run.design_point == "central":
            # By small area and draw the table would outgrow all others.
            _add(tables, "areas", _areas(model, task.run))
        if task.keep_detail:
            _add(tables, "cube", _cube(model, task.run))
            _add(tables, "treated", _treated(model, task.run))
            _add(tables, "agents", _agents(model, task.run))
        for name, frame in firm_run_tables(model, task.run, task.keep_detail).items():
            _add(tables, name, frame)
    for model in plan_models:
        _add(tables, "twins", _twins(base, model, task.run))
        _add(tables, "cohorts", _cohorts(base.record, model, task.run))
        for name, frame in firm_twin_tables(base, model, task.run).items():
            _add(tables, name, frame)
    return {name: pd.concat(frames, ignore_index=True) for name, frames in tables.items()}


def _rows_and_months(watch: Watch) -> tuple[np.ndarray, np.ndarray]:
    return watch.rows, watch.first_month


def _add(tables: dict[str, list[pd.DataFrame]], name: str, frame: pd.DataFrame) -> None:
    if len(frame):
        tables.setdefault(name, []).append(frame)


def _series(model: RegionModel, run: RunInput) -> pd.DataFrame:
    """Monthly totals of everyone, and those of every group in Decembers and the first month."""
    record, weight, cells = model.record, model.world.weight, model.cells
    index = cells.group_index()
    everyone = indicator_values(np.array(record.code_counts), weight)
    months = list(record.cube)
    side = model.side_cells
    in_groups = index[1:] + side.group_index()
    by_group = [(cells.group_totals(record.cube[m])[1:], side.group_totals(record.side[m])) for m in months]
    values = np.concatenate([everyone, *(indicator_values(np.concatenate(parts), weight) for parts in by_group)])
    groups = [index[0]] * len(record.months) + in_groups * len(months)
    periods = [month_label(month) for month in record.months]
    periods += [month_label(month) for month in months for _ in in_groups]
    names = [entry.name for entry in INDICATORS]
    frame = pd.DataFrame(
        {
            "period": repeated(periods, len(names)),
            "indicator": tiled(names, len(values)),
            "group_by": repeated([dimension for dimension, _ in groups], len(names)),
            "group": repeated([group for _, group in groups], len(names)),
            "value": values.ravel(),
            "unit": tiled([entry.unit for entry in INDICATORS], len(values)),
        }
    )
    return labelled(frame, model.spec.scenario, run)


def programme_months(model: RegionModel, run: RunInput) -> pd.DataFrame:
    """Programmes by month. spend_gbp is all that a programme spends, public_spend_gbp the public part of it;
    private_spend_gbp comes on top, from investors; moved_gbp is what a review brought (below 0: took away).
    """
    audience = {
        programme.id: "places" if programme.instrument in PLACE_INSTRUMENTS else programme.audience
        for programme in model.spec.scenario.programmes
    }
    leverage = {p.id: p.private_gbp_per_public_gbp for p in model.spec.scenario.programmes}
    rows = [
        {
            "period": month_label(entry.month),
            "programme": entry.programme,
            "audience": audience[entry.programme],
            "spend_gbp": entry.spend_pence / PENCE,
            "public_spend_gbp": entry.spend_pence / PENCE / (1.0 + leverage[entry.programme]),
            "private_spend_gbp": entry.private_pence / PENCE,
            "moved_gbp": entry.moved_pence / PENCE,
            "joined": entry.joined,
            "served": entry.served,
            "completed": entry.completed,
            "waiting": entry.waiting,
            "beneficiaries_cum": entry.beneficiaries_cum,
        }
        for entry in model.record.delivery
    ]
    return labelled(pd.DataFrame(rows), model.spec.scenario, run) if rows else pd.DataFrame()


def _reach(model: RegionModel, run: RunInput) -> pd.DataFrame:
    rows = reach_rows(model)
    return labelled(rows, model.spec.scenario, run) if len(rows) else rows


def _numbers(model: RegionModel, run: RunInput) -> pd.DataFrame:
    scenario = model.spec.scenario
    rows = programme_numbers(scenario)
    return labelled(rows, scenario, run) if len(rows) else rows


def _areas(model: RegionModel, run: RunInput) -> pd.DataFrame:
    population = model.world.population
    authority = np.asarray(population.authority_code)[np.asarray(population.area_authority)]
    frames = []
    for month, counts in model.record.areas.items():
        values = series_rows(counts, model.world.weight)
        columns = {name: values[name] for name in ("adults", "online", "never", "foundation")}
        frame = pd.DataFrame({"period": month_label(month), "area_code": population.area_code, "authority": authority})
        frames.append(frame.assign(**columns))
    return labelled(pd.concat(frames, ignore_index=True), model.spec.scenario, run)


def _cube(model: RegionModel, run: RunInput) -> pd.DataFrame:
    frames = []
    for month, counts in model.record.cube.items():
        frame = model.cells.table(counts, model.world.weight)
        frame.insert(0, "period", month_label(month))
        frames.append(frame)
    return labelled(pd.concat(frames, ignore_index=True), model.spec.scenario, run)


def _treated(model: RegionModel, run: RunInput) -> pd.DataFrame:
    frames = []
    for delivery in model.resident_deliveries:
        watch, programme = delivery.treated(), delivery.programme
        if len(watch.rows) == 0:
            continue
        means = instrument(programme.instrument)
        frames.append(
            pd.DataFrame(
                {
                    "key": [str(key) for key in np.asarray(model.world.people.key)[watch.rows]],
                    "programme": programme.id,
                    "first_period": [month_label(int(month)) for month in watch.first_month],
                    "dose": programme.effects[means.DOSE],
                    "dose_unit": means.EFFECTS[means.DOSE],
                }
            )
        )
    return labelled(pd.concat(frames, ignore_index=True), model.spec.scenario, run) if frames else pd.DataFrame()


def _agents(model: RegionModel, run: RunInput) -> pd.DataFrame:
    """One row a resident, one column a December: the state code (model.kernels.state_code), 255 where not resident."""
    ever = np.min(np.stack(list(model.record.codes.values())), axis=0) != ABSENT
    # JSON and spreadsheets lose the digits of 64-bit numbers, so keys are text outside NumPy.
    keys = np.asarray(model.world.people.key)[ever].astype(str)
    codes = {month_label(month): codes[ever] for month, codes in model.record.codes.items()}
    return labelled(pd.DataFrame({"key": keys, **codes}), model.spec.scenario, run)


def _twins(base: RegionModel, plan: RegionModel, run: RunInput) -> pd.DataFrame:
    """Person-by-person comparison each December: in state under the plan only (n10), under the base only (n01)."""
    cells, side, people = plan.cells, plan.side_cells, plan.world.people
    first_treated = np.full(len(people.key), np.iinfo(np.int16).max, np.int16)
    # Beneficiaries are those of either side: without this, people the baseline helps would look like spillover.
    for delivery in (*base.resident_deliveries, *plan.resident_deliveries):
        np.minimum(first_treated, delivery.first_treated, out=first_treated)
    cell = np.empty(len(people.key), np.int32)
    in_state = np.zeros((len(TWIN_INDICATORS), 256), np.int64)
    for position, name in enumerate(TWIN_INDICATORS):
        in_state[position, :N_STATE_CODES] = indicator(name).in_state()
    months = [month for month in plan.record.codes if month > 0]
    blocks = []
    for month in months:
        base_codes, plan_codes = base.record.codes[month], plan.record.codes[month]
        fill_cells(month, plan_codes, people.birth_month, people.disability_onset_month, plan.fixed_cell, cell)
        treated = (first_treated <= month).astype(np.uint8)
        for states in in_state:
            for kind, of_rows in ((cells, cell), (side, plan.side_cell)):
                counts = count_twins(base_codes, plan_codes, of_rows, treated, states, kind.n)
                blocks.append(kind.group_totals(counts))
    index = cells.group_index() + side.group_index()
    labels = {
        "period": repeated([month_label(month) for month in months], len(TWIN_INDICATORS) * len(index)),
        "indicator": tiled([name for name in TWIN_INDICATORS for _ in index], len(months)),
        "group_by": tiled([dimension for dimension, _ in index], len(months) * len(TWIN_INDICATORS)),
        "group": tiled([group for _, group in index], len(months) * len(TWIN_INDICATORS)),
    }
    counts = _twin_counts(np.concatenate(blocks) * plan.world.weight)
    return labelled(pd.DataFrame(labels | counts), plan.spec.scenario, run)


def _twin_counts(totals: np.ndarray) -> dict[str, np.ndarray]:
    """From people by (in state under base, under plan, treated), shape (rows, 8), to the columns of table twins."""
    flags = np.arange(N_TWIN_FLAGS)
    base, plan, treated = flags & 1 == 1, flags & 2 == 2, flags & 4 == 4

    def people(which: np.ndarray) -> np.ndarray:
        return totals[:, which].sum(axis=1)

    n10, n01 = people(plan & ~base), people(base & ~plan)
    net_beneficiaries = people(plan & ~base & treated) - people(base & ~plan & treated)
    return {
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
    return labelled(pd.DataFrame(rows), plan.spec.scenario, run) if rows else pd.DataFrame()
