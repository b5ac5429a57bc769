"""From gross to net by hand, and over the runs of a real comparison."""

import pandas as pd
import pytest

from experiments.appraisal import appraise
from experiments.gross_to_net import gross_to_net, gross_to_net_bands

RUN = {"design_point": "central", "draw": 0, "replicate": 0}
# 100 beneficiaries are online under the plan, 60 of whom would be anyway: 40 gained. Nobody of them lost. Of the others 15
# gained and 5 lost. So n10 = 55, n01 = 5, net 50 = 100 x (1 - 0.6) + 15 - 5.
ROWS = pd.DataFrame(
    [RUN | {"n10": 55.0, "n01": 5.0, "net": 50.0, "beneficiaries_in_state": 100.0, "beneficiaries_in_state_both": 60.0,
            "net_beneficiaries": 40.0, "net_spillover": 10.0}]
)  # fmt: skip


def test_gross_to_net_by_hand():
    found = gross_to_net(ROWS).iloc[0]
    assert found[["gross", "deadweight_share", "spillover", "displacement", "net"]].tolist() == [100, 0.6, 15, 5, 50]


@pytest.mark.parametrize("column", ["n10", "n01", "net", "net_beneficiaries", "net_spillover"])
def test_what_does_not_add_up_is_refused(column):
    with pytest.raises(ValueError, match="is not"):
        gross_to_net(ROWS.assign(**{column: ROWS[column] + 3}))


def test_without_beneficiaries_there_is_no_deadweight():
    rows = ROWS.assign(
        beneficiaries_in_state=0.0, beneficiaries_in_state_both=0.0, net_beneficiaries=0.0, net_spillover=50.0
    )
    found = gross_to_net(rows).iloc[0]
    assert found["deadweight_share"] != found["deadweight_share"]
    assert found["spillover"] - found["displacement"] == 50


def test_against_a_base_that_helps_people_itself_only_the_net_is_told():
    found = gross_to_net_bands(ROWS.assign(indicator="online"), "indicator", base_spends=True).iloc[0]
    assert found["net"] == 50
    assert found["gross"] != found["gross"] and found["spillover"] != found["spillover"]


def test_every_run_adds_up(comparison):
    """People by indicator, December and group, and firms by technology: counted between real twins."""
    twins = comparison.tables["twins"]
    assert (gross_to_net(twins)["net"] == twins["net"]).all()
    assert (twins["net"] != 0).any()
    firms = comparison.tables["firm_twins"]
    assert (firms["net"] == firms["n10"] - firms["n01"]).all()
    assert (firms["net"] == firms["net_beneficiaries"] + firms["net_spillover"]).all()


def test_a_real_comparison_is_appraised(comparison):
    generous, nothing = (appraise(comparison, plan) for plan in comparison.plans)
    spent = comparison.spend("generous")["spend_gbp"].sum()
    programmes = generous.costs.set_index("item").loc["programmes"]
    assert programmes["undiscounted_gbp"] == pytest.approx(1.2 * spent)  # with the optimism bias of central runs
    assert generous.base_year == 2013
    assert generous.gross_to_net.set_index("indicator").loc["online", "net"] > 0
    assert set(generous.lines["line"]) >= {"consumer_savings", "time_savings", "contacts"}
    assert len(generous.weighted) == len(generous.result)
    assert nothing.costs.empty and not nothing.measurable
    numbers = comparison.tables["programme_numbers"]
    of_skills = numbers[(numbers["programme"] == "library-skills") & (numbers["number"] == "awareness_half_life")]
    values = of_skills.groupby("design_point", observed=True)["value"].agg(["nunique", "first"])
    assert set(values["nunique"]) == {1} and len(set(values["first"].drop("posterior"))) == 1
    assert of_skills["value"].nunique() == 2  # drawn at posterior runs
