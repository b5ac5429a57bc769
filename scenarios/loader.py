"""From names or paths of scenario files to what the model reads."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from model.calendar import month_index
from model.errors import InputError
from model.programmes.review import Review
from model.region import Region
from model.scenario import Scenario, Target
from scenarios import quantities
from scenarios.catalogue import CATALOGUE, load_sources, named_file, read_template
from scenarios.composites import Composite, scheduled_parts
from scenarios.number_draws import NumberDraws
from scenarios.number_schema import Trend
from scenarios.programme_in_region import Extent, programme_for_region
from scenarios.programme_schema import BUDGETS, ScheduledProgramme, check_programme, check_schedule
from scenarios.scenario_schema import ScenarioFile, check_scenario, review_of, target_of
from scenarios.schema_faults import Faults, parse
from scenarios.yaml_io import Document, read_yaml, shown_path

LIBRARY = Path(__file__).parent / "library"
TEMPLATE_KEYS = {"id", "instrument", "extends"}
"""keys that a scenario cannot change: another instrument is another programme"""

NETWORKS = ("standard", "placebo")


@dataclass(frozen=True, slots=True)
class Plan:
    """A scenario with `extends` followed and every number in place, not yet tied to a region."""

    file: ScenarioFile
    network: str
    programmes: tuple[tuple[ScheduledProgramme, Document], ...]
    """each with the places of its values, for errors that only a region can cause"""
    trends: dict[str, Trend]
    targets: tuple[Target, ...] = ()
    review: Review | None = None

    @property
    def extends(self) -> tuple[str, ...]:
        """What the scenario's file extends, as it is written there."""
        return _parents(self.file.extends)

    def for_region(self, extent: Extent, as_written: bool = True) -> Scenario:
        """The scenario in a region of this extent; not `as_written` after draws."""
        return Scenario(
            name=self.file.name,
            title=self.file.title,
            summary=" ".join(self.file.summary.split()),
            programmes=tuple(
                programme_for_region(programme, document, extent, f"programmes.{programme.id}", as_written)
                for programme, document in self.programmes
            ),
            trends={
                name: tuple((month_index(label), value) for label, value in trend.points.items())
                for name, trend in sorted(self.trends.items())
            },
            network_variant=self.network,
            review=self.review,
            targets=self.targets,
        )


def list_scenarios() -> list[str]:
    """Names of the scenarios of the library."""
    return sorted(path.stem for path in LIBRARY.glob("*.yaml"))


def load_scenario(name_or_path: str | Path, region_name: str, draws: NumberDraws | None = None) -> Scenario:
    """Read a scenario and resolve it for a region: money in pence, places a month, month numbers.

    `draws` moves the uncertain numbers of programmes within their ranges (for full bands). Raises InputError, naming
    file, line, key and what is allowed, for whatever is wrong.
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


def load_plan(name_or_path: str | Path) -> Plan:
    """Read and check a scenario as far as that needs no region."""
    path = named_file(name_or_path, LIBRARY, "scenario")
    sources = load_sources()
    chain = list(_chain(path, {}).values())
    files = [parse(ScenarioFile, document) for _, document in chain]
    network, overrides = NETWORKS[0], Document({})
    trends: dict[str, Trend] = {}
    targets: dict[str, Target] = {}
    review: Review | None = None
    for (file_path, document), file in zip(chain, files, strict=True):
        _check_file(file, document, file_path, sources)
        network = file.network or network
        trends |= file.trends
        targets |= {name: target_of(name, given) for name, given in file.targets.items()}
        review = review_of(file.review) if "review" in document.data else review
        if file.programmes:
            overrides = overrides.overlaid(_own_programmes(document, file, file_path))
    last = files[-1]
    missing = [name for name in quantities.TRENDS if name not in trends]
    if missing:
        hint = "'extends: baseline' supplies it"
        raise InputError("missing", file=shown_path(path), key=f"trends.{missing[0]}", allowed=hint)
    programmes = tuple(entry for name in overrides.data for entry in _scheduled(overrides.part(name), name, sources))
    return Plan(last, network, programmes, trends, tuple(targets.values()), review)


def _chain(
    path: Path, found: dict[Path, tuple[Path, Document]], below: tuple[Path, ...] = ()
) -> dict[Path, tuple[Path, Document]]:
    """The scenario's file and those it extends, each once and after those that it extends itself."""
    document = read_yaml(path)
    below = (*below, path.resolve())
    for position, parent in enumerate(_parents(document.data.get("extends"))):
        where = document.where(("extends", position))
        if not isinstance(parent, str):
            raise InputError("a name or a list of names is wanted", file=where, key="extends", value=parent)
        parent_path = named_file(parent, LIBRARY, "scenario", near=path, file=where, key="extends")
        if parent_path.resolve() in below:
            circle = " -> ".join(p.stem for p in (*below, parent_path))
            raise InputError("scenarios extend each other in a circle", file=where, key="extends", value=circle)
        if parent_path.resolve() not in found:
            _chain(parent_path, found, below)
    found[path.resolve()] = (path, document)
    return found


def _parents(extends: object) -> tuple[Any, ...]:
    """`extends` is a name or a list of names."""
    if extends is None:
        return ()
    return tuple(extends) if isinstance(extends, list) else (extends,)


def _check_file(file: ScenarioFile, document: Document, path: Path, sources: Collection[str]) -> None:
    in_library = path.resolve().parent == LIBRARY.resolve()
    if in_library and file.name != path.stem:
        raise InputError("not the file's name", file=document.where(("name",)), key="name", value=file.name)
    if not in_library and file.name in list_scenarios():
        problem = "the library has a scenario of this name"
        raise InputError(problem, file=document.where(("name",)), key="name", value=file.name, allowed="another name")
    check_scenario(file, document, sources, NETWORKS)


def _own_programmes(document: Document, file: ScenarioFile, path: Path) -> Document:
    """The programmes of one scenario file, with each bare number made a block and each template a full path."""
    own = document.part("programmes")
    blocks: dict[str, dict[str, Any]] = {}
    for name, given in own.data.items():
        for key in TEMPLATE_KEYS & given.keys():
            where = own.where((name, key))
            raise InputError("belongs to the template", file=where, key=f"programmes.{name}.{key}", value=given[key])
        block = _own_block(given, file.name)
        kinds = [key for key in BUDGETS if key in block]
        if len(kinds) == 1:
            # One kind of budget takes the place of the other kind that an extended scenario may have given.
            block |= {key: None for key in BUDGETS if key not in kinds}
        if "template" in block:
            where, key = own.where((name, "template")), f"programmes.{name}.template"
            block["template"] = named_file(block["template"], CATALOGUE, "programme", near=path, file=where, key=key)
        blocks[name] = block
    return Document(blocks, own.origins)


def _own_block(given: dict[str, Any], scenario: str) -> dict[str, Any]:
    """What a scenario says of a programme, or of a part of one, with each bare number made a block."""
    block = {key: _number_block(key, value, scenario) for key, value in given.items()}
    effects, parts = given.get("effects"), given.get("parts")
    if isinstance(effects, dict):
        block["effects"] = {key: _number_block(f"effects.{key}", value, scenario) for key, value in effects.items()}
    if isinstance(parts, dict):
        block["parts"] = {
            name: _own_block(part, scenario) if isinstance(part, dict) else part for name, part in parts.items()
        }
    return block


def _number_block(key: str, value: object, scenario: str) -> object:
    """A number of a scenario as a block; one that names no source is the writer's own assumption."""
    holds_number = key.startswith("effects.") or key in quantities.NUMBER_NAMES
    if not holds_number or isinstance(value, bool) or not isinstance(value, int | float | dict):
        return value
    block = dict(value) if isinstance(value, dict) else {"value": value}
    has_range = bool({"low", "high"} & block.keys())
    if key in quantities.OPTIONAL_NUMBERS and "value" in block:
        # Most templates have no such number whose unit and range could stay.
        unit = quantities.delivery_quantities("train")[key].unit
        block = {"unit": unit, "low": block["value"], "high": block["value"]} | block
    # What the template says of its own number does not hold for another one.
    own: dict[str, object] = {"why": "", "see": []}
    if "source" not in block:
        own |= {
            "status": "assumed",
            "source": quantities.ASSUMPTION,
            "why": f"chosen in scenario {scenario}",
        }
        # A range of the writer's own says that the number is uncertain to them too.
        own["chosen"] = not has_range
    return own | block


def _scheduled(given: Document, name: str, sources: Collection[str]) -> list[tuple[ScheduledProgramme, Document]]:
    """A template with a scenario's values put over it; a composite is as many programmes as it has parts."""
    values = {**given.data, "id": name}
    prefix = f"programmes.{name}"
    Faults(given, prefix).name((), name)
    path = named_file(values.pop("template", name), CATALOGUE, "programme", file=given.where(), key=prefix)
    template, document = read_template(path)
    own = Document(values, given.origins)
    if isinstance(template, Composite):
        documents = scheduled_parts(template, own, prefix)
    else:
        documents = {prefix: document.overlaid(own)}
    programmes = []
    for key, merged in documents.items():
        programme = parse(ScheduledProgramme, merged, key)
        check_schedule(programme, Faults(merged, key))
        check_programme(programme, merged, sources, key)
        programmes.append((programme, merged))
    return programmes
