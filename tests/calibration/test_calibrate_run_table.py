"""A table of runs is made once: finished chunks are kept, half-written ones made again, those of other inputs refused."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from calibration.run_table import Runs, latin_hypercube, read_run_table, run_seeds, run_table
from model.errors import InputError
from model.parameters import registry

PARAMETERS = tuple(registry()[name] for name in ("onset_base", "onset_age"))


def simulate(values, seed):
    return {"use": (round(-1000 * values["onset_base"]) + seed % 7, 9000)}


def silent(done, total, text):
    pass


class Spread:
    """Runs tasks here, counts them, and stops after some."""

    def __init__(self, stop_after: int | None = None) -> None:
        self.stop_after, self.done = stop_after, 0

    def __call__(self, function, tasks):
        for number, task in enumerate(tasks):
            if self.done == self.stop_after:
                raise KeyboardInterrupt
            self.done += 1
            yield number, function(task)


@pytest.fixture
def runs() -> Runs:
    return Runs(latin_hypercube(10, 2, 1, "test"), run_seeds(1, "test", 10), PARAMETERS, {"onset_peers": 0.8})


def table(folder: Path, runs: Runs, spread: Spread | None = None, identity: str = "one") -> pd.DataFrame:
    return run_table(folder, runs, simulate, identity, spread or Spread(), silent, "toy")


def test_every_run_has_its_point_its_seed_and_its_counts(tmp_path, runs):
    found = table(tmp_path, runs)
    assert list(found["run"]) == list(range(10)) and found["seed"].is_unique
    assert found["u:onset_base"].to_numpy() == pytest.approx(runs.points[:, 0])
    assert found["part:use"].iloc[3] == simulate(runs.values(3), runs.seeds[3])["use"][0]
    assert runs.values(3)["onset_peers"] == 0.8
    pd.testing.assert_frame_equal(read_run_table(tmp_path), found)


def test_work_goes_on_where_it_was_stopped(tmp_path, runs):
    with pytest.raises(KeyboardInterrupt):
        table(tmp_path / "stopped", runs, Spread(stop_after=2))
    assert len(list((tmp_path / "stopped").glob("0*.parquet"))) == 2
    rest = Spread()
    found = table(tmp_path / "stopped", runs, rest)
    assert rest.done == 1
    pd.testing.assert_frame_equal(found, table(tmp_path / "whole", runs))


def test_a_half_written_or_damaged_shard_is_made_again(tmp_path, runs):
    found = table(tmp_path, runs)
    (tmp_path / ".00004.parquet.tmp").write_bytes(b"PAR1")
    shard = tmp_path / "00002.parquet"
    shard.write_bytes(shard.read_bytes()[:200])
    again = Spread()
    pd.testing.assert_frame_equal(table(tmp_path, runs, again), found)
    assert again.done == 1


def test_shards_of_other_inputs_are_refused_and_stay(tmp_path, runs):
    table(tmp_path, runs)
    before = (tmp_path / "00001.parquet").read_bytes()
    other_prior = (replace(PARAMETERS[0], prior_2=0.1), PARAMETERS[1])
    for other, identity in (
        (runs, "two"),
        (replace(runs, points=runs.points / 2), "one"),
        (replace(runs, seeds=run_seeds(2, "test", 10)), "one"),
        (replace(runs, parameters=other_prior), "one"),
        (replace(runs, constants={"onset_peers": 0.7}), "one"),
    ):
        with pytest.raises(InputError, match="other inputs"):
            table(tmp_path, other, identity=identity)
    assert (tmp_path / "00001.parquet").read_bytes() == before


def test_designs_are_functions_of_the_seed_and_fill_every_column():
    points = latin_hypercube(37, 3, 5, "residents")
    assert np.array_equal(points, latin_hypercube(37, 3, 5, "residents"))
    assert not np.array_equal(points, latin_hypercube(37, 3, 6, "residents"))
    assert all(set((37 * column).astype(int)) == set(range(37)) for column in points.T)
    assert len({*run_seeds(1, "a", 500), *run_seeds(1, "b", 500), *run_seeds(2, "a", 500)}) == 1500
