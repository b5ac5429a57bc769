"""Appraisals worked out by hand: quantities by year, unit values, discounting, what is counted once and what is not."""

import json

import pandas as pd
import pytest

from experiments.appraisal import appraise
from experiments.appraisal_amounts import basis_of, optimism_factor
from experiments.appraisal_values import PRICE_YEAR, unit_values
from experiments.bands import RUN_COLUMNS
from model.errors import InputError

PLAN = "plan"


def value(name: str) -> float:
    return unit_values()[name].value


def line(appraisal, name: str) -> pd.Series:
    return appraisal.lines.set_index("line").loc[name]


def test_a_benefit_by_hand(make_appraised):
    # 100 more people online by December 2027 and 300 by December 2028, from none in December 2026: on straight lines
    # (0 + 100) / 2 = 50 person-years in 2027 and (100 + 300) / 2 = 200 in 2028. Each saves 100 pounds a year, less 20%
    # optimism bias: 50 x 80 = 4,000 and 200 x 80 = 16,000, and 4,000 + 16,000 / 1.035 = 19,458.94 in values of 2027.
    found = line(appraise(make_appraised(), PLAN), "consumer_savings")
    assert (value("consumer_saving_gbp"), value("benefit_optimism_share")) == (100, 0.2)
    assert found["quantity"] == pytest.approx(250)
    assert found["undiscounted_gbp"] == pytest.approx(20_000)
    assert found["value_gbp"] == pytest.approx(19_458.94, abs=0.01)


def test_costs_by_hand(make_appraised):
    # 12,000 pounds in 2027 and 5,000 in 2028, 20% optimism bias on top: 14,400 + 6,000 / 1.035 = 20,197.10.
    # Those taught give 40 x 9 = 360 hours and 20 x 9 = 180 hours, without bias: 360 v + 180 v / 1.035.
    costs = appraise(make_appraised(), PLAN).costs.set_index("item")
    assert value("cost_optimism_share") == 0.2
    assert costs.loc["programmes", "value_gbp"] == pytest.approx(20_197.10, abs=0.01)
    assert costs.loc["time", "value_gbp"] == pytest.approx((360 + 180 / 1.035) * value("time_value_gbp"))
    assert list(costs["payer"]) == ["public", "participants", "participants"]


def test_health_is_discounted_less(make_appraised):
    # The line itself is nothing at its central value, so a draw is needed to see it: the ratio of present to
    # undiscounted value is (50 + 200 / 1.015) / 250 at 1.5%, and (50 + 200 / 1.035) / 250 at 3.5%.
    appraisal = appraise(make_appraised(draws=3), PLAN)
    wellbeing, savings = line(appraisal, "wellbeing"), line(appraisal, "consumer_savings")
    assert wellbeing["value_gbp"] == 0 and wellbeing["high"] > 0
    assert savings["value_gbp"] / savings["undiscounted_gbp"] == pytest.approx((50 + 200 / 1.035) / 250)
    by_year = appraisal.by_year.query("item == 'wellbeing'").set_index("year")["high"]
    assert wellbeing["high"] == pytest.approx(by_year[2027] + by_year[2028] / 1.015)


def test_skill_is_counted_once(make_appraised):
    comparison = make_appraised(firms=True)
    earnings, gva = appraise(comparison, PLAN, "earnings"), appraise(comparison, PLAN)
    assert gva.skill_benefit == "gva"  # where the plan has programmes for firms
    of_firms = {"value_added", "cyber_incidents", "carbon_firms"}
    assert of_firms <= set(gva.lines["line"]) and not of_firms & set(earnings.lines["line"])
    assert "earnings" not in set(gva.assumptions["id"]) and "earnings_premium_share" in set(earnings.assumptions["id"])
    assert set(gva.costs["item"]) - set(earnings.costs["item"]) == {"firm_time", "firm_outlay"}


def test_earnings_by_hand(make_appraised):
    # 60% of adults are in work, so of 50 and 200 person-years with skills for work 30 and 120 count, each at 2% of 24,000
    # pounds: 480, less a quarter that others lose, less a twentieth that leaks, less 20% optimism bias: 273.60.
    # What the course does for motivation is shrunk, but earnings come of skill, which is not: the bias stays.
    comparison = make_appraised(shrunk=True)
    work = comparison.tables["twins"].assign(indicator="work")
    comparison.tables["twins"] = pd.concat([comparison.tables["twins"], work], ignore_index=True)
    found = line(appraise(comparison, PLAN), "earnings")
    assert found["quantity"] == pytest.approx(150)
    assert found["undiscounted_gbp"] == pytest.approx(150 * 273.60)


def test_value_added_loses_displacement_elsewhere_and_leakage_once(make_appraised):
    # (0 + 20,000) / 2 = 10,000 pounds in 2027 and 30,000 in 2028, x 0.75 (a quarter is lost elsewhere) x 0.9 (a tenth
    # leaks) x 0.8 (optimism bias) = 5,400 and 16,200.
    assert (value("gva_displacement_out_share"), value("gva_leakage_share")) == (0.25, 0.1)
    found = line(appraise(make_appraised(firms=True), PLAN, "gva"), "value_added")
    assert found["undiscounted_gbp"] == pytest.approx(21_600)
    assert found["value_gbp"] == pytest.approx(5_400 + 16_200 / 1.035)


def test_shrunk_or_biased_but_never_both(make_appraised):
    plain, shrunk = (line(appraise(make_appraised(shrunk=one), PLAN), "consumer_savings") for one in (False, True))
    assert shrunk["undiscounted_gbp"] == pytest.approx(25_000)  # 250 person-years at 100 pounds
    assert plain["undiscounted_gbp"] == pytest.approx(0.8 * 25_000)
    # A unit value that was shrunk itself gets no bias whatever the programme.
    contacts = 250 * value("contacts_moved_a_year") * value("contact_saving_gbp")
    assert unit_values()["contacts_moved_a_year"].shrunk
    assert line(appraise(make_appraised(), PLAN), "contacts")["undiscounted_gbp"] == pytest.approx(contacts)
    # Half of the money on shrunk programmes: half of the bias.
    assert optimism_factor(pd.Series([0.2]), 0.5)[0] == pytest.approx(0.9)


def test_weights_stand_beside_the_result_and_never_replace_it(make_appraised):
    # All who gain are in the lowest income group: 0.42 of mean income against 0.86 in the middle fifth, so that a pound
    # counts (0.86 / 0.42) ^ 1.3 = 2.5388 times.
    poor, middle = appraise(make_appraised(income="1 lowest"), PLAN), appraise(make_appraised(income="3"), PLAN)
    savings = line(poor, "consumer_savings")
    assert savings["weighted_gbp"] / savings["value_gbp"] == pytest.approx(2.5388, abs=1e-4)
    pd.testing.assert_frame_equal(poor.result, middle.result)
    pd.testing.assert_frame_equal(middle.result, middle.weighted)
    assert line(poor, "contacts")["weighted_gbp"] == line(poor, "contacts")["value_gbp"]  # of the public purse
    # An hour is worth the same to everyone: its value has no income in it that a weight would put right.
    assert line(poor, "time_savings")["weighted_gbp"] == line(poor, "time_savings")["value_gbp"]
    costs = poor.costs.set_index("item")
    assert costs.loc["time", "weighted_gbp"] == costs.loc["time", "value_gbp"]
    assert costs.loc["connections", "weighted_gbp"] / costs.loc["connections", "value_gbp"] == pytest.approx(
        2.5388, abs=1e-4
    )
    assert appraise(make_appraised(income=None), PLAN).weighted.empty


def test_without_a_measurable_effect_no_ratio_is_given(make_appraised):
    nothing = appraise(make_appraised(net={"2027-12": 0.0, "2028-12": 0.0}), PLAN)
    assert not nothing.measurable
    assert "no measurable net effect" in nothing.sentence
    ratios = nothing.result.set_index("measure").loc[["bcr", "npv_per_public_gbp"]]
    assert ratios.isna().all(axis=None)
    assert nothing.switching.empty
    assert nothing.result.set_index("measure").loc["npv_gbp", "value"] < 0


def test_central_runs_have_central_values_and_draws_their_own(make_appraised):
    basis = basis_of(make_appraised(draws=8), PLAN)
    central = basis.values.xs("central", level="design_point").iloc[0]
    assert central["consumer_saving_gbp"] == value("consumer_saving_gbp")
    drawn = basis.values.xs("posterior", level="design_point")
    of_draws = drawn.groupby("draw")["consumer_saving_gbp"]
    assert (of_draws.nunique() == 1).all()  # two seeds of a draw share its values
    savings = of_draws.first()
    assert savings.nunique() == 8
    assert savings.between(0, 300).all() and savings.max() > 150 and savings.min() < 80
    assert drawn["discount_rate"].nunique() == 1
    assert basis.values.index.names == RUN_COLUMNS


def test_what_comes_after_the_last_december_is_not_counted(make_appraised):
    assert appraise(make_appraised(), PLAN).by_year["year"].max() == 2028


def test_money_is_in_prices_of_one_year():
    # A wellbeing year of 13,000 pounds in prices of 2019, by the GDP deflator: 13,000 x 100 / 81.1085 = 16,027.91.
    assert value("wellbeing_year_gbp") == pytest.approx(16_027.91, abs=0.01)
    assert value("consumer_saving_gbp") == 100  # published in PRICE_YEAR
    assert PRICE_YEAR == 2024


def test_every_value_is_used_or_is_a_rule(make_appraised):
    comparison = make_appraised(firms=True)
    used = {name for choice in ("earnings", "gva") for name in appraise(comparison, PLAN, choice).assumptions["id"]}
    later = {"discount_rate_after_30_years", "discount_rate_health_after_30_years"}
    services = {"carbon_gbp", "cyber_incident_gbp", "gp_contact_gbp"}
    assert set(unit_values()) - later - services <= used


@pytest.mark.parametrize(
    ("plan", "choice", "said"),
    [("other", None, "not a plan"), (PLAN, "both", "earnings, gva"), (PLAN, "gva", "no firms")],
)
def test_what_cannot_be_appraised_is_said(make_appraised, plan, choice, said):
    with pytest.raises(InputError, match=said):
        appraise(make_appraised(), plan, choice)


def test_results_of_old_versions_are_refused(make_appraised):
    comparison = make_appraised()
    del comparison.tables["programme_numbers"]
    with pytest.raises(InputError, match="run the comparison again"):
        appraise(comparison, PLAN)


def test_the_command_prints_the_finding_and_its_tables(make_appraised, tmp_path, monkeypatch, capsys):
    import sys

    from experiments.cli import main

    comparison = make_appraised(draws=3)
    comparison.save(tmp_path / "saved")
    for words in ([], ["--json"]):
        monkeypatch.setattr(sys, "argv", ["uptake", "appraise", str(tmp_path / "saved"), *words])
        with pytest.raises(SystemExit) as stop:
            main()
        assert stop.value.code == 0
        out = capsys.readouterr().out
        if words:
            data = json.loads(out)["plans"][PLAN]
            assert data["result"][2]["measure"] == "npv_gbp"
            assert data["lines"][0]["undiscounted_gbp"] == pytest.approx(20_000)
        else:
            assert out.startswith("“A plan” costs")
            assert "not findings of the model" in out and "Saved on goods and bills" in out
