"""Work spread over processes ends with them, however it ends."""

import multiprocessing
import os
import time

import pytest

from experiments.runner import Cancelled, spread, worker_count

needs_two_cores = pytest.mark.skipif(worker_count(2) < 2, reason="one core: work stays in this process")


def children_left() -> list:
    """Child processes still there after a moment: the pool's own thread may be reaping one just now."""
    for _ in range(100):
        if not multiprocessing.active_children():
            break
        time.sleep(0.1)
    return multiprocessing.active_children()


def test_results_come_with_their_numbers():
    assert dict(spread(str, [3, 1, 2])) == {0: "3", 1: "1", 2: "2"}
    assert dict(spread(str, [7])) == {0: "7"}


@needs_two_cores
def test_cancelling_ends_the_workers_in_the_middle_of_their_work():
    started = time.monotonic()
    with pytest.raises(Cancelled):
        list(spread(time.sleep, [600.0, 600.0], cancelled=lambda: time.monotonic() - started > 2.0))
    assert children_left() == []


@needs_two_cores
def test_a_failing_task_ends_the_others():
    with pytest.raises(FileNotFoundError):
        list(spread(os.listdir, ["/does/not/exist", "/does/not/exist/either"]))
    assert children_left() == []
