"""Bad figures in a region folder: the error names file, row, column and what was expected."""

import csv
import shutil

import pytest
from typer.testing import CliRunner

from model.errors import InputError
from scenarios.commands import regions_app
from scenarios.regions_io import REGIONS_FOLDER, load_region


@pytest.fixture
def folder(tmp_path):
    """A copy of a shipped region that a test may spoil."""
    copy = tmp_path / "spoilt"
    shutil.copytree(REGIONS_FOLDER / "gloucestershire", copy)
    return copy


def set_cell(path, row, column, value):
    """Overwrite one cell; `row` as messages count, the header being row 1."""
    with path.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.reader(stream))
    lines[row - 1][lines[0].index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(lines)


def message(folder):
    with pytest.raises(InputError) as error:
        load_region(folder)
    text = str(error.value)
    assert "\n" not in text
    return text


@pytest.mark.parametrize(
    ("file", "row", "column", "value", "expected"),
    [
        ("areas.csv", 5, "size_2", "-3", ["negative", "a whole number of 0 or more"]),
        ("areas.csv", 7, "population", "many", ["not a whole number", "many"]),
        ("areas.csv", 7, "population", "1.5", ["not a whole number"]),
        ("areas.csv", 9, "population", "", ["blank"]),
        ("areas.csv", 3, "deprivation_decile", "11", ["too large", "1 or more up to 10"]),
        ("areas.csv", 4, "authority_code", "E07000079X", ["unknown code", "did you mean 'E07000079'"]),
        ("areas.csv", 4, "latitude", "nan", ["not a number"]),
        ("areas.csv", 6, "age_65_plus", "4000", ["does not add up to population"]),
        ("ages.csv", 11, "edition", "census-2020", ["unknown code", "census-2021"]),
        ("ages.csv", 12, "age", "91", ["too large"]),
        ("hubs.csv", 2, "area_code", "E01999999", ["unknown code", "areas.csv"]),
        ("hubs.csv", 2, "latitude", "53.5", ["km from the area"]),
        ("hubs.csv", 2, "staffed_hours", "160", ["more than the hours open"]),
        ("sources.csv", 2, "licence", "", ["blank"]),
        ("authorities.csv", 2, "population", "5", ["not the sum of its areas"]),
    ],
)
def test_a_bad_cell_is_named(folder, file, row, column, value, expected):
    set_cell(folder / file, row, column, value)
    text = message(folder)
    assert f"{file}: row {row}, column" in text
    assert column in text
    for part in expected:
        assert part in text


def test_a_misspelt_column_gets_a_hint(folder):
    path = folder / "areas.csv"
    path.write_text(path.read_text().replace("household", "houshold", 1))
    text = message(folder)
    assert "areas.csv: row 1: unknown column, did you mean 'households'?" in text


def test_a_missing_area_is_noticed(folder):
    path = folder / "areas.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[:50] + lines[51:]) + "\n")
    text = message(folder)
    assert "areas.csv" in text
    assert "393" in text
    assert "392" in text
    assert "an area is missing" in text


def test_a_missing_area_is_named_where_ages_are_by_area(tmp_path):
    copy = tmp_path / "spoilt"
    shutil.copytree(REGIONS_FOLDER / "glasgow", copy)
    path = copy / "areas.csv"
    lines = path.read_text().splitlines()
    code = lines[50].split(",")[0]
    path.write_text("\n".join(lines[:50] + lines[51:]) + "\n")
    result = CliRunner().invoke(regions_app, ["check", str(copy)])
    assert result.exit_code == 2
    assert any(
        code in line and "age_detail.csv" in line and "unknown code" in line for line in result.output.splitlines()
    )


def test_a_duplicated_area_names_both_rows(folder):
    path = folder / "areas.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[3]]) + "\n")
    text = message(folder)
    assert "row 395, column area_code: duplicate row" in text
    assert "row 4" in text


def test_a_missing_year_of_age_is_named(folder):
    path = folder / "ages.csv"
    lines = path.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("E07000080,mid-2022,male,44,")]
    path.write_text("\n".join(kept) + "\n")
    text = message(folder)
    assert "E07000080, mid-2022, male: an age is missing (got 44)" in text


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda path: path.write_bytes(b"\xff\xfe" + path.read_bytes()), "UTF-8"),
        (lambda path: path.write_text(""), "empty"),
        (lambda path: path.unlink(), "missing"),
        (lambda path: path.write_text(path.read_text() + "E01,short\n"), "cells where the header has"),
        (lambda path: path.write_text(path.read_text().replace("area_name", "area_code", 1)), "same name"),
    ],
)
def test_an_unreadable_file_is_named(folder, change, expected):
    change(folder / "areas.csv")
    text = message(folder)
    assert "areas.csv" in text
    assert expected in text


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("nation: England", "nation: Engeland", "nation"),
        ("census_month: 2021-03", "census_month: 2021-13", "not a month"),
        ("census_population: 645095", "census_population: 645096", "645,096"),
        ("title:", "titel:", "did you mean 'title'"),
        ("name: gloucestershire", "name: ../x", "small letters"),
    ],
)
def test_a_bad_description_is_named(folder, old, new, expected):
    path = folder / "region.yaml"
    path.write_text(path.read_text().replace(old, new))
    assert expected in message(folder)


def test_check_lists_every_problem_and_exits_with_2(folder):
    set_cell(folder / "areas.csv", 5, "size_2", "-3")
    set_cell(folder / "areas.csv", 6, "male", "x")
    set_cell(folder / "hubs.csv", 2, "kind", "libary")
    result = CliRunner().invoke(regions_app, ["check", str(folder)])
    assert result.exit_code == 2
    for place in ("areas.csv: row 5, column size_2", "areas.csv: row 6, column male", "hubs.csv: row 2, column kind"):
        assert place in result.output
    assert "3 problems found" in result.output


def test_check_of_a_good_region_prints_the_published_total():
    result = CliRunner().invoke(regions_app, ["check", "gloucestershire"])
    assert result.exit_code == 0
    assert "645,095" in result.output
    assert "No problems found" in result.output
