"""The prior of the small-area tilt, dated and hashed before any study area is scored.

Schooling and deprivation tilt who is online at the start. No figure of a study area may set how much, so the two priors
were written down first: a score of the areas is refused when they are no longer the ones recorded.
"""

from __future__ import annotations

import json
from pathlib import Path

from model.errors import InputError
from model.parameters import registry
from model.storage import content_hash
from scenarios.yaml_io import shown_path

RECORD = Path(__file__).parents[1] / "tilt_prior.json"
TILTS = ("start_tilt_education", "start_tilt_deprivation")
_FIELDS = ("unit", "value", "low", "high", "prior", "prior_1", "prior_2")


def tilt_prior() -> dict[str, dict[str, float | str]]:
    """The two rows of parameters.csv as they are now: unit, value, bounds and prior by parameter."""
    return {name: {field: getattr(registry()[name], field) for field in _FIELDS} for name in TILTS}


def check_tilt_prior(record: Path = RECORD) -> dict[str, str]:
    """Hash and date of the tilt's prior, for a manifest. InputError when it is not the one that was recorded."""
    recorded = json.loads(record.read_text(encoding="utf-8"))
    found = tilt_prior()
    for name in TILTS:
        if registry()[name].fitted_in:
            raise InputError(
                "the small-area tilt is fitted, so areas are not scored", key=name, value=registry()[name].fitted_in
            )
        for field, value in found[name].items():
            if recorded["prior"][name][field] != value:
                raise InputError(
                    f"the prior of the small-area tilt is not the one recorded on {recorded['date']}; areas are not scored",
                    file=shown_path(record), key=f"{name}.{field}", value=value, allowed=[recorded["prior"][name][field]],
                )  # fmt: skip
    if recorded["hash"] != content_hash(found):
        raise InputError("the recorded hash is not that of the recorded prior", file=shown_path(record), key="hash")
    return {"date": recorded["date"], "hash": recorded["hash"]}
