"""Files of fits and validations: manifests, which say what a folder holds, and texts written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from experiments.store import MANIFEST
from model.errors import InputError


def fit_manifest(folder: Path) -> dict[str, Any]:
    """What a fit is of and what it found. InputError where there is no fit."""
    return _manifest(folder, "not a fit", "a folder that `uptake calibrate` wrote")


def validation_manifest(folder: Path) -> dict[str, Any]:
    """What was validated, with its parts, bars and sentences. InputError where there is no validation."""
    return _manifest(folder, "not a validation", "a folder that `uptake validate --out` wrote")


def write_json(file: Path, content: Mapping[str, Any]) -> None:
    """Write a file of JSON, keys in order, at once or not at all."""
    write_text(file, json.dumps(content, indent=1, sort_keys=True) + "\n")


def write_text(file: Path, text: str) -> None:
    """Write a file at once or not at all."""
    temporary = file.with_name(f".{file.name}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)


def _manifest(folder: Path, problem: str, allowed: str) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise InputError(problem, file=folder, allowed=allowed) from None
    return manifest
