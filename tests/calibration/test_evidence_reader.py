"""The reader of evidence: complete, licensed, and closed where rows are held out."""

import shutil

import pytest

from calibration import evidence_reader
from calibration.evidence_reader import load, load_sources, problems, split_hash, summary
from model.errors import InputError


def replace_line(path, number: int, change) -> None:
    lines = path.read_text().splitlines(keepends=True)
    lines[number - 1] = change(lines[number - 1])
    path.write_text("".join(lines))


def test_every_figure_has_one_role_and_a_listed_source():
    assert [str(problem) for problem in problems()] == []
    sources = load_sources()
    assert (sources[["publisher", "title", "url", "licence", "confidence"]] != "").all().all()


@pytest.mark.parametrize(
    ("purpose", "roles"),
    [("build", {"input"}), ("fit", {"input", "fit"}), ("read", {"input", "fit", "context"})],
)
def test_a_purpose_sees_its_roles_only(purpose, roles):
    use = load("lfs_uk_use", purpose=purpose)
    assert set(use["role"]) == roles
    assert use["year"].max() <= 2017


def test_rows_held_out_are_refused_to_all_but_validation():
    for purpose in ("build", "fit", "read"):
        for name in ("holdout", "lfs_study_areas"):
            with pytest.raises(InputError, match=f"closed to the purpose '{purpose}'"):
                load(name, purpose=purpose)
    held = load("holdout", purpose="validate")
    assert set(held["role"]) == {"holdout"}
    assert len(held) == summary().query("role == 'holdout' and rows > 0")["rows"].sum()


def test_only_the_validation_opens_the_files_held_out(evidence_copy):
    shutil.rmtree(evidence_copy / "held_out")
    assert len(load("fit", purpose="fit")) > 0
    assert len(load("context", purpose="read")) > 0


def test_context_is_never_fitted():
    with pytest.raises(InputError, match="closed to the purpose 'fit'"):
        load("context", purpose="fit")
    assert "context" not in set(load("digital_skills", purpose="fit")["role"])


@pytest.mark.parametrize(
    ("name", "purpose", "message"),
    [
        ("lfs_uk", "read", "did you mean 'lfs_uk_use'"),
        ("lfs_uk_use", "reading", "unknown purpose, did you mean 'read'"),
        ("start_adoption", "read", "read by the scenarios from scenarios/national/start_adoption.csv"),
        ("uk_adults", "read", "read by the scenarios from scenarios/national"),
    ],
)
def test_what_cannot_be_loaded_says_why(name, purpose, message):
    with pytest.raises(InputError, match=message):
        load(name, purpose=purpose)


def test_classes_of_use_cover_the_population():
    """Published classes add up to nearly all adults; the rest are people who did not know."""
    use = load("lfs_uk_use", purpose="read").query("unit == 'percent'")
    totals = use.groupby(["group_by", "group", "year"])["value"].sum()
    assert totals.between(96, 100.2).all()


def test_the_start_of_the_scenarios_repeats_the_evidence():
    import pandas as pd

    start = pd.read_csv(evidence_reader.EVIDENCE.parents[1] / "scenarios" / "national" / "start_use.csv", dtype=str)
    use = load("lfs_uk_use", purpose="build").query("unit == 'thousands'")
    published = use[(use["group_by"] == "age_band") | (use["group_by"] == "age_band x disability")]
    assert sorted(start["thousands"].astype(float)) == sorted(published["value"])


def test_a_new_figure_without_a_role_is_refused(evidence_copy):
    replace_line(evidence_copy / "gradients.csv", 2, lambda line: line.replace("gds_2012", "achieve"))
    with pytest.raises(InputError, match=r"gradients\.csv: row 2: a figure has no role"):
        load("gradients", purpose="read")


def test_a_held_out_figure_in_the_open_folder_is_refused(evidence_copy):
    replace_line(evidence_copy / "lfs_uk_use.csv", 2, lambda line: line.replace(",2013,", ",2019,"))
    with pytest.raises(InputError, match=r"lfs_uk_use\.csv: row 2: a figure stands in the wrong folder"):
        load("lfs_uk_use", purpose="read")


def test_the_split_hash_notices_a_changed_figure(evidence_copy):
    before = split_hash()
    assert before == split_hash()
    replace_line(
        evidence_copy / "held_out" / "programme_effects.csv", 2, lambda line: line.replace("percent", "per cent")
    )
    assert split_hash() != before


def test_an_unlisted_source_is_a_problem(evidence_copy):
    replace_line(evidence_copy / "sources.csv", 2, lambda line: "other" + line)
    messages = [str(problem) for problem in problems()]
    assert any("names a source that is not listed" in message for message in messages)
    assert any("no figure names the source" in message for message in messages)
