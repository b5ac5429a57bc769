"""A table of runs: points of a design with their seeds, run in chunks, each chunk kept as a shard of its own.

A shard is written under a temporary name and renamed, so it is complete or not there. Whoever asks for the same table
again gets finished shards from the folder and runs the rest; a shard of other inputs is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from experiments.runner import MAX_SEED
from model.chance import key_from_text
from model.errors import InputError
from model.parameters import Parameter
from model.storage import content_hash

if TYPE_CHECKING:
    import pandas as pd

Counts = Mapping[str, tuple[int, int]]
"""id of an extract -> part and whole"""
Simulate = Callable[[Mapping[str, float], int], Counts]
"""parameter values and seed -> counts"""
Spread = Callable[[Callable[[Any], Any], list[Any]], Iterator[tuple[int, Any]]]
"""function and tasks -> number of a task with its result, as they finish"""
Progress = Callable[[int, int, str], None]

CHUNK_RUNS = 4
_IDENTITY = b"identity"


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs to do: one row of `points` each, in unit prior space (a probability of each sampled parameter's prior)."""

    points: np.ndarray
    """shape (runs, sampled parameters)"""
    seeds: tuple[int, ...]
    parameters: tuple[Parameter, ...]
    """the sampled parameters, in the order of the columns of points"""
    constants: Mapping[str, float]
    """values of all other parameters"""

    @property
    def names(self) -> list[str]:
        """Names of the sampled parameters."""
        return [parameter.name for parameter in self.parameters]

    def values(self, run: int) -> dict[str, float]:
        """Every parameter of a run by name, in its own unit."""
        drawn = zip(self.parameters, self.points[run], strict=True)
        return {**self.constants, **{parameter.name: parameter.quantile(float(u)) for parameter, u in drawn}}

    def identity(self) -> str:
        """Hash of everything that decides the results but the code."""
        priors = [(p.name, p.prior, p.prior_1, p.prior_2, p.low, p.high) for p in self.parameters]
        return content_hash(
            {
                "points": self.points.round(12).tolist(),
                "seeds": list(self.seeds),
                "priors": priors,
                "constants": dict(self.constants),
            }
        )


@dataclass(frozen=True, slots=True)
class _Chunk:
    simulate: Simulate
    runs: tuple[tuple[dict[str, float], int], ...]


def run_seeds(seed: int, label: str, n_runs: int) -> tuple[int, ...]:
    """A seed of its own for every run; `label` says of which module and wave."""
    return tuple(int(key_from_text(f"{seed}|{label}|{run}") % MAX_SEED) for run in range(n_runs))


def latin_hypercube(n_runs: int, n_columns: int, seed: int, label: str) -> np.ndarray:
    """Points in unit prior space, shape (n_runs, n_columns): each column evenly filled, whatever the number of runs."""
    from scipy.stats import qmc

    points: np.ndarray = qmc.LatinHypercube(n_columns, rng=int(key_from_text(f"{seed}|design|{label}"))).random(n_runs)
    return points


def run_table(
    folder: Path, runs: Runs, simulate: Simulate, identity: str, spread: Spread, progress: Progress, text: str
) -> pd.DataFrame:
    """The table of the runs, shards found in `folder` taken as they are.

    Columns: run, seed, `u:<parameter>` (unit prior space), `part:<extract>` and `whole:<extract>` (whole numbers).
    `identity` stands for the code and the settings of the fit. Raises InputError for a shard of other inputs.
    """
    import pandas as pd

    folder.mkdir(parents=True, exist_ok=True)
    identity = content_hash([identity, runs.identity()])
    starts = range(0, len(runs.seeds), CHUNK_RUNS)
    files = [folder / f"{number:05d}.parquet" for number in range(1, len(starts) + 1)]
    shards = {number: _read_shard(file, identity) for number, file in enumerate(files)}
    missing = [number for number, shard in shards.items() if shard is None]
    chunks = [
        _Chunk(simulate, tuple((runs.values(run), runs.seeds[run]) for run in _of_chunk(starts[number], runs)))
        for number in missing
    ]
    done = sum(len(_of_chunk(starts[number], runs)) for number in shards if number not in set(missing))
    progress(done, len(runs.seeds), text)
    for place, counts in spread(_run_chunk, chunks):
        number = missing[place]
        rows = _of_chunk(starts[number], runs)
        shards[number] = _write_shard(files[number], _rows(runs, rows, counts), identity)
        done += len(rows)
        progress(done, len(runs.seeds), text)
    return pd.concat([shards[number] for number in range(len(files))], ignore_index=True)


def read_run_table(folder: Path) -> pd.DataFrame:
    """The finished runs of a table, whoever made it."""
    import pandas as pd

    return pd.concat([pd.read_parquet(file) for file in sorted(folder.glob("[0-9]*.parquet"))], ignore_index=True)


def _of_chunk(start: int, runs: Runs) -> range:
    return range(start, min(start + CHUNK_RUNS, len(runs.seeds)))


def _run_chunk(chunk: _Chunk) -> list[Counts]:
    return [chunk.simulate(values, seed) for values, seed in chunk.runs]


def _rows(runs: Runs, rows: range, counts: list[Counts]) -> pd.DataFrame:
    import pandas as pd

    columns: dict[str, Any] = {"run": list(rows), "seed": [runs.seeds[run] for run in rows]}
    columns |= {f"u:{name}": runs.points[rows, column] for column, name in enumerate(runs.names)}
    for name in counts[0]:
        columns[f"part:{name}"] = [int(of_run[name][0]) for of_run in counts]
        columns[f"whole:{name}"] = [int(of_run[name][1]) for of_run in counts]
    return pd.DataFrame(columns)


def _write_shard(file: Path, table: pd.DataFrame, identity: str) -> pd.DataFrame:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kept = pa.Table.from_pandas(table, preserve_index=False)
    kept = kept.replace_schema_metadata({**(kept.schema.metadata or {}), _IDENTITY: identity.encode()})
    temporary = file.with_name(f".{file.name}.tmp")
    pq.write_table(kept, temporary, compression="zstd")
    temporary.rename(file)
    return table


def _read_shard(file: Path, identity: str) -> pd.DataFrame | None:
    """A finished shard; None where there is none or it is damaged."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        kept = pq.read_table(file)
    except (FileNotFoundError, pa.ArrowInvalid):
        return None
    if (kept.schema.metadata or {}).get(_IDENTITY) != identity.encode():
        raise InputError("holds runs of other inputs", file=file, allowed="a new folder for another fit")
    shard: pd.DataFrame = kept.to_pandas()
    return shard
