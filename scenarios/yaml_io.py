"""The one reader of YAML files: safe, strict, and able to say on which line a value stands.

Only plain data passes: mappings, lists, text, numbers, true, false and null as YAML 1.2 reads them. The tree is
built from the parser's events in a loop, so that no file, however deeply nested, can exhaust the stack.
"""

import math
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from model.errors import InputError

MAX_BYTES = 256 * 1024
MAX_DEPTH = 20
MAX_SHOWN = 80
"""Longest piece of a user's value that an error repeats, in characters."""

KeyPath = tuple[str | int, ...]
"""Where a value stands: keys and list positions from the file's top."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,3})?")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_PROJECT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Document:
    """A mapping read from YAML together with the place of each of its values."""

    data: dict[str, Any]
    origins: dict[KeyPath, str] = field(default_factory=dict)
    """path of a value -> "file:line"; the empty path stands for the whole"""

    def where(self, path: KeyPath = ()) -> str:
        """ "file:line" of a value, or of the nearest block around it when it is missing."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins.get(path, "")

    def part(self, *path: str | int) -> "Document":
        """The mapping at `path` as a document of its own."""
        data: Any = self.data
        for step in path:
            data = data[step]
        return Document(data, self._origins_at(path) | {(): self.where(path)})

    def overlaid(self, other: "Document") -> "Document":
        """This document with the values of `other` put over it; mappings are merged, all else is replaced."""
        data, origins = dict(self.data), self.origins | {(): other.where()}
        for key, value in other.data.items():
            places = other._origins_at((key,))
            if isinstance(value, dict) and isinstance(data.get(key), dict):
                merged = self.part(key).overlaid(other.part(key))
                value, places = merged.data, merged.origins
            data[key] = value
            origins = {path: place for path, place in origins.items() if path[:1] != (key,)}
            origins |= {(key, *path): place for path, place in places.items()}
        return Document(data, origins)

    def _origins_at(self, path: KeyPath) -> dict[KeyPath, str]:
        return {key[len(path) :]: place for key, place in self.origins.items() if key[: len(path)] == path}


def read_yaml(path: str | Path) -> Document:
    """Read a YAML file that holds one mapping.

    Raises InputError, naming file and line, for anything else: no such file, over 256 kB, not UTF-8, tabs, duplicate
    keys, tags, anchors, aliases, several documents, nesting deeper than 20, numbers beyond floating point.
    """
    path = Path(path)
    text = _read_text(path)
    file = shown_path(path)
    data, lines = _build(text, file)
    return Document(data, {key: f"{file}:{line}" for key, line in lines.items()} | {(): file})


def shown_path(path: Path) -> str:
    """A path as errors show it: files of the project from its top, others as the user gave them."""
    resolved = Path(os.path.realpath(path))  # unlike Path.resolve it bears links that lead in a circle
    return resolved.relative_to(_PROJECT).as_posix() if resolved.is_relative_to(_PROJECT) else str(path)


def shortened(value: object) -> object:
    """A value fit for an error's single line."""
    text = value if isinstance(value, str) else repr(value)
    return value if len(text) <= MAX_SHOWN else text[:MAX_SHOWN] + "..."


def _read_text(path: Path) -> str:
    file = shown_path(path)
    try:
        if not path.is_file():
            raise InputError("no such file" if not path.exists() else "not a file", file=file)
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=str(shortened(file))) from None
    if len(raw) > MAX_BYTES:
        raise InputError("the file is too large", file=file, allowed=f"up to {MAX_BYTES // 1024} kB")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise InputError("not UTF-8 text", file=f"{file}:{line}", allowed="a file saved as UTF-8") from None
    if "\t" in text:
        line = text[: text.index("\t")].count("\n") + 1
        raise InputError("the line contains a tab", file=f"{file}:{line}", allowed="spaces only")
    return text


def _events(text: str, file: str) -> Iterator[yaml.Event]:
    """The parser's events; every way in which the parser can fail becomes an InputError."""
    try:
        yield from yaml.parse(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise InputError(f"not valid YAML: {error.problem}", file=f"{file}:{_line(error.problem_mark)}") from None
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        raise InputError("a character that cannot be printed", file=f"{file}:{line}") from None
    except (ValueError, OverflowError):
        # PyYAML lets these through for escapes and directives with numbers out of range.
        raise InputError("not valid YAML: a number code out of range", file=file) from None


@dataclass(slots=True)
class _Block:
    """A mapping or list still being filled."""

    container: dict[str, Any] | list[Any]
    path: KeyPath
    key: str | None = None

    def place(self, value: Any) -> KeyPath:
        """Put a finished value in, and return its path."""
        if isinstance(self.container, list):
            self.container.append(value)
            return (*self.path, len(self.container) - 1)
        key = str(self.key)
        self.container[key], self.key = value, None
        return (*self.path, key)


def _build(text: str, file: str) -> tuple[dict[str, Any], dict[KeyPath, int]]:
    """The data of the file and the line of each value."""
    root: Any = None
    documents = 0
    stack: list[_Block] = []
    lines: dict[KeyPath, int] = {}
    for event in _events(text, file):
        line = _line(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                raise InputError("a second document begins", file=f"{file}:{line}", allowed="one document a file")
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        block = stack[-1] if stack else None
        place = f"{file}:{line}"
        _refuse_links_and_tags(event, place)
        if block and isinstance(block.container, dict) and block.key is None:
            block.key = _new_key(event, block, place)
            continue
        value = _value(event, place)
        path = block.place(value) if block else ()
        lines[path] = line
        if block is None:
            root = value
        if isinstance(event, yaml.CollectionStartEvent):
            if len(stack) == MAX_DEPTH:
                raise InputError("nested too deeply", file=place, allowed=f"up to {MAX_DEPTH} levels")
            stack.append(_Block(value, path))
    if not isinstance(root, dict):
        raise InputError("the file holds no keys", file=file, allowed="lines such as 'title: My scenario'")
    return root, lines


def _line(mark: Any) -> int:
    """Line number of a parser's mark, counted from 1."""
    return int(mark.line) + 1 if mark else 1


def _refuse_links_and_tags(event: yaml.NodeEvent, place: str) -> None:
    if event.anchor is not None:
        raise InputError("anchors and aliases are not read", file=place, value=event.anchor, allowed="plain values")
    tag = getattr(event, "tag", None)
    if tag is not None:
        raise InputError("tags are not read", file=place, value=shortened(tag), allowed="plain values")


def _new_key(event: yaml.NodeEvent, block: _Block, place: str) -> str:
    if not isinstance(event, yaml.ScalarEvent):
        raise InputError("a key has to be a single word or text", file=place)
    key = _clean(event.value, place)
    if key in block.container:
        full = ".".join(str(step) for step in (*block.path, key))
        raise InputError("the key stands twice", file=place, key=str(shortened(full)), allowed="each key once")
    return key


def _value(event: yaml.NodeEvent, place: str) -> Any:
    if isinstance(event, yaml.MappingStartEvent):
        return {}
    if isinstance(event, yaml.SequenceStartEvent):
        return []
    if not isinstance(event, yaml.ScalarEvent):
        raise InputError("not a value", file=place)
    text = _clean(event.value, place)
    if not event.implicit[0]:  # quoted or block text
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        number = float(text)
        if not math.isfinite(number):
            raise InputError("the number is too large", file=place, value=shortened(text))
        return number
    return text


def _clean(text: str, place: str) -> str:
    """Text without control characters and half characters, which would break paths and terminals."""
    if any((c < " " and c != "\n") or "\ud800" <= c <= "\udfff" or c == "\x7f" for c in text):
        raise InputError("the text contains a control character", file=place, value=shortened(text))
    return text
