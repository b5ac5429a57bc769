"""The named model: plain keywords, Mesa's batch runner, and what is collected."""

import inspect

import mesa
import numpy as np
import pytest

from model.errors import InputError
from model.technologies import TECHNOLOGIES
from scenarios.named_model import NamedRegionModel

SCALE = 0.005


@pytest.fixture(scope="module")
def model() -> NamedRegionModel:
    named = NamedRegionModel(scale=SCALE, until="2013-05")
    named.run_model()
    return named


def test_it_runs_to_its_month_and_collects_every_month(model):
    assert model.period == 4 and not model.running
    table = model.datacollector.get_model_vars_dataframe()
    assert len(table) == 4
    assert {"online_share_pct", "hub_load", "hub_waiting"} <= set(table.columns)
    assert {f"{name}_share_pct" for name in TECHNOLOGIES} <= set(table.columns)
    assert table["online_share_pct"].between(50, 100).all()
    assert table["website_share_pct"].between(10, 90).all()


def test_its_agents_are_the_regions_hubs(model):
    libraries = model.agents.select(lambda hub: hub.kind == "library")
    assert len(libraries) > 20
    assert len(model.agents.select(lambda hub: hub.kind == "growth_hub")) == 1
    assert libraries.agg("staffed_hours_week", max) > 20


def test_mesas_batch_runner_takes_it():
    parameters = {"scenario": ["baseline"], "scale": SCALE, "until": "2013-04", "rng": [1, 2]}
    rows = mesa.batch_run(NamedRegionModel, parameters, data_collection_period=1, display_progress=False)
    assert [(row["rng"], row["Step"]) for row in rows] == [(seed, step) for seed in (1, 2) for step in range(3)]
    assert rows[0]["online_share_pct"] != rows[3]["online_share_pct"]
    alone = NamedRegionModel(scale=SCALE, until="2013-04", rng=2)
    alone.run_model()
    assert rows[-1]["online_share_pct"] == alone.online_share_pct()


def test_a_page_can_make_it_again_from_its_keywords(model):
    """What SolaraViz does on reset: the class, called with its keywords, all of which have defaults."""
    keywords = inspect.signature(NamedRegionModel.__init__).parameters
    assert all(keyword.default is not inspect.Parameter.empty for name, keyword in keywords.items() if name != "self")
    again = type(model)(region="gloucestershire", scenario="baseline", scale=SCALE, until="2013-05", rng=1)
    again.step()
    assert np.array_equal(again.record.code_counts[1], model.record.code_counts[1])


@pytest.mark.parametrize(
    "wrong", [{"region": "glostershire"}, {"scenario": "basline"}, {"scale": 0.0}, {"until": "2013-13"}]
)
def test_wrong_names_and_numbers_are_refused(wrong):
    with pytest.raises(InputError):
        NamedRegionModel(**{"scale": SCALE, "until": "2013-05"} | wrong)
