"""Compilation: one decorator for every rule and kernel, with a cache that notices changed sources.

Numba's own cache looks only at the file a function stands in; a rule changed in another file would go unnoticed.
So the cache folder carries a hash of every compiled source of this package, and is set before anything is
decorated.
"""

import os
from pathlib import Path

from model.storage import cache_dir, source_hash

_HERE = Path(__file__).parent
COMPILED_SOURCES = tuple(sorted(file for file in _HERE.rglob("*.py") if b"njit" in file.read_bytes()))

os.environ.setdefault(
    "NUMBA_CACHE_DIR",
    str(cache_dir() / "compiled" / source_hash(*COMPILED_SOURCES)[:16]),
)

import numba  # noqa: E402  (the cache folder has to be known first)


def njit(function):
    """Compile to machine code on first call: cached on disk, IEEE arithmetic (no fastmath), free of Python's lock.

    Kernels take a range of rows and are spread over Python threads: that needs no threading layer of Numba's, whose
    default aborts when two threads enter it, and compiles in a quarter of the time. Rules are forced into the kernels
    that call them: a real call would copy a parameter tuple for every resident.
    """
    return numba.njit(cache=True, error_model="numpy", nogil=True, forceinline=True)(function)
