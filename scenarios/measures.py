"""Every measure of the five strategies: what it is in the model, and what carries it."""

import csv
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from model.errors import InputError
from scenarios.catalogue import CATALOGUE
from scenarios.loader import list_scenarios
from scenarios.programme_schema import ScheduledProgramme
from scenarios.quantities import EFFECTS
from scenarios.scenario_schema import UNITS, ScenarioFile
from scenarios.schema_faults import STRICT, Faults, parse
from scenarios.strategies import STRATEGIES, measure_ids
from scenarios.yaml_io import Document, read_yaml

MEASURES = Path(__file__).parent / "measures"
MULTIPLIERS = Path(__file__).parent / "multipliers.csv"

KINDS = ("mechanism", "multiplier", "label")
"""moves the model's state; is a ratio on what the model counts; stands for a package, a rule or an outcome"""

DELIVERY = ("spend", "joined", "completed", "hub_hours_used")
STATES = (
    "motivation",
    "trust",
    "skill",
    "ties",
    "devices",
    "connections",
    "capability",
    "attention",
    "liquidity",
    "belief",
    "services_share",
    "service_skill_threshold",
    "sites_fitted",
    "open_hubs",
)
MOVED = (*DELIVERY, *STATES, *UNITS)
"""what a measure may say that it moves: delivery itself, means and totals of state, indicators"""

RULES = frozenset(
    (*ScheduledProgramme.model_fields, *ScenarioFile.model_fields, *(n for e in EFFECTS.values() for n in e))
)
"""keys of programmes and scenarios, and effects, that can carry a label"""
PLAIN_CARRIERS = ("target", "review", "pilot")


class Measure(BaseModel):
    """A measure that a strategy names."""

    model_config = STRICT

    id: str
    title: str
    kind: str
    moves: list[str] = []
    """of MOVED, in the order of cause and effect"""
    multiplier: str = ""
    """id in multipliers.csv"""
    carried_by: str = ""
    """of a label: package:<scenario>, outcome:<indicator>, rule:<key>, target, review or pilot"""
    note: str


class MeasuresFile(BaseModel):
    """The measures of one strategy."""

    model_config = STRICT

    measures: list[dict[str, Any]]


def load_measures(folder: Path = MEASURES) -> list[Measure]:
    """All measures in the order of their ids, strategy by strategy, checked. Raises InputError at the first fault."""
    multipliers = _multipliers()
    measures = []
    for letter, strategy in STRATEGIES.items():
        document = read_yaml(folder / f"{strategy.name}.yaml")
        found: dict[str, Measure] = {}
        for position in range(len(parse(MeasuresFile, document).measures)):
            path = ("measures", position)
            measure = parse(Measure, document.part(*path), f"measures.{position}")
            fault = Faults(document.part(*path), f"measures.{position}")
            if measure.id in found:
                raise fault.at(("id",), "the measure stands twice", measure.id, None)
            fault.one_of(("id",), measure.id, measure_ids(letter), f"measure of {strategy.title}")
            _check_measure(measure, fault, multipliers)
            found[measure.id] = measure
        _check_complete(letter, found, document)
        measures += [found[name] for name in measure_ids(letter)]
    return measures


def templates_of(measure_id: str) -> list[str]:
    """Ids of the catalogue's templates that carry a measure."""
    return [name for name, strategy in _strategies_of_templates().items() if measure_id in strategy]


@cache
def _strategies_of_templates() -> dict[str, list[str]]:
    """Template -> the measures that it says it carries."""
    paths = sorted(CATALOGUE.glob("*.yaml"))
    return {path.stem: read_yaml(path).data.get("strategy", []) for path in paths}


def _multipliers() -> set[str]:
    with MULTIPLIERS.open(encoding="utf-8", newline="") as stream:
        return {row["id"] for row in csv.DictReader(stream)}


def _check_complete(letter: str, found: Collection[str], document: Document) -> None:
    missing = [name for name in measure_ids(letter) if name not in found]
    if missing:
        raise InputError(
            "missing", file=document.where(), key="measures", value=missing[0], allowed="every measure once"
        )


def _check_measure(measure: Measure, fault: Faults, multipliers: Collection[str]) -> None:
    fault.one_of(("kind",), measure.kind, KINDS, "kind of measure")
    if not measure.note.strip():
        raise fault.at(("note",), "no words", None, "what it is in the model, and what that leaves out")
    wanted = {"mechanism": ("moves",), "multiplier": ("moves", "multiplier"), "label": ("carried_by",)}[measure.kind]
    for key in ("moves", "multiplier", "carried_by"):
        if bool(getattr(measure, key)) != (key in wanted):
            problem = "missing; needed by" if key in wanted else "does not belong to"
            raise fault.at((key,), f"{problem} a measure of kind {measure.kind!r}", None, None)
    for position, name in enumerate(measure.moves):
        fault.one_of(("moves", position), name, MOVED, "indicator")
    if measure.multiplier:
        fault.one_of(("multiplier",), measure.multiplier, multipliers, "multiplier")
    if measure.kind == "label":
        _check_carrier(measure.carried_by, fault)
    elif not templates_of(measure.id):
        raise fault.at(
            ("id",), "no template of the catalogue carries it", measure.id, "a template with it in `strategy`"
        )


def _check_carrier(carried_by: str, fault: Faults) -> None:
    sort, _, name = carried_by.partition(":")
    named = {"package": list_scenarios(), "outcome": UNITS, "rule": RULES}
    if carried_by not in PLAIN_CARRIERS and (sort not in named or not name):
        allowed = [*PLAIN_CARRIERS, "package:<scenario>", "outcome:<indicator>", "rule:<key>"]
        raise fault.at(("carried_by",), "not what can carry a label", carried_by, allowed)
    if name:
        fault.one_of(("carried_by",), name, named[sort], sort)
