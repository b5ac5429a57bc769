"""`uptake regions build`: the guide's worked example builds, and bad source tables are refused whole."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from model.errors import InputError
from scenarios.commands import regions_app
from scenarios.regions_build import build_region
from scenarios.regions_io import load_region

GUIDE = Path(__file__).parents[2] / "docs" / "adding-a-region.md"


@pytest.fixture
def source(tmp_path):
    """The tables of the guide's worked example, with ages.csv written out in full."""
    folder = tmp_path / "tables"
    folder.mkdir()
    for file, text in re.findall(r"```(?:csv|yaml) (\S+)\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL):
        (folder / file).write_text(text, encoding="utf-8")
    rows = ["LAD23CD,Edition,Sex,Age,Count"]
    for edition, sex, count in (
        ("census-2021", "Persons", 46),
        ("mid-2022", "Females", 24),
        ("mid-2022", "Males", 23),
    ):
        rows += [f"E07900001,{edition},{sex},{age},{count}" for age in range(98)]
        rows += [f"E07900001,{edition},{sex},98+,{46 if edition == 'census-2021' else 20}"]
    (folder / "ages.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return folder


def edit(path, old, new, count=1):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, count), encoding="utf-8")


def test_the_guides_example_builds_and_loads(source, tmp_path):
    report = build_region(source, tmp_path / "three-mills")
    region = load_region(tmp_path / "three-mills")
    assert region.population == 4550
    assert region.areas["deprivation_decile"].tolist() == [2, 6, 9]
    assert region.areas["rural"].tolist() == [0, 0, 1]
    assert region.areas["tenure_private"].tolist() == [150, 130, 80]
    assert region.areas["size_1"].isna().all()
    assert region.ages.groupby(["edition", "sex"])["count"].sum()["census-2021", "persons"] == 4554
    assert region.ages["age"].max() == 90
    assert region.age_detail[region.age_detail["age_low"] == 5]["count"].tolist() == [438, 160]
    counts = region.firm_counts.set_index(["measure", "group", "category"])["count"]
    assert counts["enterprises", "sector", "transport"] == counts["local_units", "sector", "transport"] == 5
    assert counts["local_units", "size", "0-4"] == 130
    rates = region.firm_rates.set_index(["year", "measure"])["value"]
    assert (rates[2023, "birth_rate_pct"], rates[2024, "active_enterprises"]) == (10.2, 160)
    assert region.business_area == "uk"
    assert not report.totals.empty
    assert any("household_size is blank in 3 of 3 areas" in remark for remark in report.remarks["remark"])


def test_assumed_hub_values_are_told(source, tmp_path):
    build_region(source, tmp_path / "out")
    hubs = load_region(tmp_path / "out").hubs.set_index("name")
    weir, mill = hubs.loc["Weir Library"], hubs.loc["Mill Street Library"]
    assert mill["assumed"] == ""
    assert (weir["latitude"], weir["weekly_hours"], weir["staffed_hours"]) == (mill["latitude"], 40, 36)
    assert "postcode sector ZZ1 1" in weir["assumed"]
    assert "weekly_hours: median of the authority" in weir["assumed"]
    assert weir["closed"] == 2017
    assert weir["area_code"] == "E01900001"


def test_a_growth_hub_is_assumed_at_the_largest_centre(source, tmp_path):
    build_region(source, tmp_path / "out")
    region = load_region(tmp_path / "out")
    [hub] = region.hubs[region.hubs["kind"] == "growth_hub"].to_dict("records")
    assert (hub["hub_id"], hub["staffed_hours"]) == ("e07900001-growth-hub", 37)
    assert hub["area_code"] in set(region.areas["area_code"])
    assert "position" in hub["assumed"] and "staffed_hours" in hub["assumed"]


def test_rows_of_other_places_are_left_aside(source, tmp_path):
    with (source / "ages.csv").open("a") as stream:
        stream.write("E07999999,census-2021,Persons,0,5\n")
    report = build_region(source, tmp_path / "out")
    assert ("ages.csv", "1 rows of other authorities left aside") in report.remarks.itertuples(index=False, name=None)


def test_nomis_headings_and_endings_are_understood(source, tmp_path):
    path = source / "area_census.csv"
    edit(path, "LSOA21CD", "geography code")
    edit(path, "Sex: Female", "SEX:  female; measures: Value")
    build_region(source, tmp_path / "out")
    assert load_region(tmp_path / "out").areas["female"].tolist() == [812, 786, 714]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("areas.csv", "LAD23CD", "LAD23CT", ["row 1", "authority_code", "did you mean 'LAD23CT'"]),
        ("area_census.csv", "Sex: Female", "Sex: Femal", ["row 1", "female", "did you mean 'Sex: Femal'"]),
        (
            "area_census.csv",
            "E01900002",
            "E01900022",
            ["areas.csv", "row 3", "E01900002", "missing in area_census.csv"],
        ),
        ("area_census.csv", ",812,", ",-812,", ["row 2", "Sex: Female", "negative"]),
        ("area_census.csv", ",1600,", ",1601,", ["4,551", "4,550"]),
        ("areas.csv", "Rural", "Rurall", ["row 4", "Urban_rural_flag"]),
        ("areas.csv", ",410", ",", ["row 2", "income_deprived"]),
        ("areas.csv", "E01900002,", "E01900001,", ["row 3", "duplicate row"]),
        ("area_ages.csv", "16 to 24", "17 to 24", ["leave a gap", "a band from 16"]),
        ("area_ages.csv", "E02900002", "E02900009", ["missing in age_detail.csv", "E02900002"]),
        ("ages.csv", "Persons,3,46", "Persons,3,-46", ["negative"]),
        ("authorities.csv", ",77.1,", ",177.1,", ["Employment rate (%)", "up to 100"]),
        ("hubs.csv", "ZZ1 1AA,E07900001,,51.802,-2.203", "ZZ1 1AA,,,,", ["row 2", "no position"]),
        ("enterprises_by_sector.csv", "45 : Motor trades", "45 : Motors", ["row 1", "motor_trades"]),
        ("enterprises_by_size.csv", ",115,", ",x,", ["row 2", "0-4", "not a whole number"]),
        ("enterprises_by_size.csv", ",115,", ",215,", ["firm_counts.csv", "do not add up"]),
        ("local_units_by_size.csv", "E07900001", "E07900002", ["local_units of E07900001 are missing for size 0-4"]),
        ("business_demography.csv", "2024,10.6", "2023,10.6", ["row 3", "duplicate row"]),
        ("fallbacks.csv", "qualification", "qualificaton", ["did you mean 'qualification'"]),
        ("sources.csv", "CC0 1.0", "", ["licence", "blank"]),
        ("region.yaml", "areas: 3", "areas: 4", ["published total is 4"]),
    ],
)
def test_bad_source_tables_are_refused_and_nothing_is_written(source, tmp_path, file, old, new, expected):
    edit(source / file, old, new, count=9 if file == "fallbacks.csv" else 1)
    out = tmp_path / "out"
    with pytest.raises(InputError) as error:
        build_region(source, out)
    assert "\n" not in str(error.value)
    for part in [*expected, ".csv" if file != "region.yaml" else ""]:
        assert part in str(error.value)
    assert list(tmp_path.iterdir()) == [source]


def test_a_group_without_figures_needs_a_fallback(source, tmp_path):
    (source / "fallbacks.csv").unlink()
    with pytest.raises(InputError, match="household_size is blank in every area of E07900001"):
        build_region(source, tmp_path / "out")


def test_an_output_folder_with_content_is_refused(source, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    with pytest.raises(InputError, match="not empty"):
        build_region(source, tmp_path / "out")
    assert (tmp_path / "out" / "mine.txt").read_text() == "keep"


def test_the_command_prints_the_differences_as_json(source, tmp_path):
    result = CliRunner().invoke(regions_app, ["build", str(source), "--out", str(tmp_path / "out"), "--json"])
    assert result.exit_code == 0
    tables = json.loads(result.stdout)
    checks = {row["check"]: row["difference"] for row in tables["Published totals compared"]}
    assert checks["Census population: region.yaml, areas"] == 0


def test_list_and_show_name_what_is_there():
    runner = CliRunner()
    listed = json.loads(runner.invoke(regions_app, ["list", "--json"]).stdout)
    assert {row["region"] for row in listed} >= {"gloucestershire", "glasgow"}
    shown = runner.invoke(regions_app, ["show", "gloucestershire"])
    assert shown.exit_code == 0
    assert "Forest of Dean" in shown.stdout
    assert "Open Government Licence" in shown.stdout
