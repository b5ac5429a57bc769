"""Runs beside the server: progress, result, cancel, failure, order."""

import os
import time
from collections.abc import Callable, Iterator

import pytest

from experiments.runner import Cancelled
from model.errors import InputError
from viz.jobs import Job, JobQueue

Progress = Callable[[int, int, str], None]


def count_to(n: int, *, progress: Progress, cancelled: Callable[[], bool]) -> int:
    for i in range(n):
        if cancelled():
            raise Cancelled
        progress(i + 1, n, f"step {i + 1}")
        time.sleep(0.02)
    return n


def misuse(*, progress: Progress, cancelled: Callable[[], bool]) -> None:
    raise InputError("too large", key="scale", value=2)


def die(*, progress: Progress, cancelled: Callable[[], bool]) -> None:
    os._exit(3)


@pytest.fixture
def queue() -> Iterator[JobQueue]:
    queue = JobQueue()
    yield queue
    queue.close()


def finished(job: Job, seconds: float = 30.0) -> Job:
    end = time.monotonic() + seconds
    while not job.over and time.monotonic() < end:
        time.sleep(0.01)
    assert job.over, f"still {job.state}"
    return job


def test_a_job_reports_progress_and_returns_its_result(queue: JobQueue) -> None:
    job = finished(queue.submit(count_to, 5))
    assert (job.state, job.result, job.done, job.total, job.text) == ("finished", 5, 5, 5, "step 5")


def test_cancel_stops_a_running_job_and_one_that_waits(queue: JobQueue) -> None:
    first, second = queue.submit(count_to, 10_000), queue.submit(count_to, 10_000)
    second.cancel()
    while first.done == 0 and not first.over:
        time.sleep(0.01)
    first.cancel()
    assert finished(first).state == "cancelled"
    assert finished(second).state == "cancelled"
    assert 0 < first.done < 10_000
    assert second.done == 0


def test_bad_input_and_sudden_death_are_told_and_harm_nothing_else(queue: JobQueue) -> None:
    bad, dead, good = queue.submit(misuse), queue.submit(die), queue.submit(count_to, 1)
    assert finished(bad).error == "scale: too large (got 2)"
    assert finished(dead).state == "failed"
    assert "stopped suddenly" in dead.error
    assert finished(good).result == 1
