"""Numbers given per 100,000 adults become a region's own; of what is counted whole there is at least one."""

from pathlib import Path

import pytest

from scenarios.loader import load_plan
from scenarios.programme_in_region import Extent
from tests.scenarios.template_files import WINDOW, fault_of_scenario, number, write_scenario


def labs(folder: Path, **keys: object) -> Path:
    return write_scenario(folder, programmes={"innovation-lab": WINDOW | {"budget_gbp": 500_000} | keys})


@pytest.mark.parametrize("adults, hubs", [(500_000, 2), (1_900_000, 8), (40_000, 1)])
def test_hubs_grow_with_the_region_and_there_is_at_least_one(tmp_path, adults, hubs):
    [programme] = load_plan(labs(tmp_path)).for_region(Extent(adults, 25_000, ())).programmes
    assert programme.effects["n_hubs"] == hubs
    assert programme.effects["staffed_hours_week"] == 40


def test_a_number_of_hubs_is_taken_as_it_is_and_has_to_be_whole(tmp_path):
    own = labs(tmp_path, effects={"n_hubs": number(3, "hubs")})
    [programme] = load_plan(own).for_region(Extent(40_000, 25_000, ())).programmes
    assert programme.effects["n_hubs"] == 3
    fault = fault_of_scenario(labs(tmp_path, effects={"n_hubs": number(0.5, "hubs")}))
    assert "n_hubs.low: out of range" in fault and "whole numbers from 1 to 100" in fault
    fault = fault_of_scenario(labs(tmp_path, effects={"n_hubs": number(0, "hubs per 100,000 adults")}))
    assert "n_hubs.low: out of range" in fault and "above 0 to 100" in fault
