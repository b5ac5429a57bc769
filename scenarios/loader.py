"""From names or paths of scenario files to what the model reads."""

import csv
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.calendar import month_index
from model.errors import InputError, nearest
from model.region import Region
from model.scenario import Scenario
from scenarios import quantities, schema
from scenarios.number_draws import NumberDraws
from scenarios.schema import BUDGETS, Extent, ProgrammeTemplate, ScenarioFile, ScheduledProgramme, Trend
from scenarios.yaml_io import Document, read_yaml, shortened, shown_path

LIBRARY = Path(__file__).parent / "library"
CATALOGUE = Path(__file__).parent / "programmes"
TEMPLATE_KEYS = {"id", "instrument"}
"""keys that a scenario cannot change: another instrument is another programme"""

NETWORKS = ("standard", "placebo")


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


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario with `extends` followed and every number in place, not yet tied to a region."""

    file: ScenarioFile
    network: str
    programmes: tuple[tuple[ScheduledProgramme, Document], ...]
    """each with the places of its values, for errors that only a region can cause"""
    trends: dict[str, Trend]

    def for_region(self, extent: Extent, as_written: bool = True) -> Scenario:
        """The scenario in a region of this extent; not `as_written` after draws."""
        return Scenario(
            name=self.file.name,
            title=self.file.title,
            summary=" ".join(self.file.summary.split()),
            programmes=tuple(
                schema.programme_for_region(programme, document, extent, f"programmes.{programme.id}", as_written)
                for programme, document in self.programmes
            ),
            trends={
                name: tuple((month_index(label), value) for label, value in trend.points.items())
                for name, trend in sorted(self.trends.items())
            },
            network_variant=self.network,
        )


def list_scenarios() -> list[str]:
    """Names of the scenarios of the library."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))


def list_programmes() -> list[str]:
    """Ids of the programmes of the catalogue."""
    return sorted(path.stem for path in CATALOGUE.glob("*.yaml"))


def load_sources() -> dict[str, Source]:
    """Sources of the numbers in programmes and trends, by id."""
    with (CATALOGUE / "sources.csv").open(encoding="utf-8", newline="") as stream:
        return {row["source_id"]: Source(**row) for row in csv.DictReader(stream)}


def load_scenario(name_or_path: str | Path, region_name: str, draws: NumberDraws | None = None) -> Scenario:
    """Read a scenario and resolve it for a region: money in pence, places a month, month numbers.

    `draws` moves the uncertain numbers of programmes within their ranges (for full bands). Raises InputError, naming file, line, key and what is allowed, for whatever is wrong.
    """
    from scenarios.regions_io import load_region  # reads tables; a name alone needs none of them

    plan = load_plan(name_or_path)
    extent = extent_of(load_region(region_name))
    if draws is not None:
        plan.for_region(extent)  # what is written is checked
        drawn = tuple((draws.of(programme), document) for programme, document in plan.programmes)
        plan = replace(plan, programmes=drawn)
    return plan.for_region(extent, as_written=draws is None)


def extent_of(region: Region) -> Extent:
    """What budgets and capacities of a region grow with."""
    return Extent(count_adults(region), count_enterprises(region), tuple(region.authorities["authority_code"]))


def count_adults(region: Region) -> int:
    """Published residents of 16 and over at the Census: what budgets per adult are multiplied with."""
    ages = [column for column in region.areas.columns if column.startswith("age_") and column != "age_0_15"]
    return round(float(region.areas[ages].sum().sum()))


def count_enterprises(region: Region) -> int:
    """Published enterprises of March 2024: what budgets per enterprise are multiplied with."""
    counts = region.firm_counts
    of_sectors = (counts["measure"] == "enterprises") & (counts["group"] == "sector")
    return int(counts.loc[of_sectors, "count"].sum())


def load_programme(id_or_path: str | Path) -> ProgrammeTemplate:
    """Read and check a programme template of the catalogue, or one of your own by its path."""
    path = _path(id_or_path, CATALOGUE, "programme")
    document = read_yaml(path)
    return _checked_template(document, path)


def load_plan(name_or_path: str | Path) -> Plan:
    """Read and check a scenario as far as that needs no region."""
    path = _path(name_or_path, LIBRARY, "scenario")
    sources = load_sources()
    chain = _chain(path)
    files = [schema.parse(ScenarioFile, document) for _, document in chain]
    network, overrides = NETWORKS[0], Document({})
    trends: dict[str, Trend] = {}
    for (file_path, document), file in zip(chain, files, strict=True):
        _check_file(file, document, file_path, sources)
        network = file.network or network
        trends |= file.trends
        if file.programmes:
            overrides = overrides.overlaid(_own_programmes(document, file, file_path))
    last = files[-1]
    missing = [name for name in quantities.TRENDS if name not in trends]
    if missing:
        hint = "'extends: baseline' supplies it"
        raise InputError("missing", file=shown_path(path), key=f"trends.{missing[0]}", allowed=hint)
    programmes = tuple(_scheduled(overrides.part(name), name, sources) for name in overrides.data)
    return Plan(last, network, programmes, trends)


def _path(
    name_or_path: object,
    folder: Path,
    kind: str,
    near: Path | None = None,
    file: str | None = None,
    key: str | None = None,
) -> Path:
    """The file of a name in `folder`, or of a path, which is relative to the file `near` if that is given.

    `file` and `key` say where the name stands, for the error about an unknown one.
    """
    text = str(name_or_path)
    if isinstance(name_or_path, Path) or "/" in text or "\\" in text or text.endswith((".yaml", ".yml")):
        return (near.parent if near else Path()) / text
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    if text not in names:
        allowed = [*names, "or a path to a file"]
        raise InputError(
            f"unknown {kind}{nearest(text, names)}", file=file, key=key, value=shortened(text), allowed=allowed
        )
    return folder / f"{text}.yaml"


def _chain(path: Path) -> list[tuple[Path, Document]]:
    """The scenario's file and those it extends, the farthest first."""
    chain: list[tuple[Path, Document]] = []
    seen: list[Path] = []
    while True:
        document = read_yaml(path)
        chain.insert(0, (path, document))
        seen.append(path.resolve())
        parent = document.data.get("extends")
        if parent is None:
            return chain
        where = document.where(("extends",))
        if not isinstance(parent, str):
            raise InputError("text is wanted", file=where, key="extends", value=parent)
        path = _path(parent, LIBRARY, "scenario", near=path, file=where, key="extends")
        if path.resolve() in seen:
            circle = " -> ".join([*(p.stem for p in seen), path.stem])
            raise InputError("scenarios extend each other in a circle", file=where, key="extends", value=circle)


def _check_file(file: ScenarioFile, document: Document, path: Path, sources: Collection[str]) -> None:
    in_library = path.resolve().parent == LIBRARY.resolve()
    if in_library and file.name != path.stem:
        raise InputError("not the file's name", file=document.where(("name",)), key="name", value=file.name)
    if not in_library and file.name in list_scenarios():
        problem = "the library has a scenario of this name"
        raise InputError(problem, file=document.where(("name",)), key="name", value=file.name, allowed="another name")
    schema.check_scenario(file, document, sources, NETWORKS)


def _own_programmes(document: Document, file: ScenarioFile, path: Path) -> Document:
    """The programmes of one scenario file, with each bare number made a block and each template a full path."""
    own = document.part("programmes")
    blocks: dict[str, dict[str, Any]] = {}
    for name, given in own.data.items():
        for key in TEMPLATE_KEYS & given.keys():
            where = own.where((name, key))
            raise InputError("belongs to the template", file=where, key=f"programmes.{name}.{key}", value=given[key])
        block: dict[str, Any] = {key: _number_block(key, value, file.name) for key, value in given.items()}
        if isinstance(block.get("effects"), dict):
            block["effects"] = {
                key: _number_block(f"effects.{key}", value, file.name) for key, value in block["effects"].items()
            }
        kinds = [key for key in BUDGETS if key in block]
        if len(kinds) == 1:
            # One kind of budget takes the place of the other kind that an extended scenario may have given.
            block |= {key: None for key in BUDGETS if key not in kinds}
        if "template" in block:
            where, key = own.where((name, "template")), f"programmes.{name}.template"
            block["template"] = _path(block["template"], CATALOGUE, "programme", near=path, file=where, key=key)
        blocks[name] = block
    return Document(blocks, own.origins)


def _number_block(key: str, value: object, scenario: str) -> object:
    """A number of a scenario as a block; one that names no source is the writer's own assumption."""
    holds_number = key.startswith("effects.") or key in quantities.NUMBER_NAMES
    if not holds_number or isinstance(value, bool) or not isinstance(value, int | float | dict):
        return value
    block = dict(value) if isinstance(value, dict) else {"value": value}
    # What the template says of its own number does not hold for another one.
    own: dict[str, object] = {"why": "", "see": []}
    if "source" not in block:
        own |= {
            "status": "assumed",
            "source": quantities.ASSUMPTION,
            "why": f"chosen in scenario {scenario}",
        }
        # A range of the writer's own says that the number is uncertain to them too.
        own["chosen"] = not {"low", "high"} & block.keys()
    return own | block


def _scheduled(given: Document, name: str, sources: Collection[str]) -> tuple[ScheduledProgramme, Document]:
    """A template with a scenario's values put over it."""
    values = dict(given.data)
    prefix = f"programmes.{name}"
    template = values.pop("template", name)
    path = _path(template, CATALOGUE, "programme", file=given.where(), key=prefix)
    document = read_yaml(path)
    _checked_template(document, path)
    merged = document.overlaid(Document({**values, "id": name}, given.origins))
    programme = schema.parse(ScheduledProgramme, merged, prefix)
    schema.check_programme(programme, merged, sources, prefix)
    return programme, merged


def _checked_template(document: Document, path: Path) -> ProgrammeTemplate:
    template = schema.parse(ProgrammeTemplate, document)
    if path.resolve().parent == CATALOGUE.resolve() and template.id != path.stem:
        raise InputError("not the file's name", file=document.where(("id",)), key="id", value=template.id)
    schema.check_programme(template, document, load_sources())
    return template
