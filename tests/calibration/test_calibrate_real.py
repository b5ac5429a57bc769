"""The fit of residents from end to end with the model itself, on a sample too small to learn much from."""

import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from calibration import budget
from calibration.budget import Plan
from experiments.cli import make_app
from model.parameters import registry
from model.posterior import check_posterior, read_posterior

SMALL = Plan(5000, replicates=6, waves=(64,), reruns=8, truths=2)


@pytest.mark.full
def test_residents_are_fitted_from_the_command_line(tmp_path, monkeypatch):
    monkeypatch.setattr(budget, "QUICK", {name: replace(SMALL) for name in budget.QUICK})
    command = ["calibrate", "--targets", "residents", "--quick", "--out", str(tmp_path / "fit"), "--json"]
    first = CliRunner().invoke(make_app(), command, catch_exceptions=False)
    manifest = json.loads(first.stdout)
    assert manifest["quick"] and not manifest["complete"] and manifest["runs"] == {"residents": SMALL.runs}
    posterior = read_posterior(tmp_path / "fit" / "posterior")
    check_posterior(posterior, registry())
    assert len(posterior.weight) == budget.N_DRAWS
    assert json.loads(CliRunner().invoke(make_app(), command, catch_exceptions=False).stdout) == manifest
    plain = CliRunner().invoke(make_app(), command[:-1], catch_exceptions=False)
    assert plain.stdout.startswith("Quick fit, a trial only")
