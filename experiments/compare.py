"""Plans against a baseline: what the twins say, with what certainty."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments import store
from experiments.answers import Answer, make_answer
from experiments.bands import RUN_COLUMNS, Band, band, bands, paired_differences
from experiments.designs import designs
from experiments.firm_compare import FirmComparison
from experiments.gate import pass_gate
from experiments.runner import MAX_SEED, RunInput, check_count, check_scale, spread
from experiments.structures import structure_tasks
from experiments.targets import target_inputs
from experiments.twins import TwinTask, replicate_seed, run_twins
from model.calendar import month_index, month_label
from model.errors import InputError
from model.outcomes import indicator
from model.parameters import central_values, fitted_modules, parameter_draws
from model.programmes.programme import AUDIENCES
from model.storage import content_hash
from scenarios.loader import load_scenario
from scenarios.materials import materials, network_of
from scenarios.number_draws import NumberDraws

SEEDS_PER_DRAW = 2
DEFAULT_DRAWS = 20
Progress = Callable[[int, int, str], None]


@dataclass(slots=True)
class Comparison:
    """Result tables of a baseline and plans on the same luck."""

    base: str
    plans: list[str]
    region: str
    region_title: str
    until: str
    titles: dict[str, str]
    tables: dict[str, pd.DataFrame]
    manifest: dict[str, Any] = field(default_factory=dict)

    @property
    def last_period(self) -> str:
        """The last month for which twins are compared."""
        return str(self.tables["twins"]["period"].astype(str).max()) if "twins" in self.tables else self.until

    @property
    def authority_names(self) -> dict[str, str]:
        """Code of a local authority -> its name."""
        places = self.tables["places"]
        return dict(zip(places["authority"].astype(str), places["authority_name"].astype(str), strict=True))

    def answer(self, plan: str | None = None) -> Answer:
        """One sentence and four tiles for a plan (the first by default)."""
        return make_answer(self, plan or self.plans[0])

    def bands(self, name: str, group_by: str = "all", group: str = "all") -> pd.DataFrame:
        """scenario, period, mean, low, high, chance_low, chance_high, unit for each scenario."""
        series = self.tables["series"]
        rows = series[(series["indicator"] == name) & (series["group_by"] == group_by) & (series["group"] == group)]
        keys = ["scenario", "period"]
        table = bands(rows, keys, "value")
        table["unit"] = indicator(name).unit
        return table.rename(columns={"value": "mean"}).reset_index()

    def twin_values(self, plan: str, name: str, at: str, by: str = "all") -> pd.DataFrame:
        """The rows of table `twins` for a plan, indicator, December and breakdown."""
        twins = self.tables["twins"]
        wanted = (twins["scenario"] == plan) & (twins["indicator"] == name) & (twins["period"] == at)
        return twins[wanted & (twins["group_by"] == by)]

    def differences(self, name: str, at: str | None = None, by: str = "all") -> pd.DataFrame:
        """Plans against the baseline by group: base, plan and paired difference, each with its interval."""
        at = at or self.last_period
        series = self.tables["series"]
        rows = series[(series["indicator"] == name) & (series["period"] == at) & (series["group_by"] == by)]
        return paired_differences(rows, self.base, self.plans).assign(unit=indicator(name).unit)

    def areas(self, plan: str | None = None, at: str | None = None) -> pd.DataFrame:
        """Online share by small area under the baseline and a plan, in per cent; means over replicates."""
        table = self.tables["areas"]
        mean = (
            table[table["period"] == (at or self.last_period)]
            .groupby(["scenario", "area_code"], observed=True)[["adults", "online"]]
            .mean()
        )
        share = 100.0 * mean["online"] / mean["adults"].where(mean["adults"] > 0)
        columns = {"base_share": share[self.base], "plan_share": share[plan or self.plans[0]]}
        result = pd.DataFrame(columns | {"adults": mean["adults"][self.base]})
        result["difference"] = result["plan_share"] - result["base_share"]
        return self.tables["places"].merge(result.reset_index(), on="area_code", how="left")

    def spend(self, plan: str | None = None) -> pd.DataFrame:
        """By programme up to the horizon: spend, served, completed and beneficiaries, with intervals."""
        table = self.tables.get("programmes", pd.DataFrame(columns=["scenario", "programme"]))
        rows = table[table["scenario"] == (plan or self.plans[0])]
        if rows.empty:
            return pd.DataFrame(columns=["programme", "title", "spend_gbp", "served", "completed", "beneficiaries",
                                         "audience"])  # fmt: skip
        totals = rows.groupby([*RUN_COLUMNS, "programme"], observed=True).agg(
            spend_gbp=("spend_gbp", "sum"), served=("served", "sum"), completed=("completed", "sum"),
            beneficiaries=("beneficiaries_cum", "max"),
        )  # fmt: skip
        parts = []
        for column in totals.columns:
            table = bands(totals.reset_index(), ["programme"], column)[[column, "low", "high"]]
            parts.append(table.rename(columns={"low": f"{column}_low", "high": f"{column}_high"}))
        result = pd.concat(parts, axis=1).reset_index()
        result.insert(1, "title", [self.titles.get(str(name), str(name)) for name in result["programme"]])
        whom = dict(zip(rows["programme"].astype(str), rows["audience"], strict=True)) if "audience" in rows else {}
        result["audience"] = [str(whom.get(str(name), "residents")) for name in result["programme"]]
        return result

    def band_of(self, per_run: pd.DataFrame, column: str, best: float | None = None) -> Band:
        """Summarise one number a run (columns design_point and `column`); `best` replaces the mean of central runs."""
        return band(per_run, column, best)

    @property
    def firms(self) -> FirmComparison:
        """What the twins say of firms and hubs."""
        return FirmComparison(self)

    def audiences(self, plan: str) -> tuple[str, ...]:
        """Whom the programmes of a plan and of the base serve: residents, firms; residents if there are none for anyone.

        What opens places (audience "places" of table programmes) serves those whom the others serve there.
        """
        table = self.tables.get("programmes")
        if table is None or "audience" not in table:
            return ("residents",)
        found = set(table.loc[table["scenario"].isin([plan, self.base]), "audience"].astype(str))
        return tuple(name for name in AUDIENCES if name in found) or ("residents",)

    def save(self, folder: Path) -> None:
        """Write tables and manifest to a folder."""
        self.manifest = store.save(folder, self.tables, self.manifest)


def load_comparison(folder: str | Path) -> Comparison:
    """Read a folder written by `run_comparison`; raises InputError if it holds none."""
    tables, manifest = store.load(Path(folder))
    if manifest.get("kind") != "comparison":
        raise InputError("not a comparison", file=folder, key="kind", value=manifest.get("kind"), allowed="comparison")
    inputs = manifest["inputs"]
    return Comparison(
        inputs["base"], inputs["plans"], inputs["region"], manifest["region_title"], inputs["until"],
        manifest["titles"], tables, manifest,
    )  # fmt: skip


def run_comparison(
    base: str,
    plans: list[str],
    region: str,
    *,
    replicates: int = 20,
    draws: int = DEFAULT_DRAWS,
    scale: float = 0.1,
    seed: int = 1,
    until: str = "2030-12",
    parameters: dict[str, float] | None = None,
    out: str | Path | None = None,
    progress: Progress = lambda done, total, text: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Comparison:
    """Run a baseline and plans as twins: `replicates` seeds at central parameters, `draws` posterior draws x 2 seeds.

    Where there are plans, the first seeds are run in other forms of the model, too (experiments.structures). Raises
    InputError before any run for input that cannot be used, and Cancelled when asked to stop.
    """
    check_scale(scale)
    check_count("replicates", replicates, 1, 10_000)
    check_count("draws", draws, 0, 10_000)
    check_count("seed", seed, 0, MAX_SEED)
    until_month = month_index(until, key="until")
    if until_month < 1:
        raise InputError("a run ends after its first month", key="until", value=until, allowed="2013-02 to 2035-12")
    central = central_values(parameters)
    names = [base, *plans]
    scenarios = {name: load_scenario(name, region) for name in names}
    base_name, *plan_names = (load_scenario(name, region).name for name in names)
    if len({base_name, *plan_names}) < len(names):
        shown = ", ".join([base_name, *plan_names])
        raise InputError("scenario named twice", key="plan", value=shown, allowed="different scenarios")
    inputs = {
        "base": base_name, "plans": plan_names, "region": region, "replicates": replicates, "draws": draws,
        "scale": scale, "seed": seed, "until": month_label(until_month), "parameters": parameters or {},
        "targets": target_inputs(list(scenarios.values())),
    }  # fmt: skip
    from scenarios.regions_io import load_region

    region_tables = load_region(region)
    identity = content_hash(
        inputs | {"model": store.model_version(), "region_tables": region_tables.fingerprint,
                  "scenarios": {s.name: s.identity() for s in scenarios.values()}}
    )  # fmt: skip
    if out is not None and store.prepare_folder(Path(out), identity):
        progress(1, 1, "the same results are there already")
        return load_comparison(out)
    progress(0, 1, "reading or building the population")
    _, population = materials(region, scale, 1)
    tasks = _tasks(region, scale, seed, until_month, central, parameters, replicates, draws, scenarios)
    tasks += structure_tasks(tasks)
    for variant in {task.base.network_variant for task in tasks} | {s.network_variant for s in scenarios.values()}:
        network_of(region, scale, 1, variant)
    tasks, decisions = pass_gate(tasks, seed, lambda some: _collect(some, progress, cancelled, "assessing inclusion"))
    tables = _collect(tasks, progress, cancelled)
    tables["places"] = _places(population, region_tables)
    titles = {s.name: s.title for s in scenarios.values()}
    titles |= {p.id: p.title for s in scenarios.values() for p in s.programmes}
    comparison = Comparison(
        base_name, plan_names, region, region_tables.title, month_label(until_month), titles, tables,
        {"kind": "comparison", "identity": identity, "inputs": inputs, "model_version": store.model_version(),
         "region_title": region_tables.title, "titles": titles, "calibrated": bool(fitted_modules()),
         "fitted": list(fitted_modules()),
         "gate": {name: decision.plain() for name, decision in decisions.items()},
         "programmes": {plan.name: designs(plan) for plan in tasks[0].plans}},
    )  # fmt: skip
    if out is not None:
        comparison.save(Path(out))
    return comparison


def _tasks(region, scale, seed, until_month, central, parameters, replicates, draws, scenarios) -> list[TwinTask]:
    """Central parameters with many seeds, then draws of parameters and programme numbers with two seeds each."""
    points = [("central", 0, replicate, central, list(scenarios.values())) for replicate in range(replicates)]
    for draw, values in enumerate(parameter_draws(draws, seed)):
        drawn = [load_scenario(name, region, NumberDraws(draw, draws, seed)) for name in scenarios]
        points += [
            ("posterior", draw, replicate, values | (parameters or {}), drawn) for replicate in range(SEEDS_PER_DRAW)
        ]
    return [
        TwinTask(
            RunInput(region, scale, 1, until_month, replicate_seed(seed, replicate), tuple(sorted(values.items())),
                     point, draw, replicate),
            base,
            tuple(plans),
            keep_detail=point == "central" and replicate == 0,
        )
        for point, draw, replicate, values, (base, *plans) in points
    ]  # fmt: skip


def _collect(
    tasks: list[TwinTask], progress: Progress, cancelled: Callable[[], bool], doing: str = "running twins"
) -> dict[str, pd.DataFrame]:
    parts: dict[int, dict[str, pd.DataFrame]] = {}
    progress(0, len(tasks), doing)
    for number, tables in spread(run_twins, tasks, cancelled):
        parts[number] = tables
        progress(len(parts), len(tasks), doing)
    names = sorted({name for tables in parts.values() for name in tables})
    # In the order of the design, whatever order the runs finished in.
    return {
        name: pd.concat([parts[n][name] for n in sorted(parts) if name in parts[n]], ignore_index=True)
        for name in names
    }


def _places(population, region) -> pd.DataFrame:
    authority_names = dict(zip(region.authorities["authority_code"], region.authorities["authority_name"], strict=True))
    authority = np.asarray(population.authority_code)[np.asarray(population.area_authority)]
    names = dict(zip(region.areas["area_code"], region.areas["area_name"], strict=True))
    return pd.DataFrame(
        {
            "area_code": np.asarray(population.area_code).astype(str),
            "area_name": [names.get(str(code), str(code)) for code in population.area_code],
            "authority": authority.astype(str),
            "authority_name": [authority_names[str(code)] for code in authority],
            "latitude": np.asarray(population.area_latitude),
            "longitude": np.asarray(population.area_longitude),
        }
    )
