"""The same bits on other processors: results do not depend on which instructions NumPy and the C library may use."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
from experiments.compare import run_comparison
from experiments.store import table_hash
result = run_comparison("baseline", ["smart-people"], "gloucestershire", scale=0.02, replicates=1, draws=1, until="2028-12")
for name, table in sorted(result.tables.items()):
    print(name, table_hash(table))
"""


def hashes(**environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


@pytest.mark.full
def test_results_do_not_depend_on_the_processors_instructions():
    here = hashes()
    assert len(here.splitlines()) >= 6
    plain_libraries = {
        "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX",
        "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-AVX512F",
    }
    assert hashes(**plain_libraries) == here
    # Compiled code for the plainest processor of the kind, without fused or wide instructions.
    assert hashes(NUMBA_CPU_NAME="generic", NUMBA_CPU_FEATURES="") == here
