"""The planner's answer on firms, worked out by hand on tables of a few made-up runs."""

import json
import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments import summary
from experiments.compare import Comparison
from experiments.summary import summary_json, summary_text
from model.firm_outcomes import FIRM_INDICATORS, FIRM_VALUES
from model.technologies import TECHNOLOGIES

PERIOD = "2030-12"
GROUPS = {"all": ("all",), "authority": ("E1",), **FIRM_VALUES}


def made_up(
    net: list[float], displaced: list[float] | None = None, helped: float = 300.0, money: float = 1000.0,
    drawn_net: list[float] | None = None, base_money: float = 0.0,
) -> Comparison:  # fmt: skip
    """1,000 firms; `net` additional adoptions of cloud, three quarters by helped firms; helped firms gain jobs.

    Nothing happens to residents. 40 things taken up by helped firms, 10 of them anyway.
    """
    displaced = displaced or [0.0] * len(net)
    runs = [("central", 0, r, n, d) for r, (n, d) in enumerate(zip(net, displaced, strict=True))]
    runs += [("posterior", d, 0, n, displaced[0]) for d, n in enumerate(drawn_net or [])]
    tables: dict[str, list[dict]] = {name: [] for name in ("firm_series", "firm_twins", "firm_effects", "programmes")}
    series, twins = [], []
    for point, draw, replicate, more, lost in runs:
        labels = {"design_point": point, "draw": draw, "replicate": replicate, "period": PERIOD}
        for scenario in ("baseline", "plan"):
            online = labels | {"scenario": scenario, "group_by": "all", "group": "all"}
            series += [online | {"indicator": n, "value": v} for n, v in (("online", 600.0), ("online_share", 60.0))]
            for by, groups in GROUPS.items():
                for group in groups:
                    for entry in FIRM_INDICATORS:
                        value = 1000.0 + (more if entry.name == "adoptions" and scenario == "plan" else 0.0)
                        tables["firm_series"].append(labels | {
                            "scenario": scenario, "indicator": entry.name, "group_by": by, "group": group, "value": value,
                        })  # fmt: skip
        nobody = dict.fromkeys(["n10", "n01", "net", "beneficiaries", "beneficiaries_in_state"], 0.0)
        nobody |= dict.fromkeys(["beneficiaries_in_state_both", "net_beneficiaries", "net_spillover"], 0.0)
        twins.append(labels | nobody | {"scenario": "plan", "indicator": "online", "group_by": "all", "group": "all"})
        for technology in (*TECHNOLOGIES, "all"):
            part = more if technology in ("cloud", "all") else 0.0
            tables["firm_twins"].append(labels | {
                "scenario": "plan", "technology": technology, "group_by": "all", "group": "all", "n_base": 1000.0,
                "n_plan": 1000.0 + part, "n10": max(part, 0.0), "n01": max(-part, 0.0), "net": part, "only_base": 0.0,
                "only_plan": 0.0, "beneficiaries": 100.0, "beneficiaries_in_state": 40.0,
                "beneficiaries_in_state_both": 10.0, "net_beneficiaries": 0.75 * part, "net_spillover": 0.25 * part,
            })  # fmt: skip
        for effect, size in (("firms", 1), ("jobs", 1), ("gva", 1000)):
            tables["firm_effects"].append(labels | {
                "scenario": "plan", "effect": effect, "group_by": "all", "group": "all",
                "net_beneficiaries": size * helped, "net_others": -size * lost, "displaced": size * lost,
                "net": size * (helped - lost),
            })  # fmt: skip
        paid = {"programme": "grants", "audience": "firms", "served": 9.0, "completed": 8.0, "beneficiaries_cum": 8.0}
        tables["programmes"].append(labels | paid | {"scenario": "plan", "spend_gbp": money})
        if base_money:
            tables["programmes"].append(labels | paid | {"scenario": "baseline", "spend_gbp": base_money})
    frames = {name: pd.DataFrame(rows) for name, rows in tables.items()}
    frames |= {"series": pd.DataFrame(series), "twins": pd.DataFrame(twins)}
    titles = {"baseline": "No plan", "plan": "Grants for firms", "grants": "Grants"}
    inputs = {"draws": len(drawn_net or []), "replicates": len(net), "scale": 1.0}
    return Comparison(
        "baseline", ["plan"], "anyshire", "Anyshire", PERIOD, titles, frames, {"inputs": inputs, "identity": "x"}
    )


def test_a_plan_for_firms_alone_speaks_of_firms_alone():
    comparison = made_up([100, 200], [40, 60], money=30_000.0)
    answer = comparison.answer()
    assert answer.people is None and answer.who == ""
    assert answer.sentence == (
        "In this model, by December 2030 “Grants for firms” has 150 more adoptions of technology by Anyshire firms than "
        "“No plan” (90% interval 105 to 195), at a cost of £30,000, or £200 for each additional adoption. Other firms in "
        "the region lose £50,000 of value added a year (in-region displacement, 90% interval £41,000 to £59,000), which "
        "is 17% of what the firms it helps gain; they lose 50 jobs (90% interval 41 to 59)."
    )
    adoptions, displaced, spend, cost = answer.tiles
    assert [tile.value for tile in answer.tiles] == pytest.approx([150, 50_000, 30_000, 200])
    assert (adoptions.unit, displaced.unit, spend.title) == ("adoptions", "GBP", "Spend")
    assert [cost.low, cost.high] == pytest.approx(np.quantile([300, 150], [0.05, 0.95]))
    assert not any("people" in tile.title or "adults" in tile.title for tile in answer.tiles)


def test_the_full_interval_is_over_all_draws():
    comparison = made_up([100, 200], drawn_net=[50.0, 100.0, 300.0])
    adoptions = comparison.answer().tiles[0]
    assert [adoptions.low, adoptions.high] == pytest.approx(np.quantile([50, 100, 300], [0.05, 0.95]))
    band = comparison.firms.twin_band("plan", "net")
    assert [band.chance_low, band.chance_high] == pytest.approx(np.quantile([100, 200], [0.05, 0.95]))


def test_deadweight_and_spillover_are_those_of_helped_firms_and_others():
    firms = made_up([100, 200]).answer().firms
    assert (firms.gross.value, firms.deadweight_share.value) == (40.0, 0.25)
    assert firms.spillover.value == pytest.approx(37.5)


def test_nothing_gained_is_told_without_a_price():
    for net in ([0, 0], [-10, 20]):
        answer = made_up(net).answer()
        assert "no measurable difference" in answer.sentence and "for each" not in answer.sentence, net
    zero = made_up([0, 0], [0, 0], helped=0.0).answer()
    assert math.isnan(zero.tiles[3].value)
    assert (
        "lose no measurable value added a year (90% interval £0 to £0); they lose no measurable jobs" in zero.sentence
    )
    assert math.isnan(zero.firms.jobs.share.value)
    assert "fewer adoptions" in made_up([-20, -10]).answer().sentence


def test_a_gain_of_other_firms_is_no_displacement():
    answer = made_up([100, 200], [-40, -60]).answer()
    assert "gain £50,000 of value added a year (90% interval £41,000 to £59,000); they gain 50 jobs" in answer.sentence
    assert "displacement" not in answer.sentence


def test_losses_without_a_gain_have_no_finite_share():
    jobs = made_up([100, 200], [40, 60], helped=-5.0).firms.displacement("plan", "jobs")
    assert math.isnan(jobs.share.value) and jobs.share.high == math.inf


def test_against_another_plan_for_firms_deadweight_is_not_told():
    comparison = made_up([100, 200], base_money=500.0)
    answer = comparison.answer()
    assert math.isnan(answer.firms.deadweight_share.value) and math.isnan(answer.firms.gross.value)
    assert answer.tiles[3].value == pytest.approx(500 / 150)


def test_a_plan_for_both_says_both_and_keeps_their_money_apart():
    comparison = made_up([100, 200], [40, 60], money=30_000.0)
    programmes = comparison.tables["programmes"]
    courses = programmes.assign(programme="courses", audience="residents", spend_gbp=5000.0)
    twins = comparison.tables["twins"].assign(net=10.0, n10=10.0)
    comparison.tables |= {"programmes": pd.concat([programmes, courses]), "twins": twins}
    answer = comparison.answer()
    assert answer.people and answer.firms and len(answer.tiles) == 8
    values = {tile.title: tile.value for tile in answer.tiles}
    assert values["Spend on residents"] == 5000.0 and values["Spend on firms"] == 30_000.0
    assert values["Cost per additional person online"] == 500.0 and values["Cost per additional adoption"] == 200.0
    assert answer.paragraphs == (answer.sentence.split(" Among")[0], answer.firms.sentence)
    people, firms = answer.sentence.split(" Among firms, ")
    assert "10 more Anyshire residents online" in people and people.endswith("£500 for each additional person.")
    assert firms.startswith("it brings about 150 more adoptions") and "in-region displacement" in firms
    audience = comparison.spend("plan").set_index("programme")["audience"]
    assert audience.to_dict() == {"courses": "residents", "grants": "firms"}


def test_money_for_hubs_is_counted_once_with_those_who_come_there():
    for others, spends in (("firms", (0.0, 31_500.0)), ("residents", (6_500.0, 30_000.0))):
        comparison = made_up([100, 200], money=30_000.0)
        grants = comparison.tables["programmes"]
        labs = grants.assign(programme="labs", audience="places", spend_gbp=1500.0)
        more = [grants.assign(programme="courses", audience="residents", spend_gbp=5000.0)] if others != "firms" else []
        comparison.tables["programmes"] = pd.concat([grants, labs, *more])
        assert comparison.audiences("plan") == (("firms",) if others == "firms" else ("residents", "firms"))
        answer = comparison.answer()
        assert (answer.people is None) == (others == "firms")
        values = {tile.title: tile.value for tile in answer.tiles}
        assert values.get("Spend on residents", 0.0) == spends[0]
        assert values.get("Spend on firms", values.get("Spend")) == spends[1]


def test_results_from_before_there_were_firms_are_read_as_residents_only():
    comparison = made_up([100, 200])
    old = {name: table for name, table in comparison.tables.items() if not name.startswith("firm")}
    old["programmes"] = old["programmes"].drop(columns="audience")
    series, twins = old["series"].assign(unit=""), old["twins"]
    comparison = replace(comparison, tables=old | {"series": series, "twins": twins})
    assert not comparison.firms.present and not comparison.firms.has_hubs
    answer = comparison.answer()
    assert answer.firms is None and [tile.title for tile in answer.tiles][2] == "Spend"
    assert answer.tiles[2].value == 1000.0


def test_breakdowns_pair_the_runs():
    comparison = made_up([100, 200])
    rows = comparison.firms.differences("adoptions", by="size_band")
    assert set(rows["group"]) == set(FIRM_VALUES["size_band"])
    assert (rows["difference"] == 150.0).all() and (rows["base"] == 1000.0).all()
    assert rows["difference_low"].tolist() == pytest.approx([105.0] * len(rows))
    technologies = comparison.firms.additional_by_technology("plan").set_index("technology")["mean"]
    assert technologies["cloud"] == 150.0 and technologies.drop("cloud").eq(0.0).all()


@pytest.mark.parametrize(
    "comparison", [made_up([100, 200], [40, 60]), made_up([0.0])], ids=["gain", "one run for nothing"]
)
def test_text_and_json_are_complete_whatever_the_result(comparison, monkeypatch):
    text = summary_text(comparison)
    for words in ("Additional adoptions by firms", "Displacement within the region", "Cloud services", "8 firms"):
        assert words in text
    assert "people online" not in text and "nan" not in text
    monkeypatch.setattr(summary, "DETAILED", ())
    plain = json.loads(json.dumps(summary_json(comparison), allow_nan=False))
    assert plain["plans"]["plan"]["firms"]["jobs"]["effect"] == "jobs"
    assert plain["firm_differences"]["adopted_ai"]["sector"]
