"""Runs and twins: one place that turns names into a finished record, alone or in a pool of processes."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from model.errors import InputError
from model.storage import content_hash

if TYPE_CHECKING:
    from model.network import Network
    from model.population import Population
    from model.region import Region
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
    """"central" or "prior\""""
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


@lru_cache(maxsize=2)
def materials(region_name: str, scale: float, structure_seed: int) -> "tuple[Region, Population]":
    """Region tables and roster, read once a process. The UK-weighted sample has one size: its scale is 1."""
    from scenarios.uk_sample import SAMPLE_NAME, get_uk_sample

    if region_name == SAMPLE_NAME:
        from scenarios.uk_region import load_uk_region

        if scale != 1.0:
            raise InputError("the UK-weighted sample has one size", key="scale", value=scale, allowed="1")
        return load_uk_region(), get_uk_sample(structure_seed=structure_seed)
    from model.population import get_population
    from scenarios.regions_io import load_region

    region = load_region(region_name)
    return region, get_population(region, scale, structure_seed)


@lru_cache(maxsize=2)
def network_of(region_name: str, scale: float, structure_seed: int, variant: str) -> "Network":
    """The network of a roster, read once a process."""
    from model.network import get_network

    return get_network(materials(region_name, scale, structure_seed)[1], structure_seed, variant)


def make_model(
    run: RunInput, scenario: Any, watch: tuple = (), n_threads: int = 1, cube_months: tuple[int, ...] = ()
) -> "RegionModel":
    """A model at its first month."""
    from model.region_model import ModelSpec, RegionModel
    from model.setting import build_setting
    from scenarios.reference_panel import load_reference_panel

    region, population = materials(run.region, run.scale, run.structure_seed)
    network = network_of(run.region, run.scale, run.structure_seed, scenario.network_variant)
    values = dict(run.values)
    return RegionModel(
        ModelSpec(scenario, run.until_month, values, watch, cube_months),
        population,
        network,
        build_setting(region, population, values),
        region.national | {"reference_panel": load_reference_panel()},
        rng=run.seed,
        n_threads=n_threads,
    )


def worker_count(n_tasks: int) -> int:
    """Processes worth starting for a number of tasks."""
    return max(
        1, min(n_tasks, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
    )


def spread(
    function: Callable[[Any], Any], tasks: list[Any], cancelled: Callable[[], bool] = lambda: False
) -> Iterator[tuple[int, Any]]:
    """Results of function(task) with the task's number, as they finish; in this process if there is one task.

    Raises Cancelled when asked to stop. Whatever ends the work early, the worker processes end with it.
    """
    n_workers = worker_count(len(tasks))
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
