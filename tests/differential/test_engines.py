"""The columnar engine and the reference, which runs the same month one agent at a time, leave every agent in the same
state every month."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from model.reference import ReferenceModel
from model.reference_residents import ResidentAgent
from model.region_model import RegionModel


def _made_up_worlds() -> ModuleType:
    name = "made_up_worlds"
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec and spec.loader
    sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


worlds = _made_up_worlds()
SHOWN = 8
"""Differences shown when the engines disagree."""


def columns_of(model: RegionModel) -> dict[str, dict[str, np.ndarray]]:
    """The columnar engine's state, as the reference gives it."""
    return {name: getattr(model.world, name)._asdict() for name in ("residents", "households", "firms", "units")}


def keys_of(model: RegionModel, table: str) -> np.ndarray | None:
    world = model.world
    return {"residents": world.population.key, "firms": world.roster.key, "units": world.roster.unit_key}.get(table)


def differences(columnar: RegionModel, reference: ReferenceModel) -> list[str]:
    """Every agent and column in which the engines differ: agent, month, column, both values."""
    found = []
    state = columns_of(columnar)
    for table, columns in reference.state().items():
        assert columns.keys() == state[table].keys(), f"columns of {table}"
        keys = keys_of(columnar, table)
        for name, values in columns.items():
            ours = state[table][name]
            assert ours.dtype == values.dtype, f"type of {table}.{name}"
            for row in np.unique(np.argwhere(ours != values)[:, 0]):
                key = "" if keys is None else f" (key {keys[row]})"
                found.append(
                    f"{table} row {row}{key}, month {columnar.period}, {name}: columns {ours[row]}, reference {values[row]}"
                )
    for name, ours, theirs in (
        ("delivery", columnar.record.delivery, reference.delivery),
        ("hubs", columnar.record.hubs, reference.hub_months),
        ("region", [columnar.world.region], [reference.region]),
    ):
        if ours != theirs:
            pairs = (pair for pair in zip(ours, theirs, strict=False) if pair[0] != pair[1])
            found.append(
                f"{name}, month {columnar.period}: columns and reference {next(pairs, (len(ours), len(theirs)))}"
            )
    return found


def assert_equal_every_month(recipe) -> None:
    inputs = worlds.make_world(recipe).inputs
    columnar, reference = RegionModel(**inputs), ReferenceModel(**inputs)
    while True:
        found = differences(columnar, reference)
        assert not found, "\n".join([f"{len(found)} differences", *found[:SHOWN]])
        if columnar.period == recipe.n_months:
            return
        columnar.step()
        reference.step()


class BackwardsModel(ReferenceModel):
    """The reference with residents taken in the opposite order."""

    def residents(self) -> list[ResidentAgent]:
        return super().residents()[::-1]


def of_random_worlds(n_examples: int):
    """A test of random worlds: the same ones every time, without a store of examples."""
    chosen = settings(
        max_examples=n_examples,
        deadline=None,
        database=None,
        derandomize=True,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    return lambda function: chosen(given(worlds.recipes())(function))


@of_random_worlds(80)
def test_engines_agree_on_every_agent_every_month(recipe):
    assert_equal_every_month(recipe)


@pytest.mark.full
@of_random_worlds(1000)
def test_engines_agree_on_many_more_worlds(recipe):
    assert_equal_every_month(recipe)


@of_random_worlds(10)
def test_the_order_in_which_agents_act_changes_nothing(recipe):
    inputs = worlds.make_world(recipe).inputs
    forwards, backwards = ReferenceModel(**inputs), BackwardsModel(**inputs)
    for _ in range(recipe.n_months):
        forwards.step()
        backwards.step()
    one, other = forwards.state(), backwards.state()
    different = [(t, name) for t, columns in one.items() for name in columns if (columns[name] != other[t][name]).any()]
    assert different == []
    assert forwards.delivery == backwards.delivery
