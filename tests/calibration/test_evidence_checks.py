"""`uptake evidence check`: a mistake planted in figures, targets or files is found, and named without its value."""

import dataclasses

import pandas as pd
import pytest

from calibration import evidence_reader
from calibration.targets import checks, survey_error
from calibration.targets.catalogue import all_targets
from calibration.targets.checks import (
    coverage_problems,
    file_problems,
    fitted_rows,
    target_problems,
    total_problems,
)
from calibration.targets.not_fitted import NOT_FITTED, NotFitted
from calibration.totals import totals_off


@pytest.fixture
def copy(evidence_copy, monkeypatch):
    """The evidence with its survey errors, free to be spoilt."""
    monkeypatch.setattr(survey_error, "FILE", evidence_copy / "survey_errors.csv")
    monkeypatch.setattr(checks, "FILE", evidence_copy / "survey_errors.csv")
    return evidence_copy


def spoil(path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def messages(problems) -> list[str]:
    return [str(problem) for problem in problems]


@pytest.fixture(scope="module")
def targets():
    return all_targets()


@pytest.fixture(scope="module")
def rows():
    return fitted_rows()


# ---- Coverage ------------------------------------------------------------------------------------------------------


def test_targets_totals_and_files_are_sound():
    assert messages(target_problems()) == []


def test_a_fitted_figure_without_a_target_is_found(rows, targets):
    fewer = [target for target in targets if target.id != "work/employed/2019"]
    (message,) = messages(coverage_problems(rows, fewer))
    assert "block fit-skills" in message and "no reason leaves it out" in message and "employees / 2019" in message


def test_a_target_of_another_role_is_found(rows, targets):
    fewer = [row for row in rows if row["block"] != "fit-nine-hour-training"]
    (message,) = messages(coverage_problems(fewer, targets))
    assert "does not have the role fit" in message


def test_a_figure_left_out_and_used_is_found(rows, targets):
    more = (*NOT_FITTED, NotFitted("fit-skills", {"group": "employees"}, "made up"))
    (message,) = messages(coverage_problems(rows, targets, more))
    assert "left out and a target as well (work/employed/2019)" in message


def test_a_reason_without_a_figure_is_found(rows, targets):
    more = (*NOT_FITTED, NotFitted("fit-skills", {"group": "nobody"}, "made up"))
    (message,) = messages(coverage_problems(rows, targets, more))
    assert "leaves out figures that are not there" in message


def test_a_target_of_no_published_figure_is_found(rows, targets):
    first, *others = targets
    changed = [dataclasses.replace(first, figures=(*first.figures, "made up / 2016")), *others]
    (message,) = messages(coverage_problems(rows, changed))
    assert "made up / 2016" in message


# ---- Totals --------------------------------------------------------------------------------------------------------


def use(**changes: float) -> pd.DataFrame:
    """Two age bands of made-up use in one year, whole in every direction; changes: "group measure" -> value."""
    cells = {
        "16-24 x yes": (10.0, 2.0, 3.0), "16-24 x no": (20.0, 1.0, 1.0),
        "25-34 x yes": (30.0, 4.0, 5.0), "25-34 x no": (40.0, 2.0, 2.0),
    }  # fmt: skip

    def add(*names: str) -> tuple[float, ...]:
        return tuple(map(sum, zip(*(cells[name] for name in names), strict=True)))

    groups = {("age_band x disability", name): values for name, values in cells.items()}
    for band in ("16-24", "25-34"):
        groups["age_band", band] = add(f"{band} x yes", f"{band} x no")
    for side in ("yes", "no"):
        groups["disability", side] = add(f"16-24 x {side}", f"25-34 x {side}")
    groups["all", "all"] = add(*cells)
    return pd.DataFrame(
        [
            {"group_by": by, "group": group, "year": 2016, "measure": measure, "unit": "thousands",
             "value": changes.get(f"{group} {measure}", value)}
            for (by, group), values in groups.items()
            for measure, value in zip(("recent", "lapsed", "never"), values, strict=True)
        ]
    )  # fmt: skip


def adults() -> pd.DataFrame:
    return pd.DataFrame(
        [("16-24", "all", 37.0), ("16-24", "yes", 15.0), ("16-24", "no", 22.0),
         ("25-34", "all", 83.0), ("25-34", "yes", 39.0), ("25-34", "no", 44.0)],
        columns=["age_band", "disability", "thousands"],
    ).assign(year=2016)  # fmt: skip


def test_parts_that_add_up_are_left_alone():
    assert totals_off(use(), adults()) == []
    # One of a sum of two may be rounded the other way.
    assert totals_off(use(**{"all recent": 101.0}), adults()) == []


def test_a_total_that_is_off_is_found_in_every_direction():
    off = totals_off(use(**{"all recent": 105.0}), adults())
    assert off == ["all / 2016 / recent: not the sum over age_band", "all / 2016 / recent: not the sum over disability"]
    off = totals_off(use(**{"25-34 x no never": 12.0}), adults())
    assert "25-34 / 2016 / never: not the sum over age_band x disability" in off
    assert "no / 2016 / never: not the sum over age_band x disability" in off
    assert "25-34 x no / 2016: recent + lapsed + never are not its adults" in off
    assert totals_off(use(), adults()[1:]) == ["16-24 / 2016: recent + lapsed + never are not its adults"]


def test_published_totals_are_sums_and_a_spoilt_one_is_named_without_its_value(copy):
    assert total_problems() == []
    spoil(copy / "lfs_uk_use.csv", "all,all,2016,Q1,recent,45917,", "all,all,2016,Q1,recent,45817,")
    found = messages(total_problems())
    assert len(found) == 3 and all("all / 2016 / recent" in message for message in found)
    assert not any("45817" in message or "45917" in message for message in found)


# ---- Files ---------------------------------------------------------------------------------------------------------


def test_every_file_of_evidence_parses_and_belongs_to_a_table():
    assert messages(evidence_reader.problems()) == [] and messages(file_problems()) == []


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",1.0,0.62,1.5,", ",1.6,0.62,1.5,", "row 2: size is outside its range"),
        ("ons_iu_2020,any", "ons_iu_2021,any", "row 2: the source is not listed"),
        (
            ",1.5,effective people per thousand adults,1,0,0,derived",
            ",1.5,effective people per thousand adults,1,0,0,guessed",
            "row 2, column status: unknown code",
        ),
        ("design_effect", "designeffect", "unknown column, did you mean 'design_effect'"),
    ],
)
def test_a_mistake_in_the_survey_errors_is_named(copy, old, new, message):
    spoil(copy / "survey_errors.csv", old, new)
    assert any(message in found for found in messages(file_problems()))


def test_a_file_that_nobody_reads_is_found(copy):
    (copy / "held_out" / "more.csv").write_text("a\n1\n")
    (message,) = messages(file_problems())
    assert "more.csv" in message and "no table of targets.yaml reads the file" in message


def test_a_file_that_does_not_parse_is_found(copy):
    spoil(copy / "digital_skills.csv", "adults 15+,2015,", "adults 15+,MMXV,")
    assert any("digital_skills.csv" in message and "not a whole number" in message
               for message in messages(evidence_reader.problems()))  # fmt: skip
