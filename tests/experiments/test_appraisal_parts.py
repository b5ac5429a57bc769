"""The parts of an appraisal by hand: discounting, weights, years, net values, switching values, tables of values."""

import numpy as np
import pandas as pd
import pytest

from experiments import appraisal_values
from experiments.appraisal_items import BENEFITS
from experiments.bands import RUN_COLUMNS
from experiments.discounting import Rates, discount_factor, discounted, health_rates, social_rates
from experiments.distribution import distributional_weight, weighted_sum, weights
from experiments.net_values import Kinds, net_values, switching_values
from experiments.yearly import person_years, unit_years
from model.calendar import NEVER, month_index
from model.errors import InputError
from scenarios.quantities import EFFECTS
from scenarios.ranged_values import read_ranged_values

RUN = {"design_point": "central", "draw": 0, "replicate": 0}


def test_discounting_by_hand():
    # 100 / 1.035 = 96.62, / 1.035^2 = 93.35, / 1.035^3 = 90.19; the base year's own pounds stay.
    years = pd.Series([2027, 2028, 2029, 2030])
    found = discounted(pd.Series([100.0] * 4), years, 2027, social_rates())
    assert found.round(2).tolist() == [100.0, 96.62, 93.35, 90.19]
    assert discount_factor(1, health_rates()) == pytest.approx(1 / 1.015)


def test_rates_fall_after_thirty_years():
    rates = social_rates()
    assert rates == Rates(0.035, 0.03)
    assert discount_factor(30, rates) == pytest.approx(1.035**-30)
    assert discount_factor(32, rates) == pytest.approx(1.035**-30 * 1.03**-2)


def test_weights_by_hand():
    # Half the median income: 2 ^ 1.3 = 2.4623; twice: 0.4061; the median: 1.
    assert distributional_weight(10_000, 20_000, 1.3) == pytest.approx(2.4623, abs=1e-4)
    assert distributional_weight(40_000, 20_000, 1.3) == pytest.approx(0.4061, abs=1e-4)
    assert weights()["3"] == 1
    assert list(weights().values()) == sorted(weights().values(), reverse=True)
    assert weights({"income_factor_1": 0.86})["1 lowest"] == 1


def test_a_weighted_sum_by_hand():
    # 10 people at weight 2 and 30 at weight 0.5: 35.
    rows = pd.DataFrame({"run": 1, "group": ["low", "high"], "people": [10.0, 30.0]})
    assert weighted_sum(rows, ["run"], "people", {"low": 2.0, "high": 0.5}).tolist() == [35.0]


def test_person_years_on_straight_lines():
    # From 0 a year before to 12, then to 24, and half a year on to 36: 6, 18, and (24 + 36) / 2 x 6 / 12 = 15.
    rows = pd.DataFrame({"period": ["2027-12", "2028-12", "2029-06"], "n": [12.0, 24.0, 36.0], **RUN})
    found = person_years(rows, "n")
    assert dict(zip(found["year"], found["n"], strict=True)) == {2027: 6, 2028: 18, 2029: 15}


def test_units_stay_until_the_end_and_fade_when_nobody_pays():
    # Two units from July 2027: 2 x 6 / 12 = 1 unit-year in 2027, 2 in 2028.
    rows = pd.DataFrame(
        {"period": ["2027-07"], "programme": "p", "n": [2.0], "fades_from": NEVER, "kept_monthly": 1.0, **RUN}
    )
    found = unit_years(rows, "n", "2028-12")
    assert dict(zip(found["year"], found["n"], strict=True)) == {2027: pytest.approx(1), 2028: pytest.approx(2)}
    # Nobody pays after December 2027 and half is lost in a month: 2 x (1/2 + 1/4 + ... to 12 months) / 12.
    fading = rows.assign(fades_from=month_index("2027-12"), kept_monthly=0.5)
    found = unit_years(fading, "n", "2028-12").set_index("year")["n"]
    assert found[2028] == pytest.approx(2 * (1 - 0.5**12) / 12)


def _items(benefits, costs) -> pd.DataFrame:
    """One row an item; the first of each is the central run, the others posterior draws."""
    rows = []
    for draw, (benefit, cost) in enumerate(zip(benefits, costs, strict=True)):
        run = RUN if draw == 0 else {"design_point": "posterior", "draw": draw, "replicate": 0}
        rows += [
            run | {"kind": "benefit", "item": item, "value": part * benefit} for item, part in (("b", 0.8), ("c", 0.2))
        ]
        rows += [
            run | {"kind": "cost", "item": item, "value": part * cost} for item, part in (("public", 0.8), ("own", 0.2))
        ]
    return pd.DataFrame(rows)


def test_net_values_are_distributions():
    # Central: 150 - 100 = 50, ratio 1.5, and 50 / 80 for each public pound. Of four posterior runs (-50, 0, 100, 200) two
    # are above nothing; their median is 50. Without the multiplier, 30 of the benefits, the central net is 20.
    found = net_values(
        _items([150, 50, 100, 200, 300], [100] * 5), "value", Kinds(("public",), ("c",)), True
    ).set_index("measure")
    assert found.loc["npv_gbp", "value"] == pytest.approx(50)
    assert found.loc["npv_counted_gbp", "value"] == pytest.approx(20)
    assert found.loc["bcr", "value"] == 1.5
    assert found.loc["npv_per_public_gbp", "value"] == pytest.approx(0.625)
    assert found.loc["npv_gbp", "probability"] == found.loc["bcr", "probability"] == 0.5
    assert found.loc["npv_gbp", "q50"] == pytest.approx(50)
    assert found.loc["npv_gbp", "low"] < 0 < 50 < found.loc["npv_gbp", "high"]
    assert np.isnan(found.loc["costs_gbp", "probability"])


def test_without_costs_there_is_no_ratio():
    found = net_values(_items([10, 10], [0, 0]), "value", Kinds(("public",), ("c",)), True).set_index("measure")
    assert np.isnan(found.loc["bcr", "value"]) and found.loc["npv_gbp", "value"] == 10


@pytest.mark.parametrize("costs", [[0, 5, 5], [1, -5, 5, -4, 6]])
def test_where_costs_may_be_nothing_there_is_no_ratio(costs):
    found = net_values(_items([10] * len(costs), costs), "value", Kinds(("public",), ("c",)), True).set_index("measure")
    assert found.loc[["bcr", "npv_per_public_gbp"]].isna().all(axis=None)
    assert found.loc["npv_gbp", "probability"] == 1 and found.loc["costs_gbp", "value"] == costs[0]


def test_switching_values_by_hand():
    # Benefits 60 + 40, costs 80 + 40, net -20. Line a would have to be (60 + 20) / 60 = 1.3333 of itself, b 1.5, both
    # 1.2; costs x 20 / 80 less: 0.75, y 0.5, both 0.8333.
    lines = pd.DataFrame({"line": ["a", "b"], "title": "", "value_gbp": [60.0, 40.0]})
    costs = pd.DataFrame({"item": ["x", "y"], "title": "", "value_gbp": [80.0, 40.0]})
    found = switching_values(lines, costs, True).set_index("item")["multiple"]
    assert found.round(4).to_dict() == {"a": 1.3333, "b": 1.5, "benefits": 1.2, "x": 0.75, "y": 0.5, "costs": 0.8333}


def test_a_cost_that_cannot_do_it_alone_has_no_switching_value():
    # Net -90: even without cost y (40) it stays below nothing.
    lines = pd.DataFrame({"line": ["a"], "title": "", "value_gbp": [30.0]})
    costs = pd.DataFrame({"item": ["x", "y"], "title": "", "value_gbp": [80.0, 40.0]})
    found = switching_values(lines, costs, True).set_index("item")["multiple"]
    assert np.isnan(found["x"]) and np.isnan(found["y"]) and found["costs"] == 0.25


GOOD = "a,Title,unit,1,0,2,assumed,assumption,no,because"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (GOOD.replace(",1,0,2,", ",3,0,2,"), "outside low to high"),
        (GOOD.replace("assumed", "guessed"), "assumed"),
        (GOOD.replace("assumption", "somewhere"), "not a source"),
        (GOOD.replace("assumed", "measured"), "not a source"),
        (GOOD.replace(",no,", ",perhaps,"), "yes, no"),
        (f"{GOOD}\n{GOOD}", "duplicate"),
    ],
)
def test_a_table_of_values_is_checked(tmp_path, row, said):
    head = "id,title,unit,value,low,high,status,source,shrunk,why\n"
    path = tmp_path / "values.csv"
    path.write_text(head + GOOD + "\n", encoding="utf-8")
    assert read_ranged_values(path, (), ("known",))["a"].assumed
    path.write_text(head + row + "\n", encoding="utf-8")
    with pytest.raises(InputError, match=said) as error:
        read_ranged_values(path, (), ("known",))
    assert "values.csv" in str(error.value)


def test_draws_of_a_number_do_not_hang_on_its_company():
    entries = appraisal_values.unit_values()
    runs = pd.DataFrame({"design_point": "posterior", "draw": [0, 1, 2], "replicate": 0})
    alone = appraisal_values.drawn({"carbon_gbp": entries["carbon_gbp"]}, runs, 3, 1, "appraisal")
    together = appraisal_values.drawn(entries, runs, 3, 1, "appraisal")
    assert alone["carbon_gbp"].equals(together["carbon_gbp"])
    assert list(alone.index.names) == RUN_COLUMNS
    other_kind = appraisal_values.drawn({"carbon_gbp": entries["carbon_gbp"]}, runs, 3, 1, "multipliers")
    assert not other_kind["carbon_gbp"].equals(alone["carbon_gbp"])


def test_benefits_come_through_effects_that_programmes_have():
    known = {name for effects in EFFECTS.values() for name in effects}
    assert all(item.through <= known and bool(item.through) == bool(item.rests_on) for item in BENEFITS)


def test_every_source_is_used_and_has_a_licence():
    sources = pd.read_csv(appraisal_values.SOURCES)
    used = {entry.source for entry in appraisal_values.unit_values().values()} - {"assumption"}
    assert set(sources["source_id"]) == used | {"gdp-deflators-2025"}  # of DEFLATOR
    assert sources.notna().all(axis=None)
    assert appraisal_values.deflator()[appraisal_values.PRICE_YEAR] == 100
