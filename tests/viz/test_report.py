"""The report: one file, everything in it, nothing fetched."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from typer.testing import CliRunner

from experiments.compare import Comparison
from experiments.store import model_version
from viz import words
from viz.report import report_html, write_report


@pytest.fixture(scope="module")
def html(comparison: Comparison) -> str:
    return report_html(comparison)


def test_it_holds_sentence_tiles_licences_version_and_seed(html: str, comparison: Comparison) -> None:
    plain = html.replace("&#34;", '"').replace("&#39;", "'")
    answer = comparison.answer()
    assert answer.sentence in plain
    for tile in answer.tiles:
        assert tile.title in plain
    for line in words.LICENCE_LINES:
        assert line in plain
    assert "Uncalibrated: prior draws." in plain
    assert "<dt>Seed</dt>" in plain and "0.0-test" in plain


def test_it_needs_no_network_and_no_script(html: str) -> None:
    assert "<script" not in html
    assert not re.search(r"(src|href)\s*=\s*[\"']?http", html)
    assert "@import" not in html and "url(http" not in html


def test_every_chart_has_a_name_and_every_table_a_caption(html: str) -> None:
    charts = re.findall(r"<svg [^>]*>", html)
    assert len(charts) == 8
    assert all('role="img"' in chart and 'aria-label="' in chart for chart in charts)
    assert html.count("<table>") == html.count("<caption>") > 8
    HTMLParser().feed(html)


def test_inputs_are_listed_only_for_the_model_that_made_the_result(html: str, comparison: Comparison) -> None:
    assert "another version of the model" in html
    manifest = comparison.manifest | {"model_version": model_version()}
    current = Comparison(
        comparison.base, comparison.plans, comparison.region, comparison.region_title, comparison.until,
        comparison.titles, comparison.tables, manifest,
    )  # fmt: skip
    assert "How people and firms behave in the model" in report_html(current)


def test_names_cannot_inject_markup(comparison: Comparison) -> None:
    titles = comparison.titles | {"smart-people": '<img src=x onerror="alert(1)">'}
    hostile = Comparison(
        comparison.base, comparison.plans, comparison.region, comparison.region_title, comparison.until,
        titles, comparison.tables, comparison.manifest,
    )  # fmt: skip
    assert "<img" not in report_html(hostile)


def test_a_report_that_cannot_be_written_leaves_nothing(comparison: Comparison, tmp_path: Path) -> None:
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OSError):
        write_report(comparison, tmp_path / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_the_command_writes_beside_the_tables(comparison: Comparison, tmp_path: Path) -> None:
    import typer

    from viz.commands import report

    app = typer.Typer()
    app.command()(report)
    comparison.save(tmp_path / "result")
    done = CliRunner().invoke(app, [str(tmp_path / "result")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "result" / "report.html").stat().st_size > 50_000
