"""The README's honesty table: what is calibrated, to what, how well on figures never fitted, and what cannot be known.

Numbers come from the folder of a validation and from the manifest of the posterior; what was not done says so. Run as
`python -m calibration.validation.honesty docs/validation` (make honesty).
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from calibration.validation.bars import bar_table
from calibration.validation.holdout_rows import MODEL
from calibration.validation.holdout_use import HARDEST
from calibration.validation.trace import NOT_DONE
from calibration.validation.use_shares import BY_AGE, BY_DISABILITY
from calibration.validation.validation_folder import bars_of, read_manifest, read_table
from model.posterior import load_posterior

README = Path(__file__).parents[2] / "README.md"
MARKS = ("<!-- honesty -->", "<!-- /honesty -->")


def honesty_text(validation: Path) -> str:
    """The table and the bars, as Markdown. InputError for a folder that holds no validation."""
    manifest = read_manifest(validation)
    posterior = load_posterior()
    fit: Mapping[str, Any] = posterior.manifest if posterior else {}
    lines = ["| what | fitted to | on figures never fitted | what the model cannot know |", "|---|---|---|---|"]
    lines += [f"| {' | '.join(row)} |" for row in _rows(validation, manifest, fit)]
    bars = bar_table(bars_of(manifest))
    met = int((bars["met"] == True).sum())  # noqa: E712  (a column of truth values, possibly read as objects)
    lines += ["", f"Bars declared before any of these figures was opened: {met} of {len(bars)} met.", ""]
    lines += ["| part | bar | wanted | measured | |", "|---|---|---|---|---|"]
    lines += [
        f"| {row['part']} | {row['bar']} | {row['wanted']} | {row['measured']} | {'met' if row['met'] else '**missed**'} |"
        for row in bars.to_dict("records")
    ]
    return "\n".join(lines)


def write_honesty(validation: Path, readme: Path = README) -> None:
    """Put the table between the README's marks."""
    start, end = MARKS
    block = f"{start}\n{honesty_text(validation)}\n{end}"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(re.sub(f"{start}.*{end}", lambda _: block, text, flags=re.DOTALL), encoding="utf-8")


def _rows(validation: Path, manifest: Mapping[str, Any], fit: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    parts = manifest["parts"]
    sizes = fit.get("discrepancy", {})
    labels = Counter(fit.get("labels", {}).values())
    skills = f"misses of the fit itself: {sizes['skills']['sd_median']:.2g} log odds" if "skills" in sizes else NOT_DONE
    return [
        (
            "use of the internet by age", "UK shares of 2014-17", _use(validation, parts, BY_AGE),
            "nothing comparable is published after 2020; the break of that year",
        ),
        (
            "use by age and disability", "UK contrasts of 2015-17", _use(validation, parts, BY_DISABILITY),
            "what disabled people need and do not get; kinds of impairment",
        ),
        (
            "places", "nothing: study areas are never fitted", _says(parts, "areas"),
            "why places differ beyond age, disability, schooling and deprivation",
        ),
        ("digital skills", "14 UK survey shares of 2019-24", skills, "which survey is right; they differ in questions"),
        (
            "firms' technology", "dated UK shares by size up to 2024", _firms(validation, parts),
            "ceilings, and what firms will call AI",
        ),
        ("help in first use", "one trial of nine hours' training", "nothing left to test it on", "whether other help works alike"),
        ("programmes", "nothing", _count(manifest, "replications", "published trials inside their bands"), "who comes forward, how long effects last"),
        ("pull of family, friends, partners", "nothing: no UK figure identifies it", _says(parts, "placebo"), "its size; always varied, and shown beside no pull at all"),
        ("patterns that should emerge", "nothing", _count(manifest, "patterns", "shown"), ""),
        (
            "all parameters", f"{labels['informed']} informed, {labels['weak']} weak of {sum(labels.values())} fitted" if labels else NOT_DONE,
            "", "the rest are drawn from stated ranges: `uptake parameters list`",
        ),
    ]  # fmt: skip


def _use(validation: Path, parts: Mapping[str, Any], holdout: str) -> str:
    if "use" not in parts:
        return NOT_DONE
    scores = read_table(validation, "use_scores").query(
        "holdout == @holdout and measure == 'recent' and slice == 'all'"
    )
    by_name = scores.set_index("predictor")
    own = by_name.loc[MODEL]
    others = ", ".join(
        f"{name} {by_name.loc[name, 'abs_error']:.2f}" for name in (HARDEST, "linear trend", "last value")
    )
    return (
        f"2018-20: {own['abs_error']:.2f} points off on average ({others}); {own['cover90']:.0f}% of cells inside 90% intervals, "
        f"{own['cover50']:.0f}% inside 50%"
    )


def _firms(validation: Path, parts: Mapping[str, Any]) -> str:
    if "firms" not in parts:
        return NOT_DONE
    errors = read_table(validation, "firm_scores").query("slice == 'all'").set_index("predictor")["abs_error"]
    others = ", ".join(f"{name} {error:.1f}" for name, error in errors.items() if name != MODEL)
    return f"later shares of AI: {errors[MODEL]:.1f} points off on average ({others})"


def _says(parts: Mapping[str, Any], name: str) -> str:
    return str(parts[name]["says"][0]) if name in parts else NOT_DONE


def _count(manifest: Mapping[str, Any], name: str, what: str) -> str:
    if name not in manifest["parts"]:
        return NOT_DONE
    bars = manifest["parts"][name]["bars"]
    return f"{sum(bool(bar['met']) for bar in bars)} of {len(bars)} {what}"


if __name__ == "__main__":
    write_honesty(Path(sys.argv[1]))
