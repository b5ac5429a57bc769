"""A folder of result tables with its manifest: complete, or not there."""

import hashlib
import json
import os
import platform
import shutil
import tempfile
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model.errors import InputError
from model.storage import source_hash

MANIFEST = "manifest.json"
_TEXT_COLUMNS_TO_PACK = ("run_id", "scenario", "region", "design_point", "period", "indicator", "group_by", "group", "unit",
                         "programme", "area_code", "authority", "first_period", "audience", "technology", "effect", "hub_id",
                         "kind", "size_band", "sector", "instrument", "number", "status")  # fmt: skip


def model_version() -> str:
    """Hash of the sources that decide results: code of model, scenarios and experiments with their tables."""
    root = Path(__file__).parent.parent
    files = [
        f
        for room in ("model", "scenarios", "experiments")
        for f in (root / room).rglob("*")
        if f.suffix in (".py", ".csv")
    ]
    return source_hash(*(f for f in files if "regions" not in f.parts))[:16]


def platform_fingerprint() -> dict[str, str]:
    """What decides bits besides the inputs."""
    import numba

    return {
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "numba": numba.__version__,
    }


def package_version() -> str:
    """Version of the installed distribution, or "source" in a checkout that is not installed."""
    try:
        return version("uptake")
    except PackageNotFoundError:
        return "source"


def table_hash(table: pd.DataFrame) -> str:
    """Hash of a table's contents, whatever the order of its rows."""
    plain = table.astype({name: str for name in table.columns if table[name].dtype == "category"})
    rows = np.sort(pd.util.hash_pandas_object(plain, index=False).to_numpy())
    return hashlib.sha256(rows.tobytes() + repr(list(table.columns)).encode()).hexdigest()[:16]


def prepare_folder(out: Path, identity: str) -> bool:
    """Check that results can go to `out` before any work starts; True if the same results are there already.

    Raises InputError for a file, a folder with other inputs or other content, or a folder that cannot be written.
    """
    if out.is_dir():
        manifest = out / MANIFEST
        if manifest.exists():
            try:
                found = json.loads(manifest.read_text(encoding="utf-8")).get("identity")
            except (ValueError, AttributeError):
                found = None
            if found == identity:
                return True
            raise InputError("folder holds results of other inputs", key="--out", value=str(out),
                             allowed="a new or empty folder")  # fmt: skip
        if any(out.iterdir()):
            raise InputError("folder is not empty", key="--out", value=str(out), allowed="a new or empty folder")
    elif out.exists():
        raise InputError("is a file", key="--out", value=str(out), allowed="a folder")
    parent = next(folder for folder in (out.absolute(), *out.absolute().parents) if folder.exists())
    try:
        # Only trying tells: the permissions of /proc, for one, say that it can be written.
        if not parent.is_dir() or not os.access(parent, os.W_OK):
            raise PermissionError
        probe = tempfile.mkdtemp(prefix=f".{out.name}.", dir=parent)
    except OSError:
        raise InputError(
            "folder cannot be written", key="--out", value=str(out)[:200], allowed="a folder you may write to"
        ) from None
    os.rmdir(probe)
    return False


def save(out: Path, tables: dict[str, pd.DataFrame], manifest: dict[str, Any]) -> dict[str, Any]:
    """Write tables and manifest under a temporary name and rename; returns the manifest as written."""
    manifest = manifest | {
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": package_version(),
        "platform": platform_fingerprint(),
        "tables": {name: {"rows": len(table), "hash": table_hash(table)} for name, table in sorted(tables.items())},
    }
    out.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    temporary.chmod(0o755)
    try:
        for name, table in tables.items():
            pack = [column for column in _TEXT_COLUMNS_TO_PACK if column in table.columns]
            table.astype(dict.fromkeys(pack, "category")).to_parquet(
                temporary / f"{name}.parquet", index=False, compression="zstd"
            )
        (temporary / MANIFEST).write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        if out.is_dir():
            out.rmdir()
        temporary.rename(out)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return manifest


def load(folder: Path) -> tuple[dict[str, pd.DataFrame], dict[str, Any]]:
    """Read a results folder; raises InputError if it is none."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        raise InputError("no results there", file=folder, key=MANIFEST, allowed="a folder written by `uptake compare`")
    tables = {}
    for file in sorted(folder.glob("*.parquet")):
        try:
            tables[file.stem] = pd.read_parquet(file)
        except (OSError, ValueError) as error:
            raise InputError("damaged table", file=file, value=type(error).__name__, allowed="Parquet") from None
    try:
        return tables, json.loads(manifest.read_text(encoding="utf-8"))
    except ValueError:
        raise InputError("damaged manifest", file=manifest, allowed="JSON as `uptake compare` wrote it") from None
