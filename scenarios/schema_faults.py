"""The shape of a document, checked by pydantic, and the one kind of error that every fault becomes."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from model import calendar
from model.errors import InputError, nearest
from scenarios.yaml_io import Document, KeyPath, shortened

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)
"""how every block of a file is read: unknown keys, wrong kinds and numbers that are not finite are refused"""


Model = TypeVar("Model", bound=BaseModel)


def parse(model: type[Model], document: Document, prefix: str = "") -> Model:
    """Check the shape of a document. `prefix` stands before the keys that an error names."""
    try:
        return model.model_validate(document.data)
    except ValidationError as error:
        raise _translated(error, model, document, prefix) from None


@dataclass(frozen=True, slots=True)
class Faults:
    """Makes the errors of one document, each with its file, line and key."""

    document: Document
    prefix: str = ""
    """stands before the keys that an error names"""

    def at(self, path: KeyPath, problem: str, value: object, allowed: Collection[str] | str | None) -> InputError:
        """The error about what stands, or is missing, at a path."""
        key = ".".join(str(step) for step in ((self.prefix, *path) if self.prefix else path))
        shown = None if value is None else shortened(value)
        where = self.document.where(path) or None
        return InputError(problem, file=where, key=key, value=shown, allowed=allowed)

    def one_of(self, path: KeyPath, value: str, choices: Collection[str], kind: str, is_key: bool = False) -> None:
        """Raise InputError with the nearest choice as a hint, unless `value` is one of them."""
        if value not in choices:
            problem = f"unknown {kind}{nearest(value, choices)}"
            raise self.at(path, problem, None if is_key else value, sorted(choices))

    def name(self, path: KeyPath, name: str) -> None:
        """Raise InputError unless it is a name such as "device-gift"."""
        if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            raise self.at(path, "not a name", name, "small letters, digits and single hyphens")

    def month(self, path: KeyPath, label: str) -> int:
        """Month number of a label such as "2027-04"; raises InputError for anything else."""
        try:
            return calendar.month_index(label)
        except InputError as error:
            raise self.at(path, error.message, label, error.allowed) from None


_PROBLEMS = {
    "string_type": "text is wanted",
    "float_type": "a number is wanted",
    "int_type": "a whole number is wanted",
    "bool_type": "true or false is wanted",
    "list_type": "a list such as [a, b] is wanted",
    "dict_type": "a block of keys is wanted",
    "model_type": "a block of keys is wanted",
    "finite_number": "a finite number is wanted",
}


def _translated(error: ValidationError, model: type[BaseModel], document: Document, prefix: str) -> InputError:
    """The first fault of pydantic's list, unknown keys before missing ones as a slip of the pen causes both."""
    first = min(error.errors(), key=lambda e: e["type"] != "extra_forbidden")
    path: KeyPath = tuple(first["loc"])
    fault = Faults(document, prefix)
    if first["type"] == "extra_forbidden":
        known = sorted(_model_at(model, path[:-1]).model_fields)
        return fault.at(path, f"unknown key{nearest(path[-1], known)}", None, known)
    if first["type"] == "missing":
        return fault.at(path, "missing", None, None)
    return fault.at(path, _PROBLEMS.get(first["type"], first["msg"]), first["input"], None)


def _model_at(model: type[BaseModel], path: KeyPath) -> type[BaseModel]:
    """The pydantic class that stands at a path; keys of a mapping of blocks lead to the class of its blocks."""
    for step in path:
        field = model.model_fields.get(str(step))
        if field is None:
            continue
        kinds = (field.annotation, *get_args(field.annotation))
        model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return model
