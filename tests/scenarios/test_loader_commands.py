"""`uptake programmes` and `uptake scenarios` as a user sees them."""

import json
from pathlib import Path

import pytest
from typer import Typer
from typer.testing import CliRunner

from model.errors import InputError
from scenarios.catalogue import list_programmes
from scenarios.loader import list_scenarios
from scenarios.programme_commands import programmes_app
from scenarios.scenario_commands import scenarios_app


def run(app: Typer, *words: str) -> str:
    result = CliRunner(env={"COLUMNS": "140"}).invoke(app, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result.stdout


def test_lists_name_everything_that_ships() -> None:
    assert [row["id"] for row in json.loads(run(programmes_app, "list", "--json"))] == list_programmes()
    assert [row["name"] for row in json.loads(run(scenarios_app, "list", "--json"))] == list_scenarios()
    printed = run(programmes_app, "list")
    assert all(name in printed for name in list_programmes())


def test_a_card_shows_cost_range_status_and_source() -> None:
    card = run(programmes_app, "show", "connection-voucher")
    for words in ("on benefits; no connection at home", "144 GBP per voucher", "144 to 202", "measured", "https://"):
        assert words in card
    data = json.loads(run(programmes_app, "show", "connection-voucher", "--json"))
    assert data["unit_cost"]["source"] in {source["source_id"] for source in data["sources"]}


def test_the_card_of_a_composite_shows_the_numbers_in_which_its_parts_differ() -> None:
    card = run(programmes_app, "show", "smart-places")
    assert "as in full-fibre, but for the numbers below" in card and "400 GBP per premises" in card
    assert "take up share" not in card
    assert "as in cyber-essentials-support\n" in run(programmes_app, "show", "cyber-resilience")


def test_partners_and_pilots_are_shown_where_there_are_any(tmp_path: Path) -> None:
    path = tmp_path / "plan.yaml"
    path.write_text(
        "{name: plan, title: P, summary: A plan., strategy: [G17], extends: smart-people, programmes: "
        "{device-gift: {private_gbp_per_public_gbp: 0.5, pilot: {months: 6, share: 0.2, go_on_if_completed_share: 0.3}}}}"
    )
    shown, plain = run(scenarios_app, "show", str(path)), run(scenarios_app, "show", "smart-people")
    assert all(words in shown for words in ("private_gbp", "pilot_months", "Partners add GBP"))
    assert not any(words in plain for words in ("private_gbp", "pilot_months", "Partners"))


def test_checks_say_how_much_is_measured() -> None:
    rows = json.loads(run(programmes_app, "check", "--json"))
    assert all(row["check"] == "sound" for row in rows)
    assert all(row["numbers"] == row["measured"] + row["calibrated"] + row["assumed"] for row in rows)


def test_a_scenario_is_shown_in_the_regions_pounds() -> None:
    county, city = (
        json.loads(run(scenarios_app, "show", "smart-people", "--region", region, "--json"))
        for region in ("gloucestershire", "glasgow")
    )
    assert county["budget_gbp"] == pytest.approx(sum(row["budget_gbp"] for row in county["programmes"]))
    assert county["budget_gbp"] / county["adults"] == pytest.approx(city["budget_gbp"] / city["adults"], rel=1e-6)
    assert f"{county['budget_gbp']:,.0f}" in run(scenarios_app, "show", "smart-people")
    assert "placebo" in run(scenarios_app, "show", "placebo-network")


def test_scenarios_are_checked_in_a_region(tmp_path: Path) -> None:
    rows = json.loads(run(scenarios_app, "check", "--region", "glasgow", "--json"))
    assert {row["name"] for row in rows} == set(list_scenarios())
    path = tmp_path / "plan.yaml"
    path.write_text("name: plan\ntitle: T\nsummary: S\nextends: baseline\nnetwrok: placebo\n")
    with pytest.raises(InputError, match=r"plan.yaml:5: netwrok: unknown key, did you mean 'network'\?"):
        run(scenarios_app, "check", str(path))
