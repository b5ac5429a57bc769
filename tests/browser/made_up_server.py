"""Run as a script: the app on made-up test data. Argument: port.

The stand-ins are put in place on import, because worker processes import this file too.
"""

import importlib.util
import sys
import time
import types
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))
spec = importlib.util.spec_from_file_location("made_up_comparison", ROOT / "tests" / "viz" / "made_up_comparison.py")
assert spec and spec.loader
made_up = importlib.util.module_from_spec(spec)
spec.loader.exec_module(made_up)


def load_comparison(folder: Path) -> object:
    return made_up.MadeUpComparison(gain=0.5 if "quick" in str(folder) or "0.02" in str(folder) else 1.0)


def run_comparison(*_, progress, cancelled, **__) -> None:
    for i in range(40):
        if cancelled():
            return
        progress(i, 40, "Pairs of runs")
        time.sleep(0.1)


stand_in = types.ModuleType("experiments.compare")
stand_in.load_comparison = load_comparison
sys.modules["experiments.compare"] = stand_in
stand_in = types.ModuleType("experiments.runner")
stand_in.run_comparison = run_comparison
sys.modules["experiments.runner"] = stand_in

from viz import runs  # noqa: E402

runs.EXAMPLE_FOLDER = ROOT / "tests"
runs.regions = lambda: [("gloucestershire", "Gloucestershire"), ("glasgow", "Glasgow City")]
runs.scenarios = lambda: [("baseline", "No new programme"), ("smart-people", "Smart people")]

if __name__ == "__main__":
    from viz.server import run_server

    run_server("127.0.0.1", int(sys.argv[1]))
