"""Imports point one way: model <- scenarios <- experiments <- calibration <- viz."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("model", "scenarios", "experiments", "calibration", "viz")
JOINS_THE_ROOMS = ROOT / "experiments" / "cli.py"


def imported_rooms(source: str) -> dict[str, int]:
    """Rooms that a module imports, at any depth, with the line of the first import."""
    found: dict[str, int] = {}
    for node in ast.walk(ast.parse(source)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or ""]
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("import_module", "importlib.import_module"):
            names = [str(part.value) for part in node.args[:1] if isinstance(part, ast.Constant)]
        for name in names:
            room = name.split(".")[0]
            if room in ROOMS:
                found.setdefault(room, node.lineno)
    return found


def wrong_way(room: str, source: str) -> dict[str, int]:
    """Rooms to the right of its own that a module imports."""
    right = ROOMS[ROOMS.index(room) + 1 :]
    return {name: line for name, line in imported_rooms(source).items() if name in right}


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_imports_itself_and_rooms_to_its_left(room):
    files = [path for path in sorted((ROOT / room).rglob("*.py")) if path != JOINS_THE_ROOMS]
    assert files
    wrong = {
        f"{path.relative_to(ROOT)}:{line}": name
        for path in files
        for name, line in wrong_way(room, path.read_text(encoding="utf-8")).items()
    }
    assert wrong == {}


def test_the_command_line_joins_the_rooms_inside_its_commands():
    """At the top it imports no room but the error that it turns into a line, so that help stays quick."""
    tree = ast.parse(JOINS_THE_ROOMS.read_text(encoding="utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    rooms = {node.module.split(".")[0] for node in top if isinstance(node, ast.ImportFrom) and node.module}
    assert not rooms & {"experiments", "calibration", "viz"}


@pytest.mark.parametrize(
    ("source", "wrong"),
    [
        ("from scenarios.loader import load_scenario", {"scenarios": 1}),
        ("def f():\n    import viz.figures", {"viz": 2}),
        ("import importlib\nimportlib.import_module('calibration.roles')", {"calibration": 2}),
        ("from model.state import COLUMNS\nimport numpy", {}),
        ("from . import state", {}),
    ],
)
def test_the_check_sees_imports_wherever_they_stand(source, wrong):
    assert wrong_way("model", source) == wrong
