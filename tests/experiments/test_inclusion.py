"""Fairness from the tables of a comparison."""

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from experiments.fairness_text import fairness_tables
from experiments.inclusion import NARROWS, ONE_RUN, TABLES, UNCHANGED, WIDENS, fairness, verdict_of
from model.errors import InputError
from model.outcomes import GROUP_LABELS, SIDE_GROUP_LABELS

_SPEC = importlib.util.spec_from_file_location("made_up_groups", Path(__file__).parent / "made_up_groups.py")
made_up = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(made_up)

FIFTHS = ("1 most deprived", "2", "3", "4", "5 least deprived")


def by_deprivation(*shares: float) -> dict[tuple[str, str], float]:
    """Shares offline by fifth of deprivation within the region."""
    return {("deprivation_in_region", group): share for group, share in zip(FIFTHS, shares, strict=True)}


def measured(base: dict, plan: dict, **how: object):
    comparison = made_up.make_comparison(made_up.make_tables({"baseline": base, "plan": plan}, **how))
    return fairness(comparison, "plan")


def gap(found, by: str, measure: str = "non_use", statistic: str = "gap") -> pd.Series:
    table = found.gaps
    return table[(table["group_by"] == by) & (table["measure"] == measure) & (table["statistic"] == statistic)].iloc[0]


def index(found, by: str, name: str, measure: str = "non_use") -> pd.Series:
    table = found.indices
    return table[(table["group_by"] == by) & (table["measure"] == measure) & (table["index"] == name)].iloc[0]


def test_a_plan_for_the_most_deprived_narrows_and_a_plan_for_the_others_widens():
    base = by_deprivation(0.15, 0.12, 0.10, 0.07, 0.05)
    narrow = measured(base, by_deprivation(0.11, 0.12, 0.10, 0.07, 0.05), luck=0.001)
    row = gap(narrow, "deprivation_in_region")
    assert (row["base"], row["plan"], row["difference"]) == pytest.approx((10.0, 6.0, -4.0))
    assert row["verdict"] == NARROWS and "narrows the gap between the most deprived fifth" in narrow.sentence
    assert index(narrow, "deprivation_in_region", "slope_index")["difference"] < 0
    wide = measured(base, by_deprivation(0.15, 0.12, 0.10, 0.05, 0.03), luck=0.001)
    assert gap(wide, "deprivation_in_region")["verdict"] == WIDENS
    assert "widens the gap between the most deprived fifth" in wide.sentence
    assert index(wide, "deprivation_in_region", "erreygers")["difference"] < 0


def test_the_relative_gap_of_the_offline_can_rise_while_the_absolute_one_falls():
    """The reason why both use and non-use are reported: every share halves, and one falls a little more."""
    base, plan = by_deprivation(0.20, 0.1, 0.1, 0.1, 0.10), by_deprivation(0.10, 0.05, 0.05, 0.05, 0.04)
    found = measured(base, plan)
    assert gap(found, "deprivation_in_region")["difference"] == pytest.approx(-4.0)
    ratio = gap(found, "deprivation_in_region", statistic="ratio")
    assert (ratio["base"], ratio["plan"]) == pytest.approx((2.0, 2.5))
    of_use = gap(found, "deprivation_in_region", "use")
    assert of_use["base"] == pytest.approx(-10.0) and of_use["verdict"] == NARROWS


def test_nothing_is_claimed_where_the_interval_holds_zero_or_there_is_one_run():
    base = by_deprivation(0.15, 0.12, 0.10, 0.07, 0.05)
    unclear = measured({("sex", "female"): 0.06}, {("sex", "female"): 0.06}, luck=0.01)
    assert set(unclear.gaps.loc[unclear.gaps["statistic"] == "gap", "verdict"]) == {UNCHANGED}
    assert "neither narrows nor widens" in unclear.sentence
    single = measured(base, by_deprivation(0.11, 0.12, 0.10, 0.07, 0.05), seeds=1)
    assert gap(single, "deprivation_in_region")["verdict"] == ONE_RUN
    assert "One pair of runs cannot say" in single.sentence


@pytest.mark.parametrize(
    ("base", "low", "high", "verdict"),
    [(5.0, -2.0, -1.0, NARROWS), (5.0, 1.0, 2.0, WIDENS), (5.0, -1.0, 1.0, UNCHANGED), (5.0, np.nan, np.nan, ONE_RUN),
     (-5.0, 1.0, 2.0, NARROWS), (-5.0, -2.0, -1.0, WIDENS),
     # A gap that turns round: from -0.1 to between 1.9 and 2.9 it is wider, from 2 to between -1.5 and 0.5 narrower.
     (-0.1, 2.0, 3.0, WIDENS), (0.1, -3.0, -2.0, WIDENS), (2.0, -3.5, -1.5, NARROWS), (1.0, -3.0, -0.5, UNCHANGED)],
)  # fmt: skip
def test_a_gap_narrows_or_widens_by_its_size_whichever_side_is_behind(base, low, high, verdict):
    assert verdict_of(base, low, high) == verdict


def test_small_groups_are_not_shown_and_make_no_gap():
    # A tenth is simulated: 290 adults are 29 simulated ones.
    few = {("disability", "disabled"): 290.0, ("authority", "T2"): 310.0}
    found = measured({}, {}, adults=few)
    groups = found.groups.set_index(["group_by", "group"])
    assert groups.loc[("disability", "disabled"), "hidden"].str.contains("fewer than 30").all()
    assert groups.loc[("disability", "disabled"), ["base", "plan", "difference"]].isna().all(axis=None)
    assert (groups.loc[("authority", "T2"), "hidden"] == "").all()
    assert "disability" not in set(found.gaps["group_by"])
    disabled = found.incidence.set_index(["group_by", "group"]).loc[("disability", "disabled")]
    assert disabled.isna().all()


def test_indices_are_only_of_ordered_groups():
    found = measured({}, {})
    assert set(found.indices["group_by"]) == {"deprivation_in_region", "education", "income"}
    assert set(found.gaps["group_by"]) == set(GROUP_LABELS | SIDE_GROUP_LABELS) - {"all"}


def test_who_gains_against_who_is_offline():
    base = {("disability", "disabled"): 0.09, ("disability", "not disabled"): 0.03, ("all", "all"): 0.06}
    plan = {("disability", "disabled"): 0.08, ("disability", "not disabled"): 0.02, ("all", "all"): 0.05}
    rows = measured(base, plan).incidence.set_index(["group_by", "group"])
    disabled = rows.loc[("disability", "disabled")]
    assert disabled["additional"] == pytest.approx(500.0)
    assert (disabled["additional_share"], disabled["non_user_share"]) == pytest.approx((50.0, 75.0))
    assert disabled["ratio"] == pytest.approx(2 / 3)
    nothing = measured(base, base).incidence
    assert nothing["additional_share"].isna().all() and nothing["non_user_share"].notna().all()


def test_money_reaches_the_furthest_by_their_part_of_those_reached():
    tables = made_up.make_tables({})
    runs = tables["twins"].drop_duplicates("replicate")[["design_point", "draw", "replicate"]].assign(scenario="plan")
    spent = {
        "a": ("residents", 300.0),
        "b": ("residents", 100.0),
        "nobody": ("residents", 100.0),
        "firms": ("firms", 900.0),
    }
    money = pd.concat([runs.assign(programme=name, audience=audience, spend_gbp=gbp)
                       for name, (audience, gbp) in spent.items()])  # fmt: skip
    reach = pd.concat(
        [
            runs.assign(programme="a", reached=100.0, furthest=50.0, adults_furthest_share=0.1),
            runs.assign(programme="b", reached=10.0, furthest=1.0, adults_furthest_share=0.1),
        ]
    )
    row = fairness(made_up.make_comparison(tables | {"programmes": money, "reach": reach}), "plan").reach.iloc[0]
    # 300 x 50% and 100 x 10%, of the 500 for residents; 100 of them reached nobody.
    assert row["spend_share"] == pytest.approx(32.0) and row["adults_share"] == pytest.approx(10.0)


def test_places_tell_clusters_from_scatter():
    east = np.arange(64) % 8 >= 4
    clustered = np.where(east, 0.10, 0.02)
    scattered = np.random.Generator(np.random.Philox(1)).permutation(clustered)
    council = np.where(east, "E", "W")
    rows = {}
    for name, offline in (("clustered", clustered), ("scattered", scattered)):
        tables = made_up.make_tables({}) | made_up.make_areas(offline, council)
        rows[name] = fairness(made_up.make_comparison(tables), "plan").places.set_index("statistic")
    assert rows["clustered"].loc["moran_i", "base"] > 0.6 and rows["clustered"].loc["moran_p", "base"] == 0.001
    assert rows["scattered"].loc["moran_p", "base"] > 0.05
    assert rows["clustered"].loc["theil_between_share", "base"] == pytest.approx(1.0)
    # Every area's share is halved: no relative measure changes.
    assert rows["clustered"].loc["theil", "difference"] == pytest.approx(0.0, abs=1e-12)


def test_the_tables_for_reading_hold_every_group_and_no_blank_number():
    comparison = made_up.make_comparison(made_up.make_tables({}))
    found = fairness(comparison, "plan")
    tables = dict(fairness_tables(comparison, found))
    by_group = tables["Adults offline by group, per cent"]
    assert len(by_group) == sum(len(groups) for name, groups in made_up.GROUPS.items() if name != "all")
    assert "First Town" in set(by_group["group"])
    assert not any("nan" in str(cell) for table in tables.values() for cell in table.to_numpy().ravel())
    assert all(len(getattr(found, name)) or name == "places" for name in TABLES)


def test_another_plan_is_refused():
    with pytest.raises(InputError, match="not a plan"):
        fairness(made_up.make_comparison(made_up.make_tables({})), "plam")


def test_fairness_of_real_runs(comparison):
    found = fairness(comparison, "generous")
    series = comparison.tables["series"]
    at = (series["scenario"] == "baseline") & (series["design_point"] == "central") & (series["indicator"] == "adults")
    last = series[at & (series["period"] == found.period) & (series["replicate"] == 0)]
    sums = last.groupby("group_by", observed=True)["value"].sum()
    assert sums.nunique() == 1 and set(sums.index) == set(GROUP_LABELS | SIDE_GROUP_LABELS)
    assert 0 < found.reach["adults_share"].iloc[0] < found.reach["spend_share"].iloc[0] < 100
    assert found.places.set_index("statistic").loc["theil", "base"] > 0
