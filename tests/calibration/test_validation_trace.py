"""The TRACE document: figures of manifests stand in it, and what is missing is said to be."""

import json

import pytest

from calibration.validation.trace import NOT_DONE, trace_text, write_trace
from calibration.validation.trace_sources import Sources
from model.errors import InputError

ELEMENTS = (
    "Problem formulation", "Model description", "Data evaluation", "Conceptual model evaluation", "Implementation verification",
    "Model output verification", "Model analysis", "Model output corroboration",
)  # fmt: skip
FIT = {
    "split": "f" * 64, "model_version": "0123abcd", "seed": 7, "budget": 321, "quick": False, "fitted_on": "2026-11-22",
    "runs": {"residents": 321}, "labels": {"onset_base": "informed", "onset_peers": "prior-only"},
    "discrepancy": {"use by age": {"sd_median": 0.123, "sd_low": 0.05, "sd_high": 0.31, "unit": "log odds"}},
    "checks": {
        "effective_sample_size": 87.4,
        "residents": {"truths": 60, "recovery_inside_90": 0.9, "figures_inside_90": 0.93, "figures_inside_50": 0.51,
                      "emulator_q2_median": 0.97},
    },
}  # fmt: skip
VALIDATION = {
    "subject": {"split": "f" * 64, "tilt_prior": {"date": "2026-11-22", "hash": "a" * 64}},
    "parts": {
        "areas": {
            "title": "Study areas",
            "finished": "2026-11-22T18:00:00+00:00",
            "bars": [
                {"part": "areas", "bar": "made-up bar", "wanted": "at least 0", "measured": "-0.42", "met": False}
            ],
            "says": ["The model does not predict the study areas better than the national rate."],
        }
    },
}


def rows_of(text: str) -> dict[str, str]:
    """What was asked for -> evidence."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return {what: evidence for what, evidence in lines if what != "what"}


def test_every_element_stands_in_order_and_nothing_is_made_up_without_evidence():
    text = trace_text(Sources())
    assert [line.split(" ", 2)[2] for line in text.splitlines() if line.startswith("## ")] == list(ELEMENTS)
    missing = [what for what, evidence in rows_of(text).items() if evidence == NOT_DONE]
    assert f"Not done: {len(missing)}." in text
    assert {"runs of the fit", "study areas, never fitted", "placebo network", "all tests, slow ones included"} <= set(
        missing
    )
    assert not any(character.isdigit() for what in missing for character in rows_of(text)[what])


def test_half_the_manifests_give_half_the_evidence():
    rows = rows_of(trace_text(Sources(fit=FIT)))
    assert rows["runs of the fit"] == "321 residents"
    assert rows["informed parameters"] == "onset_base"
    assert rows["weak parameters"] == "none"
    assert rows["draws after reweighting, worth as many equal ones"] == "87"
    assert rows["use in later years"] == rows["study areas, never fitted"] == NOT_DONE
    assert rows["fitted and validated on the same split"] == NOT_DONE


def test_a_missed_bar_is_printed_like_a_met_one():
    rows = rows_of(trace_text(Sources(fit=FIT, validation=VALIDATION)))
    assert "made-up bar: -0.42 (wanted at least 0): **missed**" in rows["study areas, never fitted"]
    assert "does not predict" in rows["study areas, never fitted"]
    assert rows["fitted and validated on the same split"] == "yes"
    assert rows["use in later years"] == NOT_DONE
    other = VALIDATION | {"subject": {"split": "e" * 64}}
    assert rows_of(trace_text(Sources(fit=FIT, validation=other)))["fitted and validated on the same split"] == "**no**"


def test_a_quick_fit_is_no_fit():
    rows = rows_of(trace_text(Sources(fit=FIT | {"quick": True})))
    assert rows["full fit, not a quick trial"] == NOT_DONE


def test_the_log_of_the_tests_is_read_and_failures_stand_in_it():
    rows = rows_of(trace_text(Sources(tests="== 3 failed, 1830 passed in 9s ==", test_log="docs/test-full.log")))
    assert rows["all tests, slow ones included"] == "3 failed, 1830 passed (`docs/test-full.log`)"


def test_the_project_s_own_document_is_written_with_what_there_is(tmp_path):
    folder = tmp_path / "validation"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps(VALIDATION))
    write_trace(None, folder, tmp_path / "docs" / "TRACE.md")
    rows = rows_of((tmp_path / "docs" / "TRACE.md").read_text())
    assert "fit" in rows["published figures by role"]
    assert rows["prior of the small-area tilt, dated and hashed before areas were scored"].startswith("2026-11-22")
    with pytest.raises(InputError, match="not a fit"):
        write_trace(tmp_path, folder, tmp_path / "TRACE.md")
