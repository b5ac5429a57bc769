"""Needs: of programmes for the same need only one serves a person or a firm; the others pass them by. ODD 5.3."""

import numpy as np

from model.programmes.programme import FIRM_NEEDS, RESIDENT_NEEDS, Programme


def need_bit(programme: Programme) -> int:
    """The bit of a programme's need among those of its audience; 0 if it serves none.

    >>> from types import SimpleNamespace
    >>> need_bit(SimpleNamespace(audience="residents", need="basic_skills"))
    4
    """
    if not programme.need:
        return 0
    needs = FIRM_NEEDS if programme.audience == "firms" else RESIDENT_NEEDS
    return 1 << needs.index(programme.need)


def take(taken: np.ndarray, rows: np.ndarray, need: int) -> None:
    """Note (uint8 bits by row) that a programme has taken on rows, each named once, for a need."""
    taken[rows] |= np.uint8(need)


def free(taken: np.ndarray, rows: np.ndarray, need: int) -> None:
    """Note that rows may come forward for a need again."""
    taken[rows] &= np.uint8(255 - need)
