"""The command line and bad input: one line that names the key, exit code 2, nothing written; help that is quick."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from experiments import compare
from experiments.cli import main

ROOT = Path(__file__).parents[2]
SMALL = ("--scale", "0.02", "--until", "2013-04", "--replicates", "1")
SLOW = ("mesa", "numba", "pandas", "scipy", "solara", "numpy", "pyarrow", "plotly", "altair", "networkx")

Uptake = Callable[..., tuple[int, str, str]]


@pytest.fixture
def uptake(monkeypatch, capsys, tmp_path) -> Uptake:
    """Run a command in this process, from an empty folder: exit code, standard output, standard error."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["uptake", *map(str, words)])
        code = 0
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def refused(uptake, tmp_path, monkeypatch) -> Callable[..., str]:
    """Run a command that has to be refused before anything is run or written; returns the line."""

    def never(*_: object) -> None:
        raise AssertionError("run although the input cannot be used")

    monkeypatch.setattr(compare, "_collect", never)

    def check(*words: str | Path) -> str:
        before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
        code, out, err = uptake(*words)
        assert code == 2, err
        assert out == ""
        assert err.startswith("uptake: ") and err.endswith("\n") and err.count("\n") == 1, err
        assert "Traceback" not in err and len(err) < 1000 + max(len(str(word)) for word in words)
        assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before
        return err

    return check


PLAN = """\
name: mine
title: My plan
summary: Mine.
extends: baseline
programmes:
  library-skills: {start: 2014-01, end: 2014-12, budget_gbp: 500000}
"""


@pytest.fixture
def plan(tmp_path) -> Callable[..., Path]:
    """Write a scenario file of one's own, with a piece of it changed: plan(old, new)."""

    def write(old: str = "", new: str = "") -> Path:
        assert old in PLAN
        path = tmp_path / "mine.yaml"
        path.write_text(PLAN.replace(old, new, 1) if old else PLAN, encoding="utf-8")
        return path

    return write


@pytest.mark.parametrize(
    "words, key, hint",
    [
        (("run", "baseline", "--region", "glocestershire"), "glocestershire", "did you mean 'gloucestershire'?"),
        (("run", "baseline", "--region", "absent/folder"), "absent/folder", ""),
        (("run", "baselin"), "baselin", "did you mean 'baseline'?"),
        (("run", "absent.yaml"), "absent.yaml", "no such file"),
        (("compare", "baseline", "smart-peple"), "smart-peple", "did you mean 'smart-people'?"),
        (("compare", "baseline", "baseline"), "plan", "twice"),
        (("run", "baseline", "--set", "onset_bas=-5"), "onset_bas", "did you mean 'onset_base'?"),
        (("run", "baseline", "--set", "onset_base=50"), "onset_base", "out of bounds"),
        (("run", "baseline", "--set", "onset_base=nan"), "onset_base", "out of bounds"),
        (("run", "baseline", "--set", "onset_base"), "--set", "NAME=VALUE"),
        (("run", "baseline", "--set", "onset_base=low"), "--set", "NAME=VALUE"),
        (("run", "baseline", "--scale", "0"), "scale", "above 0, up to 1"),
        (("run", "baseline", "--scale", "2"), "scale", "above 0, up to 1"),
        (("run", "baseline", "--scale", "-0.5"), "scale", "above 0, up to 1"),
        (("run", "baseline", "--scale", "nan"), "scale", "above 0, up to 1"),
        (("run", "baseline", "--replicates", "0"), "replicates", "1 to"),
        (("compare", "baseline", "smart-people", "--replicates", "-3"), "replicates", "1 to"),
        (("compare", "baseline", "smart-people", "--draws", "-1"), "draws", "0 to"),
        (("run", "baseline", "--seed", "-1"), "seed", "0 to"),
        (("run", "baseline", "--seed", "99999999999999999999"), "seed", "0 to"),
        (("run", "baseline", "--until", "2013-01"), "until", "2013-02"),
        (("run", "baseline", "--until", "2012-12"), "until", "2013-01 to 2035-12"),
        (("run", "baseline", "--until", "2036-01"), "until", "2013-01 to 2035-12"),
        (("run", "baseline", "--until", "2030-13"), "until", "2013-01 to 2035-12"),
        (("run", "baseline", "--until", "December 2030"), "until", "2013-01 to 2035-12"),
        (("run", "baseline", "--until", "2030"), "until", "2013-01 to 2035-12"),
        (("programmes", "show", "libary-skills"), "libary-skills", "did you mean 'library-skills'?"),
        (("scenarios", "show", "smart-peple"), "smart-peple", "did you mean 'smart-people'?"),
        (("parameters", "show", "onset_peer"), "onset_peer", "did you mean 'onset_peers'?"),
        (("regions", "show", "glasow"), "glasow", "did you mean 'glasgow'?"),
        (("explain", "--resident", "abc", "--month", "2014-01"), "--resident", "whole number"),
        (("explain", "--resident", "-4", "--month", "2014-01"), "--resident", "whole number"),
        (("explain", "--resident", "²", "--month", "2014-01"), "--resident", "whole number"),
        (("explain", "--resident", "9" * 5000, "--month", "2014-01"), "--resident", "whole number"),
        (("explain", "--resident", str(2**64), "--month", "2014-01"), "--resident", "whole number"),
        (("explain", "--resident", "1", "--month", "2013-01"), "--month", "2013-02"),
        (("explain", "--resident", "1", "--month", "soon"), "--month", "2013-01 to"),
        (("explain", "--resident", "1", "--month", "2013-03", "--scale", "0.02"), "--resident", "table agents"),
        (("report", "absent"), "absent", "no results there"),
        (("bench", "--scale", "3"), "scale", "above 0, up to 1"),
    ],
    ids=lambda value: " ".join(value)[:60] if isinstance(value, tuple) else "",
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_one_line(refused, words, key, hint):
    line = refused(*words)
    assert key in line and hint in line


def test_out_may_not_hold_anything_else(refused, tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    for out, words in (("full", "not empty"), ("file", "is a file"), ("file/below", "cannot be written")):
        line = refused("run", "baseline", *SMALL, "--out", out)
        assert "--out" in line and words in line and out.split("/")[0] in line


@pytest.mark.parametrize(
    "old, new, words",
    [
        ("title: My plan", "\ttitle: My plan", ("mine.yaml:2", "tab")),
        ("title: My plan", "title: My plan\ntitle: Again", ("mine.yaml:3", "title", "twice")),
        ("title: My plan", "title: !!python/object/apply:os.system ['touch hacked']", ("mine.yaml:2", "tags")),
        ("title: My plan", "title: &a [*a]", ("mine.yaml:2", "anchors")),
        ("title: My plan", "titel: My plan", ("mine.yaml:2", "titel", "did you mean 'title'?")),
        ("budget_gbp: 500000", "budget_gbp: -500000", ("mine.yaml:6", "budget_gbp")),
        ("budget_gbp: 500000", "budget_gbp: much", ("mine.yaml:6", "budget_gbp")),
        ("start: 2014-01, end: 2014-12", "start: 2014-12, end: 2014-01", ("mine.yaml:6", "end")),
        ("start: 2014-01", "start: 2012-01", ("mine.yaml:6", "start")),
        ("library-skills", "libary-skills", ("mine.yaml:6", "libary-skills", "did you mean 'library-skills'?")),
        ("extends: baseline", "extends: basline", ("mine.yaml:4", "extends", "did you mean 'baseline'?")),
        ("extends: baseline", "extends: mine.yaml", ("mine.yaml:4", "circle")),
        ("name: mine", "name: baseline", ("mine.yaml:1", "name")),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_a_scenario_file_that_is_wrong_is_named_with_its_line(refused, plan, tmp_path, old, new, words):
    line = refused("compare", "baseline", plan(old, new), *SMALL, "--out", "results")
    assert all(word in line for word in words), line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["mine.yaml"]


@pytest.mark.parametrize("bomb", ["[" * 1_000_000, "{a: " * 250_000, "a: " + "[" * 100_000, "- " * 500_000],
                         ids=lambda text: text[:4])  # fmt: skip
def test_a_megabyte_of_nesting_is_refused(refused, tmp_path, bomb):
    (tmp_path / "bomb.yaml").write_text(bomb, encoding="utf-8")
    assert "bomb.yaml" in refused("run", "bomb.yaml", *SMALL)


def test_options_of_the_wrong_kind_are_usage_errors(uptake, tmp_path):
    for words in (("run", "baseline", "--replicates", "many"), ("run",), ("fly",), ("run", "baseline", "--sed", "1")):
        code, out, err = uptake(*words)
        assert code == 2 and out == "" and err.startswith("uptake: ") and err.count("\n") == 1, words
        assert "--help`" in err
    assert list(tmp_path.iterdir()) == []


def test_a_run_is_printed_written_and_found_again(uptake, in_this_process, tmp_path):
    words = ("run", "baseline", *SMALL, "--out", "results")
    code, out, err = uptake(*words)
    assert (code, err) == (0, "") and "Tables: results" in out and "online_share" in out
    assert (tmp_path / "results" / "manifest.json").exists()
    stamp = (tmp_path / "results" / "manifest.json").stat().st_mtime_ns
    assert uptake(*words) == (code, out, err)
    assert (tmp_path / "results" / "manifest.json").stat().st_mtime_ns == stamp
    assert [path.name for path in tmp_path.iterdir()] == ["results"]
    # Other inputs do not go there, and what is there stays.
    code, out, err = uptake(*words, "--seed", "2")
    assert (code, out) == (2, "") and err.startswith("uptake: --out: folder holds results of other inputs")
    assert (tmp_path / "results" / "manifest.json").stat().st_mtime_ns == stamp
    # A damaged folder is said so, and the report is not begun.
    (tmp_path / "results" / "manifest.json").write_text("{", encoding="utf-8")
    code, out, err = uptake("report", "results")
    assert (code, out) == (2, "") and err.startswith("uptake: ") and err.count("\n") == 1
    assert not (tmp_path / "results" / "report.html").exists()


def test_a_comparison_is_printed_as_text_and_as_json(uptake, in_this_process, plan):
    words = ("compare", "baseline", plan(), *SMALL, "--draws", "0", "--out", "results")
    code, out, err = uptake(*words)
    assert (code, err) == (0, "") and "Additional people online" in out and "In this model" in out
    code, out, err = uptake(*words, "--json")
    assert (code, err) == (0, "")
    plain = json.loads(out)
    assert plain["inputs"]["replicates"] == 1 and len(plain["plans"]["mine"]["tiles"]) == 4


def test_a_plan_without_programmes_can_be_compared(uptake, in_this_process):
    """The placebo network is a scenario of the library that spends nothing."""
    code, out, err = uptake("compare", "baseline", "placebo-network", *SMALL, "--draws", "0")
    assert (code, err) == (0, "") and "£0" in out


def test_a_resident_is_explained_in_both_twins(uptake, comparison, plan_files):
    agents = comparison.tables["agents"]
    keys = agents.loc[(agents["scenario"] == "generous") & (agents["2014-12"] < 16) & (agents["2015-06"] < 16), "key"]
    words = ("explain", "--resident", keys.iloc[0], "--month", "2015-03", "--scale", "0.02", "--seed", "3")
    code, out, err = uptake(*words, "--plan", plan_files / "generous.yaml")
    assert (code, err) == (0, "")
    for text in ("No plan, 2015-03", "A generous plan, 2015-03", "start using", "stays offline", "Skills training"):
        assert text in out, text


def test_an_unknown_plan_is_found_before_a_resident_is_looked_for(refused):
    """Baseline does not have to run first."""
    line = refused("explain", "--resident", "1", "--month", "2030-12", "--scale", "0.02", "--plan", "smart-peple")
    assert "did you mean 'smart-people'?" in line


def test_a_resident_who_is_not_there_in_the_month_is_said_so(refused, comparison):
    agents = comparison.tables["agents"]
    gone = agents.loc[(agents["2013-12"] < 48) & (agents["2014-12"] == 255), "key"]
    line = refused("explain", "--resident", gone.iloc[0], "--month", "2015-03", "--scale", "0.02")
    assert "--month" in line and "does not live there" in line


@pytest.mark.parametrize(
    "words",
    [("phases",), ("parameters", "list"), ("parameters", "show", "onset_base"), ("scenarios", "list")],
    ids=" ".join,
)
def test_lists_are_printed_as_tables_and_as_json(uptake, words):
    code, out, err = uptake(*words)
    assert (code, err) == (0, "") and len(out.splitlines()) > 4
    code, out, err = uptake(*words, "--json")
    assert (code, err) == (0, "") and json.loads(out)


def test_parameters_are_checked(uptake):
    code, out, _ = uptake("parameters", "check")
    assert code == 0 and "in order" in out


def test_failures_that_are_no_bad_input_end_with_1(uptake, monkeypatch):
    def broken(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(compare, "run_comparison", broken)
    code, out, err = uptake("run", "baseline", *SMALL)
    assert (code, out) == (1, "") and err.startswith("uptake: ") and err.count("\n") == 1


@pytest.mark.parametrize("words", [["--help"], ["compare", "--help"], ["regions", "--help"]], ids=" ".join)
def test_help_loads_none_of_the_slow_libraries(words):
    script = (
        "import sys\n"
        f"sys.argv = ['uptake', *{words!r}]\n"
        "from experiments.cli import main\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        f"sys.stderr.write(' '.join(name for name in {SLOW!r} if name in sys.modules))\n"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout
    assert done.stderr == ""


def test_every_command_has_help_with_an_example():
    import typer
    from typer.testing import CliRunner

    from experiments.cli import make_app

    app = make_app()
    root = typer.main.get_command(app)
    paths = [(name,) for name, command in root.commands.items() if not hasattr(command, "commands")]
    paths += [
        (group, name)
        for group, command in root.commands.items()
        if hasattr(command, "commands")
        for name in command.commands
    ]
    assert len(paths) > 15
    for path in paths:
        result = CliRunner().invoke(app, [*path, "--help"])
        assert result.exit_code == 0 and "Example: uptake " + " ".join(path) in " ".join(result.output.split()), path


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_comparison_says_so_and_leaves_nothing(tmp_path, how):
    """Neither files nor worker processes, which hold on to the output's other end while they live."""
    command = [sys.executable, "-m", "experiments.cli", "compare", "baseline", "smart-people", "--scale", "0.02",
               "--until", "2035-12", "--replicates", "200", "--draws", "0", "--out", str(tmp_path / "out")]  # fmt: skip
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:  # fmt: skip
        time.sleep(8.0)
        process.send_signal(how)
        output, errors = process.communicate(timeout=30.0)
    assert (process.returncode, output) == (1, "")
    assert errors == "uptake: stopped; nothing was written\n"
    assert list(tmp_path.iterdir()) == []
