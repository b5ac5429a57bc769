"""Luck: uniform, independent, a function of (seed, key, month, decision) alone; arithmetic good to the last digits."""

import math

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from model.chance import (
    Decision,
    exp,
    happens,
    hash_words,
    hazard_probability,
    key_from_text,
    log,
    logistic,
    mix,
    normal,
    uniform,
    word,
)
from model.programmes.funnel import draws

N_DRAWS = 100_000
ERRORS = 4.5
"""Standard errors allowed; a correct generator fails one such check in about 150,000."""
MASK = 2**64 - 1


@pytest.fixture(scope="module")
def keys() -> np.ndarray:
    """Keys like those of a roster: hashes of small numbers."""
    return np.array([hash_words(k) for k in range(N_DRAWS)], np.uint64)


def draw(keys: np.ndarray, seed: int = 1, month: int = 5, decision: Decision = Decision.ONSET) -> np.ndarray:
    return draws(word(np.uint64(seed), month, decision), keys)


def test_codes_of_decisions_are_never_changed():
    """Append a new code at the end here too: a code that changed its meaning would change every published result."""
    known = [
        "DISPOSITION",
        "START_USE",
        "START_CONNECTION",
        "START_DEVICE",
        "START_SKILL",
        "CONNECTION_GET",
        "CONNECTION_LOSE",
        "DEVICE_GET",
        "DEVICE_LOSE",
        "ONSET",
        "LAPSE",
        "JOB_ENTRY",
        "JOB_EXIT",
        "HELPED",
        "AWARE",
        "WILLING",
        "APPLY",
        "QUEUE_RANK",
        "COMPLETE",
        "DROP_OUT",
        "LOAN_KEPT",
        "REACHED",
        "CHAMPION_LEAVES",
        "ROUNDING",
        "PAID_KEPT",
        "HUB_CHOICE",
        "WORKPLACE_KIND",
        "WORKPLACE_AREA",
        "WORKPLACE_UNIT",
        "WORKPLACE_LOT",
        "JOB_CUT_LOT",
        "JOB_ROUNDING",
        "COMMUTER_HIRED",
        "COMMUTER_LEAVES",
        "FIRM_OUTLOOK",
        "FIRM_CAPABILITY",
        "FIRM_LIQUIDITY",
        "FIRST_PORTFOLIO",
        "ADOPT",
        "ABANDON",
        "CERTIFICATE_RENEWED",
        "FIRM_CLOSES",
        "APPROVED",
        "CERTIFICATE_MONTH",
        "SESSION_GROUP",
        "FOUND",
        "OPTS_OUT",
        "CONNECTION_TAKEN",
        "HOME_DISPOSITION",
    ]
    assert {name: member.value for name, member in Decision.__members__.items()} == {
        name: code for code, name in enumerate(known, start=1)
    }


def test_draws_are_uniform(keys):
    u = draw(keys)
    assert u.min() > 0.0 and u.max() < 1.0
    assert abs(u.mean() - 0.5) < ERRORS * math.sqrt(1 / 12 / N_DRAWS)
    # Var of (u - 1/2)^2 is 1/180.
    assert abs(u.var() - 1 / 12) < ERRORS * math.sqrt(1 / 180 / N_DRAWS)
    counts = np.histogram(u, bins=100, range=(0, 1))[0]
    # Chi square with 99 degrees of freedom: mean 99, variance 198.
    assert abs(((counts - N_DRAWS / 100) ** 2 / (N_DRAWS / 100)).sum() - 99) < ERRORS * math.sqrt(198)


def test_plain_small_keys_and_seeds_are_as_good_as_hashes():
    u = np.array([draw(np.arange(1000, dtype=np.uint64), seed, month) for seed in range(10) for month in range(10)])
    assert abs(u.mean() - 0.5) < ERRORS * math.sqrt(1 / 12 / u.size)
    for axis in (0, 1):
        spread = u.mean(axis=axis).var() * u.shape[axis] * 12
        n = u.shape[1 - axis]
        assert abs(spread - 1) < ERRORS * math.sqrt(2 / n)


@pytest.mark.parametrize(
    "other",
    [
        {"seed": 2},
        {"seed": 2**63 + 1},
        {"month": 6},
        {"month": 5 + 12},
        {"decision": Decision.LAPSE},
        {"decision": Decision.HUB_CHOICE},
        {"seed": 5, "month": 1},
    ],
    ids=str,
)
def test_draws_of_other_seeds_months_and_decisions_are_independent(keys, other):
    """Correlations of n independent pairs have standard error 1/sqrt(n), of values as of their extremes."""
    one, two = draw(keys), draw(keys, **other)
    assert not np.array_equal(one, two)
    for f in (lambda u: u, lambda u: u < 0.01, lambda u: np.abs(u - 0.5)):
        assert abs(np.corrcoef(f(one), f(two))[0, 1]) < ERRORS / math.sqrt(N_DRAWS)


def test_decisions_of_one_person_are_independent_of_each_other(keys):
    """All pairs of decision codes in the same month, on every tenth key: the largest of 325 correlations."""
    some = keys[::10]
    table = np.array([draw(some, decision=decision) for decision in Decision])
    off = np.abs(np.corrcoef(table) - np.eye(len(table))).max()
    assert off < (ERRORS + 1) / math.sqrt(len(some))


def test_a_draw_depends_on_nothing_but_its_own_key(keys):
    together = draw(keys[:50])
    assert [float(uniform(word(np.uint64(1), 5, Decision.ONSET), key)) for key in keys[:50]] == list(together)
    assert np.array_equal(draw(keys[:50][::-1]), together[::-1])


def test_known_draws_stay_as_they_are():
    """A change here changes every result: it needs a line in the changelog."""
    assert int(mix(np.uint64(1), np.uint64(2))) == reference_mix(1, 2)
    assert hash_words(1, 2, 3) == reference_mix(reference_mix(reference_mix(0, 1), 2), 3)
    assert key_from_text("Anyshire/1") == 250892807579354927


def reference_mix(a: int, b: int) -> int:
    """SplitMix64's finaliser on whole numbers of any size."""
    z = ((a ^ (b * 0x9E3779B97F4A7C15 & MASK)) + 0x9E3779B97F4A7C15) & MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def key_with_hash(stream_word: int, wanted: int) -> int:
    """The key whose hash under a stream is `wanted`: the hash run backwards."""

    def unshift(z: int, by: int) -> int:
        out = z
        for _ in range(64 // by + 1):
            out = z ^ (out >> by)
        return out

    z = unshift(wanted, 31)
    z = unshift(z * pow(0x94D049BB133111EB, -1, 2**64) & MASK, 27)
    z = unshift(z * pow(0xBF58476D1CE4E5B9, -1, 2**64) & MASK, 30)
    mixed = ((z - 0x9E3779B97F4A7C15) & MASK) ^ stream_word
    return mixed * pow(0x9E3779B97F4A7C15, -1, 2**64) & MASK


@pytest.mark.parametrize("wanted", [0, MASK])
def test_even_the_most_extreme_hash_gives_a_draw_between_0_and_1(wanted):
    """A draw of 1 would be a disposition without a number."""
    stream_word = int(word(np.uint64(1), 5, Decision.ONSET))
    key = key_with_hash(stream_word, wanted)
    assert reference_mix(stream_word, key) == wanted
    u = float(uniform(np.uint64(stream_word), np.uint64(key)))
    assert 0.0 < u < 1.0
    assert math.isfinite(normal(u))


@settings(max_examples=300)
@given(st.floats(-700, 700))
@example(0.0)
@example(-700.0)
@example(700.0)
@example(1e-300)
def test_exp_agrees_with_the_library(x):
    assert exp(x) == pytest.approx(math.exp(x), rel=3e-14)


def test_exp_beyond_its_range():
    assert exp(-701.0) == 0.0 == exp(-math.inf)
    assert exp(701.0) == exp(700.0) == exp(math.inf)
    assert exp(0.0) == 1.0


@settings(max_examples=300)
@given(st.floats(1e-300, 1e300))
@example(1.0)
@example(math.nextafter(1.0, 0.0))
@example(math.sqrt(0.5))
@example(5e-324)
def test_log_agrees_with_the_library(x):
    assert abs(log(x) - math.log(x)) < 2e-14 * max(1.0, abs(math.log(x)))


def test_log_of_nothing_is_the_lowest():
    assert log(0.0) == log(-1.0) == -1e300


@given(st.floats(-30, 30))
def test_logistic_and_hazard_are_probabilities_that_rise(z):
    assert logistic(z) == pytest.approx(1 / (1 + math.exp(-z)), rel=1e-13)
    assert 0.0 <= hazard_probability(z) <= 1.0
    assert hazard_probability(z) <= hazard_probability(z + 0.1)
    assert hazard_probability(z) == pytest.approx(-math.expm1(-math.exp(z)), rel=1e-12, abs=2e-16)


@settings(max_examples=500)
@given(st.floats(2**-54, 1.0, exclude_max=True), st.floats(-40, 5))
@example(0.5, -700.0)
@example(0.999, 0.0)
@example(0.7, -0.0)
def test_the_shortcut_of_happens_never_changes_its_answer(u, h):
    assert happens(u, h) == (u < hazard_probability(h))


@settings(max_examples=200)
@given(st.floats(-20, 3), st.integers(-4, 4))
def test_the_shortcut_is_right_next_to_the_threshold(h, steps):
    """Draws a few units in the last place from the probability, where a loose bound would show."""
    u = hazard_probability(h)
    for _ in range(abs(steps)):
        u = math.nextafter(u, 2.0 if steps > 0 else -1.0)
    assert happens(u, h) == (u < hazard_probability(h))


def test_normal_is_the_normal_quantile(keys):
    from scipy.stats import norm

    for u in (2**-54, 1e-9, 0.01, 0.02425, 0.3, 0.5, 0.9, 0.97576, 1 - 1e-9):
        assert normal(u) == pytest.approx(norm.ppf(u), rel=2e-9, abs=1e-9)
    z = np.array([normal(u) for u in draw(keys[:20_000])])
    assert abs(z.mean()) < ERRORS / math.sqrt(len(z))
    assert abs(z.var() - 1) < ERRORS * math.sqrt(2 / len(z))
