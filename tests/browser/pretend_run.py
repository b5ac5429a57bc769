"""What stands for a comparison in browser tests: it counts to forty and saves made-up numbers."""

import importlib.util
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from experiments.runner import Cancelled
from viz.runs import Choice

STEPS = 40


def made_up() -> ModuleType:
    """The module of made-up test data."""
    file = Path(__file__).parents[1] / "viz" / "made_up_comparison.py"
    spec = importlib.util.spec_from_file_location("made_up_comparison", file)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def pretend(
    choice: Choice, out: str, *, progress: Callable[[int, int, str], None], cancelled: Callable[[], bool]
) -> str:
    """Four seconds of progress, then a result with another number than the example's."""
    for step in range(STEPS):
        if cancelled():
            raise Cancelled
        progress(step, STEPS, "running twins")
        time.sleep(0.1)
    made_up().make_comparison(gain=1200.0).save(Path(out))
    return out
