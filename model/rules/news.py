"""News: what changed for a resident this month and has to be told to household, neighbours, colleagues and employer."""

from model.jit import njit

BECAME_COMPETENT, CEASED_COMPETENT, GETS_CONNECTION, LOSES_CONNECTION = 1, 2, 4, 8
FINDS_WORK, LEAVES_WORK, SKILLED_CHANGES = 16, 32, 64
"""Bits of the column `event`."""


@njit
def news_of_connection(had: bool, has: bool) -> int:
    """Event bits of a home's connection.

    >>> news_of_connection(True, True), news_of_connection(False, True) == GETS_CONNECTION
    (0, True)
    """
    if had == has:
        return 0
    return GETS_CONNECTION if has else LOSES_CONNECTION


@njit
def news_of_skill(was_competent: bool, competent: bool, was_skilled: bool, skilled: bool) -> int:
    """Event bits of what ties and the employer count.

    >>> news_of_skill(False, True, False, False) == BECAME_COMPETENT
    True
    """
    event = SKILLED_CHANGES if skilled != was_skilled else 0
    if competent != was_competent:
        event |= BECAME_COMPETENT if competent else CEASED_COMPETENT
    return event


@njit
def news_of_work(employed: bool, has_workplace: bool) -> int:
    """Event bits of a workplace that is wanted or left.

    >>> news_of_work(True, True), news_of_work(True, False) == FINDS_WORK
    (0, True)
    """
    if employed == has_workplace:
        return 0
    return FINDS_WORK if employed else LEAVES_WORK
