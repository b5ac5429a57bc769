"""Runs on a Dask cluster: the same chunks as in processes of one machine, spread over the cluster's workers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from calibration.run_table import Spread
from model.errors import InputError

CONNECT_SECONDS = 10
TRIES = 4
"""how often a chunk is tried before the fit gives up: a worker may die, and take its neighbours' chunks with it"""


@contextmanager
def cluster_spread(address: str) -> Iterator[Spread]:
    """A way to spread tasks over the workers of a scheduler.

    Raises InputError if Dask is not installed, the scheduler does not answer, or it has no workers.
    """
    try:
        import distributed
    except ImportError:
        raise InputError("Dask is not installed", key="--cluster", allowed='pip install "uptake[cluster]"') from None
    dask: Any = distributed
    try:
        client = dask.Client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise InputError(
            f"no answer from a scheduler ({type(error).__name__})", key="--cluster", value=address,
            allowed="the address of a running Dask scheduler, such as tcp://127.0.0.1:8786",
        ) from None  # fmt: skip
    try:
        if not client.scheduler_info(n_workers=-1)["workers"]:
            raise InputError("the scheduler has no workers", key="--cluster", value=address)
        yield lambda function, tasks: _spread(client, function, tasks)
    finally:
        client.close()


def _spread(client: Any, function: Callable[[Any], Any], tasks: list[Any]) -> Iterator[tuple[int, Any]]:
    """Results with the task's number, as they finish; what is lost with a worker is sent again."""
    import distributed

    dask: Any = distributed
    tries = dict.fromkeys(range(len(tasks)), 1)
    numbers = {client.submit(function, task, pure=False): number for number, task in enumerate(tasks)}
    waiting = dask.as_completed(list(numbers), loop=client.loop)
    try:
        for future in waiting:
            number = numbers.pop(future)
            lost = future.status == "cancelled" or isinstance(future.exception(), dask.KilledWorker)
            if lost and tries[number] < TRIES:
                tries[number] += 1
                again = client.submit(function, tasks[number], pure=False)
                numbers[again] = number
                waiting.add(again)
            else:
                yield number, future.result()
    finally:
        client.cancel(list(numbers))
