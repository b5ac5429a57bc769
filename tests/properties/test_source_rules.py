"""House rules that a reader of the source relies on, checked in the source itself."""

import ast
import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("model", "scenarios", "experiments", "calibration", "viz")
LIBRARY = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
RULES = [path for path in sorted((ROOT / "model" / "rules").glob("*.py")) if path.name != "__init__.py"]
SOURCE_LISTS = [path for room in ROOMS for path in sorted((ROOT / room).rglob("sources.csv"))]

MAX_LINES = 600
SEEDED = {"Generator", "Philox", "SeedSequence", "BitGenerator", "default_rng"}
SOLARA_NAMES = {"routes"}
"""Names that Solara looks for in the app's package."""
MUTABLE_CALLS = {"dict", "list", "set", "defaultdict", "deque", "Counter", "OrderedDict"}
MUTABLE_NODES = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.SetComp)


def breaches(source: str) -> Iterator[tuple[int, str]]:
    """Lines that print, draw from a global generator, or keep state in the module."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield node.lineno, "print"
        if isinstance(node, ast.Import) and any(alias.name == "random" for alias in node.names):
            yield node.lineno, "import random"
        if isinstance(node, ast.ImportFrom) and node.module == "random" and node.level == 0:
            yield node.lineno, "import random"
        if (
            isinstance(node, ast.Attribute)
            and ast.unparse(node.value) in ("np.random", "numpy.random")
            and node.attr not in SEEDED
        ):
            yield node.lineno, f"np.random.{node.attr}"
        if isinstance(node, ast.Global):
            yield node.lineno, "global"
    for node in tree.body:
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
        )
        value = getattr(node, "value", None)
        mutable = isinstance(value, MUTABLE_NODES) or (
            isinstance(value, ast.Call) and ast.unparse(value.func).split(".")[-1] in MUTABLE_CALLS
        )
        for target in targets:
            name = target.id if isinstance(target, ast.Name) else ""
            if mutable and name.islower() and not name.startswith("__") and name not in SOLARA_NAMES:
                yield node.lineno, f"mutable {name}"


def test_no_printing_no_global_luck_no_state_in_modules():
    found = {
        f"{path.relative_to(ROOT)}:{line}": what
        for path in LIBRARY
        for line, what in breaches(path.read_text(encoding="utf-8"))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("print('x')", "print"),
        ("import random", "import random"),
        ("import numpy as np\nnp.random.seed(1)", "np.random.seed"),
        ("cache = {}", "mutable cache"),
        ("seen: set[int] = set()", "mutable seen"),
        ("def f():\n    global n\n    n = 1", "global"),
    ],
)
def test_the_check_sees_each_breach(source, what):
    assert [found for _, found in breaches(source)] == [what]


def test_the_check_lets_constants_and_seeded_generators_pass():
    allowed = "import numpy as np\nTABLE = {1: 2}\n__all__ = ['f']\nrng = np.random.Generator(np.random.Philox(1))"
    assert list(breaches(allowed)) == []


def test_one_concept_a_file():
    long = {str(path.relative_to(ROOT)): n for path in LIBRARY if (n := len(path.read_text().splitlines())) > MAX_LINES}
    assert long == {}


def test_every_rule_has_a_worked_example():
    assert RULES
    without = [
        f"{path.name}: {node.name}"
        for path in RULES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and ">>>" not in (ast.get_docstring(node) or "")
    ]
    assert without == []


def test_every_source_has_a_licence():
    assert SOURCE_LISTS
    for path in SOURCE_LISTS:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert rows, path
        without = [row["source_id"] for row in rows if not row["licence"].strip() or not row["publisher"].strip()]
        assert without == [], path


def test_the_licence_of_data_names_every_open_publisher():
    text = (ROOT / "DATA-LICENCES.md").read_text(encoding="utf-8")
    assert "Contains public sector information licensed under the Open Government Licence v3.0" in text
    publishers = ("Office for National Statistics", "National Records of Scotland", "Ofcom", "Arts Council England")
    assert [name for name in publishers if name not in text] == []


def test_no_unfinished_work_is_marked_in_the_source():
    marks = re.compile(r"\b(TODO|FIXME|XXX)\b")
    assert [str(path.relative_to(ROOT)) for path in LIBRARY if marks.search(path.read_text(encoding="utf-8"))] == []
