"""The README's code runs and its commands exist."""

import re
from pathlib import Path
from typing import Any

from experiments.cli import make_app

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_python_blocks_run():
    compared, stepped = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    assert _run(compared)["result"].answer().tiles
    model = _run(stepped)["model"]
    assert not model.running and len(model.agents) > 10


def _run(block: str) -> dict[str, Any]:
    names: dict[str, Any] = {"print": lambda *_: None}
    exec(compile(block, "README.md", "exec"), names)
    return names


def test_commands_named_in_the_readme_exist():
    app = make_app()
    known = {(command.name or command.callback.__name__).replace("_", "-") for command in app.registered_commands}
    known |= {group.name for group in app.registered_groups}
    block = re.search(r"## Commands\n\n```\n(.*?)```", README, re.DOTALL)
    assert block
    named = set()
    for line in block[1].splitlines():
        for part in line.split("        "):
            words = re.match(r"uptake ([a-z-]+)((?: \| [a-z]+)*)", part.strip())
            assert words, line
            named.add(words[1])
            if words[1] in {"phases"}:
                named |= set(re.findall(r"[a-z]+", words[2]))
    assert named <= known
    assert {"compare", "run", "explain", "regions", "serve", "warm", "bench"} <= named


def test_links_lead_somewhere():
    root = Path(__file__).parents[2]
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert [link for link in links if not (root / link).exists()] == []
