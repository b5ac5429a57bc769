"""Targets: what is read of a run, and the published figures' log odds and errors, worked by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from calibration.evidence_reader import load
from calibration.targets import skills, survey_error
from calibration.targets.catalogue import all_targets
from calibration.targets.residents import (
    LEAST_PEOPLE,
    UseCell,
    contrast_bands,
    resident_extracts,
    resident_targets,
    use_extract,
    use_targets,
)
from calibration.targets.survey_error import SurveyError, observed_log_odds, read_survey_errors, share_error
from calibration.targets.target import Extract, log_odds, period_month, read_extract, simulated, survey_month
from calibration.targets.training import training_targets
from calibration.validation.use_shares import known_series, use_shares
from model.calendar import month_index
from model.errors import InputError
from model.firm_outcomes import FIRM_COUNTS, FirmCells
from model.outcomes import Cells
from scenarios.regions_io import region_folder
from scenarios.tables import read_table

ERRORS = """\
source_id,group,size,low,high,basis,design_effect,definition_sd,rounded_to,status,source,why
panel,any,400,300,500,people,2,0,0,assumed,made up,made up
panel,old,100,100,100,people,1,0.3,1,assumed,made up,made up
main,any,1,1,1,effective people per thousand adults,1,0,0,derived,made up,made up
register,any,0,0,0,counted,1,0.1,0,measured,made up,made up
"""


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """Survey errors of a made-up table."""
    path = tmp_path / "survey_errors.csv"
    path.write_text(ERRORS)
    monkeypatch.setattr(survey_error, "FILE", path)
    survey_error._errors.cache_clear()
    yield path
    survey_error._errors.cache_clear()


def use_rows(year: int, **groups: tuple[float, float, float]) -> pd.DataFrame:
    """Rows of lfs_uk_use: group -> thousands of recent, lapsed and never users."""
    return pd.DataFrame(
        [
            {
                "table": "lfs_uk_use", "group_by": "age_band x disability" if " x " in group else "age_band",
                "group": group, "year": year, "period": "Q1", "measure": measure, "value": value,
                "unit": "thousands", "source_id": "main", "block": "fit",
            }
            for group, values in groups.items()
            for measure, value in zip(("recent", "lapsed", "never"), values, strict=True)
        ]
    )  # fmt: skip


# ---- Log odds and errors -------------------------------------------------------------------------------------------


def test_log_odds_add_a_half_to_either_side():
    assert log_odds(30, 50) == pytest.approx(math.log(30.5 / 20.5))
    assert log_odds(0, 50) == pytest.approx(math.log(0.5 / 50.5))


def test_a_share_of_a_sample_by_hand(made_up):
    """400 people with a design effect of 2 are 200: 150 of them with the skill, 50 without."""
    error = survey_error.survey_error("panel", "young")
    assert error.size == 200
    assert observed_log_odds(0.75, error.size) == pytest.approx(math.log(150.5 / 50.5))
    assert share_error(0.75, error) == pytest.approx(math.sqrt(1 / 150.5 + 1 / 50.5))


def test_a_group_of_its_own_with_rounding_and_definition_by_hand(made_up):
    error = survey_error.survey_error("panel", "old")
    rounding = 0.01 / math.sqrt(12) / (0.5 * 0.5)
    assert share_error(0.5, error) == pytest.approx(math.sqrt(2 / 50.5 + rounding**2 + 0.3**2))


def test_a_register_has_no_sampling_error(made_up):
    error = survey_error.survey_error("register", "all")
    assert observed_log_odds(0.2, error.size) == pytest.approx(math.log(0.25))
    assert share_error(0.2, error) == pytest.approx(0.1)


def test_people_per_thousand_adults(made_up):
    error = survey_error.survey_error("main", "75+")
    assert error.effective(400.0) == 400.0
    assert share_error(0.25, error, 400.0) == pytest.approx(math.sqrt(1 / 100.5 + 1 / 300.5))


def test_a_source_without_an_error_is_named(made_up):
    with pytest.raises(InputError, match=r"survey_errors\.csv: elsewhere: no survey error"):
        survey_error.survey_error("elsewhere", "all")


def test_the_main_surveys_effective_sample_is_at_least_that_of_the_published_areas():
    """Its low end: effective people of four areas over their adults of mid-2022."""
    table = read_survey_errors().query("source_id == 'ons_iu_2020'").set_index("group")
    rows = table["size"]
    areas = {"Hertfordshire": "hertfordshire", "Gloucestershire": "gloucestershire", "Glasgow": "glasgow",
             "Stoke-on-Trent": "staffordshire"}  # fmt: skip
    adults = 0.0
    for name, region in areas.items():
        ages = pd.read_csv(region_folder(region) / "ages.csv").query("edition == 'mid-2022' and age >= 16")
        if name == "Stoke-on-Trent":
            ages = ages[ages["authority_code"] == "E06000021"]
        adults += ages["count"].sum() / 1000.0
    assert table.loc["any", "low"] == pytest.approx(rows[list(areas)].sum() / adults, abs=0.005)


def test_the_main_surveys_effective_sample_is_that_of_the_scatter_of_its_open_shares():
    """Squared misses of a logit trend of 2013-17 in each age band over the sampling variance of .62 per thousand."""
    low = 0.62
    squares, freedom = 0.0, 0
    for series in known_series(use_shares(load("lfs_uk_use", purpose="fit")), "recent").values():
        if series.years[0] == 2013:
            values, error = series.on("log odds")
            misses = values - np.polyval(np.polyfit(series.years, values, 1), series.years)
            size = read_survey_errors().set_index(["source_id", "group"]).loc[("ons_iu_2020", "any"), "size"]
            squares += float((misses**2 / (error**2 * size / low)).sum())
            freedom += len(values) - 2
    assert freedom == 21
    assert squares / freedom == pytest.approx(0.56, abs=0.02)


# ---- Use -----------------------------------------------------------------------------------------------------------


def test_levels_of_use_by_hand(made_up):
    recent, lapsed = use_targets(use_rows(2016, **{"65-74": (700, 100, 200)}))
    assert (recent.id, lapsed.id) == ("recent/65-74/2016", "lapsed/65-74/2016")
    assert recent.published == pytest.approx(70) and lapsed.published == pytest.approx(100 / 3)
    assert recent.value == pytest.approx(math.log(700.5 / 300.5))
    assert recent.error == pytest.approx(math.sqrt(1 / 700.5 + 1 / 300.5))
    # Lapsed among the 300 who are not recent users.
    assert lapsed.value == pytest.approx(math.log(100.5 / 200.5))
    assert lapsed.error == pytest.approx(math.sqrt(1 / 100.5 + 1 / 200.5))
    assert recent.time_years == 3 and recent.extract.month == 36


def test_contrast_of_disability_by_hand(made_up):
    rows = use_rows(2016, **{"65-74 x yes": (200, 50, 150), "65-74 x no": (500, 50, 50)})
    recent, lapsed = use_targets(rows)
    assert recent.id == "recent/65-74/by disability/2016"
    assert recent.published == pytest.approx(50 - 500 / 6)
    assert recent.value == pytest.approx(math.log(1) - math.log(500.5 / 100.5))
    assert recent.error == pytest.approx(math.sqrt(2 / 200.5 + 1 / 500.5 + 1 / 100.5))
    assert lapsed.value == pytest.approx(math.log(50.5 / 150.5) - 0.0)
    counts = {recent.extract.id: (20, 40), recent.minus.id: (50, 60)}
    assert simulated(recent, counts) == pytest.approx(0.0 - math.log(50.5 / 10.5))
    assert len(recent.figures) == 6


def test_a_contrast_of_too_few_people_is_left_out_in_every_year(made_up):
    many = {"65-74 x yes": (200, 50, 150), "65-74 x no": (500, 50, 50)}
    few = many | {"65-74 x no": (500, LEAST_PEOPLE - 1, 50)}
    rows = pd.concat([use_rows(2016, **many), use_rows(2017, **few)])
    cells = {key: UseCell(part) for key, part in rows.groupby(["group", "year"])}
    assert contrast_bands("recent", cells) == ["65-74"]
    assert contrast_bands("lapsed", cells) == []
    assert {target.measure for target in use_targets(rows)} == {"recent"}


def test_nobody_is_counted_twice():
    """One level by age band and year, contrasts beside it, and no row of 2014's disability, which builds the start."""
    use = [target for target in resident_targets() if target.table == "lfs_uk_use"]
    levels = [target for target in use if target.minus is None]
    assert len(levels) == 2 * 7 * 4
    assert all(len(dict(target.extract.where)) == 1 for target in levels)
    contrasts = [target for target in use if target.minus is not None]
    assert {target.year for target in contrasts} == {2015, 2016, 2017}
    assert len([target for target in contrasts if target.measure == "recent"]) == 7 * 3


# ---- Skills and training -------------------------------------------------------------------------------------------


def test_published_groups_are_matched_to_the_models():
    found = {target.id: target for target in resident_targets() if target.table == "digital_skills"}
    older = found["essential/65+/2020"]
    assert older.extract.where == (("age_band", ("65-74", "75+")),)
    assert found["essential/16-24/2020"].group == "15-24"
    lacking = found["foundation/75+/2022"]
    assert lacking.published == 69 and lacking.value == pytest.approx(math.log(0.31 / 0.69), abs=0.01)
    work = found["work/employed/2019"].extract
    assert (work.part, work.whole) == (("work",), ("employed",))
    assert "foundation/65+/2022" not in found


def test_two_bounds_are_one_interval(made_up, monkeypatch):
    """82 and 48 per cent have the level: a uniform between them in log odds."""
    row = {"table": "digital_skills", "group_by": "employment", "group": "working-age adults", "year": 2024, "period": "",
           "unit": "percent", "source_id": "panel", "block": skills.BOUNDS}  # fmt: skip
    rows = pd.DataFrame(
        [row | {"measure": "work_lacking", "value": 18}, row | {"measure": "work_not_all_20_tasks", "value": 52}]
    )
    (target,) = skills.skill_targets(rows)
    low, high = math.log(96.5 / 104.5), math.log(164.5 / 36.5)
    assert target.value == pytest.approx((low + high) / 2)
    sampling = (1 / 96.5 + 1 / 104.5 + 1 / 164.5 + 1 / 36.5) / 4
    assert target.error == pytest.approx(math.sqrt((high - low) ** 2 / 12 + sampling))
    assert len(target.figures) == 2


def test_a_group_without_a_place_is_named(monkeypatch):
    monkeypatch.setattr(skills, "GROUPS", {name: group for name, group in skills.GROUPS.items() if name != "degree"})
    with pytest.raises(InputError, match="fit-skills: a target has no place"):
        resident_targets()


def test_the_trial_by_hand():
    (target,) = training_targets()
    rounding = 0.01 / math.sqrt(12) / 0.24
    assert target.value == pytest.approx(math.log(30.5 / 20.5))
    assert target.error == pytest.approx(math.sqrt(1 / 30.5 + 1 / 20.5 + rounding**2))
    assert target.extract.month == month_index("2016-06")


# ---- What is read of a run -----------------------------------------------------------------------------------------


def test_counts_of_residents_are_read_from_the_cube():
    cells = Cells(("A", "B"))
    counts = np.zeros((cells.n, 48), np.int64)
    cube = counts.reshape(*cells.shape, 48)
    age, disability = cells.DIMENSIONS.index("age_band"), cells.DIMENSIONS.index("disability")
    assert (age, disability) == (5, 6)
    # State codes are use * 16 + level * 4 + access * 2 + employed; use 0 never, 1 lapsed, 2 recent.
    cube[0, 0, 0, 0, 0, 6, 1, [0, 16, 32 + 4]] = (5, 3, 2)
    cube[1, 1, 2, 4, 1, 6, 0, 32 + 12 + 1] = 7
    cube[0, 0, 0, 0, 0, 0, 0, 32] = 11
    assert read_extract(use_extract("recent", "75+", "disabled", 2016), cells, counts) == (2, 10)
    assert read_extract(use_extract("lapsed", "75+", "", 2016), cells, counts) == (3, 8)
    assert read_extract(use_extract("recent", "75+", "", 2016), cells, counts) == (9, 17)
    # Part is counted within whole: people with Work skill among those in work.
    assert read_extract(Extract("work", 0, (), ("work",), ("employed",)), cells, counts) == (7, 7)
    assert read_extract(Extract("foundation", 0, (), ("foundation",), ("adults",)), cells, counts) == (9, 28)


def test_counts_of_firms_are_read_from_the_cube():
    cells = FirmCells(("A",))
    counts = np.zeros((cells.n, len(FIRM_COUNTS)), np.int64)
    cube = counts.reshape(*cells.shape, len(FIRM_COUNTS))
    firms, website = FIRM_COUNTS.index("firms"), FIRM_COUNTS.index("adopters_website")
    cube[0, :, 0, firms], cube[0, :, 0, website] = (100, 20, 5, 1), (40, 16, 5, 1)
    larger = Extract("w", 0, (("size_band", ("10-49", "50-249", "250+")),), ("adopters_website",), ("firms",))
    assert read_extract(larger, cells, counts) == (22, 26)


def test_dates_of_surveys():
    assert survey_month(2016) == month_index("2016-01")
    assert period_month(2022, "") == month_index("2022-06")
    assert period_month(2023, "12m to 2023-05") == month_index("2023-05")


def test_extracts_cover_forecast_years_and_every_target():
    extracts = {extract.id: extract for extract in resident_extracts()}
    for target in resident_targets():
        assert all(extracts[extract.id] == extract for extract in target.extracts)
    assert "recent/75+/disabled/2020" in extracts and "lapsed/16-24/2018" in extracts


def test_targets_have_sound_values_and_names_of_their_own():
    targets = all_targets()
    assert len({target.id for target in targets}) == len(targets)
    for target in targets:
        assert math.isfinite(target.value) and 0.02 < target.error < 0.7
        assert target.conform and target.likelihood and target.series and target.discrepancy
    assert len(load("fit", purpose="fit")) > len(targets)


def test_the_table_of_survey_errors_is_declared(made_up):
    made_up.write_text(ERRORS.replace(",2,0,0,assumed", ",0.5,0,0,assumed", 1))
    _, problems = read_table(made_up, survey_error.TABLE)
    assert any("design_effect" in str(problem) for problem in problems)
    assert SurveyError(200.0, "people", 0.0, 0.0).effective(5.0) == 200.0
