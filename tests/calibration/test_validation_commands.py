"""`uptake validate`: folders that can be gone on with, refusals, and tables that fit a terminal."""

import json

import pandas as pd
import pytest
from typer.testing import CliRunner

from calibration.files import validation_manifest
from calibration.validate_commands import make_validate_app
from calibration.validation import fitted_draws, parts, validation_folder
from calibration.validation.bars import at_most
from calibration.validation.fitted_draws import check_fit
from calibration.validation.holdout_rows import MODEL, as_table, holdout_row
from calibration.validation.holdout_use import use_bars, use_scores
from calibration.validation.part import Part, Request
from calibration.validation.predictions import normal
from calibration.validation.validation_folder import bars_of, open_folder, read_table, subject
from model.errors import InputError

HARD = ["last value", "linear trend", "random walk with drift", "logit trend", "logit trend from 2013"]


def scored() -> pd.DataFrame:
    """Rows of both hold-outs of use, the model a little worse than the logit trend."""
    rows = []
    for holdout, cells in (
        ("use by age", ["16-24", "55-64", "75+"]),
        ("use by age and disability", ["55-64 disabled", "75+ disabled"]),
    ):
        for cell in cells:
            for year in (2018, 2019, 2020):
                for place, name in enumerate([MODEL, *HARD]):
                    off = 0.3 if name == MODEL else 0.2 if "logit" in name else 1.0 + place
                    rows.append(
                        holdout_row(holdout, cell, year, "recent", name, 80.0, normal(80 + off, 0.5, "per cent"))
                    )
    return as_table(rows)


def use_part(request: Request) -> Part:
    rows = scored()
    scores = use_scores(rows)
    tables = {"use": rows, "use_scores": scores}
    return Part(
        "use", "Use in 2018 to 2020", tables, parts.by_holdout(scores), tuple(use_bars(scores)), ("Plain words.",)
    )


@pytest.fixture
def app(monkeypatch):
    monkeypatch.setattr(parts, "PARTS", {"use": use_part, "leave_out": lambda request: pytest.fail("needs a fit")})
    monkeypatch.setattr(parts, "EVERYTHING", ("leave_out", "use"))
    return make_validate_app(lambda folder: [folder / "made.svg"])


def run(app, *arguments: str):
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "100"}, catch_exceptions=False)


def test_tables_bars_and_manifest_are_written_and_every_row_is_printed(app, tmp_path):
    told = run(app, "use", "--out", str(tmp_path)).output
    assert all(name in told for name in (MODEL, *HARD)) and "missed" in told and "met" in told
    assert "Plain words." in told and "made.svg" in told
    rows = read_table(tmp_path, "use")
    assert len(rows) == len(scored()) and rows["crps"].notna().all()
    manifest = validation_manifest(tmp_path)
    assert manifest["subject"]["split"] and manifest["subject"]["tilt_prior"]["hash"]
    assert set(manifest["parts"]["use"]["tables"]) == {"use", "use_scores"}
    bars = pd.read_csv(tmp_path / "bars.csv")
    assert len(bars) == len(bars_of(manifest)) and set(bars["met"]) == {True, False}
    assert not list(tmp_path.glob(".*"))


def test_a_part_that_is_there_is_kept_and_another_subject_refused(app, tmp_path, monkeypatch):
    run(app, "use", "--out", str(tmp_path))
    before = (tmp_path / "use.csv").stat().st_mtime_ns
    again = run(app, "use", "--out", str(tmp_path))
    assert "already" in again.output and (tmp_path / "use.csv").stat().st_mtime_ns == before
    with pytest.raises(InputError, match="something else") as refused:
        run(app, "use", "--out", str(tmp_path), "--seed", "2")
    assert refused.value.key == "seed"


def test_all_leaves_out_what_needs_a_fit_and_says_so(app):
    told = run(app, "all").output
    assert "leave_out: left out, needs --fit" in told and "use by age: recent users" in told


def test_json_is_one_object(app, tmp_path):
    told = CliRunner().invoke(app, ["use", "--json", "--out", str(tmp_path)], catch_exceptions=False)
    found = json.loads(told.stdout)
    assert set(found) == {"use", "use_scores", "bars"} and len(found["use"]) == len(scored())


def test_a_terminal_of_100_columns_is_wide_enough(app, monkeypatch):
    from model import console

    monkeypatch.setattr(console, "WIDTH_WITHOUT_TERMINAL", 100)
    told = run(app, "use").output
    assert max(len(line) for line in told.splitlines()) <= 100
    assert "random walk with drift" in told


def test_a_fit_of_another_split_is_refused(tmp_path, monkeypatch):
    (tmp_path / "manifest.json").write_text(json.dumps({"split": "of yesterday"}))
    with pytest.raises(InputError, match="changed since the fit") as refused:
        check_fit(tmp_path)
    assert refused.value.key == "split" and refused.value.value == "of yesterday"
    monkeypatch.setattr(fitted_draws, "split_hash", lambda: "of yesterday")
    assert check_fit(tmp_path)["split"] == "of yesterday"


def test_a_folder_without_a_fit_is_named(tmp_path):
    with pytest.raises(InputError, match="not a fit"):
        check_fit(tmp_path)


def test_a_shipped_posterior_of_another_split_is_refused(monkeypatch):
    import numpy as np

    from model.posterior import Posterior

    old = Posterior(("a",), np.ones((2, 1)), np.full(2, 0.5), {"split": "of yesterday"})
    monkeypatch.setattr(validation_folder, "posterior_of", lambda fit: old)
    with pytest.raises(InputError, match="changed since the fit"):
        subject(Request(None, 1, 30, lambda done, total, text: None))


def test_refits_need_the_runs_of_a_fit():
    for name in parts.NEEDS_FIT:
        with pytest.raises(InputError, match="needs the runs of a fit"):
            parts.PARTS[name](Request(None, 1, 30, lambda done, total, text: None))


def test_bars_are_kept_as_they_were_written(tmp_path):
    manifest = open_folder(tmp_path, {"split": "x"})
    bar = at_most("use by age", "mean absolute error", 0.5, 0.45, "points")
    validation_folder.write_part(tmp_path, manifest, Part("use", "Use", {}, {}, (bar,)))
    assert bars_of(validation_manifest(tmp_path)) == [bar]


def test_a_folder_without_a_validation_is_named(tmp_path):
    with pytest.raises(InputError, match="not a validation"):
        validation_manifest(tmp_path)
