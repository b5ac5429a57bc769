"""Runs and twins: one place that turns names into a finished record, alone or in a pool of processes."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from model.errors import InputError
from model.storage import content_hash

if TYPE_CHECKING:
    from model.region_model import RegionModel
    from model.scenario import Scenario

MAX_SEED = 2**31 - 1


class Cancelled(Exception):
    """The user stopped the work; what was finished is kept."""


@dataclass(frozen=True, slots=True)
class RunInput:
    """Everything that decides a run's result. `values` are behaviour parameters by name."""

    region: str
    scale: float
    structure_seed: int
    until_month: int
    seed: int
    values: tuple[tuple[str, float], ...]
    design_point: str
    """"central", "posterior", or a form of experiments.structures"""
    draw: int
    replicate: int

    def run_id(self, scenario: "Scenario") -> str:
        """16 hex digits that stand for one run's inputs, code apart."""
        return content_hash(asdict(self) | {"values": dict(self.values), "scenario": scenario.identity()})[:16]


def check_scale(scale: float) -> float:
    """A share of the population in (0, 1]; raises InputError."""
    if not 0.0 < scale <= 1.0:
        raise InputError("scale out of range", key="scale", value=scale, allowed="above 0, up to 1")
    return float(scale)


def check_count(name: str, value: int, low: int, high: int) -> int:
    """A whole number within bounds; raises InputError."""
    if not low <= value <= high:
        raise InputError("number out of range", key=name, value=value, allowed=f"{low} to {high}")
    return value


def make_model(
    run: RunInput, scenario: Any, watch: tuple = (), n_threads: int = 1, cube_months: tuple[int, ...] = ()
) -> "RegionModel":
    """A model at its first month."""
    from model.region_model import ModelSpec, RegionModel
    from scenarios.materials import model_inputs

    values = dict(run.values)
    spec = ModelSpec(scenario, run.until_month, values, watch, cube_months)
    inputs = model_inputs(run.region, run.scale, run.structure_seed, scenario.network_variant, values)
    return RegionModel(spec, **inputs, rng=run.seed, n_threads=n_threads)


def core_count() -> int:
    """Processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def worker_count(n_tasks: int, jobs: int | None = None) -> int:
    """Processes worth starting for a number of tasks, at most `jobs` or one a core."""
    return max(1, min(n_tasks, jobs or core_count()))


def spread(
    function: Callable[[Any], Any],
    tasks: list[Any],
    cancelled: Callable[[], bool] = lambda: False,
    jobs: int | None = None,
) -> Iterator[tuple[int, Any]]:
    """Results of function(task) with the task's number, as they finish; in this process if one worker is enough.

    At most `jobs` processes, or one a core. Raises Cancelled when asked to stop. Whatever ends the work early, the
    worker processes end with it.
    """
    n_workers = worker_count(len(tasks), jobs)
    if n_workers == 1:
        for number, task in enumerate(tasks):
            if cancelled():
                raise Cancelled
            yield number, function(task)
        return
    from multiprocessing import get_context

    pool = ProcessPoolExecutor(n_workers, mp_context=get_context("spawn"), initializer=_start_worker)
    try:
        numbers: dict[Future, int] = {pool.submit(function, task): number for number, task in enumerate(tasks)}
        pending = set(numbers)
        while pending:
            if cancelled():
                raise Cancelled
            done, pending = wait(pending, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in done:
                yield numbers[future], future.result()
    except BaseException:
        _end_workers(pool)
        raise
    pool.shutdown()


def _start_worker() -> None:
    """A worker leaves Ctrl-C to its parent, and ends when the parent is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_follow_parent, args=(os.getppid(),), daemon=True).start()


def _follow_parent(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)


def _end_workers(pool: ProcessPoolExecutor) -> None:
    """End the workers at once; waiting for a run in hand could take minutes, and not waiting could wait for ever."""
    # The executor gives its processes no public name before Python 3.14.
    workers = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for worker in workers:
        worker.terminate()
    for worker in workers:
        worker.join(timeout=5.0)
