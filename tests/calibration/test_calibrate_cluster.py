"""Chunks on a Dask cluster give the table that processes of this machine give, also after a worker is lost."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from calibration.cluster import cluster_spread
from calibration.run_table import Runs, latin_hypercube, run_seeds, run_table
from experiments.runner import spread
from model.errors import InputError
from model.parameters import registry

distributed = pytest.importorskip("distributed")


def simulate_here(values, seed):
    return {"use": (round(-1000 * values["onset_base"]) + seed % 7, 9000)}


def simulate_elsewhere():
    """The same as a function that travels whole: workers cannot import this file."""
    return lambda values, seed: {"use": (round(-1000 * values["onset_base"]) + seed % 7, 9000)}


def table(folder: Path, simulate, spread_tasks) -> pd.DataFrame:
    runs = Runs(latin_hypercube(30, 1, 1, "test"), run_seeds(1, "test", 30), (registry()["onset_base"],), {})
    return run_table(folder, runs, simulate, "one", spread_tasks, lambda *told: None, "toy")


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A scheduler with two workers, each a process on the loopback."""
    file = tmp_path_factory.mktemp("cluster") / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    start = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0", *common]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *common]
    started = [subprocess.Popen(command, stderr=subprocess.DEVNULL) for command in (start, worker, worker)]
    try:
        deadline = time.monotonic() + 60
        while not file.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        import json

        address = json.loads(file.read_text())["address"]
        with distributed.Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield address
    finally:
        for process in started:
            process.terminate()
            process.wait()


@pytest.mark.full
def test_a_cluster_and_this_machine_give_equal_tables(scheduler, tmp_path):
    with cluster_spread(scheduler) as spread_tasks:
        found = table(tmp_path / "cluster", simulate_elsewhere(), spread_tasks)
    pd.testing.assert_frame_equal(found, table(tmp_path / "here", simulate_here, lambda f, t: spread(f, t, jobs=1)))


@pytest.mark.full
def test_chunks_lost_with_their_worker_are_run_again(scheduler, tmp_path):
    mark = tmp_path / "a worker has gone"

    def deadly(task):
        import os
        from pathlib import Path

        if task == 3 and not Path(mark).exists():
            Path(mark).touch()
            os._exit(1)
        return task * 10

    with cluster_spread(scheduler) as spread_tasks:
        assert sorted(spread_tasks(deadly, list(range(8)))) == [(number, number * 10) for number in range(8)]
    assert mark.exists()


def test_a_scheduler_without_an_answer_is_refused(monkeypatch):
    monkeypatch.setattr("calibration.cluster.CONNECT_SECONDS", 0.5)
    with pytest.raises(InputError, match="no answer"), cluster_spread("tcp://127.0.0.1:9"):
        pass


def test_an_address_of_no_known_kind_is_refused():
    with pytest.raises(InputError, match="--cluster"), cluster_spread("nowhere://"):
        pass
