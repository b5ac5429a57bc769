"""A validation as one HTML document, and its pictures as SVG files beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.files import validation_manifest
from calibration.validation.validation_folder import bars_of, read_table
from viz.document import rendered, write_whole
from viz.picture import Table
from viz.report_sections import Drawing, drawn
from viz.validation_pictures import forecast_pictures, score_pictures

if TYPE_CHECKING:
    import pandas as pd

DOCUMENT = "validation.html"
FORECAST_COLUMNS = {"holdout", "cell", "predictor", "low90"}
SCORE_COLUMNS = {"slice", "predictor", "crps"}
LONG = 60


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the validation."""

    title: str
    says: tuple[str, ...]
    drawings: tuple[Drawing, ...]
    tables: tuple[Table, ...]


def write_validation(folder: Path) -> list[Path]:
    """Write `validation.html` and one SVG a picture into a validation's folder; returns the files.

    Raises InputError where there is no validation, OSError if a file cannot be written.
    """
    manifest = validation_manifest(folder)
    found = [_section(folder, part, _source(manifest)) for part in manifest["parts"].values()]
    files = [
        write_whole(drawing.svg, folder / f"{drawing.picture.key}.svg") for part in found for drawing in part.drawings
    ]
    content = {
        "title": "The model against figures it was not fitted to",
        "bars": _bars(manifest),
        "sections": found,
        "facts": [(name.replace("_", " "), _plain(value)) for name, value in manifest["subject"].items()],
        "long": LONG,
    }
    return [write_whole(rendered("validation.html.j2", content), folder / DOCUMENT), *files]


def _section(folder: Path, part: Mapping[str, Any], source: str) -> Section:
    drawings: list[Drawing] = []
    tables: list[Table] = []
    for name in part["tables"]:
        rows = read_table(folder, name)
        if set(rows.columns) >= FORECAST_COLUMNS:
            drawings += drawn(*forecast_pictures(name, rows, source))
            continue
        if set(rows.columns) >= SCORE_COLUMNS:
            drawings += drawn(*score_pictures(name, part["title"], rows, source))
        tables.append(_table(part["title"], rows))
    return Section(part["title"], tuple(part["says"]), tuple(drawings), tuple(tables))


def _table(caption: str, rows: pd.DataFrame) -> Table:
    """All rows of a table as text."""
    cells = [[_plain(value) for value in row] for row in rows.itertuples(index=False)]
    headers = tuple(str(name).replace("_", " ") for name in rows.columns)
    return Table(f"{caption}: {', '.join(headers[:2])} and what was found", headers, cells, "")


def _bars(manifest: Mapping[str, Any]) -> Table:
    rows = [[bar.part, bar.bar, bar.wanted, bar.measured, "met" if bar.met else "missed"] for bar in bars_of(manifest)]
    met = sum(row[-1] == "met" for row in rows)
    caption = f"Bars declared before any figure held out was opened: {met} of {len(rows)} met"
    return Table(caption, ("Part", "Bar", "Wanted", "Measured", "Verdict"), rows, "", is_text=True)


def _source(manifest: Mapping[str, Any]) -> str:
    subject = manifest["subject"]
    return (
        f"Source: Uptake {manifest['version']}, posterior {subject['posterior']}, split {subject['split'][:12]}, "
        f"seed {subject['seed']}; published figures: see `uptake evidence list`."
    )


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {text}" for name, text in value.items())
    return f"{value:.3g}" if isinstance(value, float) else str(value)
