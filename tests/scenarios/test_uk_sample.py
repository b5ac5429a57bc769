"""Resampling linked households to targets, on small made-up tables (the whole sample is built by `make test-full`)."""

import numpy as np
import pytest

from model.errors import InputError
from model.rounding import systematic_counts
from scenarios.uk_sample import get_uk_sample, rake, refine, uk_sample_report


def _households(n: int = 4000) -> np.ndarray:
    rng = np.random.default_rng(1)
    young, old = rng.poisson(1.2, n), rng.poisson(0.6, n)
    return np.stack([young, old, rng.binomial(old, 0.4)], axis=1).astype(float)


def test_raked_weights_meet_the_targets() -> None:
    features = _households()
    target = features.sum(axis=0) * 0.2 * np.array([0.9, 1.2, 1.1])
    weights = rake(features, target, 0.2)
    assert features.T @ weights == pytest.approx(target, rel=1e-5)
    assert (weights > 0).all()


def test_refined_copies_are_whole_and_nearer_the_targets() -> None:
    features = _households()
    target = features.sum(axis=0) * 0.2 * np.array([0.9, 1.2, 1.1])
    weights = rake(features, target, 0.2)
    drawn = systematic_counts(weights, 0.5)
    copies = refine(drawn, weights, features, target, np.random.default_rng(2))
    assert copies.dtype.kind == "i" and (copies >= 0).all()
    assert np.abs(copies @ features / target - 1.0).max() < 0.005
    assert np.abs(copies @ features / target - 1.0).max() <= np.abs(drawn @ features / target - 1.0).max()


def test_an_impossible_size_is_refused() -> None:
    with pytest.raises(InputError, match="n_adults"):
        get_uk_sample(10)


@pytest.mark.full
def test_the_sample_grows_as_the_uk_did() -> None:
    sample = get_uk_sample()
    (_, table), *_ = uk_sample_report(sample)
    assert (table["sample_growth_pct"] - table["uk_growth_pct"]).abs().max() < 1.0
    disabled = table.dropna(subset="uk_disabled_pct")
    assert (disabled["sample_disabled_pct"] - disabled["uk_disabled_pct"]).abs().max() < 0.5
    assert np.unique(sample.key).size == sample.n
    assert (np.diff(sample.household) >= 0).all()
    assert (sample.household_area[sample.household] == sample.area).all()
    assert sample.present(0).sum() * sample.weight == pytest.approx(50_618_000, rel=0.01)
