"""Small files of templates and scenarios for the tests of this room."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from model.errors import InputError
from model.scenario import Scenario
from scenarios.catalogue import load_programme
from scenarios.loader import load_plan
from scenarios.programme_in_region import Extent

EXTENT = Extent(500_000, 25_000, ("E07000078",))
WINDOW = {"start": "2027-04", "end": "2030-03"}


def number(value: float, unit: str, **keys: Any) -> dict[str, Any]:
    """A number block of the writer's own."""
    return {"value": value, "unit": unit, "low": value, "high": value, "status": "assumed", "source": "assumption",
            "why": "Ours."} | keys  # fmt: skip


def write_template(folder: Path, name: str, **keys: Any) -> Path:
    """A template with the keys every one needs."""
    return _write(folder / f"{name}.yaml", {"id": name, "title": "Own", "summary": "S.", "strategy": ["G14"], **keys})


def write_scenario(folder: Path, name: str = "plan", **keys: Any) -> Path:
    """A scenario on the baseline unless `extends` says otherwise."""
    return _write(folder / f"{name}.yaml", {"name": name, "title": "T", "summary": "S.", "extends": "baseline", **keys})


def resolved(path: Path) -> Scenario:
    """The scenario in a made-up region."""
    return load_plan(path).for_region(EXTENT)


def fault_of_template(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        load_programme(path)
    return _one_line(str(caught.value))


def fault_of_scenario(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        resolved(path)
    return _one_line(str(caught.value))


def _write(path: Path, data: dict[str, Any]) -> Path:
    path.write_text(yaml.safe_dump(data, sort_keys=False))
    return path


def _one_line(text: str) -> str:
    assert "\n" not in text
    return text
