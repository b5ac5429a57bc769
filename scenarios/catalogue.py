"""The catalogue of programmes: templates by id or path, with `extends` followed and parts put together."""

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from model.errors import InputError, nearest
from scenarios.composites import Composite, CompositeFile, Part, check_composite, values_of_part
from scenarios.programme_schema import ProgrammeTemplate, check_programme
from scenarios.quantities import NUMBER_NAMES
from scenarios.schema_faults import Faults, parse
from scenarios.yaml_io import Document, read_yaml, shortened

CATALOGUE = Path(__file__).parent / "programmes"
Template = ProgrammeTemplate | Composite
OWN_KEYS = ("id", "title", "summary", "strategy")
"""keys that a variant does not take over from the template it extends"""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number of a programme was published."""

    source_id: str
    publisher: str
    title: str
    year: str
    """the year the figures describe"""
    url: str
    licence: str
    confidence: str


def list_programmes() -> list[str]:
    """Ids of the programmes of the catalogue."""
    return sorted(path.stem for path in CATALOGUE.glob("*.yaml"))


def load_sources() -> dict[str, Source]:
    """Sources of the numbers in programmes and trends, by id."""
    with (CATALOGUE / "sources.csv").open(encoding="utf-8", newline="") as stream:
        return {row["source_id"]: Source(**row) for row in csv.DictReader(stream)}


def load_programme(id_or_path: str | Path) -> Template:
    """Read and check a programme template of the catalogue, or one of your own by its path."""
    return read_template(named_file(id_or_path, CATALOGUE, "programme"))[0]


def read_template(path: Path) -> tuple[Template, Document]:
    """The template in a file, checked, with the places of its values. Raises InputError at the first fault."""
    document = _with_base(path)
    if "parts" in document.data:
        return _composite(document, path), document
    return _programme(document, path), document


def named_file(
    name_or_path: object,
    folder: Path,
    kind: str,
    near: Path | None = None,
    file: str | None = None,
    key: str | None = None,
) -> Path:
    """The file of a name in `folder`, or of a path, which is relative to the file `near` if that is given.

    `file` and `key` say where the name stands, for the error about one that leads nowhere.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or "\\" in text or text.endswith((".yaml", ".yml")):
        path = (near.parent if near else Path()) / text
        if key and not path.exists():
            starts = "a path that starts at the folder of the file that names it"
            raise InputError("no such file", file=file, key=key, value=shortened(text), allowed=starts)
        return path
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    if text not in names:
        allowed = [*_near(text, names), f"one more of `uptake {kind}s list`", "or a path to a file"]
        raise InputError(
            f"unknown {kind}{nearest(text, names)}", file=file, key=key, value=shortened(text), allowed=allowed
        )
    return folder / f"{text}.yaml"


def _near(text: str, names: list[str]) -> list[str]:
    """The names most like a text: the catalogue is too long for one line."""
    return get_close_matches(text, names, n=8, cutoff=0.0)


def _with_base(path: Path, seen: tuple[Path, ...] = ()) -> Document:
    """A template's file, put over the template that it extends, if any."""
    own = read_yaml(path)
    if "extends" not in own.data:
        return own
    fault = Faults(own)
    seen = (*seen, path.resolve())
    base_path = _referred(own, ("extends",), path, fault)
    if base_path.resolve() in seen:
        circle = " -> ".join(p.stem for p in (*seen, base_path))
        raise fault.at(("extends",), "templates extend each other in a circle", circle, None)
    for key in OWN_KEYS:
        if key not in own.data:
            raise fault.at((key,), "missing; a template that extends another needs its own", None, None)
    for key in ("instrument", "parts"):
        if key in own.data:
            raise fault.at((key,), "does not belong to a template that extends another", own.data[key], None)
    base = _with_base(base_path, seen)
    if "parts" in base.data:
        raise fault.at(("extends",), "a composite cannot be extended", own.data["extends"], "a template without parts")
    return _put_over(base, own)


def _referred(document: Document, path: tuple[str, ...], near: Path, fault: Faults) -> Path:
    """The file of the template that a document names at a path."""
    name = document.part(*path[:-1]).data[path[-1]]
    if not isinstance(name, str):
        raise fault.at(path, "text is wanted", name, None)
    return named_file(name, CATALOGUE, "programme", near, document.where(path), ".".join(path))


def _put_over(base: Document, own: Document) -> Document:
    """A template with other values over it. A number is replaced whole: its source and reason do not hold for another."""
    data = {key: None if key in NUMBER_NAMES & own.data.keys() else value for key, value in base.data.items()}
    effects, own_effects = base.data.get("effects"), own.data.get("effects")
    if isinstance(effects, dict) and isinstance(own_effects, dict):
        data["effects"] = {name: None if name in own_effects else value for name, value in effects.items()}
    return Document(data, base.origins).overlaid(own)


def _programme(document: Document, path: Path) -> ProgrammeTemplate:
    template = parse(ProgrammeTemplate, document)
    _check_id(template.id, document, path)
    check_programme(template, document, load_sources())
    return template


def _composite(document: Document, path: Path) -> Composite:
    """The parts of a composite, each a template of the catalogue with the composite's own values over it."""
    file = parse(CompositeFile, document)
    fault = Faults(document)
    _check_id(file.id, document, path)
    check_composite(file, document)
    parts: dict[str, Part] = {}
    for name, own in file.parts.items():
        template_path = _referred(document, ("parts", name, "template"), path, fault)
        base = _with_base(template_path)
        if "parts" in base.data:
            path_of_part = ("parts", name, "template")
            raise fault.at(path_of_part, "a part cannot be a composite", own["template"], "a template without parts")
        inherited = _programme(base, template_path).numbers()
        merged = _put_over(base, values_of_part(document, file, name))
        programme = parse(ProgrammeTemplate, merged, f"parts.{name}")
        check_programme(programme, merged, load_sources(), f"parts.{name}")
        parts[name] = Part(own["template"], own["budget_share"], programme, merged, inherited)
    return Composite(file.id, file.title, file.summary, file.strategy, parts)


def _check_id(template_id: str, document: Document, path: Path) -> None:
    fault = Faults(document)
    fault.name(("id",), template_id)
    if path.resolve().parent == CATALOGUE.resolve() and template_id != path.stem:
        raise fault.at(("id",), "not the file's name", template_id, None)
