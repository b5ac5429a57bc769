"""A validation drawn: one document and one SVG a picture, from tables alone."""

import pytest

from calibration.validation import parts
from calibration.validation.bars import at_least, at_most
from calibration.validation.holdout_rows import MODEL, as_table, holdout_row
from calibration.validation.holdout_use import use_scores
from calibration.validation.part import Part
from calibration.validation.predictions import normal
from calibration.validation.validation_folder import open_folder, write_part
from viz.validation_pictures import forecast_pictures, score_pictures
from viz.validation_report import write_validation

SUBJECT = {"split": "a" * 64, "posterior": "b" * 16, "seed": 1, "draws": 30, "tilt_prior": {"date": "2026-11-22"}}


def rows(bands=("16-24", "65-74", "75+"), years=(2018, 2019)):
    made = [
        holdout_row("use by age", band, year, "recent", name, 80.0, normal(80.0 + off, 0.5, "per cent"))
        for band in bands
        for year in years
        for name, off in ((MODEL, 1.0 if band == "75+" else 0.1), ("logit trend", 0.3))
    ]
    return as_table(made)


@pytest.fixture
def folder(tmp_path):
    manifest = open_folder(tmp_path, SUBJECT)
    scores = use_scores(rows())
    bars = (
        at_most("use by age", "mean absolute error", 0.4, 0.45, "points"),
        at_least("patterns", "shown", 3, 4, "patterns"),
    )
    tables = {"use": rows(), "use_scores": scores}
    write_part(
        tmp_path, manifest, Part("use", "Use in 2018 to 2020", tables, parts.by_holdout(scores), bars, ("Said.",))
    )
    return tmp_path


def test_the_document_holds_bars_pictures_and_tables(folder):
    document, *pictures = write_validation(folder)
    text = document.read_text(encoding="utf-8")
    assert "1 of 2 met" in text and "missed" in text and "Said." in text
    assert text.count("<svg ") == len(pictures) == 2
    assert all(file.read_text(encoding="utf-8").startswith("<svg ") for file in pictures)
    assert "<script" not in text and "2026-11-22" in text


def test_a_title_counts_what_lies_inside(folder):
    picture = next(forecast_pictures("use", rows(), "Source"))
    assert "4 of 6 published shares lie inside" in picture.title
    assert picture.chart.rows["mean"].round(3).tolist() == [0.1, 0.1, 0.1, 0.1, 1.0, 1.0]
    assert len(picture.table.rows) == 6


def test_many_cells_get_a_picture_a_year():
    many = rows([f"{age}-{age + 9}" for age in range(10, 95, 5)])
    assert [picture.key for picture in forecast_pictures("use", many, "Source")] == [
        "use-use-by-age-2018",
        "use-use-by-age-2019",
    ]


def test_the_best_forecast_is_named_whoever_it_is():
    picture = next(score_pictures("use_scores", "Use", use_scores(rows()), "Source"))
    assert "lowest CRPS by the logit trend; the model is number 2 of 2" in picture.title


def test_a_table_by_slice_alone_is_drawn_too():
    scores = use_scores(rows()).drop(columns=["holdout", "measure"])
    (whole,) = score_pictures("areas", "Areas", scores, "Source")
    assert whole.title.startswith("Areas: lowest CRPS")
    parts_only = scores[scores["slice"] != "all"]
    assert len(list(score_pictures("areas", "Areas", parts_only, "Source"))) == parts_only["slice"].nunique()
