"""Rules of firms beyond their worked examples: signs, bounds and limits over the whole range of inputs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.couplings import COUPLINGS
from model.firm_rules import firm_rules
from model.parameters import bundle_by_technology, central_values, registry
from model.rules import firm_adoption, firm_belief, firm_closure, firm_growth, firm_resources
from model.rules.firm_adoption import TechnologyParameters
from model.technologies import PREREQUISITE, TECHNOLOGIES

RULES = firm_rules(central_values())
share = st.floats(0.0, 1.0)
jobs = st.floats(1.0, 20_000.0)
gbp = st.floats(0.0, 1e6)
bits = st.integers(0, 127)


def log_odds(**changes) -> float:
    values = {"base": -2.0, "slope": 0.1, "midyear": 3.0, "years": 5.0, "sector_tilt": 0.0, "value": 1.0, "precision": 1.5,
              "share_adopters": 0.3, "capability": 0.5, "match": 0.5, "cyber_risk": 0.5, "certified": False}  # fmt: skip
    return firm_adoption.log_odds_adoption(*(values | changes).values(), RULES.adoption)


def test_every_technology_finds_its_parameters():
    values = central_values()
    technology = bundle_by_technology(TechnologyParameters, values)
    for field in TechnologyParameters._fields:
        assert getattr(technology, field) == tuple(values[f"{field}_{name}"] for name in TECHNOLOGIES)


def test_couplings_can_be_switched_off_within_bounds():
    for coupling in COUPLINGS.values():
        for name, value in getattr(coupling, "off", coupling).items():
            assert registry()[name].low <= value <= registry()[name].high, name


@given(jobs, st.floats(0.0, 10.0), share, st.floats(-20.0, 20.0))
def test_the_chance_to_adopt_lies_between_0_and_the_bound_of_attention(n, dose, s, z):
    intensity = firm_adoption.attention(n, dose, s, RULES.adoption)
    p = firm_adoption.probability_adopt(intensity, z)
    assert 0.0 <= p <= min(1.0, intensity) <= firm_adoption.most_attention(n, dose, RULES.adoption) * (1 + 1e-12)


@given(jobs, st.floats(0.0, 10.0), share)
def test_larger_firms_more_contact_and_more_adopters_draw_attention(n, dose, s):
    now = firm_adoption.attention(n, dose, s, RULES.adoption)
    assert now <= firm_adoption.attention(2.0 * n, dose, s, RULES.adoption)
    assert now < firm_adoption.attention(n, dose + 0.5, s, RULES.adoption)
    assert now < firm_adoption.attention(n, dose, s + 0.1, RULES.adoption)


@given(st.floats(-0.05, 0.5), gbp, gbp, st.floats(0.01, 0.99))
def test_a_cheaper_price_never_lowers_the_chance_and_a_grant_never_exceeds_price_or_cap(gain, gva, price, rate):
    full = firm_adoption.expected_value(gain, gva, price)
    assert -4.0 <= full <= firm_adoption.expected_value(gain, gva, price * rate) <= 4.0
    assert log_odds(value=full) <= log_odds(value=firm_adoption.expected_value(gain, gva, price * rate))
    grant = firm_adoption.grant_gbp(price, rate, 2000.0)
    assert 0.0 <= grant <= min(price, 2000.0)


@pytest.mark.parametrize(
    "more", [{"years": 6.0}, {"sector_tilt": 0.5}, {"value": 2.0}, {"precision": 3.0}, {"share_adopters": 0.6},
             {"capability": 0.7}, {"match": 0.7}, {"certified": True}, {"cyber_risk": 0.1}], ids=str
)  # fmt: skip
def test_what_speaks_for_a_technology_raises_its_odds(more):
    assert log_odds(**more) > log_odds()


def test_without_the_match_coupling_skills_make_no_difference():
    off = firm_rules(central_values({"adoption_match": 0.0, "productivity_match": 0.0}))
    arguments = (-2.0, 0.1, 3.0, 5.0, 0.0, 1.0, 1.5, 0.3, 0.5)
    adoption = [firm_adoption.log_odds_adoption(*arguments, m, 0.5, False, off.adoption) for m in (0.0, 1.0)]
    assert adoption[0] == adoption[1]
    fit = [firm_growth.capability_and_match(0.6, m, off.adoption, off.growth) for m in (0.0, 1.0)]
    assert fit[0] == fit[1]


@given(bits)
def test_what_is_needed_cannot_be_given_up(adopted):
    for k, needed in enumerate(PREREQUISITE):
        assert needed < k  # the kernels give up in the order of numbers
        uses = adopted >> k & 1 == 1
        if uses and needed >= 0:
            assert firm_adoption.is_built_on(needed, adopted)
        assert firm_adoption.has_prerequisite(k, adopted) == (needed < 0 or adopted >> needed & 1 == 1)
    assert firm_adoption.n_in_use(adopted) == adopted.bit_count()


@given(st.floats(0.0, 0.3), st.floats(0.2, 20.0), st.floats(0.0, 0.3), st.floats(0.0, 5.0))
def test_learning_moves_a_belief_towards_what_is_seen_and_forgetting_back(gain, precision, seen, observations):
    learnt = firm_belief.learnt_gain(gain, precision, seen, observations)
    assert min(gain, seen) - 1e-12 <= learnt <= max(gain, seen) + 1e-12
    drifted = firm_belief.drifted(learnt, gain, firm_belief.share_forgotten(RULES.belief))
    assert abs(drifted - gain) <= abs(learnt - gain) + 1e-12


def test_optimism_averages_to_the_average_firm():
    z = np.random.default_rng(1).standard_normal(200_000)
    outlooks = [firm_belief.outlook(float(x), RULES.belief) for x in z]
    assert np.mean(outlooks) == pytest.approx(1.0, abs=4 * np.std(outlooks) / len(z) ** 0.5)


@given(share, share, st.integers(0, 7))
def test_capability_stays_a_score_and_use_teaches(capability, base, m):
    now = firm_resources.next_capability(capability, base, m, RULES.resources)
    assert 0.0 <= now <= 1.0
    assert firm_resources.next_capability(capability, base, min(m + 1, 7), RULES.resources) >= now


@given(gbp, st.floats(1e3, 1e9), gbp)
def test_money_free_to_invest_never_exceeds_its_cap(liquidity, gva, raised):
    now = firm_resources.next_liquidity(liquidity, gva, raised, RULES.resources)
    assert 0.0 <= now <= RULES.resources.liquidity_cap_share * gva + raised
    assert now >= min(liquidity, RULES.resources.liquidity_cap_share * gva + raised)


@given(st.integers(0, 50), share, st.integers(0, 50), share)
def test_match_is_a_share(workers, skilled, commuters, seekers):
    match = firm_resources.skills_match(workers, round(skilled * workers), commuters, 0.55, seekers, RULES.resources)
    assert 0.0 <= match <= 1.0


@given(st.floats(0.5, 2.0), st.floats(0.5, 2.0))
def test_a_firm_like_the_average_keeps_its_jobs_and_others_lose_to_the_more_productive(gain, demand):
    pull = firm_growth.attractiveness(gain, 1.0, RULES.growth)
    level = firm_growth.next_demand(gain, pull, pull, gain, RULES.growth)
    assert firm_growth.size_index(level, gain) == pytest.approx(1.0)
    alike = firm_growth.next_demand(demand, pull, pull, gain, RULES.growth)
    for more in (
        firm_growth.attractiveness(gain * 1.1, 1.0, RULES.growth),
        firm_growth.attractiveness(gain, 1.1, RULES.growth),
    ):
        assert firm_growth.next_demand(demand, more, pull, gain, RULES.growth) > alike


@given(st.floats(0.0, 0.05), st.integers(0, 6))
def test_more_technology_never_makes_a_firm_close_sooner(rate, m):
    one, more = (firm_closure.probability_closure(rate, 1.0, 1.0, n, RULES.closure) for n in (m, m + 1))
    assert more <= one
    assert np.isfinite(one) and one <= rate * 1.5
