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
