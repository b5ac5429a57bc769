"""The folder of a validation: a table a file, the bars, and one manifest that says what was validated with what."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.evidence_reader import split_hash
from calibration.files import validation_manifest, write_text
from calibration.validation.bars import Bar, bar_table
from calibration.validation.fitted_draws import check_fit
from calibration.validation.part import Part, Request
from calibration.validation.posterior_used import posterior_of
from calibration.validation.tilt_prior import check_tilt_prior
from experiments.store import MANIFEST, model_version, package_version, table_hash
from model.errors import InputError
from model.posterior import FOLDER, Posterior
from model.storage import content_hash

if TYPE_CHECKING:
    import pandas as pd

BARS = "bars.csv"
NO_POSTERIOR = "none: parameters are drawn from their priors"
UNFINISHED = "none: the fit is not finished"


def subject(request: Request) -> dict[str, Any]:
    """What is validated: split, posterior, model, seed and draws.

    InputError where the split is not the one of the fit or of the shipped posterior, or the tilt's prior has changed.
    """
    if request.fit is not None:
        check_fit(request.fit)
    # The backtest needs no more of a fit than its runs.
    unfinished = request.fit is not None and not (request.fit / "posterior").is_dir()
    posterior = None if unfinished else posterior_of(request.fit)
    if request.fit is None and posterior is not None and posterior.manifest.get("split") != split_hash():
        raise InputError(
            "figures or their roles have changed since the fit, so nothing may be validated with it",
            file=FOLDER, key="split", value=posterior.manifest.get("split"), allowed=split_hash(),
        )  # fmt: skip
    return {
        "split": split_hash(),
        "tilt_prior": check_tilt_prior(),
        "posterior": UNFINISHED if unfinished else drawn_from(posterior),
        "model_version": model_version(),
        "seed": request.seed,
        "draws": request.draws,
    }


def drawn_from(posterior: Posterior | None) -> str:
    """By what a validation names the posterior it is of: a hash of draws and weights (16 hex digits)."""
    if posterior is None:
        return NO_POSTERIOR
    return content_hash([posterior.values.tolist(), posterior.weight.tolist(), *posterior.names])[:16]


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """A table of a validation by the name of its file, without ending."""
    import pandas as pd

    return pd.read_csv(folder / f"{name}.csv")


def open_folder(folder: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest to go on with. InputError for a folder that holds the validation of something else."""
    if not (folder / MANIFEST).exists():
        return {"version": package_version(), "subject": dict(about), "parts": {}}
    manifest = validation_manifest(folder)
    for key, value in about.items():
        if manifest["subject"].get(key) != value:
            raise InputError(
                "holds the validation of something else", file=folder / MANIFEST, key=key,
                value=manifest["subject"].get(key), allowed=f"{value}, or a new folder",
            )  # fmt: skip
    return manifest


def write_part(folder: Path, manifest: dict[str, Any], part: Part) -> None:
    """Add a part to a folder: its tables first, then the bars so far and the manifest, each whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in part.tables.items():
        write_text(folder / f"{name}.csv", table.to_csv(index=False, float_format="%.6g", lineterminator="\n"))
    manifest["parts"][part.name] = {
        "title": part.title,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "tables": {name: table_hash(table) for name, table in part.tables.items()},
        "bars": [asdict(bar) for bar in part.bars],
        "says": list(part.says),
    }
    write_text(folder / BARS, bar_table(bars_of(manifest)).to_csv(index=False, lineterminator="\n"))
    write_text(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def bars_of(manifest: Mapping[str, Any]) -> list[Bar]:
    """The bars of all parts there are."""
    return [Bar(**bar) for part in manifest["parts"].values() for bar in part["bars"]]
