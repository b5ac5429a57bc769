"""The README's honesty table: no older than what it is made of, complete, and as plain about what loses as about what wins."""

import math
import re
from pathlib import Path

import pandas as pd
import pytest

from calibration.validation import holdout_firms, leave_out
from calibration.validation.bars import Bar, at_least
from calibration.validation.holdout_rows import MODEL, as_table, holdout_row, summary, summary_by_cell
from calibration.validation.holdout_use import use_bars, use_scores
from calibration.validation.honesty import ANOTHER, MARKS, README, honesty_text, write_honesty
from calibration.validation.part import Part
from calibration.validation.parts import EVERYTHING
from calibration.validation.pattern import Pattern, judged
from calibration.validation.patterns import pattern_bar
from calibration.validation.placebo import peer_verdict
from calibration.validation.predictions import normal
from calibration.validation.trace import NOT_DONE
from calibration.validation.validation_folder import NO_POSTERIOR, open_folder, write_part
from model.errors import InputError

VALIDATION = README.parent / "docs" / "validation"
SIMPLER = ("logit trend", "logit trend from 2013", "linear trend", "random walk with drift", "last value")


def row(holdout: str, cell: str, year: int, measure: str, name: str, off: float) -> dict[str, object]:
    return holdout_row(holdout, cell, year, measure, name, 60.0, normal(60.0 + off, 2.0, "per cent"))


def use() -> Part:
    """The model halfway between two groups of simpler forecasts."""
    rows = as_table(
        [
            row(holdout, cell, year, measure, name, 0.5 + 0.25 * place)
            for holdout, cells, measures in (
                ("use by age", ("16-24", "55-64", "75+"), ("recent", "lapsed", "never")),
                ("use by age and disability", ("55-64 disabled", "75+ disabled"), ("recent",)),
            )
            for cell in cells
            for measure in measures
            for year in (2018, 2019, 2020)
            for place, name in enumerate((*SIMPLER[:2], MODEL, *SIMPLER[2:]))
        ]
    )
    scores = use_scores(rows)
    return Part("use", "Use", {"use": rows, "use_scores": scores}, {}, tuple(use_bars(scores)))


def one_left_out(name: str, cell: str, saw_it: str) -> Part:
    errors = {MODEL: 3.0, "mean of neighbouring bands": 1.0, saw_it: 0.5}
    rows = as_table([row(name, cell, 2016, "recent", by, off) for by, off in errors.items()])
    return Part(name, name, {name: rows, f"{name}_scores": summary_by_cell(rows)}, {})


def areas() -> Part:
    rows = as_table([row("study areas 2018-20", "here", 2020, "recent", MODEL, 1.0)])
    says = ("The model does not predict the areas | better.", "Nor before.", "Areas around them are not scored: there.")
    scores = summary(rows, {"study areas 2018-20": rows["year"] > 0})
    return Part("areas", "Areas", {"areas": rows, "area_scores": scores}, {}, says=says)


def firms() -> Part:
    """Three later shares; simpler forecasts of the last one only, and better ones."""
    made = [row("later", f"{size} (made up)", 2025, "ai_any", MODEL, 2.0) for size in ("all", "10+", "250+")]
    made.append(row("later", "250+ (made up)", 2025, "ai_any", "last value", 1.0))
    rows = as_table(made)
    return Part("firms", "Firms", {"firms": rows, "firm_scores": summary_by_cell(rows)}, {})


def patterns() -> Part:
    rows = [
        judged(Pattern("a/one", "Slow rise", "", "log odds a year", 0.1, 0.6), [0.3]),
        judged(Pattern("a/two", "Straight rise", "", "share", 0.9), [0.42]),
        judged(Pattern("b", "Small firms lag", "", "points", 1.0), [5.0]),
        judged(Pattern("c", "Gap closes", "", "years", 1.0), [math.nan]),
    ]
    return Part("patterns", "Patterns", {"patterns": pd.DataFrame(rows)}, {}, (pattern_bar(rows),))


def placebo() -> Part:
    rows = [{"network": name, "label": "weak", "shift": 1.0, "log_likelihood": 2.0} for name in ("standard", "placebo")]
    return Part("placebo", "Placebo", {"placebo": pd.DataFrame(rows)}, {}, says=(peer_verdict(rows),))


def replications() -> Part:
    bars = (
        Bar("replications", "Broadband at a discount", "55 to 75 %", "81", False),
        at_least("replications", "Lessons", 3.0, 1.0, "%"),
    )
    return Part("replications", "Trials", {"replications": pd.DataFrame({"id": ["a", "b"]})}, {}, bars)


PARTS = (
    use(), one_left_out("leave_out", "75+", leave_out.SAW_IT), areas(), firms(),
    one_left_out("leave_size_out", "250+", holdout_firms.SAW_IT), patterns(), placebo(), replications(),
)  # fmt: skip


@pytest.fixture
def write(tmp_path: Path):
    """Writes a made-up validation of some parts, for a model without a posterior."""

    def of(*parts: Part) -> Path:
        manifest = open_folder(tmp_path / "validation", {"posterior": NO_POSTERIOR})
        for part in parts or (Part("nothing", "Nothing", {}, {}),):
            write_part(tmp_path / "validation", manifest, part)
        return tmp_path / "validation"

    return of


def cells_of(text: str) -> dict[str, list[str]]:
    """First cell of each row of the first table -> the others."""
    table = text.split("\n\n")[0].splitlines()
    assert all(line.count("|") == 5 for line in table)
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]
    return {first: others for first, *others in rows}


def test_the_readme_s_table_is_that_of_the_shipped_posterior_and_validation():
    start, end = MARKS
    block = re.search(f"{start}\n(.*)\n{end}", README.read_text(encoding="utf-8"), re.DOTALL)
    assert block
    assert block[1] == honesty_text(VALIDATION), "run `make honesty`"


def test_a_whole_validation_leaves_nothing_undone_and_no_cell_empty(write, ship_posterior):
    assert {part.name for part in PARTS} == set(EVERYTHING)
    text = honesty_text(write(*PARTS))
    rows = cells_of(text)
    assert all(cell for cells in rows.values() for cell in cells)
    # There is no posterior here; all else was done.
    assert {what for what, (_, found, _) in rows.items() if NOT_DONE in found} == {"digital skills"}
    assert rows["all parameters"][0] == NOT_DONE


def test_what_loses_is_printed_like_what_wins(write, ship_posterior):
    rows = cells_of(honesty_text(write(*PARTS)))
    found = {what: cells[1] for what, cells in rows.items()}
    assert (
        "1.00 points off on average, number 3 of 6 forecasts (logit trend 0.50, " in found["use of the internet by age"]
    )
    assert "75+ in 2020, a break in the series, counted apart: 1.00 points" in found["use of the internet by age"]
    assert (
        "number 2 of 2 forecasts (full fit, which saw the band 0.50, mean of neighbouring bands 1.00)"
        in (found["an age band that no figure of the fit counts"])
    )
    assert found["places"] == "The model does not predict the areas / better. Nor before."
    assert found["firms' technology"].endswith("on 1 of them, best first: last value 1.0, model 2.0")
    assert "3 later shares" in found["firms' technology"]
    assert found["patterns that should emerge"] == (
        "1 of 3 shown; not shown: Straight rise (0.42, wanted at least 0.9 share); "
        "Gap closes (not measurable, wanted at least 1 years)"
    )
    assert found["programmes"] == (
        "1 of 2 published trials inside their bands; outside: Broadband at a discount (81, wanted 55 to 75 %)"
    )
    assert "100% survives" in found["pull of family, friends, partners"]


def test_every_bar_stands_there_with_its_verdict(write, ship_posterior):
    text = honesty_text(write(*PARTS))
    bars = [bar for part in PARTS for bar in part.bars]
    told = text.split("wanted | measured | verdict |\n")[1].splitlines()[1:]
    assert [line.split(" | ")[1] for line in told] == [bar.bar for bar in bars]
    assert ["**missed**" in line for line in told] == [not bar.met for bar in bars]
    assert f"{sum(bar.met for bar in bars)} of {len(bars)} met" in text


def test_a_validation_without_parts_is_all_undone(write, ship_posterior):
    rows = cells_of(honesty_text(write()))
    known = {"digital skills", "help in first use", "all parameters"}
    assert {what for what, cells in rows.items() if cells[1] != NOT_DONE} == known


def test_firms_without_any_simpler_forecast_say_so(write, ship_posterior):
    part = firms()
    alone = part.tables["firms"].query("predictor == @MODEL")
    rows = cells_of(honesty_text(write(Part("firms", "Firms", {"firms": alone}, {}))))
    assert "too few figures known before" in rows["firms' technology"][1]


def test_figures_of_another_posterior_are_marked(write, ship_posterior):
    folder = write(*PARTS)
    assert ANOTHER not in honesty_text(folder)
    ship_posterior({"onset_base": [-5.0, -5.2]})
    assert honesty_text(folder).startswith(ANOTHER)


def test_a_readme_without_marks_is_refused_and_one_with_them_keeps_the_rest(write, ship_posterior, tmp_path):
    readme, folder = tmp_path / "README.md", write(*PARTS)
    readme.write_text("# Title\n")
    with pytest.raises(InputError, match="no place"):
        write_honesty(folder, readme)
    start, end = MARKS
    readme.write_text(f"# Title\n{start}\nold\n{end}\nrest\n")
    write_honesty(folder, readme)
    assert readme.read_text() == f"# Title\n{start}\n{honesty_text(folder)}\n{end}\nrest\n"
