"""Full populations, and the same answer whatever share of them is simulated."""

import numpy as np
import pytest

from experiments.runner import RunInput, make_model
from model.calendar import month_index
from model.outcomes import series_rows
from model.parameters import central_values
from scenarios.loader import load_scenario
from scenarios.regions_io import list_regions

INDICATORS = ("online_share", "lapsed_share", "access_share", "foundation_share", "work_share", "employed_share")
DESIGN_EFFECT = 2.0
"""Variance of a share over that of a simple sample: people come in households of one area."""


def model_at(region: str, scale: float, until: str, scenario: str = "baseline"):
    values = tuple(sorted(central_values().items()))
    run = RunInput(region, scale, 1, month_index(until), 1, values, "central", 0, 0)
    model = make_model(run, load_scenario(scenario, region), n_threads=2)
    model.run()
    return model


def last_shares(model) -> dict[str, float]:
    values = series_rows(np.array(model.record.code_counts[-1:]), model.world.weight)
    return {name: float(values[name][0]) for name in INDICATORS}


@pytest.mark.full
def test_shares_do_not_drift_with_scale():
    """Differences to scale 1 beyond 3.5 standard errors are a drift: of 12 tests, one in 180 suites would show one."""
    full = last_shares(model_at("gloucestershire", 1.0, "2020-12"))
    for scale in (0.05, 0.2):
        model = model_at("gloucestershire", scale, "2020-12")
        adults = int(model.record.code_counts[-1].sum())
        for name, share in last_shares(model).items():
            p = full[name] / 100.0
            error = 100.0 * np.sqrt(DESIGN_EFFECT * p * (1.0 - p) / adults)
            assert abs(share - full[name]) < 3.5 * error, (scale, name, share, full[name], error)


@pytest.mark.full
@pytest.mark.parametrize("region", list_regions())
def test_every_region_runs_at_full_population(region):
    model = model_at(region, 1.0, "2014-12", "smart-people")
    people = model.world.people
    for month, counts in enumerate(model.record.code_counts):
        present = (np.asarray(people.entry_month) <= month) & (np.asarray(people.exit_month) > month)
        assert counts.sum() == present.sum()
    online = model.record.code_counts[-1][32:].sum() / model.record.code_counts[-1].sum()
    assert 0.75 < online < 0.95


@pytest.mark.full
def test_a_tenth_of_the_population_is_served_like_the_whole():
    """People treated by each programme, mean of six seeds at scale 0.1: within 3.5 standard errors and one agent."""

    def treated(scale: float, seed: int) -> dict[str, float]:
        values = tuple(sorted(central_values().items()))
        run = RunInput("gloucestershire", scale, 1, month_index("2030-03"), seed, values, "central", 0, 0)
        model = make_model(run, load_scenario("smart-people", "gloucestershire"), n_threads=2)
        model.run()
        return {d.programme.id: len(d.treated_rows) * model.world.weight for d in model.resident_deliveries}

    whole = treated(1.0, 1)
    samples = [treated(0.1, seed) for seed in range(1, 7)]
    for name, people in whole.items():
        served = [sample[name] for sample in samples]
        error = np.sqrt(10.0 * people / len(served) + people)
        assert abs(np.mean(served) - people) < 3.5 * error + 10.0, (name, people, served)
