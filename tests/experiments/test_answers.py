"""The planner's answer, worked out by hand on tables of a few made-up runs."""

import json
import math

import numpy as np
import pandas as pd
import pytest

from experiments.compare import Comparison
from experiments.readings import people, pounds
from experiments.summary import interval, intervals_title, number, summary_json, summary_text
from model.outcomes import GROUP_LABELS, SIDE_GROUP_LABELS, VALUES, indicator

PERIOD = "2030-12"
GROUPS = {"all": ("all",), "authority": ("E1",), **VALUES}
SHARES = {"65-74": 0.25, "75+": 0.5, "disabled": 0.4, "1 most deprived": 0.3}
"""Parts of the net that fall on these groups; the rest on the first group of the breakdown that is none of them."""


def made_up(
    net: list[float], spend: list[float] | None = None, drawn_net: list[float] | None = None,
    drawn_spend: list[float] | None = None,
) -> Comparison:  # fmt: skip
    """A comparison of 1,000 adults: 600 online without the plan, `net` more with it; 200 beneficiaries, 150 online anyway."""
    runs = [("central", 0, r, n, s) for r, (n, s) in enumerate(zip(net, spend or [1000.0] * len(net), strict=True))]
    drawn_net = drawn_net or []
    drawn_spend = drawn_spend or [1000.0] * len(drawn_net)
    runs += [("posterior", d, 0, n, s) for d, (n, s) in enumerate(zip(drawn_net, drawn_spend, strict=True))]
    series, twins, programmes = [], [], []
    for point, draw, replicate, more, money in runs:
        labels = {"design_point": point, "draw": draw, "replicate": replicate, "period": PERIOD}
        for scenario, online in (("baseline", 600.0), ("plan", 600.0 + more)):
            for by, groups in GROUPS.items():
                for group in groups:
                    part = (1.0 if by == "all" else share_of(by, group)) * online
                    for name, value in (("online", part), ("online_share", part / 10), ("foundation", part),
                                        ("essential", part), ("work", part)):  # fmt: skip
                        series.append(labels | {"scenario": scenario, "indicator": name, "group_by": by, "group": group,
                                                "value": value, "unit": indicator(name).unit})  # fmt: skip
        for name in ("online", "foundation", "essential", "work"):
            for by, groups in GROUPS.items():
                for group in groups:
                    part = (1.0 if by == "all" else share_of(by, group)) * more
                    twins.append(labels | {
                        "scenario": "plan", "indicator": name, "group_by": by, "group": group, "n_base": 600.0,
                        "n_plan": 600.0 + part, "n10": max(part, 0.0), "n01": max(-part, 0.0), "net": part,
                        "beneficiaries": 200.0, "beneficiaries_in_state": 160.0, "beneficiaries_in_state_both": 120.0,
                        "net_beneficiaries": 0.75 * part, "net_spillover": 0.25 * part,
                    })  # fmt: skip
        if spend is None or any(spend):
            programmes.append(labels | {"scenario": "plan", "programme": "train", "spend_gbp": money, "served": 10.0,
                                        "completed": 8.0, "beneficiaries_cum": 8.0})  # fmt: skip
    tables = {"series": pd.DataFrame(series), "twins": pd.DataFrame(twins)}
    if programmes:
        tables["programmes"] = pd.DataFrame(programmes)
    titles = {"baseline": "No plan", "plan": "Help", "train": "Courses"}
    inputs = {"draws": len(drawn_net), "replicates": len(net), "scale": 1.0}
    return Comparison(
        "baseline", ["plan"], "anyshire", "Anyshire", PERIOD, titles, tables, {"inputs": inputs, "identity": "x"}
    )


def share_of(by: str, group: str) -> float:
    named = {name: SHARES[name] for name in GROUPS[by] if name in SHARES}
    rest = next(name for name in GROUPS[by] if name not in SHARES)
    return named.get(group, 1 - sum(named.values()) if group == rest else 0.0)


def test_the_made_up_groups_are_those_of_the_registry():
    assert GROUPS.keys() == (GROUP_LABELS | SIDE_GROUP_LABELS).keys()


def test_tiles_are_means_at_central_parameters_with_intervals_over_all_draws():
    comparison = made_up([10, 20, 30], [1000, 2000, 3000], [5, 15, 25, 45], [900, 1500, 2500, 5000])
    online, share, spend, cost = comparison.answer().tiles
    assert online.value == 20
    assert [online.low, online.high] == pytest.approx(np.quantile([5, 15, 25, 45], [0.05, 0.95]))
    assert share.value == pytest.approx(62.0) and "60.0% without" in share.note
    assert spend.value == 2000
    # The ratio of the means, with the spread of the runs' own ratios.
    assert cost.value == pytest.approx(100.0)
    assert [cost.low, cost.high] == pytest.approx(np.quantile([180, 100, 100, 5000 / 45], [0.05, 0.95]))


def test_the_interval_holds_the_best_estimate_and_the_chance_interval():
    """A handful of draws may all miss it."""
    online = made_up([10, 20, 30], drawn_net=[1.0, 2.0, 3.0]).answer().tiles[0]
    assert online.low == pytest.approx(np.quantile([1, 2, 3], 0.05))
    assert online.high == pytest.approx(np.quantile([10, 20, 30], 0.95))


def test_deadweight_gross_and_spillover_are_those_of_beneficiaries():
    answer = made_up([10, 20, 30]).answer()
    assert answer.people.gross.value == 160
    assert answer.people.deadweight_share.value == pytest.approx(0.75)
    assert answer.people.spillover.value == pytest.approx(5.0)


def test_the_sentence_says_how_many_where_when_with_what_certainty_and_price():
    sentence = made_up([1000, 2000], [500_000, 700_000]).answer().sentence
    assert sentence == (
        "In this model, by December 2030 “Help” has 1,500 more Anyshire residents online than “No plan” (90% interval "
        "1,050 to 1,950), at a cost of £600,000, or £400 for each additional person."
    )


def test_an_interval_around_nothing_is_no_measurable_difference():
    for net in ([-10, 20], [0, 0, 30], [-30, 0, 0], [0, 0]):
        assert "no measurable difference" in made_up(net).answer().sentence, net
    for net in ([10, 30], [-10, -30]):
        assert "no measurable difference" not in made_up(net).answer().sentence, net


def test_a_plan_that_loses_people_says_fewer_and_has_no_price():
    answer = made_up([-100, -50]).answer()
    assert "75 fewer" in answer.sentence and "for each additional" not in answer.sentence
    assert math.isnan(answer.tiles[3].value)
    assert answer.who == ""


def test_who_the_additional_people_are():
    who = made_up([10, 30]).answer().who
    assert "about 75% are 65 or over" in who and "40% are disabled" in who and "30% live in the most deprived" in who


def test_one_run_gives_a_value_and_says_that_it_has_no_interval():
    comparison = made_up([12])
    answer = comparison.answer()
    assert "one run, no interval" in answer.sentence
    assert math.isnan(answer.tiles[0].low) and interval(answer.tiles[0]) == "one run: no interval"
    assert intervals_title(comparison) == "one run at central parameters: no intervals"


def test_runs_without_additional_people_stay_in_the_upper_tail_of_the_price():
    """Some of ten draws have no finite price: the lower end is finite, the upper end without limit."""
    for n_without in (1, 2, 5):
        prior = [10.0] * (10 - n_without) + [0.0] * n_without
        cost = made_up([10, 10], [1000, 1000], prior).answer().tiles[3]
        assert cost.low == pytest.approx(100.0), n_without
        assert cost.high == math.inf, n_without
    assert number(math.inf, "GBP", 0) == "no limit"


def test_a_plan_that_costs_nothing_has_no_price():
    answer = made_up([10, 20], [0.0, 0.0]).answer()
    assert answer.tiles[2].value == 0.0
    assert math.isnan(answer.tiles[3].value) and "for each" not in answer.sentence


def test_spend_is_listed_by_programme_with_its_title():
    [row] = made_up([10, 20], [1000, 3000]).spend().to_dict("records")
    assert (row["programme"], row["title"], row["spend_gbp"], row["beneficiaries"]) == ("train", "Courses", 2000.0, 8.0)
    assert [row["spend_gbp_low"], row["spend_gbp_high"]] == pytest.approx(np.quantile([1000, 3000], [0.05, 0.95]))


@pytest.mark.parametrize(
    "comparison",
    [made_up([10, 20], drawn_net=[5.0, 0.0, 0.0]), made_up([12], [0.0])],
    ids=["draws without a price", "one run for nothing"],
)
def test_text_and_json_are_complete_whatever_the_result(comparison):
    text = summary_text(comparison)
    for words in (
        "Additional people online",
        "Spend",
        "Cost per additional",
        "deadweight",
        intervals_title(comparison),
    ):
        assert words in text
    plain = json.dumps(summary_json(comparison), allow_nan=False)
    assert json.loads(plain)["plans"]["plan"]["tiles"][0]["title"] == "Additional people online"


def test_text_says_whose_money_it_was_and_what_reviews_moved():
    comparison = made_up([10, 20], [1000.0, 3000.0])
    assert not any(word in summary_text(comparison) for word in ("Partners", "investors", "Reviews", "--scale"))
    table = comparison.tables["programmes"]
    table["public_spend_gbp"], table["private_spend_gbp"] = table["spend_gbp"] * 0.75, 50.0
    other = table.assign(programme="lend", moved_gbp=-300.0, beneficiaries_cum=0.0)
    comparison.tables["programmes"] = pd.concat([table.assign(moved_gbp=300.0), other])
    comparison.manifest["inputs"]["scale"] = 0.02
    comparison.titles["lend"] = "A title of a programme that is longer than its column: the last part"
    text = summary_text(comparison)
    assert "Partners paid £1,000 of it" in text and "Private investors added £100" in text
    assert "Reviews moved £300 between programmes, most of it to “Courses”" in text
    assert "one place costs as much as 50 do" in text and "the last part" in text


def test_pounds_below_nothing_have_their_sign_first():
    assert number(-366_525.0, "GBP", 0) == "-£366,525"


def test_the_kind_of_interval_is_named():
    assert intervals_title(made_up([1, 2], drawn_net=[1.0, 2.0])).startswith(
        "90% intervals, uncalibrated: 2 prior draws"
    )
    assert intervals_title(made_up([1, 2, 3])) == "90% intervals by chance alone: 3 seeds at central parameters"


@pytest.mark.parametrize(
    "value, text",
    [(0, "0"), (0.4, "0"), (12.6, "13"), (999.6, "1,000"), (1240.4, "1,240"), (12_345, "12,300"), (-987.2, "-987")],
)
def test_people_are_whole_and_rounded_to_three_digits(value, text):
    assert people(value) == text


@pytest.mark.parametrize(
    "value, text",
    [(0, "£0"), (412.4, "£412"), (12_345, "£12,300"), (999_499, "£999,000"), (999_500, "£1.0 million"),
     (3_249_000, "£3.2 million"), (1_234_000_000, "£1,234.0 million")],
)  # fmt: skip
def test_pounds_are_in_a_readable_unit(value, text):
    assert pounds(value) == text


def test_numbers_of_tiles_carry_their_unit():
    assert number(1234.5, "GBP", 0) == "£1,234" and number(61.26, "% of adults", 1) == "61.3%"
    assert number(math.nan, "people", 0) == "–" and number(2000.0, "people", 0) == "2,000"
