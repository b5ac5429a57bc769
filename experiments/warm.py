"""Compiles every kernel by a run so small that compiling is all it costs."""

from experiments.compare import run_comparison
from model.chance import exp

WARM_SCALE = 0.01


def compile_kernels() -> None:
    """Run baseline and plans for residents, firms and places for two years on one hundredth of Gloucestershire, in this process."""
    exp(0.0)
    run_comparison(
        "baseline",
        ["smart-people", "smart-futures", "smart-gloucestershire"],
        "gloucestershire",
        replicates=1,
        draws=0,
        scale=WARM_SCALE,
        until="2028-12",
    )
