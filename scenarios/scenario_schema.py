"""A scenario as it stands in a file, before `extends` is followed."""

from collections.abc import Collection
from typing import Any

from pydantic import BaseModel

from model.calendar import month_index
from model.firm_outcomes import FIRM_INDICATORS
from model.outcomes import INDICATORS
from model.programmes.review import REVIEW_RULES, Review
from model.scenario import Target
from scenarios.number_schema import Trend, check_range, check_trend
from scenarios.quantities import Quantity
from scenarios.schema_faults import STRICT, Faults
from scenarios.strategies import check_strategy
from scenarios.yaml_io import Document

UNITS = {entry.name: entry.unit for entry in INDICATORS} | {entry.name: entry.unit for entry in FIRM_INDICATORS}
"""what a target can be about -> its unit"""
REVIEW_EVERY = Quantity("months", 1, 120, whole=True)


class TargetBlock(BaseModel):
    """An indicator that a scenario wants at most or at least so high by a month."""

    model_config = STRICT

    indicator: str
    at_most: float | None = None
    at_least: float | None = None
    by: str


class ReviewBlock(BaseModel):
    """How often, by which rule and how much money a review moves between programmes."""

    model_config = STRICT

    every_months: int
    rule: str
    moved_share: float


class ScenarioFile(BaseModel):
    """One scenario file, before `extends` is followed."""

    model_config = STRICT

    name: str
    title: str
    summary: str
    strategy: list[str] = []
    extends: Any = None
    """a name or path, or a list of them; checked while it is followed"""
    network: str | None = None
    programmes: dict[str, dict[str, Any]] = {}
    trends: dict[str, Trend] = {}
    targets: dict[str, TargetBlock] = {}
    review: ReviewBlock | None = None


def check_scenario(file: ScenarioFile, document: Document, sources: Collection[str], networks: Collection[str]) -> None:
    """Check everything of one scenario file but its programmes, which are checked when complete."""
    fault = Faults(document)
    fault.name(("name",), file.name)
    check_strategy(file.strategy, fault)
    if file.network is not None:
        fault.one_of(("network",), file.network, networks, "network")
    for name, trend in file.trends.items():
        check_trend(name, trend, fault, sources)
    for name, given in file.targets.items():
        _check_target(name, given, fault)
    if file.review is not None:
        fault.one_of(("review", "rule"), file.review.rule, REVIEW_RULES, "rule of reviews")
        check_range(file.review.every_months, REVIEW_EVERY, ("review", "every_months"), fault)
        check_range(file.review.moved_share, Quantity("share"), ("review", "moved_share"), fault)


def target_of(name: str, given: TargetBlock) -> Target:
    """The target as the model has it; the block is checked."""
    return Target(name, given.indicator, given.at_most, given.at_least, month_index(given.by))


def review_of(given: ReviewBlock | None) -> Review | None:
    """The review as the model reads it; the block is checked."""
    return Review(**given.model_dump()) if given is not None else None


def _check_target(name: str, given: TargetBlock, fault: Faults) -> None:
    path = ("targets", name)
    fault.name(path, name)
    fault.one_of((*path, "indicator"), given.indicator, UNITS, "indicator")
    limits = {key: limit for key in ("at_most", "at_least") if (limit := getattr(given, key)) is not None}
    if len(limits) != 1:
        raise fault.at(path, "both at_most and at_least" if limits else "no limit", None, "one of at_most, at_least")
    unit = UNITS[given.indicator]
    for key, limit in limits.items():
        check_range(limit, Quantity(unit, 0, 100 if unit.startswith("%") else 1e12), (*path, key), fault)
    fault.month((*path, "by"), given.by)
