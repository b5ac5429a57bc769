"""`uptake evidence`: tables for people and for programs, and nothing that is held out."""

import json

from typer.testing import CliRunner

from calibration.commands import evidence_app
from model.errors import InputError


def run(*arguments: str):
    return CliRunner().invoke(evidence_app, list(arguments))


def test_list_names_every_block_with_its_role():
    blocks = json.loads(run("list", "--json").stdout)
    assert {block["role"] for block in blocks} == {"input", "fit", "holdout", "context"}
    assert "held-2020-75-and-over" in run("list").stdout


def test_show_prints_figures_and_sources_but_no_row_held_out():
    shown = run("show", "lfs_uk_use")
    assert shown.exit_code == 0
    assert "Open Government Licence" in shown.stdout
    assert "468 more rows are held out" in shown.stdout
    assert {row["role"] for row in json.loads(run("show", "lfs_uk_use", "--json").stdout)} == {
        "input",
        "fit",
        "context",
    }


def test_show_refuses_what_is_held_out():
    assert isinstance(run("show", "holdout").exception, InputError)


def test_check_counts_roles_and_names_the_split():
    result = json.loads(run("check", "--json").stdout)
    assert result["rows"]["holdout"] > 0
    assert len(result["split"]) == 64
    assert result["targets"] == len(json.loads(run("targets", "--json").stdout))


def test_targets_say_what_is_fitted_and_what_is_read():
    rows = {row["id"]: row for row in json.loads(run("targets", "--json").stdout)}
    assert {row["module"] for row in rows.values()} == {"residents", "training", "firms"}
    row = rows["recent/75+/by disability/2016"]
    assert row["read"] == "online of online + lapsed + never: 75+, disabled, less 75+, not disabled, 2016-01"
    assert row["likelihood"] == "normal in log odds" and 0 < row["error"] < 1 and row["conform"]
    shown = run("targets", "--module", "firms").stdout
    assert "every enterprise counts once" in shown and "residents" not in shown


def test_an_unknown_module_is_named():
    result = run("targets", "--module", "firm")
    assert isinstance(result.exception, InputError) and "did you mean 'firms'" in str(result.exception)


def test_check_names_what_is_wrong(monkeypatch):
    from calibration.targets import checks

    monkeypatch.setattr(checks, "target_problems", lambda: [InputError("a total is off", key="all / 2016 / recent")])
    result = run("check")
    assert result.exit_code == 1 and "all / 2016 / recent: a total is off" in result.output
