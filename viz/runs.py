"""What can be chosen and run: regions, scenarios, sizes; the finished example; one comparison in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from viz.jobs import Job, shared_queue

if TYPE_CHECKING:
    from experiments.compare import Comparison

EXAMPLE_FOLDER = Path(__file__).parent / "example"
UNTIL = "2030-12"
SEED = 1


@dataclass(frozen=True, slots=True)
class Size:
    """How much work a comparison is."""

    name: str
    replicates: int
    """seeds at central parameters"""
    draws: int
    """draws of the parameters, two seeds each"""
    scale: float
    """share of people simulated"""

    @property
    def title(self) -> str:
        """Shown where the size is chosen."""
        return f"{self.name}: {self.replicates + 2 * self.draws} twins, 1 in {1 / self.scale:.0f}"


SIZES = {
    "quick": Size("Quick", 4, 4, 0.02),
    "standard": Size("Standard", 20, 20, 0.1),
    "careful": Size("Careful", 50, 50, 0.1),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor asks to compare."""

    region: str
    base: str
    plan: str
    size: str = "quick"

    def problem(self) -> str:
        """What is wrong with it, or nothing."""
        return "Choose two different plans to compare." if self.base == self.plan else ""


@cache
def regions() -> list[tuple[str, str]]:
    """Names and titles of the regions, by title."""
    from scenarios.regions_io import list_regions, region_folder
    from scenarios.yaml_io import read_yaml

    named = [(name, str(read_yaml(region_folder(name) / "region.yaml").data["title"])) for name in list_regions()]
    return sorted(named, key=lambda pair: pair[1])


@cache
def scenarios() -> list[tuple[str, str]]:
    """Names and titles of the library's scenarios, the baseline first."""
    from scenarios.loader import list_scenarios, load_plan

    named = [(name, load_plan(name).file.title) for name in list_scenarios()]
    return sorted(named, key=lambda pair: (pair[0] != "baseline", pair[1]))


@cache
def example() -> Comparison | None:
    """The finished comparison that ships with Uptake; None in a checkout where it was not made yet."""
    from experiments.compare import load_comparison
    from experiments.store import MANIFEST

    return load_comparison(EXAMPLE_FOLDER) if (EXAMPLE_FOLDER / MANIFEST).exists() else None


def start(choice: Choice) -> Job:
    """Begin a comparison; the job's result is the folder that `load_result` reads."""
    name = f"{choice.region}-{choice.base}-{choice.plan}-{choice.size}"
    return shared_queue().submit(compare_in_background, choice, str(Path(_results().name) / name))


def load_result(folder: str) -> Comparison:
    """A finished comparison."""
    from experiments.compare import load_comparison

    return load_comparison(Path(folder))


def compare_in_background(
    choice: Choice, out: str, *, progress: Callable[[int, int, str], None], cancelled: Callable[[], bool]
) -> str:
    """Run a comparison in a worker process and save it in the folder `out`, which is returned."""
    from experiments.compare import run_comparison

    size = SIZES[choice.size]
    run_comparison(
        choice.base,
        [choice.plan],
        choice.region,
        replicates=size.replicates,
        draws=size.draws,
        scale=size.scale,
        seed=SEED,
        until=UNTIL,
        out=Path(out),
        progress=progress,
        cancelled=cancelled,
    )
    return out


@cache
def _results() -> TemporaryDirectory[str]:
    """Where this server keeps its comparisons: shared by its visitors, gone with it."""
    return TemporaryDirectory(prefix="uptake-results-")
