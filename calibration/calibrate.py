"""The fit from end to end: module after module on the same draws of all that is not fitted, joined at the end."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from calibration.budget import N_DRAWS, Plan, plans
from calibration.cluster import cluster_spread
from calibration.evidence_reader import split_hash
from calibration.files import fit_manifest, write_json
from calibration.fit.acceptance import effective_sample_size
from calibration.module_fit import ModuleFit, add_third_opinion, fit_module, read_module_fit
from calibration.module_runs import Setting
from calibration.modules import NAMES, Module, check_names, load_module, sampled_parameters
from calibration.posterior_candidate import accept_candidate, check_candidate, write_candidate
from calibration.run_table import Progress, latin_hypercube
from calibration.same_model import check_same_model
from experiments.runner import MAX_SEED, check_count, spread
from experiments.store import MANIFEST, model_version, package_version, prepare_folder
from model.posterior import LABELS
from model.storage import content_hash

POSTERIOR = "posterior"
INFORMATION = ("model_version", "version")
"""Parts of a manifest that two runs of one fit may differ in: whether the model is the same is tried, not read."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be fitted, and where."""

    out: Path
    targets: tuple[str, ...] = NAMES
    budget: int | None = None
    """runs in all; None: as many as the fit is made for"""
    quick: bool = False
    seed: int = 1


def run_calibration(
    request: Request,
    *,
    jobs: int | None = None,
    cluster: str | None = None,
    progress: Progress = lambda done, total, text: None,
) -> dict[str, Any]:
    """Fit, or go on with a fit, or read one that is done; returns its manifest.

    Raises InputError before any run for input that cannot be used.
    """
    names = check_names(request.targets)
    check_count("--seed", request.seed, 0, MAX_SEED)
    planned = plans(names, request.budget, request.quick)
    modules = [load_module(name) for name in names]
    inputs = fit_inputs(modules, planned, request)
    identity = content_hash({key: value for key, value in inputs.items() if key not in INFORMATION})
    with cluster_spread(cluster) if cluster else nullcontext(partial(spread, jobs=jobs)) as spread_tasks:
        if not prepare_folder(request.out, identity):
            request.out.mkdir(parents=True, exist_ok=True)
            write_json(request.out / MANIFEST, {**inputs, "identity": identity, "started": _now(), "finished": None})
        manifest = fit_manifest(request.out)
        if manifest["finished"] is None:
            setting = Setting(request.out, request.seed, spread_tasks, progress)
            manifest |= _fit(modules, planned, manifest, setting)
            write_json(request.out / MANIFEST, manifest)
    return manifest


def add_third_opinions(request: Request, progress: Progress = lambda done, total, text: None) -> None:
    """Fit every module of a finished fit once more by pyABC, for its table of second opinions; nothing else changes.

    Raises InputError where pyABC is not installed.
    """
    names = check_names(request.targets)
    for number, name in enumerate(names):
        progress(number, len(names), f"{name}: third opinion")
        add_third_opinion(read_module_fit(request.out, load_module(name)), request.out, request.seed)


def accept_fit(out: Path) -> Path:
    """Make the candidate of a finished fit the posterior that ships with the model; returns its folder.

    Raises InputError for a quick fit, one of some modules only, other figures or roles than now, or another model.
    """
    candidate = out / POSTERIOR
    plain = check_candidate(candidate)
    for name in NAMES:
        check_same_model(out, load_module(name), plain["plans"][name]["n_adults"])
    return accept_candidate(candidate)


def fit_inputs(modules: list[Module], planned: dict[str, Plan], request: Request) -> dict[str, Any]:
    """Everything that decides a fit, as it stands in its manifest."""
    targets = [(target.id, target.value, target.error) for module in modules for target in module.targets]
    return {
        "split": split_hash(),
        "targets": content_hash(targets),
        "model_version": model_version(),
        "version": package_version(),
        "seed": request.seed,
        "budget": sum(plan.runs for plan in planned.values()),
        "quick": request.quick,
        "complete": [module.name for module in modules] == list(NAMES),
        "plans": {name: asdict(plan) | {"waves": list(plan.waves)} for name, plan in planned.items()},
    }


def _fit(modules: list[Module], planned: dict[str, Plan], manifest: dict[str, Any], setting: Setting) -> dict[str, Any]:
    """Fit the modules in turn and write the candidate; returns what the manifest gains."""
    parameters = sampled_parameters()
    points = latin_hypercube(N_DRAWS, len(parameters), setting.seed, "not fitted")
    weights = np.ones(N_DRAWS)
    fits: list[ModuleFit] = []
    for module in modules:
        check_same_model(setting.folder, module, planned[module.name].n_adults)
        fits.append(fit_module(module, planned[module.name], points, setting))
        # Everything else of a draw stays what it was: a later module takes it as given.
        points, weights = fits[-1].points, weights * fits[-1].weights * N_DRAWS
    checks = {fit.runs.module.name: fit.checks for fit in fits}
    unfitted = {parameter.name: LABELS[-1] for parameter in parameters if parameter.fitted_in}
    shipped = {key: value for key, value in manifest.items() if key not in ("started", "finished")} | {
        "fitted_on": datetime.now(UTC).date().isoformat(),
        "runs": {name: own.pop("runs") for name, own in checks.items()},
        "labels": unfitted | {name: label for own in checks.values() for name, label in own.pop("labels").items()},
        "discrepancy": {
            f"{name}: memory" if group == "memory" else group: size
            for name, own in checks.items()
            for group, size in own.pop("discrepancy").items()
        },
        "checks": checks | {"effective_sample_size": effective_sample_size(weights)},
    }
    write_candidate(setting.folder / POSTERIOR, parameters, points, weights, shipped)
    return {"finished": _now(), **shipped}


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
