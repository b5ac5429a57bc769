"""Multipliers by hand: a ratio times what the model counts, faded where it fades, and nothing where there is nothing."""

import pandas as pd
import pytest

from experiments.appraisal import appraise
from experiments.appraisal_amounts import quantities
from experiments.multipliers import QUANTITIES, faded, multiplied, multiplier_table, multipliers
from experiments.yearly import RUN_YEAR

EXPECTED = {
    "loneliness", "doorstep_incidents", "cyber_incidents", "health_contacts", "civic_participation", "council_contacts",
    "resident_hours_saved", "building_energy_co2e", "firm_energy_co2e", "device_reuse_co2e", "data_breaches",
}  # fmt: skip
YEARS = [2027, 2028]


def _by_year(values) -> pd.DataFrame:
    index = pd.MultiIndex.from_tuples([("central", 0, 0, year) for year in YEARS], names=RUN_YEAR)
    return pd.DataFrame(values, index=index, dtype=float)


def test_every_multiplier_is_declared_with_its_range():
    assert set(multipliers()) == EXPECTED
    assert {entry.extra["quantity"] for entry in multipliers().values()} == set(QUANTITIES)
    assert all(entry.low < entry.high for entry in multipliers().values())
    of_health = [multipliers()[name] for name in ("loneliness", "doorstep_incidents", "health_contacts")]
    assert all(entry.low <= 0 <= entry.high for entry in of_health)


def test_a_ratio_times_a_quantity():
    # Three certified firms in 2028 at 0.5 incidents a year each: 1.5.
    counts = _by_year({name: [0, 0] for name in QUANTITIES}).assign(certified_firms=[0.0, 3.0])
    ratios = pd.DataFrame(dict.fromkeys(EXPECTED, 0.5), index=pd.MultiIndex.from_tuples([("central", 0, 0)]))
    table = multiplier_table(multiplied(counts, ratios))
    assert table[["year", "multiplier", "value"]].to_numpy().tolist() == [[2028, "cyber_incidents", 1.5]]
    assert table["quantity"].tolist() == [QUANTITIES["certified_firms"]]


def test_an_effect_fades_by_its_half_life():
    # 8 more people in 2027 and 4 more in 2028; after a year half of an effect is left: 8, then 8 / 2 + 4 = 8.
    quantity = _by_year({"n": [8, 12]})["n"]
    assert faded(quantity, 12).tolist() == [8, 8]
    assert faded(quantity, float("nan")).tolist() == [8, 12]


def _with(comparison, rows, numbers):
    """The comparison with one more programme of its plan."""
    run = {
        "design_point": "central",
        "draw": 0,
        "replicate": 0,
        "scenario": "plan",
        "programme": "new",
        "audience": "places",
    }
    tables = comparison.tables
    tables["programmes"] = pd.concat(
        [tables["programmes"], pd.DataFrame([run | row for row in rows])], ignore_index=True
    )
    more = [run | {"number": f"effects.{name}", "value": value, "shrunk": False, **numbers["kind"]}
            for name, value in numbers["effects"].items()]  # fmt: skip
    tables["programme_numbers"] = pd.concat([tables["programme_numbers"], pd.DataFrame(more)], ignore_index=True)
    return comparison


def test_sites_and_devices_by_the_programmes_own_numbers(make_appraised):
    # Four sites from July 2027 save 10,000 kWh x 10% x 0.2 kg = 200 kg a year each: 0.8 tonnes a year, half of it in 2027.
    # In the two months with money 50 devices at 100 kg: 5 tonnes a month, 10 in 2027.
    effects = {"energy_kwh_per_site_year": 10_000.0, "saving_share": 0.1, "kg_co2e_per_kwh": 0.2,
               "devices_reused_per_month": 50.0, "kg_co2e_per_device": 100.0}  # fmt: skip
    rows = [{"period": "2027-06", "spend_gbp": 100.0, "served": 4.0, "completed": 0.0},
            {"period": "2027-07", "spend_gbp": 10.0, "served": 0.0, "completed": 4.0}]  # fmt: skip
    comparison = _with(make_appraised(), rows, {"kind": {"instrument": "decarbonise"}, "effects": effects})
    found = quantities(comparison, "plan").xs(("central", 0, 0))
    assert found["building_tco2e_stated"].round(9).to_dict() == {2027: 0.4, 2028: 0.8}
    assert found["device_tco2e_stated"].to_dict() == {2027: 10, 2028: 0}


def test_services_times_people_online_without_the_plan(make_appraised):
    # Two services from January 2028 and 50,000 people online: 2 x 50 thousands in 2028; each adds 0.001 to the share of
    # services online: 2 x 0.001 x 50,000 = 100.
    rows = [{"period": "2027-12", "spend_gbp": 100.0, "served": 2.0, "completed": 0.0},
            {"period": "2028-01", "spend_gbp": 0.0, "served": 0.0, "completed": 2.0}]  # fmt: skip
    given = {"kind": {"instrument": "redesign_service"}, "effects": {"share_gain_per_service": 0.001}}
    found = quantities(_with(make_appraised(), rows, given), "plan").xs(("central", 0, 0))
    assert found["services_thousand_online"][2028] == pytest.approx(100)
    assert found["services_share_online"][2028] == pytest.approx(100)
    # With a half-life of a month after the last payment, in December 2027: 2 x (1/2 + ... to 12 months) / 12 x 50.
    given["effects"]["half_life_months"] = 1.0
    found = quantities(_with(make_appraised(), rows, given), "plan").xs(("central", 0, 0))
    assert found["services_thousand_online"][2028] == pytest.approx(50 * 2 * (1 - 0.5**12) / 12)


def test_partners_that_share_data(make_appraised):
    # Six partners for two months: one partner-year.
    rows = [{"period": period, "spend_gbp": 60.0, "served": 6.0, "completed": 0.0} for period in ("2027-05", "2027-06")]
    kind = {"kind": {"instrument": "share_data"}, "effects": {"build_months": 1.0}}
    appraisal = appraise(_with(make_appraised(), rows, kind), "plan")
    breaches = appraisal.multipliers.set_index("multiplier").loc["data_breaches"]
    assert breaches["value"] == pytest.approx(multipliers()["data_breaches"].value)


def test_a_multiplier_in_money_is_marked_as_one(make_appraised):
    lines = appraise(make_appraised(firms=True), "plan").lines.set_index("line")
    assert lines.loc["carbon_firms", "measured_by"] == "multiplier"
    assert lines.loc["consumer_savings", "measured_by"] == "twins"
    # Four firms by December 2027 and still in 2028: 2 + 4 = 6 firm-years, half of the numbers behind it assumed.
    assert lines.loc["carbon_firms", "quantity"] == pytest.approx(6 * multipliers()["firm_energy_co2e"].value)
    assert lines.loc["carbon_firms", "assumed_share"] == 0.5
