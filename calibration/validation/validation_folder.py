"""The folder of a validation: a table a file, the bars, and one manifest that says what was validated with what."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.evidence_reader import split_hash
from calibration.validation.bars import Bar, bar_table
from calibration.validation.fitted_draws import check_fit
from calibration.validation.part import Part, Request
from calibration.validation.posterior_used import posterior_of
from calibration.validation.tilt_prior import check_tilt_prior
from experiments.store import model_version, package_version, table_hash
from model.errors import InputError
from model.posterior import FOLDER
from model.storage import content_hash

if TYPE_CHECKING:
    import pandas as pd

MANIFEST, BARS = "manifest.json", "bars.csv"
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
    drawn = UNFINISHED if unfinished else NO_POSTERIOR
    if posterior is not None:
        drawn = content_hash([posterior.values.tolist(), posterior.weight.tolist(), *posterior.names])[:16]
    return {
        "split": split_hash(),
        "tilt_prior": check_tilt_prior(),
        "posterior": drawn,
        "model_version": model_version(),
        "seed": request.seed,
        "draws": request.draws,
    }


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a validation. InputError where there is none."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(
            "not a validation", file=folder, allowed="a folder that `uptake validate --out` wrote"
        ) from None
    return manifest


def read_table(folder: Path, name: str) -> pd.DataFrame:
    """A table of a validation by the name of its file, without ending."""
    import pandas as pd

    return pd.read_csv(folder / f"{name}.csv")


def open_folder(folder: Path, about: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest to go on with. InputError for a folder that holds the validation of something else."""
    if not (folder / MANIFEST).exists():
        return {"version": package_version(), "subject": dict(about), "parts": {}}
    manifest = read_manifest(folder)
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
        _write(folder / f"{name}.csv", table.to_csv(index=False, float_format="%.6g", lineterminator="\n"))
    manifest["parts"][part.name] = {
        "title": part.title,
        "finished": datetime.now(UTC).isoformat(timespec="seconds"),
        "tables": {name: table_hash(table) for name, table in part.tables.items()},
        "bars": [asdict(bar) for bar in part.bars],
        "says": list(part.says),
    }
    _write(folder / BARS, bar_table(bars_of(manifest)).to_csv(index=False, lineterminator="\n"))
    _write(folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")


def bars_of(manifest: Mapping[str, Any]) -> list[Bar]:
    """The bars of all parts there are."""
    return [Bar(**bar) for part in manifest["parts"].values() for bar in part["bars"]]


def _write(file: Path, text: str) -> None:
    temporary = file.with_name(f".{file.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, file)
