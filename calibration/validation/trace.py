"""The TRACE document: what was done to make sure of the model, element by element, and what was not.

Elements and order: Grimm et al. 2014, doi:10.1016/j.ecolmodel.2014.01.018. Every figure comes from a manifest, a table
or a log; where there is none the document says so.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from calibration.validation.trace_sources import Sources, gather

NOT_DONE = "not done"

Item = tuple[str, str]
"""what was asked for, and the evidence; empty where there is none"""


def write_trace(fit: Path | None, validation: Path | None, out: Path) -> None:
    """Write the document. InputError for a folder that is named but holds no manifest."""
    text = trace_text(gather(fit, validation))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(text, encoding="utf-8")


def trace_text(sources: Sources) -> str:
    """The document (Markdown), the same for the same sources."""
    elements = (
        ("Problem formulation", "What the model is for, and for whom.", _problem(sources)),
        ("Model description", "What the model is.", _description(sources)),
        ("Data evaluation", "What figures it rests on, and how good they are.", _data(sources)),
        ("Conceptual model evaluation", "What is assumed, and what else could have been.", _concept(sources)),
        ("Implementation verification", "Whether the code does what the description says.", _code(sources)),
        ("Model output verification", "How well it meets what it was fitted to.", _output(sources)),
        ("Model analysis", "What the results hang on.", _analysis(sources)),
        ("Model output corroboration", "How well it meets what it never saw.", _corroboration(sources)),
    )
    lines = [
        "# TRACE: what was done to make sure of the model",
        "",
        "Made by `uptake validate trace` from manifests, tables and logs, in the order of Grimm and others (2014,",
        f'doi:10.1016/j.ecolmodel.2014.01.018). "{NOT_DONE}" stands wherever there is no evidence.',
    ]
    missing = 0
    for number, (title, asks, items) in enumerate(elements, 1):
        lines += ["", f"## {number} {title}", "", asks, "", "| what | evidence |", "|---|---|"]
        for what, evidence in items:
            missing += not evidence
            lines.append(f"| {what} | {(evidence or NOT_DONE).replace('|', '/')} |")
    lines += ["", f"Not done: {missing}.", ""]
    return "\n".join(lines)


def _problem(sources: Sources) -> Iterator[Item]:
    yield (
        "question",
        "How many more residents are online and how many more firms use a technology because of a programme, and who",
    )
    yield (
        "users",
        "Local and national planners of digital inclusion and of business support; the documents in `docs/` say how",
    )
    yield "what it is not for", "Forecasts: results are differences between two runs with the same luck"


def _description(sources: Sources) -> Iterator[Item]:
    yield "description by the ODD protocol", sources.description and f"`model/ODD.md`, hash {sources.description}"
    yield "parameters by status", _counts(sources.statuses)
    yield "version of the model that was fitted", str(sources.fit.get("model_version", ""))


def _data(sources: Sources) -> Iterator[Item]:
    yield "published figures by role", _counts(sources.evidence)
    yield "every figure has one role and a licensed source", _faults(sources.faults)
    yield "the split was fixed before the fit", _hash(sources.fit, "split")
    yield "fitted and validated on the same split", _same_split(sources)
    yield "prior of the small-area tilt, dated and hashed before areas were scored", _tilt(sources.validation)


def _concept(sources: Sources) -> Iterator[Item]:
    labels = Counter(sources.fit.get("labels", {}).values())
    yield "parameters that no figure informs", str(labels["prior-only"]) if labels else ""
    sizes = sources.fit.get("discrepancy", {})
    yield (
        "what the model cannot reproduce is part of the fit",
        "; ".join(
            f"{group} {size['sd_median']:.2g} ({size['sd_low']:.2g} to {size['sd_high']:.2g}) {size.get('unit', 'log odds')}"
            for group, size in sizes.items()
        ),
    )
    yield "patterns that emerge without being fitted", _bars(sources.validation, "patterns")
    yield "placebo network", _says(sources.validation, "placebo")


def _code(sources: Sources) -> Iterator[Item]:
    results = re.findall(r"\d+ (?:passed|failed|errors?|skipped)", sources.tests)
    yield "all tests, slow ones included", f"{', '.join(results)} (`{sources.test_log}`)" if results else ""
    yield "two engines in step, agent by agent", "part of these tests: `tests/differential`" if results else ""
    yield (
        "known truths found again by the fit: share of 90% intervals that hold them",
        "; ".join(
            f"{name} {own['recovery_inside_90']:.0%} of {own['truths']} truths"
            for name, own in _modules(sources.fit)
            if {"recovery_inside_90", "truths"} <= set(own)
        ),
    )


def _output(sources: Sources) -> Iterator[Item]:
    fit = sources.fit
    yield "runs of the fit", _counts(fit.get("runs", {}))
    yield "full fit, not a quick trial", "" if fit.get("quick", True) else f"{fit['fitted_on']}, seed {fit['seed']}"
    for key, what in (
        ("figures_inside_90", "fitted figures inside the 90% interval of the simulator rerun at the draws"),
        ("figures_inside_50", "the same, 50% interval"),
        ("emulator_q2_median", "variance of the figures that the emulator predicts, median"),
    ):
        yield what, "; ".join(f"{name} {own[key]:.0%}" for name, own in _modules(fit) if key in own)
    size = fit.get("checks", {}).get("effective_sample_size")
    yield "draws after reweighting, worth as many equal ones", f"{size:.0f}" if size is not None else ""


def _analysis(sources: Sources) -> Iterator[Item]:
    labels = sources.fit.get("labels", {})
    for label in ("informed", "weak"):
        named = ", ".join(name for name, given in labels.items() if given == label)
        yield f"{label} parameters", named or ("none" if labels else "")
    for what, part in (
        ("one age band left out at a time", "leave_out"),
        ("one size of firms left out at a time", "leave_size_out"),
        ("a fit that ends a year early", "backtest"),
        ("global sensitivity analysis", "sensitivity"),
    ):
        yield what, _result(sources.validation, part)


def _corroboration(sources: Sources) -> Iterator[Item]:
    validation = sources.validation
    yield "use in later years", _result(validation, "use")
    yield "study areas, never fitted", _joined(_bars(validation, "areas"), _says(validation, "areas"))
    yield "later figures of firms", _result(validation, "firms")
    yield "published trials run again", _result(validation, "replications")
    yield "emergent patterns", _result(validation, "patterns")


def _modules(fit: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The checks of each fitted module."""
    return [(name, own) for name, own in fit.get("checks", {}).items() if isinstance(own, Mapping)]


def _part(validation: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part: Mapping[str, Any] = validation.get("parts", {}).get(name, {})
    return part


def _bars(validation: Mapping[str, Any], name: str) -> str:
    bars = _part(validation, name).get("bars", [])
    return "; ".join(
        f"{bar['bar']}: {bar['measured']} (wanted {bar['wanted']}): {'met' if bar['met'] else '**missed**'}"
        for bar in bars
    )


def _says(validation: Mapping[str, Any], name: str) -> str:
    return " ".join(_part(validation, name).get("says", []))


def _result(validation: Mapping[str, Any], name: str) -> str:
    """The bars of a part, or when it was done where it has none."""
    when = _part(validation, name).get("finished", "")
    return _bars(validation, name) or (when and f"done {when}; no bar was set")


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in counts.items())


def _hash(manifest: Mapping[str, Any], key: str) -> str:
    return f"hash {manifest[key][:16]}" if manifest.get(key) else ""


def _faults(faults: tuple[str, ...] | None) -> str:
    if faults is None:
        return ""
    return f"**{len(faults)} problems**: {faults[0]}" if faults else "checked, no problem"


def _same_split(sources: Sources) -> str:
    fitted, validated = sources.fit.get("split"), sources.validation.get("subject", {}).get("split")
    if not fitted or not validated:
        return ""
    return "yes" if fitted == validated else "**no**"


def _tilt(validation: Mapping[str, Any]) -> str:
    tilt = validation.get("subject", {}).get("tilt_prior")
    return f"{tilt['date']}, hash {tilt['hash'][:16]}" if tilt else ""


def _joined(*parts: str) -> str:
    return ". ".join(part for part in parts if part)
