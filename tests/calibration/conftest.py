"""Evidence that a test may spoil."""

import shutil
from pathlib import Path

import pytest

from calibration import evidence_reader


@pytest.fixture
def evidence_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The evidence in a folder of its own, which the reader reads."""
    folder = tmp_path / "evidence"
    shutil.copytree(evidence_reader.EVIDENCE, folder)
    monkeypatch.setattr(evidence_reader, "EVIDENCE", folder)
    monkeypatch.setattr(evidence_reader, "HELD_OUT", folder / "held_out")
    return folder
