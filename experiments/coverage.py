"""Does every measure of the five strategies work? Each template is run against its twin, and what it moves is noted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from experiments.runner import RunInput, make_model, spread
from model.calendar import month_index
from model.firm_outcomes import FIRM_INDICATORS, firm_indicator_values
from model.outcomes import INDICATORS, indicator_values
from model.parameters import central_values
from model.programmes.programme import AUDIENCES
from model.state import ABSENT
from scenarios.catalogue import load_programme
from scenarios.loader import Plan, extent_of, list_scenarios, load_plan
from scenarios.measures import DELIVERY, Measure, load_measures, templates_of
from scenarios.programme_in_region import Extent
from scenarios.regions_io import load_region

if TYPE_CHECKING:
    import pandas as pd

    from model.region_model import RegionModel

REGION, SEED = "gloucestershire", 1
SCALES = (0.05, 0.5)
"""What moves nothing in a small sample, where one deal may cost more than the sample's share of the money, is tried once
more in a large one"""
START, END, UNTIL = "2023-01", "2024-12", "2025-12"
READ_EVERY_MONTHS = 3
BUDGETS = {"residents": ("budget_gbp_per_adult", 20.0), "firms": ("budget_gbp_per_enterprise", 200.0)}
"""Ample, so that a budget is not what keeps a measure from working in so small a sample"""
WORKS_THROUGH_OTHERS = ("coordinate", "share_data", "assess")
"""Instruments that change how other programmes reach people; alone they have nobody to reach"""
COMPANIONS = ("library-skills", "sme-adviser")
"""Programmes that run beside such instruments, in both twins"""
STATE: dict[str, Callable[[RegionModel], float]] = {
    "motivation": lambda model: _mean_of_residents(model, "motivation"),
    "trust": lambda model: _mean_of_residents(model, "trust"),
    "skill": lambda model: _mean_of_residents(model, "skill"),
    "ties": lambda model: (
        float(model.world.residents.weight_ties.sum()) + float((model.world.residents.session_group >= 0).sum())
    ),
    "devices": lambda model: float((model.world.residents.device > 0).sum()),
    "connections": lambda model: float((model.world.households.connection > 0).sum()),
    "capability": lambda model: _mean_of_firms(model, "capability"),
    "attention": lambda model: _mean_of_firms(model, "attention_dose"),
    "liquidity": lambda model: _mean_of_firms(model, "liquidity_gbp"),
    "belief": lambda model: float(model.world.firms.belief_precision.sum()),
    "services_share": lambda model: model.world.conditions.digital_services_share,
    "service_skill_threshold": lambda model: model.world.conditions.service_skill_threshold,
    "sites_fitted": lambda model: float(sum(e.served for e in model.record.delivery if e.programme in _fitted(model))),
    "open_hubs": lambda model: float(model.world.setting.hubs.is_open(model.period).sum()),
}
"""Means and totals of state by name (scenarios.measures.STATES)"""


@dataclass(frozen=True, slots=True)
class Trial:
    """One template at work: readings by name, in the months read, with it and without it."""

    template: str
    plan: dict[str, np.ndarray]
    base: dict[str, np.ndarray]

    def moved(self) -> frozenset[str]:
        """Readings that differ in any month; on the same luck any difference is the template's doing."""
        return frozenset(
            name for name in self.plan if not np.array_equal(self.plan[name], self.base[name], equal_nan=True)
        )


def trial(template: str, scale: float = SCALES[0]) -> Trial:
    """Run one template of the catalogue and its twin in a sample of the region."""
    alone = trial_plan(template)
    through_others = any(programme.instrument in WORKS_THROUGH_OTHERS for programme, _ in alone.programmes)
    beside = COMPANIONS if through_others else ()
    return Trial(template, _readings(scale, *beside, template), _readings(scale, *beside))


def trial_plan(*templates: str, budget_share: float = 1.0, start: str = START, end: str = END) -> Plan:
    """The baseline with templates of the catalogue on ample budgets, or a share of them."""
    lines = ["name: trial", "title: Trial", "summary: Templates at work on ample budgets.", "extends: baseline"]
    lines += ["programmes:"] if templates else []
    for template in templates:
        key, amount = BUDGETS[_audience(template)]
        lines.append(f"  {template}: {{start: {start}, end: {end}, {key}: {amount * budget_share}}}")
    with TemporaryDirectory() as folder:
        path = Path(folder) / "trial.yaml"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return load_plan(path)


def coverage(progress: Callable[[int, int, str], None] = lambda done, total, text: None) -> pd.DataFrame:
    """One row a measure: id, title, kind, templates, package, last_moved, moved, fault.

    `last_moved` is the furthest downstream of the indicators that the measure names and its templates move, `fault` what
    is wrong, empty if nothing is: a missing template, or a mechanism that moves nothing but its own delivery.
    """
    import pandas as pd

    measures = load_measures()
    named = {measure.id: templates_of(measure.id) for measure in measures}
    moved: dict[str, frozenset[str]] = dict.fromkeys((name for names in named.values() for name in names), frozenset())
    for scale in SCALES:
        still = sorted({
            name for m in measures if m.kind != "label" and not _seen(m, named[m.id], moved) for name in named[m.id]
        })  # fmt: skip
        progress(0, len(still), f"running templates at scale {scale:g}")
        for done, (number, found) in enumerate(spread(_moved, [(name, scale) for name in still]), start=1):
            moved[still[number]] |= found
            progress(done, len(still), f"running templates at scale {scale:g}")
    packages = _packages()
    rows = []
    for measure in measures:
        names = named[measure.id]
        found = frozenset().union(*(moved[name] for name in names))
        seen = [name for name in measure.moves if name in found]
        rows.append(
            {
                "measure": measure.id,
                "title": measure.title,
                "kind": measure.kind,
                "carried_by": ", ".join((*names, *filter(None, (measure.carried_by, measure.multiplier)))),
                "package": next((package for package, used in packages.items() if used & set(names)), ""),
                "last_moved": seen[-1] if seen else "",
                "moved": ", ".join(seen),
                "fault": _fault(measure, names, moved),
            }
        )
    return pd.DataFrame(rows)


def _moved(task: tuple[str, float]) -> frozenset[str]:
    return trial(*task).moved()


def _seen(measure: Measure, templates: list[str], moved: dict[str, frozenset[str]]) -> bool:
    """Whether the templates move something that the measure names, beyond delivery itself."""
    return any(set(measure.moves) & moved[name] - set(DELIVERY) for name in templates)


def _fault(measure: Measure, templates: list[str], moved: dict[str, frozenset[str]]) -> str:
    if measure.kind == "label":
        return ""
    if not templates:
        return "no template carries it"
    return "" if measure.kind == "multiplier" or _seen(measure, templates, moved) else "moves nothing that it names"


def _packages() -> dict[str, set[str]]:
    """Scenario of the library -> templates it schedules."""
    found = {}
    for name in list_scenarios():
        plan = load_plan(name)
        found[name] = {programme.id.partition(".")[0] for programme, _ in plan.programmes}
    return found


def _audience(template: str) -> str:
    """Whose money a template's budget is counted by."""
    given = load_programme(template)
    return getattr(given, "audience", AUDIENCES[0])


@lru_cache(maxsize=2)
def _extent() -> Extent:
    return extent_of(load_region(REGION))


@lru_cache(maxsize=4)
def _readings(scale: float, *templates: str) -> dict[str, np.ndarray]:
    """Readings of one run by name; of the last templates asked for, so that a twin is run once a process."""
    scenario = trial_plan(*templates).for_region(_extent())
    start, until = month_index(START), month_index(UNTIL)
    run = RunInput(REGION, scale, 1, until, SEED, tuple(sorted(central_values().items())), "central", 0, 0)
    model = make_model(run, scenario)
    state: dict[str, list[float]] = {name: [] for name in STATE}

    def note(month: int) -> None:
        if month >= start and (month - start) % READ_EVERY_MONTHS == 0:
            for name, read in STATE.items():
                state[name].append(read(model))

    model.run(note)
    readings = {name: np.array(values) for name, values in state.items()}
    residents = indicator_values(np.array(model.record.code_counts[start:]), 1.0)
    firms = firm_indicator_values(np.array(model.record.firm_months[start:]), 1.0)
    readings |= {entry.name: residents[:, column] for column, entry in enumerate(INDICATORS)}
    readings |= {entry.name: firms[:, column] for column, entry in enumerate(FIRM_INDICATORS)}
    delivered = model.record.delivery
    readings |= {
        "spend": np.array([sum(entry.spend_pence for entry in delivered)]),
        "joined": np.array([sum(entry.joined for entry in delivered)]),
        "completed": np.array([sum(entry.completed for entry in delivered)]),
        "hub_hours_used": np.array([sum(hub.hours_used for hub in model.record.hubs)]),
    }
    return readings


def _mean_of_residents(model: RegionModel, column: str) -> float:
    residents = model.world.residents
    return float(getattr(residents, column)[residents.code != ABSENT].astype(float).mean())


def _mean_of_firms(model: RegionModel, column: str) -> float:
    firms = model.world.firms
    return float(getattr(firms, column)[firms.open > 0].astype(float).mean())


def _fitted(model: RegionModel) -> set[str]:
    return {p.id for p in model.spec.scenario.programmes if p.instrument == "decarbonise"}
