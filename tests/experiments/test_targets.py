"""Targets: what is met, with what chance, and what of it is the plan's own doing; on tables written by hand."""

import pandas as pd
import pytest

from experiments.compare import Comparison
from experiments.targets import target_inputs, target_results, targets_beyond
from model.scenario import Scenario, Target

AIM = Target("non-users", "never_share", 15.0, None, 60)  # January 2018


def comparison(*targets: Target, base=(20.0, 16.0, 14.0), plan=(18.0, 14.5, 13.0)) -> Comparison:
    """One central run and two posterior ones: per cent of adults who have never been online, by January 2018."""
    runs = [("central", 0, 0), ("posterior", 0, 0), ("posterior", 1, 0)]
    rows = [
        {
            "scenario": scenario, "indicator": "never_share", "period": "2018-01", "group_by": "all", "group": "all",
            "value": value, "design_point": point, "draw": draw, "replicate": replicate,
        }
        for scenario, values in (("baseline", base), ("plan", plan))
        for (point, draw, replicate), value in zip(runs, values, strict=True)
    ]  # fmt: skip
    inputs = {"targets": target_inputs([Scenario("plan", "A plan", "", targets=targets)])}
    return Comparison(
        "baseline", ["plan"], "here", "Here", "2018-12", {}, {"series": pd.DataFrame(rows)}, {"inputs": inputs}
    )


def test_only_the_difference_to_the_twin_is_the_plans_doing():
    [found] = target_results(comparison(AIM), "plan")
    assert (found.base.value, found.reached.value, found.additional.value) == (20.0, 18.0, -2.0)
    assert "the difference of 2 points is the plan's doing" in found.sentence
    assert "no more than 15% by January 2018" in found.sentence


def test_a_difference_within_its_interval_is_nobodys_doing():
    [found] = target_results(comparison(AIM, plan=(20.1, 15.0, 14.5)), "plan")
    assert "no measurable part" in found.sentence


def test_the_chance_to_meet_a_target_is_over_posterior_runs():
    [found] = target_results(comparison(AIM), "plan")
    # Prior runs: 16 and 14 without the plan, 14.5 and 13 with it.
    assert (found.probability_base, found.probability_plan) == (0.5, 1.0)


def test_a_plan_that_moves_away_from_its_target_is_told_so():
    [found] = target_results(comparison(AIM, plan=(21.0, 17.0, 15.5)), "plan")
    assert "leads away from the aim by 1 point" in found.sentence
    assert found.probability_plan == 0.0


@pytest.mark.parametrize("at_least, met", [(13.0, 1.0), (14.0, 0.5)])
def test_at_least_is_met_from_above(at_least, met):
    [found] = target_results(comparison(Target("more", "never_share", None, at_least, 60)), "plan")
    assert found.probability_plan == met


def test_a_target_after_the_last_month_is_named_and_not_judged():
    late = comparison(Target("later", "never_share", 5.0, None, 120))
    assert target_results(late, "plan") == []
    assert targets_beyond(late, "plan") == ["“later” is set for January 2023, after the last month of this run."]
