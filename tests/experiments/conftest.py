"""One small real comparison, shared by the tests of what is made of it."""

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from experiments import runner
from experiments.compare import Comparison, run_comparison

REGION, SCALE, UNTIL = "gloucestershire", 0.02, "2015-06"
PROGRAMMES = {
    "library-skills": 12,
    "device-gift": 6,
    "device-loan": 2,
    "connection-voucher": 3,
    "digital-champions": 6,
    "confidence-campaign": 1,
}
"""Pounds an adult: enough to move many of the few people simulated."""


def _scenario(name: str, title: str, share_of_budget: float) -> str:
    lines = [f"name: {name}", f"title: {title}", "summary: Made up.", "extends: baseline", "programmes:"]
    for programme, pounds in PROGRAMMES.items():
        budget = pounds * share_of_budget
        lines.append(f"  {programme}: {{start: 2013-04, end: 2016-03, budget_gbp_per_adult: {budget:g}}}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="session")
def plan_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with scenario files of one's own: generous.yaml, and nothing.yaml without any money."""
    folder = tmp_path_factory.mktemp("plans")
    (folder / "generous.yaml").write_text(_scenario("generous", "A generous plan", 1.0), encoding="utf-8")
    (folder / "nothing.yaml").write_text(_scenario("nothing", "A plan without money", 0.0), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def in_this_process() -> Iterator[None]:
    """Runs are made one after the other here, so that no process has to start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runner, "worker_count", lambda n_tasks, jobs=None: 1)
        yield


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the comparison is written."""
    return tmp_path_factory.mktemp("results") / "comparison"


@pytest.fixture(scope="session")
def comparison(in_this_process: None, plan_files: Path, folder: Path) -> Comparison:
    """Baseline against a generous plan and one without money: three seeds, and a posterior draw with two."""
    plans = [str(plan_files / f"{name}.yaml") for name in ("generous", "nothing")]
    return run_comparison(
        "baseline", plans, REGION, replicates=3, draws=1, scale=SCALE, seed=3, until=UNTIL, out=folder
    )


@pytest.fixture(scope="session")
def make_appraised() -> Callable[..., Comparison]:
    """Makes a comparison that an appraisal can be worked out from by hand; its plan is called "plan"."""
    spec = importlib.util.spec_from_file_location("made_up", Path(__file__).with_name("made_up_appraisal.py"))
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    maker: Callable[..., Comparison] = module.make_comparison
    return maker
