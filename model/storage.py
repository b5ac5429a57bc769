"""Where derived data is kept: content hashes, the user cache, folders of memory-mapped columns."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock
from platformdirs import user_cache_dir

Columns = dict[str, np.ndarray]


def cache_dir() -> Path:
    """The user's cache folder of Uptake; the environment variable UPTAKE_CACHE_DIR moves it."""
    return Path(os.environ.get("UPTAKE_CACHE_DIR") or user_cache_dir("uptake"))


def content_hash(value: Any) -> str:
    """SHA-256 (64 hex digits) of a value's JSON with sorted keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def source_hash(*files: Path) -> str:
    """Hash of source files, so that what they build is rebuilt when they change."""
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def save_columns(folder: Path, columns: Columns, meta: dict[str, Any]) -> None:
    """Write named arrays and a JSON description as one folder: complete under its name, or absent."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for name, array in columns.items():
            np.save(temporary / f"{name}.npy", array, allow_pickle=False)
        (temporary / "meta.json").write_text(json.dumps(meta, sort_keys=True, indent=1), encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        temporary.rename(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def load_columns(folder: Path) -> tuple[Columns, dict[str, Any]]:
    """Read a folder of arrays, memory-mapped and read-only, with its description."""
    meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
    columns = {file.stem: np.load(file, mmap_mode="r", allow_pickle=False) for file in folder.glob("*.npy")}
    return columns, meta


def cached_columns(folder: Path, build: Callable[[], tuple[Columns, dict[str, Any]]]) -> tuple[Columns, dict[str, Any]]:
    """Read a folder of arrays, building it first if it is not there; one process builds, others wait."""
    if not (folder / "meta.json").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(str(folder) + ".lock"):
            if not (folder / "meta.json").exists():
                save_columns(folder, *build())
    return load_columns(folder)
