"""What `uptake evidence check` asks of the targets: every fitted figure used or left out with a reason, none of another
role, every file of evidence readable, and totals that are the sum of their parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from calibration import evidence_reader
from calibration.roles import TARGETS, load_targets
from calibration.targets.catalogue import all_targets
from calibration.targets.not_fitted import NOT_FITTED, NotFitted
from calibration.targets.survey_error import FILE, read_survey_errors
from calibration.targets.target import Row, Target, figure_key
from calibration.totals import totals_off
from model.errors import InputError
from scenarios.regions_io import load_national
from scenarios.yaml_io import shown_path

if TYPE_CHECKING:
    import pandas as pd

_USE = "lfs_uk_use"


def fitted_rows() -> list[Row]:
    """Every figure with the role fit."""
    return list(evidence_reader.load("fit", purpose="fit").to_dict("records"))


def coverage_problems(
    rows: Iterable[Row], targets: Sequence[Target], left_out: Sequence[NotFitted] = NOT_FITTED
) -> list[InputError]:
    """Fitted figures that no target uses and nobody left out, or both at once; targets of figures with another role;
    reasons without a figure."""
    file = shown_path(TARGETS)
    used = {figure: target.id for target in targets for figure in target.figures}
    found, seen, reasons = [], set(), set()
    for row in rows:
        name = figure_key(row)
        seen.add(name)
        reason = next((left for left in left_out if left.holds(row)), None)
        if reason is not None:
            reasons.add(id(reason))
        if reason is None and name not in used:
            message = "a fitted figure is no target and no reason leaves it out"
        elif reason is not None and name in used:
            message = f"a figure is left out and a target as well ({used[name]})"
        else:
            continue
        found.append(InputError(message, file=file, key=f"block {row['block']}", value=name))
    found += [
        InputError("a target's figure does not have the role fit", file=file, key=used[name], value=name)
        for name in used
        if name not in seen
    ]
    found += [
        InputError("a reason leaves out figures that are not there", file=file, key=f"block {left.block}")
        for left in left_out
        if id(left) not in reasons
    ]
    return found


def total_problems() -> list[InputError]:
    """Totals of the main series that are not the sum of their parts, held-out rows among them: names, never values."""
    adults = load_national()["uk_adults"]

    def off(rows: pd.DataFrame) -> list[str]:
        return totals_off(rows, adults)

    return [InputError("a total is off", file=_USE, key=name) for name in evidence_reader.names_found(_USE, off)]


def file_problems() -> list[InputError]:
    """Files of evidence that nobody reads, and rows of the table of survey errors that are wrong."""
    known = {f"{name}.csv" for name in load_targets().carried()} | {"sources.csv", FILE.name}
    found = [
        InputError("no table of targets.yaml reads the file", file=shown_path(path), allowed=sorted(known))
        for path in sorted(evidence_reader.EVIDENCE.rglob("*.csv"))
        if path.name not in known
    ]
    try:
        errors = read_survey_errors()
    except InputError as error:
        return [*found, error]
    sources = set(evidence_reader.load_sources()["source_id"])
    for number, row in errors.iterrows():
        place = {"file": shown_path(FILE), "key": f"row {number}"}
        if row["source_id"] not in sources:
            found.append(InputError("the source is not listed in sources.csv", **place, value=row["source_id"]))
        if not row["low"] <= row["size"] <= row["high"]:
            found.append(InputError("size is outside its range", **place, value=row["size"]))
    return found


def target_problems() -> list[InputError]:
    """Everything the checks above find."""
    return [*coverage_problems(fitted_rows(), all_targets()), *total_problems(), *file_problems()]
