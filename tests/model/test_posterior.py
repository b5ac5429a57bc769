"""The shipped posterior: whole draws by weight, medians and labels, and refusal of one that does not fit the table."""

import numpy as np
import pytest

from model.errors import InputError
from model.parameters import central_values, check_registry, parameter_draws, prior_draws, registry
from model.posterior import load_posterior, read_posterior

BASE = [-5.6, -5.4, -5.2, -5.0, -4.8]
PEERS = [0.1, 0.2, 0.3, 0.4, 0.5]


def test_without_a_posterior_parameters_are_drawn_from_their_priors(ship_posterior):
    assert load_posterior() is None
    assert parameter_draws(6, 3) == prior_draws(6, 3)
    assert {p.status for p in registry().values()} <= {"measured", "assumed", "prior-only"}
    assert central_values() == {name: p.value for name, p in registry().items()}


def test_draws_are_whole_rows_and_the_rest_comes_from_the_priors(ship_posterior):
    ship_posterior({"onset_base": BASE, "onset_peers": PEERS})
    draws = parameter_draws(5, 1)
    assert sorted((d["onset_base"], d["onset_peers"]) for d in draws) == list(zip(BASE, PEERS, strict=True))
    for drawn, prior in zip(draws, prior_draws(5, 1), strict=True):
        assert {n: v for n, v in drawn.items() if v != prior[n]}.keys() == {"onset_base", "onset_peers"}


def test_draws_are_those_of_their_seed_in_an_order_of_their_own(ship_posterior):
    ship_posterior({"onset_base": np.linspace(-6, -4, 60).tolist()})
    drawn = {seed: [d["onset_base"] for d in parameter_draws(20, seed)] for seed in (1, 2)}
    assert drawn[1] == [d["onset_base"] for d in parameter_draws(20, 1)] != drawn[2]
    assert len(set(drawn[1])) == 20 and drawn[1] != sorted(drawn[1])


def test_draws_respect_weights(ship_posterior):
    ship_posterior({"onset_base": BASE}, weight=[0.5, 0.25, 0.25, 0.0, 0.0])
    values = [d["onset_base"] for d in parameter_draws(40, 5)]
    assert [values.count(value) for value in BASE] == [20, 10, 10, 0, 0]
    # Heavy draws are not bunched: the first few are as good as a random choice.
    assert len(set(values[:10])) > 1


def test_fitted_parameters_stand_at_their_median_and_others_at_the_table(ship_posterior):
    ship_posterior(
        {"onset_base": BASE, "onset_age": PEERS, "onset_peers": PEERS},
        labels={"onset_age": "prior-only", "onset_peers": "prior-only"},
    )
    found, central = registry(), central_values()
    assert (central["onset_base"], central["onset_age"]) == (-5.2, 0.3)
    assert central["onset_peers"] == found["onset_peers"].value != 0.3
    assert [found[name].status for name in ("onset_base", "onset_age", "onset_peers", "lapse_base")] == [
        "calibrated", "assumed", "prior-only", "assumed"]  # fmt: skip
    estimate = found["onset_base"].posterior
    assert estimate.low < -5.5 and estimate.high > -4.9 and estimate.label == "informed"
    assert found["lapse_base"].posterior is None
    assert check_registry() == len(found)


def test_heavier_draws_move_the_median(ship_posterior):
    ship_posterior({"onset_base": BASE}, weight=[0.05, 0.05, 0.1, 0.4, 0.4])
    assert -5.0 <= registry()["onset_base"].posterior.median < -4.8


@pytest.mark.parametrize(
    "draws, manifest, key, words",
    [
        ({"onset_bsae": BASE}, {}, "onset_bsae", "did you mean 'onset_base'?"),
        ({"onset_base": [-9.0, -5.0]}, {}, "onset_base", "value out of bounds (got -9.0); allowed: -8 to -2"),
        ({"onset_base": [float("inf"), -5.0]}, {}, "onset_base", "out of bounds"),
        ({"peer_prior_ties": [4.0, 5.0]}, {}, "peer_prior_ties", "not sampled"),
        ({"onset_base": BASE}, {"weight": [0.1] * 5}, "weight", "do not sum to 1"),
        ({"onset_base": BASE}, {"weight": [1.4, -0.1, -0.1, -0.1, -0.1]}, "weight", "do not sum to 1"),
        ({"onset_base": BASE}, {"priors": {"onset_base": "uniform, -6 to -4"}}, "onset_base", "another prior"),
        ({"onset_base": BASE}, {"labels": {"onset_base": "certain"}}, "onset_base", "unknown label"),
    ],
    ids=str,
)
def test_a_posterior_that_does_not_fit_the_table_is_refused(ship_posterior, draws, manifest, key, words):
    ship_posterior(draws, **manifest)
    with pytest.raises(InputError) as caught:
        check_registry()
    assert caught.value.key == key and words in str(caught.value)


@pytest.mark.parametrize(
    "file, text, words",
    [
        ("manifest.json", "{", "not a posterior"),
        ("manifest.json", "{}", "labels: missing"),
        ("draws.csv", "", "not a posterior"),
        ("draws.csv", "onset_base\n-5\n", "no draws"),
        ("draws.csv", "draw,weight,onset_base\n", "no draws"),
        ("draws.csv", "draw,weight,onset_base\n0,1,low\n", "not a table of numbers"),
        ("draws.csv", "draw,weight,onset_base\n0,0.5,-5\n1,0.5\n", "not a table of numbers"),
    ],
    ids=str,
)
def test_a_damaged_folder_is_named(ship_posterior, file, text, words):
    folder = ship_posterior({"onset_base": BASE})
    (folder / file).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="made-up-posterior") as caught:
        read_posterior(folder)
    assert words in str(caught.value)
