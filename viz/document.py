"""Documents: one self-contained HTML file from a template beside this one, written whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from viz.theme import FONT, LIGHT
from viz.words import with_minus_signs


def rendered(template: str, content: dict[str, Any]) -> str:
    """A template filled in; every text is escaped."""
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters["minus"] = with_minus_signs
    return environment.get_template(template).render(content | {"colours": LIGHT, "font": FONT})


def write_whole(text: str, out: Path) -> Path:
    """Write to `out`, complete or not at all, and return its path. Raises OSError if it cannot be written."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=out.parent, prefix=f".{out.name}.", delete=False) as file:
        try:
            file.write(text)
            file.close()
            os.chmod(file.name, 0o644)
            os.replace(file.name, out)
        except BaseException:
            os.unlink(file.name)
            raise
    return out
