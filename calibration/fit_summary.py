"""What a fit found, in words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from model.posterior import LABELS


def fit_lines(manifest: dict[str, Any], out: Path) -> Iterator[str]:
    """Lines to print from the manifest of a finished fit."""
    kind = "Quick fit, a trial only" if manifest["quick"] else "Fit"
    yield f"{kind} on {sum(manifest['runs'].values())} runs, seed {manifest['seed']}"
    for name, checks in manifest["checks"].items():
        if name == "effective_sample_size":
            continue
        labels = manifest["labels"]
        yield f"\n{name}"
        yield (
            f"  published figures inside what the fit predicts: {_percent(checks['figures_inside_90'])} of 90% intervals, "
            f"{_percent(checks['figures_inside_50'])} of 50% intervals"
        )
        yield (
            f"  known truths found again ({checks['truths']}): {_percent(checks['recovery_inside_90'])} of 90% intervals, "
            f"{_percent(checks['recovery_inside_50'])} of 50% intervals"
        )
        yield f"  emulator: predicts {_percent(checks['emulator_q2_median'])} of the variance of half the figures or more"
    yield ""
    for label in LABELS:
        named = [name for name, given in labels.items() if given == label]
        yield f"{label}: {', '.join(named) or 'none'}"
    yield f"Draws: {out / 'posterior'}; worth {manifest['checks']['effective_sample_size']:.0f} equally weighted ones"


def _percent(share: float) -> str:
    return f"{100.0 * share:.0f}%"
