"""What the TRACE document is made of: manifests of a fit and a validation, the published figures, the parameters, the
test log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calibration.evidence_reader import problems, summary
from calibration.files import fit_manifest, validation_manifest
from model.parameters import registry
from model.posterior import load_posterior
from model.storage import source_hash

ROOT = Path(__file__).parents[2]
DESCRIPTION = ROOT / "model" / "ODD.md"
TEST_LOGS = ROOT / "docs"


@dataclass(frozen=True, slots=True)
class Sources:
    """What a document is made of; whatever is missing is empty."""

    fit: Mapping[str, Any] = field(default_factory=dict)
    """manifest of a fit, or of the shipped posterior"""
    validation: Mapping[str, Any] = field(default_factory=dict)
    """manifest of a validation"""
    tests: str = ""
    """last line of the log of the full tests"""
    test_log: str = ""
    """its path in the project"""
    evidence: Mapping[str, int] = field(default_factory=dict)
    """published figures by role"""
    faults: tuple[str, ...] | None = None
    """what is wrong with the evidence; None where it was not looked at"""
    statuses: Mapping[str, int] = field(default_factory=dict)
    """parameters by status"""
    description: str = ""
    """hash of the model's description"""


def gather(fit: Path | None, validation: Path | None) -> Sources:
    """Read everything there is: of a fit's folder or else the shipped posterior, a validation's folder, and the
    project."""
    shipped = load_posterior()
    counts = summary().query("rows >= 0").groupby("role")["rows"].sum()
    logs = sorted(TEST_LOGS.glob("test-full-*.log"))
    return Sources(
        fit=fit_manifest(fit) if fit else shipped.manifest if shipped else {},
        validation=validation_manifest(validation) if validation else {},
        tests=logs[-1].read_text(encoding="utf-8").strip().splitlines()[-1] if logs else "",
        test_log=logs[-1].relative_to(ROOT).as_posix() if logs else "",
        evidence={str(role): int(rows) for role, rows in counts.items()},
        faults=tuple(str(problem) for problem in problems()),
        statuses=Counter(parameter.status for parameter in registry().values()),
        description=source_hash(DESCRIPTION)[:16] if DESCRIPTION.exists() else "",
    )
