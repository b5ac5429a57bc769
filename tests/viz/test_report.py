"""The report: one file, everything in it, nothing fetched."""

import re
import shlex
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments import compare as compare_module
from experiments.cli import make_app
from experiments.compare import Comparison
from experiments.store import model_version
from model.calendar import month_index
from viz import provenance, words
from viz.report import report_html, write_report
from viz.report_sections import NOBODY, sections

PLAN = "smart-people"
VOID = {"meta", "br", "path", "rect", "line", "circle"}
GATE = {
    "sentence": "Its inclusion impact assessment found no reason to change it.", "n_pairs": 8, "findings": [
        {"worse": "disabled people", "better": "others", "base": 6.0, "plan": 5.8, "widening_probability": 0.125}]}  # fmt: skip
TARGETS = [
    {"name": "online", "indicator": "online_share", "at_most": None, "at_least": 90.0, "by_month": month_index("2030-12")},
    {"name": "later", "indicator": "online_share", "at_most": None, "at_least": 99.0, "by_month": month_index("2033-12")},
]  # fmt: skip


class Page(HTMLParser):
    """Headings, tables, charts, ids and links of a page; fails on tags that do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.labels: list[dict[str, str | None]] = []
        self.feed(html)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if "id" in given and "svg" not in self.open:
            self.ids.append(str(given["id"]))
        if tag == "a":
            self.links.append(str(given["href"]))
        if tag == "svg":
            self.labels.append(given)
        if re.fullmatch(r"h\d", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, self.getpos()

    def handle_data(self, data: str) -> None:
        if self.open and re.fullmatch(r"h\d", self.open[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = level, text + data


def with_manifest(comparison: Comparison, **changes: Any) -> Comparison:
    return replace(comparison, manifest=comparison.manifest | changes)


@pytest.fixture(scope="module")
def small(made_up: ModuleType) -> Comparison:
    """People alone, few runs, few areas."""
    return made_up.make_comparison(draws=2, replicates=2, n_areas=30)


@pytest.fixture(scope="module")
def html(small: Comparison) -> str:
    return report_html(small)


@pytest.fixture(scope="module")
def whole(made_up: ModuleType) -> Comparison:
    """People, firms, hubs, targets, a gate, and the version of the model that is installed."""
    made = made_up.make_comparison(firms=900.0, draws=3, n_areas=30)
    inputs = made.manifest["inputs"] | {"targets": {PLAN: TARGETS}}
    return with_manifest(made, inputs=inputs, gate={PLAN: GATE}, model_version=model_version())


@pytest.fixture(scope="module")
def whole_html(whole: Comparison) -> str:
    return report_html(whole)


def test_it_holds_sentence_tiles_licences_version_and_seed(html: str, small: Comparison) -> None:
    plain = html.replace("&#34;", '"').replace("&#39;", "'")
    answer = small.answer()
    assert answer.sentence in plain
    for tile in answer.tiles:
        assert tile.title in plain
    for line in words.LICENCE_LINES:
        assert line in plain
    assert "Uncalibrated: prior draws." in plain
    assert "<dt>Seed</dt>" in plain and str(small.manifest["version"]) in plain


def test_it_needs_no_network_and_no_script(whole_html: str) -> None:
    assert "<script" not in whole_html
    assert not re.search(r"(src|href)\s*=\s*[\"']?http", whole_html)
    assert "@import" not in whole_html and "url(http" not in whole_html


def test_its_structure_is_sound(whole_html: str) -> None:
    page = Page(whole_html)
    levels = [level for level, _ in page.headings]
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)


def test_it_starts_with_the_answer_and_the_contents_reach_every_section(whole_html: str) -> None:
    page = Page(whole_html)
    titles = [text for _, text in page.headings]
    assert titles[1] == "In short"
    sections = [text for level, text in page.headings if level == 3 and text != "Published sources"]
    assert sections == [
        "What difference does it make?", "Who gets online because of it?", "Would they have got online anyway?", "Where?",
        "What do firms take up because of it?", "Which firms?", "Would firms have done it anyway?",
        "Do other firms lose by it?", "Can hubs carry it?", "What does it cost?", "Is it worth the money?", "Is it fair?",
        "Does it meet its targets?", "Multipliers, which are not findings",
    ]  # fmt: skip
    listed = re.search(r'<nav aria-label="Sections.*?</nav>', whole_html, re.DOTALL)
    assert listed and re.findall(r">([^<>]+)</a>", listed[0]) == sections


def test_every_chart_has_a_name_and_its_table(whole_html: str) -> None:
    charts = Page(whole_html).labels
    figures = re.findall(r"<figure>.*?</figure>\s*<details.*?</details>", whole_html, re.DOTALL)
    assert len(charts) == len(figures) == whole_html.count("<figure>") == 15
    assert all(chart["role"] == "img" and chart["aria-label"] for chart in charts)
    assert all("<caption>" in figure for figure in figures)
    assert whole_html.count("<table>") == whole_html.count("<caption>")


def test_every_section_has_a_table(whole_html: str) -> None:
    detail = whole_html.partition('<h2 id="plan-1">')[2].partition('<h2 id="rests">')[0]
    sections = re.split(r"<h3", detail)[1:]
    assert len(sections) == 14
    assert all("<table>" in section for section in sections)


def test_what_nobody_measured_is_labelled_wherever_it_counts(whole_html: str, whole: Comparison) -> None:
    label = '<span class="assumed">assumed</span>'
    assert all(label in caption for caption in re.findall(r"<figcaption.*?</figcaption>", whole_html, re.DOTALL))
    numbers = whole.tables["programme_numbers"]
    own = numbers[(numbers["scenario"] == PLAN) & (numbers["design_point"] == "central") & (numbers["replicate"] == 0)]
    assumed = int((own["status"] == "assumed").sum())
    row = re.search(r"The plan’s programmes</th><td>(\d+)</td><td>(\d+)</td>", whole_html)
    assert row and (int(row[1]), int(row[2])) == (len(own), assumed)
    assert re.search(r"\d+% of the numbers behind this are assumed", whole_html)
    multipliers = whole_html.partition('id="plan-1-multipliers"')[2].partition("<h2")[0]
    assert label in multipliers and "not findings" in multipliers


def test_targets_and_gate_are_told(whole_html: str) -> None:
    assert "Only what the plan adds is credited to it" in whole_html
    assert "no less than 90.0% by December 2030" in whole_html
    assert "“later” is set for December 2033, after the last month of this run." in whole_html
    assert whole_html.count(GATE["sentence"]) == 2 and "12%" in whole_html


def test_inputs_are_listed_only_for_the_model_that_made_the_result(html: str, whole_html: str) -> None:
    assert "another version of the model" in html and "How people and firms behave in the model" not in html
    assert "How people and firms behave in the model" in whole_html and "another version" not in whole_html


def test_nothing_measurable_is_said_and_not_drawn(made_up: ModuleType) -> None:
    page = report_html(made_up.make_comparison(gain=0.0, draws=3, n_areas=30))
    assert "has no measurable net effect" in page
    assert "no benefit is drawn" in page and "Net present value:" not in page
    assert "Benefits for each pound of costs <strong>" not in page


def test_where_nobody_moves_it_is_said_and_no_chart_drawn(made_up: ModuleType) -> None:
    made = made_up.make_comparison(draws=0, n_areas=30)
    twins = made.tables["twins"]
    still = twins.assign(**dict.fromkeys(("net", "net_beneficiaries", "net_spillover", "n10", "n01"), 0.0))
    first, *others = sections(replace(made, tables=made.tables | {"twins": still}), PLAN, None, None)
    assert first.paragraphs == (NOBODY,) and first.tables[0].rows and not first.drawings
    assert "who" not in [section.key for section in others]


def test_results_of_old_versions_are_shown_as_far_as_they_go(made_up: ModuleType) -> None:
    made = made_up.make_comparison(draws=0, n_areas=30)
    tables = {name: table for name, table in made.tables.items() if name != "programme_numbers"}
    tables["series"] = tables["series"][tables["series"]["indicator"] != "adults"]
    page = report_html(replace(made, tables=tables))
    assert page.count("written by an earlier version") == 2
    assert "What difference does it make?" in page


def test_plans_stand_side_by_side(made_up: ModuleType) -> None:
    made = made_up.make_comparison(draws=0, n_areas=30)
    tables = {
        name: pd.concat([table, table[table["scenario"] == PLAN].assign(scenario="second")], ignore_index=True)
        if "scenario" in table
        else table
        for name, table in made.tables.items()
    }
    both = replace(made, tables=tables, plans=[PLAN, "second"], titles=made.titles | {"second": "The second plan"})
    both = with_manifest(both, inputs=made.manifest["inputs"] | {"plans": both.plans})
    page = Page(html := report_html(both))
    assert "write the path of its file instead: second." in html
    assert "Plans side by side" in html and [text for level, text in page.headings if level == 2][1:3] == [
        "Smart people, in detail", "The second plan, in detail"]  # fmt: skip
    assert len(page.ids) == len(set(page.ids))


def test_names_cannot_inject_markup(made_up: ModuleType) -> None:
    attack = '<img src=x onerror="alert(1)">'
    made = made_up.make_comparison(draws=0, n_areas=30)
    page = report_html(replace(made, titles=dict.fromkeys(made.titles, attack), region_title=attack))
    assert "<img" not in page and page.count("&lt;img") > 20


def test_the_command_makes_the_same_run_again(small: Comparison, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = small.manifest["inputs"] | {"parameters": {"onset_base": -5.125, "onset_age": -0.3}, "scale": 0.015}
    asked: dict[str, Any] = {}

    def pretend(base: str, plans: list[str], region: str, **options: Any) -> Comparison:
        asked.update(options, base=base, plans=plans, region=region)
        return small

    monkeypatch.setattr(compare_module, "run_comparison", pretend)
    monkeypatch.setattr("experiments.summary.summary_text", lambda result: "")
    program, *arguments = shlex.split(provenance.command(with_manifest(small, inputs=inputs)))
    done = CliRunner().invoke(make_app(), arguments)
    assert program == "uptake" and done.exit_code == 0, done.output
    assert {name: asked[name] for name in inputs if name in asked} == inputs


def test_a_report_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("viz.report.report_html", lambda comparison: "<p>made up</p>")
    (tmp_path / "report.html").mkdir()
    with pytest.raises(OSError):
        write_report(None, tmp_path / "report.html")
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]


def test_the_command_writes_beside_the_tables(
    made_up: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("viz.report.report_html", lambda comparison: f"<p>{comparison.plans[0]}</p>")
    made_up.make_comparison(draws=0, n_areas=30).save(tmp_path / "result")
    done = CliRunner().invoke(make_app(), ["report", str(tmp_path / "result")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "result" / "report.html").read_text() == f"<p>{PLAN}</p>"
