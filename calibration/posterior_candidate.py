"""The candidate of a fit in the shipped format: weighted draws of all sampled parameters, and what is known of them."""

from __future__ import annotations

import csv
import json
import math
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from calibration.evidence_reader import split_hash
from model.errors import InputError
from model.parameters import Parameter, registry
from model.posterior import DRAWS, FOLDER, MANIFEST, check_posterior, load_posterior, read_posterior

SIGNIFICANT_DIGITS = 7


def write_candidate(
    folder: Path,
    parameters: Sequence[Parameter],
    points: np.ndarray,
    weights: np.ndarray,
    manifest: Mapping[str, Any],
) -> None:
    """Write draws.csv and manifest.json; both complete, or nothing.

    points: (n, parameters) in unit prior space; weights (n,), made to add up to 1.
    """
    weights = weights / math.fsum(weights)
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    temporary.chmod(0o755)
    try:
        with (temporary / DRAWS).open("w", encoding="utf-8", newline="") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(["draw", "weight", *(parameter.name for parameter in parameters)])
            for draw, (point, weight) in enumerate(zip(points, weights, strict=True)):
                values = (parameter.quantile(float(u)) for parameter, u in zip(parameters, point, strict=True))
                writer.writerow([draw, _short(weight), *map(_short, values)])
        priors = {parameter.name: parameter.prior_text for parameter in parameters}
        text = json.dumps({**manifest, "priors": priors}, indent=1, sort_keys=True)
        (temporary / MANIFEST).write_text(text + "\n", encoding="utf-8")
        _replace(temporary, folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def check_candidate(candidate: Path) -> Mapping[str, Any]:
    """Check that a candidate may be shipped, the model apart; returns its manifest.

    Raises InputError for a quick fit, one of some modules only, or other figures or roles than now.
    """
    posterior = read_posterior(candidate)
    check_posterior(posterior, registry())
    for key, allowed, problem in (
        ("quick", False, "a quick fit is a trial and is not shipped"),
        ("complete", True, "a fit of some targets only is not shipped"),
        ("split", split_hash(), "figures or their roles have changed since the fit"),
    ):
        found = posterior.manifest.get(key)
        if found != allowed:
            raise InputError(problem, file=candidate / MANIFEST, key=key, value=found, allowed=str(allowed))
    return posterior.manifest


def accept_candidate(candidate: Path, shipped: Path = FOLDER) -> Path:
    """Copy a candidate that was checked to where the model reads it; returns that folder."""
    temporary = Path(tempfile.mkdtemp(prefix=f".{shipped.name}.", dir=shipped.parent))
    temporary.chmod(0o755)
    try:
        for name in (DRAWS, MANIFEST):
            shutil.copyfile(candidate / name, temporary / name)
        _replace(temporary, shipped)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    load_posterior.cache_clear()
    registry.cache_clear()
    return shipped


def _short(value: float) -> str:
    return f"{value:.{SIGNIFICANT_DIGITS}g}"


def _replace(new: Path, folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
    new.rename(folder)
