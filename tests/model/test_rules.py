"""Rules beyond their worked examples: signs, bounds and limits over the whole range of inputs."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.parameters import central_values
from model.rules import access, motivation, skill, trust, use, work
from model.run_inputs import rule_parameters

RULES = rule_parameters(central_values(), 0.2, -0.1)
score = st.floats(0.0, 1.0)
decades = st.floats(-4.9, 4.0)
level = st.integers(0, 2)
cost = st.floats(0.0, 0.3)


@given(score, score, score, score, decades, level, st.floats(-3, 3))
def test_scores_stay_between_0_and_1(one, two, three, peers, age, education, z):
    assert 0.0 <= trust.next_trust(one, two, RULES.trust) <= 1.0
    aim = motivation.motivation_aim(z, education, one, two, peers, age, RULES.motivation)
    assert 0.0 <= motivation.next_motivation(three, aim, RULES.motivation) <= 1.0
    ceiling = skill.skill_ceiling(education, age, True, z, RULES.skill)
    assert 0.0 <= ceiling <= 1.0
    assert 0.0 <= skill.next_skill_of_user(one, ceiling, peers, RULES.skill) <= 1.0
    assert 0.0 <= skill.next_skill_of_non_user(one, RULES.skill) <= one
    assert one <= one + skill.training_gain(one, 1000.0 * two, RULES.skill) <= 1.0


@given(score, score, score)
def test_a_user_never_forgets_nor_learns_beyond_the_ceiling(now, ceiling, peers):
    new = skill.next_skill_of_user(now, ceiling, peers, RULES.skill)
    assert now <= new <= max(now, ceiling)


@given(score, score)
def test_motivation_moves_towards_its_aim(now, aim):
    new = motivation.next_motivation(now, aim, RULES.motivation)
    assert min(now, aim) - 1e-12 <= new <= max(now, aim) + 1e-12


def onset(**changes) -> float:
    values = {"age_decades": 0.5, "disabled": False, "education": 1, "deprivation": 0.0, "peers": 0.5, "motivation": 0.5,
              "skill": 0.2, "access": 1.0, "returning": False, "dose": 0.0} | changes  # fmt: skip
    return use.log_hazard_onset(*values.values(), RULES.use)


def lapse(**changes) -> float:
    values = {"age_decades": 0.5, "disabled": False, "access": 1.0, "cost_share": 0.03, "skill": 0.5, "peers": 0.5}
    return use.log_hazard_lapse(*(values | changes).values(), RULES.use)


def get(**changes) -> float:
    values = {"motivation": 0.5, "has_other_half": False, "online": False, "cost_share": 0.03}
    return access.log_hazard_get(*(values | changes).values(), RULES.access)


@pytest.mark.parametrize(
    "rule, name, low, high",
    [
        (onset, "age_decades", 3.0, -3.0), (onset, "disabled", True, False), (onset, "education", 0, 2),
        (onset, "deprivation", 1.0, -1.0), (onset, "peers", 0.1, 0.9), (onset, "motivation", 0.1, 0.9),
        (onset, "skill", 0.0, 0.9), (onset, "access", 0.3, 1.0), (onset, "returning", False, True),
        (onset, "dose", 0.0, 2.0), (lapse, "age_decades", -3.0, 3.0), (lapse, "disabled", False, True),
        (lapse, "access", 1.0, 0.3), (lapse, "cost_share", 0.01, 0.1), (lapse, "skill", 0.9, 0.1),
        (lapse, "peers", 0.9, 0.1), (get, "motivation", 0.1, 0.9), (get, "has_other_half", False, True),
        (get, "online", False, True), (get, "cost_share", 0.1, 0.01),
    ],
)  # fmt: skip
def test_each_cause_works_in_its_direction(rule, name, low, high):
    assert rule(**{name: low}) < rule(**{name: high})


def test_less_access_is_less_starting_in_proportion():
    """ln A: with A = .3 the intensity is three tenths; without any access there is none."""
    assert math.exp(onset(access=0.3) - onset(access=1.0)) == pytest.approx(0.3)
    assert onset(access=0.0, dose=50.0, motivation=1.0) == use.NO_HAZARD


def test_the_fall_with_age_gets_steeper_at_75_without_a_jump():
    p = RULES.use
    at = [use.log_hazard_onset_by_age(a, p) for a in (-1.0, 0.0, 1.0 - 1e-9, 1.0, 2.0)]
    assert at[0] - at[1] == pytest.approx(-p.onset_age)
    assert at[2] == pytest.approx(at[3], abs=1e-6)
    assert at[3] - at[4] == pytest.approx(-p.onset_age - p.onset_age_over_75)


def test_the_age_of_working_life_does_not_lower_motivation_or_skill():
    for age in (-4.0, -0.1):
        assert motivation.motivation_aim(0.0, 1, 0.0, 0.5, 0.5, age, RULES.motivation) == motivation.motivation_aim(
            0.0, 1, 0.0, 0.5, 0.5, 0.0, RULES.motivation
        )
        assert skill.skill_ceiling(1, age, False, 0.0, RULES.skill) == skill.skill_ceiling(
            1, 0.0, False, 0.0, RULES.skill
        )


@given(st.integers(0, 200), st.integers(0, 200))
def test_peers_are_a_share_drawn_towards_the_usual(competent, others):
    p = RULES.use
    ties = competent + others
    g = use.peer_share(competent, ties, p)
    assert min(p.peer_prior_share, competent / max(ties, 1)) - 1e-12 <= g <= 1.0
    assert use.peer_share(0, 0, p) == p.peer_prior_share
    assert use.peer_share(competent + 4, ties + 4, p) >= g


@given(cost)
def test_a_connection_within_means_is_lost_by_the_base_hazard_alone(share):
    h = access.log_hazard_lose(share, RULES.access)
    assert (h == RULES.access.access_lose_base) == (share <= RULES.access.affordability_strain)


def test_help_saturates():
    p = RULES.use
    doses = [use.dose_of_help(hours, p) for hours in (0.0, 1.0, p.support_half_dose_hours, 20.0, 1e6)]
    assert doses == sorted(doses)
    assert doses[0] == 0.0 and doses[2] == pytest.approx(p.support_onset_dose / 2)
    assert doses[-1] == pytest.approx(p.support_onset_dose, rel=1e-4)


def test_nobody_is_kept_out_of_work_by_skill_they_have():
    p = RULES.work
    assert work.log_hazard_job_entry(0.69, p) < work.log_hazard_job_entry(0.7, p) == work.log_hazard_job_entry(1.0, p)


@pytest.mark.parametrize("threshold, below", [(skill.FOUNDATION, 0), (skill.ESSENTIAL, 1), (skill.WORK, 2)])
def test_levels_begin_at_their_thresholds(threshold, below):
    assert skill.skill_level(math.nextafter(threshold, 0.0)) == below
    assert skill.skill_level(threshold) == below + 1
