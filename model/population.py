"""The roster: who exists when in a region, in which household, with which lasting attributes. No behaviour.

Every resident aged 16 or over at some month from January 2013 to December 2035 is one row. Dates are exogenous:
a run reads them and no programme changes them. docs/population.md tells how the roster is made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from model.area_roster import AreaRoster, Inputs, build_area, linked_groups
from model.chance import key_from_text, mix
from model.demography import build_schedules, survivors_after_90
from model.errors import InputError
from model.jit import njit
from model.margins import area_margins
from model.migration import authority_flows, estimate_months
from model.region import AGE_BANDS, Region
from model.storage import cache_dir, cached_columns, content_hash, source_hash

if TYPE_CHECKING:
    import pandas as pd

SEXES = ("female", "male")
BUILDER_FILES = (
    "area_roster.py", "chance.py", "demography.py", "household_changes.py", "households.py", "lifecourse.py",
    "margins.py", "migration.py", "movers.py", "population.py", "rounding.py", "synthesis.py",
)  # fmt: skip
"""Sources that decide what a roster holds: a stored one is rebuilt when any of them changes."""

SAMPLING_ERA_YEARS = 12
"""Linked households are sampled at even steps within eras of their members' mean birth: stratified by age and size."""

Progress = Callable[[int, int], None]
"""Called with areas done and areas in all."""


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Synthetic residents; n rows sorted by (area, household, number in household).

    key uint64, unique, the same at every scale. area int32. birth_month int16 (before 0: before January 2013).
    sex int8 (0 female, 1 male). entry_month int16: first month present and 16 or over. exit_month int16: first month
    no longer present (NEVER if beyond the horizon). disability_onset_month int16 (0 or less: disabled from the start).
    education int8: 0 none or Level 1, 1 Level 2-3, apprenticeship or other, 2 Level 4 and over; highest attained in
    the end. household int32 at entry. next_household int32 (-1 none) from next_household_month int16 (NEVER if none),
    in the same area. parent_household int32 (-1 unknown): where a parent lives or lived. income_quintile int8 (0 the
    nation's lowest). on_benefits int8. employment int8 at entry: 0 inactive, 1 unemployed, 2 employed.
    household_area int32 (households,). area_* and authority_*: small areas and authorities, in the region's order;
    area_deprivation int8 is the nation's fifth, 0 most deprived. weight: people one row stands for.
    """

    key: np.ndarray
    area: np.ndarray
    birth_month: np.ndarray
    sex: np.ndarray
    entry_month: np.ndarray
    exit_month: np.ndarray
    disability_onset_month: np.ndarray
    education: np.ndarray
    household: np.ndarray
    next_household: np.ndarray
    next_household_month: np.ndarray
    parent_household: np.ndarray
    income_quintile: np.ndarray
    on_benefits: np.ndarray
    employment: np.ndarray
    household_area: np.ndarray
    area_code: np.ndarray
    area_authority: np.ndarray
    area_latitude: np.ndarray
    area_longitude: np.ndarray
    area_deprivation: np.ndarray
    area_rural: np.ndarray
    authority_code: np.ndarray
    authority_name: np.ndarray
    region: str
    scale: float
    structure_seed: int
    fingerprint: str
    weight: float

    @property
    def n(self) -> int:
        """Rows: everyone who is an adult resident at some month."""
        return int(self.key.size)

    @property
    def n_households(self) -> int:
        """Households that stand at some month."""
        return int(self.household_area.size)

    @property
    def n_areas(self) -> int:
        """Small areas, those without residents included."""
        return int(self.area_code.size)

    def present(self, month: int) -> np.ndarray:
        """Mask (n,) of those resident and 16 or over in a month."""
        return (self.entry_month <= month) & (month < self.exit_month)

    def disabled(self, month: int) -> np.ndarray:
        """Mask (n,) of those disabled in a month, present or not."""
        return self.disability_onset_month <= month

    def age(self, month: int) -> np.ndarray:
        """Age last birthday (n,) in a month."""
        return (month - self.birth_month.astype(np.int64)) // 12

    def age_band(self, month: int) -> np.ndarray:
        """Index (n,) of the age band, 0 for 16-24 to 6 for 75 and over; -1 below 16."""
        return np.searchsorted(np.array([16, 25, 35, 45, 55, 65, 75]), self.age(month), side="right") - 1


ROW_TYPES = {
    "area": np.int32, "birth_month": np.int16, "sex": np.int8, "entry_month": np.int16, "exit_month": np.int16,
    "disability_onset_month": np.int16, "education": np.int8, "household": np.int32, "next_household": np.int32,
    "next_household_month": np.int16, "parent_household": np.int32, "income_quintile": np.int8, "on_benefits": np.int8,
    "employment": np.int8,
}  # fmt: skip
ARRAYS = tuple(field.name for field in fields(Population) if field.name not in
               ("region", "scale", "structure_seed", "fingerprint", "weight"))  # fmt: skip


def population_fingerprint(region: Region, scale: float, structure_seed: int) -> str:
    """What a roster depends on, as a hash: the region's tables, the builder's source, scale and structure seed."""
    here = Path(__file__).parent
    source = source_hash(*(here / name for name in BUILDER_FILES))
    return content_hash({"region": region.fingerprint, "scale": scale, "seed": structure_seed, "source": source})


def get_population(
    region: Region, scale: float = 1.0, structure_seed: int = 1, progress: Progress | None = None
) -> Population:
    """The roster from the user's cache, built on first use by one process; its arrays are memory-mapped, read-only."""
    check_scale(scale)
    fingerprint = population_fingerprint(region, scale, structure_seed)

    def build() -> tuple[dict[str, np.ndarray], dict[str, object]]:
        built = build_population(region, scale, structure_seed, progress)
        return {name: getattr(built, name) for name in ARRAYS}, {"region": region.name, "fingerprint": fingerprint}

    columns, _ = cached_columns(cache_dir() / "populations" / fingerprint[:32], build)
    return Population(
        **columns, region=region.name, scale=scale, structure_seed=structure_seed, fingerprint=fingerprint,
        weight=1.0 / scale,
    )  # fmt: skip


def check_scale(scale: float) -> None:
    """InputError unless 0 < scale <= 1."""
    if not 0.0 < scale <= 1.0:
        raise InputError("the scale is the share of households that is simulated", key="scale", value=scale,
                         allowed="above 0, up to 1")  # fmt: skip


def build_population(
    region: Region, scale: float = 1.0, structure_seed: int = 1, progress: Progress | None = None
) -> Population:
    """Make the roster of a region. Below scale 1 whole linked households are sampled systematically in each area."""
    check_scale(scale)
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("key", *ROW_TYPES)}
    household_area: list[np.ndarray] = []
    households = 0
    for area, roster in enumerate(_rosters(region, structure_seed, progress)):
        code = str(region.areas["area_code"].iloc[area])
        rows, new_number, kept = _sampled(roster, scale, structure_seed, code)
        for name, values in _columns(roster, rows, new_number, households, area, code).items():
            columns[name].append(values)
        household_area.append(np.full(kept, area, dtype=np.int32))
        households += kept
    joined = {name: np.concatenate(parts) for name, parts in columns.items()}
    return Population(
        **joined,
        household_area=np.concatenate(household_area),
        **_places(region),
        region=region.name,
        scale=scale,
        structure_seed=structure_seed,
        fingerprint=population_fingerprint(region, scale, structure_seed),
        weight=1.0 / scale,
    )


def build_inputs(region: Region) -> Inputs:
    """Targets, schedules and flows of a region: no luck in them."""
    schedules = build_schedules(region, estimate_months(region))
    education = region.national["education_by_age"]
    shares = education.pivot_table(index="age_band", columns="education", values="share_pct").reindex(list(AGE_BANDS))
    margins = area_margins(region, survivors_after_90(schedules.mortality))
    return Inputs(
        margins=margins,
        schedules=schedules,
        flows=authority_flows(region, margins, schedules),
        education_by_age=shares[[0, 1, 2]].to_numpy() / 100.0,
    )


def census_margins(population: Population, month: int) -> pd.DataFrame:
    """Adults present in a month at full population: authority_code, age_band, sex, disabled, adults (people)."""
    import pandas as pd

    rows = np.flatnonzero(population.present(month))
    authority = population.area_authority[population.area[rows]].astype(np.int64)
    band, disabled = population.age_band(month)[rows], population.disabled(month)[rows]
    shape = (population.authority_code.size, len(AGE_BANDS), 2, 2)
    cell = np.ravel_multi_index((authority, band, population.sex[rows], disabled.astype(np.int64)), shape)
    adults = np.bincount(cell, minlength=int(np.prod(shape))) * population.weight
    index = pd.MultiIndex.from_product(
        [population.authority_code, AGE_BANDS, SEXES, (False, True)],
        names=["authority_code", "age_band", "sex", "disabled"],
    )
    return pd.Series(adults, index=index, name="adults").reset_index()


def _rosters(region: Region, structure_seed: int, progress: Progress | None) -> Iterator[AreaRoster]:
    inputs = build_inputs(region)
    places = _places(region)
    codes, authorities = places["area_code"], places["area_authority"]
    deciles = region.areas["deprivation_decile"].to_numpy(np.int64)
    for area, code in enumerate(codes):
        yield build_area(inputs, area, str(code), int(authorities[area]), int(deciles[area]), structure_seed)
        if progress is not None:
            progress(area + 1, codes.size)


def _sampled(roster: AreaRoster, scale: float, structure_seed: int, code: str) -> tuple[np.ndarray, np.ndarray, int]:
    """Rows kept, the new number of each household (-1 if dropped), and how many households are kept.

    Groups of households linked by a person's change are kept or dropped together; sorted by age and size and taken at
    even steps, they keep the area's shares.
    """
    places = roster.places
    other = places.next_household
    used = np.zeros(places.count, dtype=bool)
    used[places.household] = True
    used[other[other >= 0]] = True
    if scale < 1.0:
        group = linked_groups(places.household, other, places.count)
        used &= _groups_taken(group, roster, scale, structure_seed, code)[group]
    new_number = np.where(used, np.cumsum(used) - 1, -1)
    return np.flatnonzero(used[places.household]), new_number, int(used.sum())


def _groups_taken(group: np.ndarray, roster: AreaRoster, scale: float, structure_seed: int, code: str) -> np.ndarray:
    """Mask of linked groups sampled at even steps in order of era of birth, size and mean birth month."""
    of_row = group[roster.places.household]
    count = int(group.max(initial=-1)) + 1
    members = np.bincount(of_row, minlength=count)
    birth = np.bincount(of_row, weights=roster.lives.birth_month, minlength=count) / np.maximum(members, 1)
    occupied = np.flatnonzero(members > 0)
    era = birth // (12 * SAMPLING_ERA_YEARS)
    order = occupied[np.lexsort((birth[occupied], members[occupied], era[occupied]))]
    offset = float(np.random.Generator(np.random.Philox(key=key_from_text(f"{structure_seed}|sample|{code}"))).random())
    taken = np.zeros(count, dtype=bool)
    steps = np.floor(np.arange(order.size + 1) * scale + offset)
    taken[order] = np.diff(steps) > 0
    return taken


def _columns(
    roster: AreaRoster, rows: np.ndarray, new_number: np.ndarray, first: int, area: int, code: str
) -> dict[str, np.ndarray]:
    """Rows of one area as columns of Population; `first` is the number of its first household in the region."""
    lives, places = roster.lives, roster.places

    def renumbered(household: np.ndarray) -> np.ndarray:
        number = np.where(household >= 0, new_number[household], -1)
        return np.where(number >= 0, number + first, -1)

    plain = {
        "area": np.full(rows.size, area),
        "birth_month": lives.birth_month[rows],
        "sex": lives.sex[rows],
        "entry_month": lives.entry_month[rows],
        "exit_month": lives.exit_month[rows],
        "disability_onset_month": lives.disability_onset_month[rows],
        "education": lives.education[rows],
        "household": renumbered(places.household[rows]),
        "next_household": renumbered(places.next_household[rows]),
        "next_household_month": places.next_month[rows],
        "parent_household": renumbered(places.parent_household[rows]),
        "income_quintile": roster.income_quintile[rows],
        "on_benefits": roster.on_benefits[rows],
        "employment": roster.employment[rows],
    }
    typed = {name: values.astype(ROW_TYPES[name]) for name, values in plain.items()}
    keys = person_keys(np.uint64(key_from_text(code)), places.household[rows], roster.number[rows])
    return {"key": keys, **typed}


@njit
def person_keys(area_word: np.uint64, household: np.ndarray, number: np.ndarray) -> np.ndarray:
    """Keys (n,) from the area's word, the household's number in the area and the person's in the household."""
    keys = np.empty(household.size, dtype=np.uint64)
    for i in range(household.size):
        keys[i] = mix(mix(area_word, np.uint64(household[i])), np.uint64(number[i]))
    return keys


def _places(region: Region) -> dict[str, np.ndarray]:
    areas, authorities = region.areas, region.authorities
    index = {code: i for i, code in enumerate(authorities["authority_code"])}
    return {
        "area_code": areas["area_code"].to_numpy().astype(np.str_),
        "area_authority": areas["authority_code"].map(index).to_numpy(np.int16),
        "area_latitude": areas["latitude"].to_numpy(np.float64),
        "area_longitude": areas["longitude"].to_numpy(np.float64),
        "area_deprivation": ((areas["deprivation_decile"].to_numpy(np.int64) - 1) // 2).astype(np.int8),
        "area_rural": areas["rural"].to_numpy(np.int8),
        "authority_code": authorities["authority_code"].to_numpy().astype(np.str_),
        "authority_name": authorities["authority_name"].to_numpy().astype(np.str_),
    }
