"""Makes what ships from a finished comparison: the example that the app opens with, and the README's answer and picture.

Run as `python -m viz.example out/example` (make example).
"""

import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path

from experiments.compare import Comparison, load_comparison
from experiments.summary import summary_text
from model.technologies import TECHNOLOGIES
from viz.pictures import added
from viz.runs import EXAMPLE_FOLDER
from viz.svg import chart_svg

ROOT = Path(__file__).parent.parent
SHOWN = ("online", "online_share", "adults", "employed_share")
TWINS_SHOWN = ("online", "work")
FIRMS_SHOWN = tuple(f"adopted_{name}" for name in TECHNOLOGIES)
"""Indicators that the page draws, and that the appraisal and fairness are computed from"""
WHOLE = ("areas", "places", "programmes", "programme_numbers", "reach", "firm_twins", "firm_effects", "hubs")
"""Tables it needs as they are"""
PICTURE_SCALE = 2.0
"""Pixels of the PNG for one of the drawing"""


def packed(comparison: Comparison) -> Comparison:
    """The comparison without the tables and indicators that the page does not draw."""
    tables = {name: comparison.tables[name] for name in WHOLE if name in comparison.tables}
    shown = {"series": SHOWN, "twins": TWINS_SHOWN, "firm_series": FIRMS_SHOWN}
    for name, indicators in shown.items():
        if name in comparison.tables:
            table = comparison.tables[name]
            tables[name] = table[table["indicator"].isin(indicators)].reset_index(drop=True)
    return replace(comparison, tables=tables)


def write_readme_answer(comparison: Comparison, readme: Path, picture: Path) -> None:
    """Put the answer between the README's marks and draw its picture."""
    import vl_convert

    text = summary_text(comparison).strip()
    filled = re.sub(
        r"<!-- answer -->.*<!-- /answer -->",
        lambda _: f"<!-- answer -->\n```\n{text}\n```\n<!-- /answer -->",
        readme.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    shown = added(comparison, comparison.plans[0])
    svg = chart_svg(shown.chart, shown.alt)
    picture.write_bytes(vl_convert.svg_to_png(svg, scale=PICTURE_SCALE))
    readme.write_text(filled, encoding="utf-8")


def main(source: Path) -> None:
    """Replace the shipped example and the README's answer by those of a finished comparison."""
    comparison = load_comparison(source)
    shutil.rmtree(EXAMPLE_FOLDER, ignore_errors=True)
    packed(comparison).save(EXAMPLE_FOLDER)
    write_readme_answer(comparison, ROOT / "README.md", ROOT / "docs" / "answer.png")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
