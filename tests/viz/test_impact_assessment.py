"""The Digital Inclusion Impact Assessment as a document."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from experiments.compare import Comparison
from experiments.inclusion import fairness
from model.errors import InputError
from viz.impact_assessment import impact_assessment_html, write_impact_assessment

PLAN = "smart-people"
DESIGNS = [
    {"id": "skills", "title": "Library skills", "summary": "", "instrument": "train", "audience": "residents", "channel": "hub",
     "targeting": "deprived_first", "start": "2027-04", "end": "2030-03", "budget_gbp": 3.0e6,
     "who": "adults of 65 and over"},
    {"id": "grants", "title": "Grants", "summary": "", "instrument": "subsidise_firm", "audience": "firms",
     "channel": "direct", "targeting": "first_come", "start": "2027-10", "end": "2030-03", "budget_gbp": 1.0e6,
     "who": "firms"},
]  # fmt: skip
GATE = {
    "plan": PLAN, "result": "redesigned", "reasons": ["the gap widens"], "n_pairs": 8, "period": "2030-12",
    "rule": {"widening_probability": 0.9, "worst_group_fall_points": 0.5, "stops": False},
    "findings": [{"group_by": "disability", "worse": "disabled people", "better": "people who are not disabled",
                  "base": 6.0, "plan": 6.2, "widening_probability": 1.0}],
    "worst_group": None, "targeting": {"skills": "deprived_first"}, "stopped": [],
    "sentence": "Its inclusion impact assessment found that the gap widens, so it was redesigned.",
}  # fmt: skip


@pytest.fixture(scope="module")
def assessed(comparison: Comparison) -> Comparison:
    """The made-up comparison with programmes' designs and a gate's decision."""
    numbers = pd.DataFrame({"scenario": [PLAN], "design_point": ["central"], "draw": [0], "replicate": [0],
                            "programme": ["skills"], "number": ["effects.hours"], "value": [9.0], "unit": ["hours"],
                            "status": ["assumed"], "chosen": [False]})  # fmt: skip
    return Comparison(
        comparison.base, comparison.plans, comparison.region, comparison.region_title, comparison.until,
        comparison.titles, comparison.tables | {"programme_numbers": numbers},
        comparison.manifest | {"programmes": {PLAN: DESIGNS}, "gate": {PLAN: GATE}},
    )  # fmt: skip


@pytest.fixture(scope="module")
def html(assessed: Comparison) -> str:
    return impact_assessment_html(assessed, PLAN)


def test_it_holds_every_part_in_order(html: str) -> None:
    parts = ("Screening", "Evidence used", "Impact by group", "Mitigation", "Decision rule and its result", "Monitoring",
             "Assumptions", "Decision and signatures")  # fmt: skip
    assert re.findall(r"<h2[^>]*>(.*?)</h2>", html) == [f"{n}. {part}" for n, part in enumerate(parts, 1)]


def test_it_opens_with_the_finding_and_the_gate(html: str, assessed: Comparison) -> None:
    plain = html.replace("&#34;", '"').replace("&#39;", "'")
    assert fairness(assessed, PLAN).sentence in plain
    assert plain.index(GATE["sentence"]) < plain.index("1. Screening")
    assert "<strong>Result: redesigned.</strong>" in html and "100%" in html and "above 90%" in html


def test_programmes_monitoring_and_assumptions_are_those_of_the_plan(html: str) -> None:
    assert "people in the most deprived areas" in html and "in person, at libraries and hubs" in html
    assert "Library skills: adults of 65 and over" in html
    assert "first in October 2027, six months after the start, then every December up to December 2030" in html
    row = html[html.index('<th scope="row">hours</th>') :].split("</tr>")[0]
    assert re.sub(r"<[^>]*>", " ", row).split() == ["hours", "9", "hours", "assumed"]


def test_it_is_one_file_with_named_tables(html: str) -> None:
    assert "<script" not in html and not re.search(r"(src|href)\s*=\s*[\"']?http", html)
    assert html.count("<table") == html.count("<caption>") > 8
    HTMLParser().feed(html)


def test_without_an_assessment_in_the_plan_it_says_so(comparison: Comparison) -> None:
    tables = {name: table for name, table in comparison.tables.items() if name != "programme_numbers"}
    bare = Comparison(
        comparison.base, comparison.plans, comparison.region, comparison.region_title, comparison.until,
        comparison.titles, tables, comparison.manifest,
    )  # fmt: skip
    html = impact_assessment_html(bare, PLAN)
    assert "no rule was applied" in html
    assert "do not say how the programmes are designed" in html and "do not list the programmes’ numbers" in html


def test_names_cannot_inject_markup(assessed: Comparison) -> None:
    titles = assessed.titles | {PLAN: '<img src=x onerror="alert(1)">'}
    hostile = Comparison(
        assessed.base, assessed.plans, assessed.region, assessed.region_title, assessed.until, titles, assessed.tables,
        assessed.manifest,
    )  # fmt: skip
    assert "<img" not in impact_assessment_html(hostile, PLAN)


def test_another_plan_is_refused(comparison: Comparison, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a plan"):
        write_impact_assessment(comparison, "other", tmp_path / "out.html")
    assert not list(tmp_path.iterdir())


def test_the_command_writes_beside_the_tables(comparison: Comparison, tmp_path: Path) -> None:
    import typer

    from viz.commands import assess_inclusion

    app = typer.Typer()
    app.command()(assess_inclusion)
    comparison.save(tmp_path / "result")
    done = CliRunner().invoke(app, [str(tmp_path / "result")])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "result" / f"inclusion-{PLAN}.html").stat().st_size > 20_000
