"""The README's honesty table: what is calibrated, to what, how well on figures never fitted, and what cannot be known.

Numbers come from the folder of a validation, from the targets and from the manifest of the posterior; what was not done
says so, and what is worse than a simpler forecast stands beside it. Run as
`python -m calibration.validation.honesty docs/validation` (make honesty).
"""

from __future__ import annotations

import math
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from calibration.files import validation_manifest
from calibration.targets.catalogue import all_targets
from calibration.targets.firms import TECHNOLOGY_OF
from calibration.validation import holdout_firms, leave_out
from calibration.validation.holdout_rows import MODEL
from calibration.validation.holdout_use import BREAK
from calibration.validation.pattern import shown
from calibration.validation.published_areas import WINDOWS
from calibration.validation.trace import NOT_DONE
from calibration.validation.use_shares import BY_AGE, BY_DISABILITY
from calibration.validation.validation_folder import bars_of, drawn_from, read_table
from model.errors import InputError
from model.firm_outcomes import TECHNOLOGY_LABELS
from model.posterior import LABELS, load_posterior

if TYPE_CHECKING:
    import pandas as pd

    from calibration.targets.target import Target

README = Path(__file__).parents[2] / "README.md"
MARKS = ("<!-- honesty -->", "<!-- /honesty -->")
ANOTHER = "**The figures below were scored with another posterior than the one that ships with the model.**"
SAW_IT = (leave_out.SAW_IT, holdout_firms.SAW_IT)
"""Fits that knew what they are asked for: shown, but no rivals"""

Row = tuple[str, str, str, str]
"""what, what it is fitted to, how well it does on figures never fitted, what the model cannot know"""


def honesty_text(validation: Path) -> str:
    """The table and the bars, as Markdown. InputError for a folder that holds no validation."""
    manifest, posterior = validation_manifest(validation), load_posterior()
    lines = [] if manifest["subject"].get("posterior") == drawn_from(posterior) else [ANOTHER, ""]
    lines += ["| what | fitted to | on figures never fitted | what the model cannot know |", "|---|---|---|---|"]
    lines += [
        _line(row) for row in _rows(_Done(validation, manifest["parts"]), posterior.manifest if posterior else {})
    ]
    bars = bars_of(manifest)
    met = sum(bar.met for bar in bars)
    lines += ["", f"Bars declared before any of these figures was opened: {met} of {len(bars)} met.", ""]
    lines += ["| part | bar | wanted | measured | verdict |", "|---|---|---|---|---|"]
    lines += [_line((bar.part, bar.bar, bar.wanted, bar.measured, "met" if bar.met else "**missed**")) for bar in bars]
    return "\n".join(lines)


def write_honesty(validation: Path, readme: Path = README) -> None:
    """Put the table between the README's marks. InputError where they are missing."""
    start, end = MARKS
    block = f"{start}\n{honesty_text(validation)}\n{end}"
    text, places = re.subn(
        f"{start}.*{end}", lambda _: block, readme.read_text(encoding="utf-8"), count=1, flags=re.DOTALL
    )
    if not places:
        raise InputError("no place for the table", file=readme, allowed=f"the marks {start} and {end}")
    readme.write_text(text, encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Done:
    """What a validation did."""

    folder: Path
    parts: Mapping[str, Any]
    """of its manifest"""

    def table(self, part: str, name: str) -> pd.DataFrame | None:
        """A table of a part; None where the part was not done."""
        return read_table(self.folder, name) if part in self.parts else None

    def says(self, part: str, most: int | None = None) -> str:
        """The sentences of a part, or the first few."""
        return " ".join(self.parts[part]["says"][:most]) if part in self.parts else NOT_DONE


def _rows(done: _Done, fit: Mapping[str, Any]) -> Iterator[Row]:
    targets = all_targets()
    yield from _on_people(done, fit, targets)
    yield from _on_firms(done, targets)
    yield (
        "help in first use",
        "one trial of nine hours' training",
        "nothing left to test it on",
        "whether other help works alike",
    )
    yield (
        "programmes",
        "nothing",
        _trials(done.parts["replications"]["bars"]) if "replications" in done.parts else NOT_DONE,
        "who comes forward, how long effects last",
    )
    yield (
        "pull of family, friends, partners",
        "nothing: no UK figure identifies it",
        done.says("placebo"),
        "its size; always varied, and shown beside no pull at all",
    )
    yield (
        "patterns that should emerge",
        "nothing",
        _patterns(done.table("patterns", "patterns")),
        "whether a pattern has the same causes in the world",
    )
    yield (
        "all parameters",
        _informed(Counter(fit.get("labels", {}).values())),
        "see above",
        "the rest are drawn from stated ranges: `uptake parameters list`",
    )


def _on_people(done: _Done, fit: Mapping[str, Any], targets: Sequence[Target]) -> Iterator[Row]:
    use = done.table("use", "use_scores")
    yield (
        "use of the internet by age",
        _fitted(targets, "UK shares", "use by age"),
        _use(use, BY_AGE, "recent"),
        "nothing comparable is published after 2020; the break of that year",
    )
    yield (
        "use by age and disability",
        _fitted(targets, "UK contrasts of disabled and other people", "use by disability"),
        _use(use, BY_DISABILITY, "recent"),
        "what disabled people need and do not get; kinds of impairment",
    )
    yield (
        "people not online, by age: lapsed or never",
        _fitted(targets, "UK shares and contrasts", "lapsed"),
        NOT_DONE if use is None else "; ".join(f"{name}, {_use(use, BY_AGE, name)}" for name in ("lapsed", "never")),
        "why people stop; few do, and the survey asks them to recall it",
    )
    yield (
        "an age band that no figure of the fit counts",
        "the other bands, and the band's own start in 2013",
        _left_out(done.table("leave_out", "leave_out_scores")),
        "as above; these figures are open, and part of the full fit",
    )
    yield (
        "places",
        "nothing: study areas are never fitted",
        done.says("areas", len(WINDOWS)),
        "why places differ beyond age, disability, schooling and deprivation",
    )
    sizes = fit.get("discrepancy", {})
    yield (
        "digital skills",
        _fitted(targets, "UK survey shares", "skills"),
        "no figure is held out; size of the fit's own misses: "
        + (_in_points(sizes["skills"]["sd_median"]) if "skills" in sizes else NOT_DONE),
        "which survey is right; they differ in questions",
    )


def _on_firms(done: _Done, targets: Sequence[Target]) -> Iterator[Row]:
    yield (
        "firms' technology",
        _fitted(targets, "dated UK shares", *TECHNOLOGY_OF.values()),
        _firms(done.table("firms", "firms")),
        "ceilings, and what firms will call AI",
    )
    yield (
        "AI in a size of firms that no figure of AI in the fit counts",
        "the other sizes",
        _left_out(done.table("leave_size_out", "leave_size_out_scores")),
        "as above; these figures are open, and part of the full fit",
    )


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _fitted(targets: Sequence[Target], what: str, *groups: str) -> str:
    """How many targets of some groups there are, and of which years."""
    years = [target.year for target in targets if target.discrepancy in groups]
    return f"{len(years)} {what}, {_span(years)}"


def _in_points(log_odds: float) -> str:
    """A small difference in log odds, as a reader knows it."""
    return f"{log_odds:.2f} log odds, {25.0 * log_odds:.0f} points of a share of a half"


def _span(years: Sequence[int]) -> str:
    return f"{min(years)}-{max(years) % 100:02d}"


def _use(scores: pd.DataFrame | None, holdout: str, measure: str) -> str:
    """The model in years held out, all ages, and the break of the series apart; scores: of `use_scores`."""
    if scores is None:
        return NOT_DONE
    own = scores[(scores["holdout"] == holdout) & (scores["measure"] == measure)]
    years = [int(name) for name in own["slice"].unique() if name.isdigit()]
    broken = own.loc[(own["slice"] == BREAK) & (own["predictor"] == MODEL), "abs_error"]
    apart = f"; {BREAK} in the series, counted apart: {broken.iloc[0]:.2f} points off" if len(broken) else ""
    return f"{_span(years)}: {_compared(own[own['slice'] == 'all'])}{apart}"


def _left_out(scores: pd.DataFrame | None) -> str:
    return NOT_DONE if scores is None else _compared(scores[scores["slice"] == "all"])


def _compared(scores: pd.DataFrame) -> str:
    """The model's error, its place among forecasts that know as much, the others' errors, and its intervals.

    scores: a row a forecast of the same figures, columns of `holdout_rows.summary`.
    """
    by_name = scores.set_index("predictor").sort_values("abs_error")
    own, rivals = by_name.loc[MODEL], [name for name in by_name.index if name not in SAW_IT]
    others = ", ".join(f"{name} {by_name.loc[name, 'abs_error']:.2f}" for name in by_name.index if name != MODEL)
    place = f"number {rivals.index(MODEL) + 1} of {len(rivals)} forecasts" if len(rivals) > 1 else "no simpler forecast"
    return (
        f"{own['abs_error']:.2f} points off on average, {place}{f' ({others})' if others else ''}; "
        f"{own['cover90']:.0f}% of {own['cells']:.0f} figures inside 90% intervals, {own['cover50']:.0f}% inside 50%"
    )


def _firms(rows: pd.DataFrame | None) -> str:
    """The model on every later share, then beside simpler forecasts on the figures that these can be made of."""
    if rows is None:
        return NOT_DONE
    # A figure's rows follow each other, the model's first.
    rows = rows.assign(figure=(rows["predictor"] == MODEL).cumsum())
    own = rows[rows["predictor"] == MODEL].set_index("figure")
    named = sorted({TECHNOLOGY_LABELS[TECHNOLOGY_OF[measure]] for measure in own["measure"]})
    says = [
        f"{len(own)} later shares ({', '.join(named)}): {own['abs_error'].mean():.1f} points off on average; "
        f"{100 * own['in90'].mean():.0f}% inside 90% intervals, {100 * own['in50'].mean():.0f}% inside 50%"
    ]
    errors: dict[tuple[int, ...], dict[str, float]] = {}
    for name, part in rows[rows["predictor"] != MODEL].groupby("predictor", sort=False):
        figures = tuple(part["figure"])
        beside = errors.setdefault(figures, {MODEL: float(own.loc[list(figures), "abs_error"].mean())})
        beside[str(name)] = float(part["abs_error"].mean())
    for figures, beside in errors.items():
        ranked = ", ".join(f"{name} {error:.1f}" for name, error in sorted(beside.items(), key=lambda pair: pair[1]))
        says.append(f"on {len(figures)} of them, best first: {ranked}")
    return "; ".join(says if errors else [*says, "too few figures known before for any simpler forecast"])


def _patterns(rows: pd.DataFrame | None) -> str:
    """How many patterns are shown, and each part that is not with what was measured; rows: of `pattern.judged`."""
    if rows is None:
        return NOT_DONE
    by_letter = shown(rows.to_dict("records"))
    failed = [
        f"{row['title']} ({_measured(row['median'])}, wanted {row['threshold']} {row['unit']})"
        for row in rows.to_dict("records")
        if not row["passed"]
    ]
    return _count(sum(by_letter.values()), len(by_letter), "shown", "not shown", failed)


def _measured(value: float) -> str:
    return "not measurable" if math.isnan(value) else f"{value:.2g}"


def _trials(bars: Sequence[Mapping[str, Any]]) -> str:
    """How many trials held out are met, and the others with what was measured."""
    failed = [f"{bar['bar']} ({bar['measured']}, wanted {bar['wanted']})" for bar in bars if not bar["met"]]
    return _count(len(bars) - len(failed), len(bars), "published trials inside their bands", "outside", failed)


def _count(met: int, total: int, what: str, otherwise: str, failed: Sequence[str]) -> str:
    return f"{met} of {total} {what}" + (f"; {otherwise}: {'; '.join(failed)}" if failed else "")


def _informed(labels: Mapping[str, int]) -> str:
    """How much the figures say of the fitted parameters, from how many have each label."""
    if not labels:
        return NOT_DONE
    informed, weak, prior_only = (labels.get(label, 0) for label in LABELS)
    return (
        f"of {informed + weak + prior_only} fitted ones the figures shrink the range of {informed} by more than half "
        f"(informed), of {weak} by a fifth to a half (weak), of {prior_only} by less (prior-only)"
    )


if __name__ == "__main__":
    write_honesty(Path(sys.argv[1]))
