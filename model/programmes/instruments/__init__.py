"""What programmes do to those they reach: one instrument a file."""

from types import ModuleType


def instrument(name: str) -> ModuleType:
    """The module of an instrument: EFFECTS (numbers it reads, with units) and apply."""
    from model.programmes.instruments import champion, equip, inform, subsidise_connection, train

    return {
        "train": train,
        "equip": equip,
        "subsidise_connection": subsidise_connection,
        "champion": champion,
        "inform": inform,
    }[name]
