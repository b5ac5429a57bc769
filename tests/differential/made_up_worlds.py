"""Small random worlds in which much happens: people come, go, move and tie, programmes overlap, parameters are wild.

Hypothesis chooses how many there are of what; a generator seeded by all of it fills the rest, so that no two recipes give
worlds that are alike.
"""

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from model.calendar import END_YEAR, NEVER, START_YEAR
from model.chance import key_from_text
from model.firm_roster import FirmRoster, empty_roster
from model.network import Network, assemble
from model.network_ties import Layer, Ties
from model.parameters import central_values, registry
from model.population import Population
from model.programmes.programme import (
    AREA_TARGETINGS,
    CHANNELS,
    FIRM_INSTRUMENTS,
    FIRM_NEEDS,
    FIRM_TARGETINGS,
    INSTRUMENTS,
    NEEDS,
    PLACE_INSTRUMENTS,
    RESIDENT_INSTRUMENTS,
    RESIDENT_NEEDS,
    TARGETINGS,
    Eligibility,
    FirmEligibility,
    Programme,
)
from model.programmes.review import REVIEW_RULES, Pilot, Review
from model.region import SECTORS, SIZE_BANDS
from model.region_model import ModelSpec
from model.scenario import Scenario
from model.setting import KINDS, Hubs, Setting
from model.state import Places
from model.technologies import TECHNOLOGIES

NATIONAL = Path(__file__).parents[2] / "scenarios" / "national"
EFFECTS = {
    "train": {"hours": (0, 15), "ceiling_gain_share": (0, 1), "motivation_gain": (0, 1), "trust_gain": (0, 1)},
    "equip": {
        "device": (1, 2), "connection": (0, 2), "months_of_data": (0, 6), "lend_months": (0, 6), "kept_share": (0, 1),
        "motivation_gain": (0, 1), "support_hours": (0, 6),
    },
    "subsidise_connection": {"subsidy_share": (0, 1), "months": (1, 6), "motivation_gain": (0, 1)},
    "champion": {
        "people_helped_per_month": (0, 4), "champion_leave_probability_monthly": (0, 0.5), "help_hours": (0, 12),
        "motivation_gain": (0, 1), "trust_gain": (0, 1),
    },
    "inform": {"motivation_gain": (0, 1), "trust_gain": (0, 1), "reach_probability_monthly": (0, 1)},
    "convene_residents": {
        "group_size": (1, 4), "tie_months": (1, 6), "hours": (0, 12), "ceiling_gain_share": (0, 1),
        "motivation_gain": (0, 1), "trust_gain": (0, 1),
    },
    "open_hub": {"n_hubs": (1, 3), "staffed_hours_week": (5, 60), "seats": (1, 12), "kind": (1, 4)},
    "subsidise_firm": {"offer_share": (0, 1), "offer_cap_gbp": (100, 20_000), "attention_gain": (0, 20)},
    "certify": {
        "offer_share": (0, 1), "offer_cap_gbp": (100, 2_000), "adviser_hours": (0, 20),
        "capability_gain_per_hour": (0, 0.1), "attention_gain": (0, 20),
    },
    "advise_firm": {
        "adviser_hours": (0, 20), "capability_gain_per_hour": (0, 0.1), "observations_per_hour": (0, 1),
        "attention_gain": (0, 20), "staff_training_hours": (0, 10),
    },
    "embed_expert": {
        "expert_days": (0, 20), "capability_gain_per_day": (0, 0.1), "observations_per_day": (0, 1),
        "attention_gain": (0, 20), "staff_training_hours": (0, 10),
    },
    "convene": {"cohort_size": (1, 4), "cohort_months": (1, 9), "capability_gain": (0, 1), "attention_gain": (0, 20)},
    "demonstrate": {
        "radius_km": (1, 12), "site_months": (1, 9), "opt_in_share": (0.3, 1), "observations_per_month": (0, 1),
        "attention_gain": (0, 20),
    },
    "inform_firms": {
        "reach_probability_monthly": (0, 1), "observations": (0, 1), "capability_gain": (0, 1), "attention_gain": (0, 20),
    },
    "invest": {
        "invested_gbp": (100, 50_000), "private_per_public": (0, 3), "capability_gain": (0, 1), "demand_gain": (0, 1),
        "attention_gain": (0, 20),
    },
    "redesign_service": {
        "n_services": (1, 9), "share_gain_per_service": (0, 0.3), "threshold_reduction_per_service": (0, 0.2),
        "assisted_share": (0, 1), "build_months": (0, 4), "half_life_months": (1, 12),
    },
    "coordinate": {
        "n_partners": (1, 9), "referral_gain": (0, 1), "drop_out_reduction": (0, 1), "build_months": (0, 4),
        "half_life_months": (1, 12),
    },
    "share_data": {
        "n_partners": (1, 9), "found_share": (0, 1), "false_found_share": (0, 0.5), "opt_out_share": (0, 0.5),
        "outreach_gain": (0, 1), "trust_gain": (0, 0.2), "build_months": (0, 4), "half_life_months": (1, 12),
    },
    "build_coverage": {"take_up_share": (0, 1), "attention_gain": (0, 20), "build_months": (0, 4)},
    "decarbonise": {"n_sites": (1, 9), "build_months": (0, 4)},
    "assess": {"delay_months": (0, 6)},
}  # fmt: skip
CHANNEL = {
    "champion": "hub", "convene_residents": "hub", "inform": "direct", "inform_firms": "direct", "invest": "direct",
    "demonstrate": "direct", **dict.fromkeys(PLACE_INSTRUMENTS, "direct"),
}  # fmt: skip
"""Instruments that have no choice of channel."""
PALETTES = (
    INSTRUMENTS,
    RESIDENT_INSTRUMENTS,
    ("equip", "subsidise_connection"),
    ("train", "champion", "open_hub"),
    FIRM_INSTRUMENTS,
    ("convene", "subsidise_firm", "advise_firm"),
    ("invest", "inform_firms", "subsidise_firm"),
    ("train", "convene_residents", "equip"),
    PLACE_INSTRUMENTS,
    ("share_data", "coordinate", "redesign_service", "train", "equip", "advise_firm"),
    ("build_coverage", "subsidise_connection", "assess", "convene"),
)
"""Instruments that a world mixes: few of them, so that several of a kind meet the same people, or many."""
WHOLE = {
    "device", "connection", "months_of_data", "lend_months", "months", "n_hubs", "kind", "cohort_size", "cohort_months",
    "site_months", "group_size", "tie_months", "n_services", "n_partners", "n_sites", "build_months", "delay_months",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a random world is made of."""

    n_people: int
    n_areas: int
    n_hubs: int
    n_firms: int
    n_ties: int
    n_months: int
    instruments: tuple[str, ...]
    scale: float
    wild: bool
    """parameters drawn anywhere within their bounds instead of central"""
    seed: int


def _mix_of(palette: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(palette), min_size=3, max_size=8).map(tuple)


def recipes() -> st.SearchStrategy[Recipe]:
    """Strategy of worlds of 20 to 80 people; they shrink to fewer people, firms and programmes."""
    return st.builds(
        Recipe,
        n_people=st.integers(20, 80),
        n_areas=st.integers(1, 4),
        n_hubs=st.integers(0, 3),
        n_firms=st.integers(0, 12),
        n_ties=st.integers(0, 200),
        n_months=st.integers(15, 30),
        instruments=st.sampled_from(PALETTES).flatmap(_mix_of),
        scale=st.sampled_from((1.0, 0.5, 0.1)),
        wild=st.booleans(),
        seed=st.integers(0, 2**31 - 1),
    )


@dataclass(frozen=True, slots=True)
class MadeUpWorld:
    """The inputs of an engine."""

    spec: ModelSpec
    population: Population
    network: Network
    setting: Setting
    national: dict[str, pd.DataFrame]
    seed: int
    roster: FirmRoster

    @property
    def inputs(self) -> dict[str, object]:
        """Arguments of both engines."""
        return {
            "spec": self.spec, "population": self.population, "network": self.network, "setting": self.setting,
            "national": self.national, "rng": self.seed, "roster": self.roster,
        }  # fmt: skip


def make_world(recipe: Recipe) -> MadeUpWorld:
    """The world of a recipe."""
    rng = np.random.default_rng(key_from_text(repr(recipe)))
    population = _population(rng, recipe)
    programmes = tuple(_programme(rng, number, name, recipe) for number, name in enumerate(recipe.instruments))
    review = _review(rng)
    if review is not None and rng.random() < 0.7:
        programmes = tuple(_contested(rng, programme, recipe) for programme in programmes)
    scenario = Scenario("made-up", "Made up", "", programmes, _trends(rng, recipe.n_months), review=review)
    spec = ModelSpec(scenario, recipe.n_months, _values(rng, recipe.wild))
    network, setting = _network(rng, recipe, population), _setting(rng, recipe, population)
    return MadeUpWorld(spec, population, network, setting, national_tables(), recipe.seed, _roster(rng, recipe))


@cache
def national_tables() -> dict[str, pd.DataFrame]:
    """The shipped tables, with a panel cut short: both engines solve the same levels on it."""
    names = ("reference_panel", "start_use", "start_adoption")
    tables = {name: pd.read_csv(NATIONAL / f"{name}.csv") for name in names}
    return tables | {"reference_panel": tables["reference_panel"].iloc[::15].reset_index(drop=True)}


def _population(rng: np.random.Generator, recipe: Recipe) -> Population:
    n, months = recipe.n_people, recipe.n_months
    n_households = max(2, n // 2)
    household = rng.integers(0, n_households, n)
    household_area = rng.integers(0, recipe.n_areas, n_households)
    entry = np.where(rng.random(n) < 0.6, 0, rng.integers(0, months + 4, n))
    leaves = entry + rng.integers(1, months, n)
    exit_month = np.where(rng.random(n) < 0.35, leaves, NEVER)
    age_months = rng.choice([16 * 12, 65 * 12 + 6, *rng.integers(16 * 12, 90 * 12, 8)], n)
    move, target = entry + rng.integers(1, months, n), rng.integers(0, n_households, n)
    moves = (rng.random(n) < 0.4) & (move < exit_month) & (target != household)
    onset = rng.choice([0, NEVER, *rng.integers(1, months, 3)], n)
    columns = {
        "area": (household_area[household], np.int32), "birth_month": (entry - age_months, np.int16),
        "sex": (rng.integers(0, 2, n), np.int8), "entry_month": (entry, np.int16), "exit_month": (exit_month, np.int16),
        "disability_onset_month": (onset, np.int16), "education": (rng.integers(0, 3, n), np.int8),
        "household": (household, np.int32), "next_household": (np.where(moves, target, -1), np.int32),
        "next_household_month": (np.where(moves, move, NEVER), np.int16), "parent_household": (np.full(n, -1), np.int32),
        "income_quintile": (rng.integers(0, 5, n), np.int8), "on_benefits": (rng.random(n) < 0.3, np.int8),
        "employment": (rng.integers(0, 3, n), np.int8), "household_area": (household_area, np.int32),
    }  # fmt: skip
    areas = np.arange(recipe.n_areas)
    return Population(
        **{name: values.astype(dtype) for name, (values, dtype) in columns.items()},
        key=rng.integers(0, 2**63, n, dtype=np.uint64) * np.uint64(2) + np.uint64(1),
        area_code=np.array([f"E{i:08d}" for i in areas]),
        area_authority=(areas % 2).astype(np.int16),
        area_latitude=51.8 + 0.02 * areas,
        area_longitude=-2.2 + 0.02 * areas,
        area_deprivation=rng.integers(0, 5, recipe.n_areas).astype(np.int8),
        area_rural=rng.integers(0, 2, recipe.n_areas).astype(np.int8),
        authority_code=np.array(["E07000001", "E07000002"]),
        authority_name=np.array(["Anyshire", "Otherham"]),
        region="made-up", scale=recipe.scale, structure_seed=1, fingerprint=f"made-up-{recipe}", weight=1.0 / recipe.scale,
    )  # fmt: skip


def _network(rng: np.random.Generator, recipe: Recipe, population: Population) -> Network:
    """Ties that begin and end by date, always within the stay of both ends."""
    layers = {}
    for layer in Layer:
        one, other = (rng.integers(0, population.n, recipe.n_ties // 3) for _ in range(2))
        start = np.maximum(population.entry_month[one], population.entry_month[other]).astype(np.int64)
        end = np.minimum(population.exit_month[one], population.exit_month[other]).astype(np.int64)
        start = start + np.where(rng.random(len(one)) < 0.3, rng.integers(0, 12, len(one)), 0)
        end = np.where(rng.random(len(one)) < 0.3, np.minimum(end, start + rng.integers(1, 12, len(one))), end)
        keep = (start < end) & (one != other)
        ties = Ties(one.astype(np.int32), other.astype(np.int32), start.astype(np.int16), end.astype(np.int16))
        layers[layer] = ties.where(keep)
    return Network(**assemble(population.n, layers), variant="standard", fingerprint="made up")


def _setting(rng: np.random.Generator, recipe: Recipe, population: Population) -> Setting:
    n_areas, n_hubs = recipe.n_areas, recipe.n_hubs
    distance = rng.uniform(0.1, 8.0, (n_areas, n_hubs)).round(6)
    hours = rng.choice([0.0, 12.5, 35.0, 60.0], n_hubs, p=[0.1, 0.3, 0.3, 0.3])
    hubs = Hubs(
        hub_id=np.array([f"hub-{i}" for i in range(n_hubs)], dtype=str),
        name=np.array([f"Hub {i}" for i in range(n_hubs)], dtype=str),
        kind=np.array(["library", *rng.choice(KINDS, 2)][:n_hubs], dtype=str),
        staffed_hours_week=hours,
        opened_month=12 * rng.choice([-2, -1, 1], n_hubs),
        closed_month=12 * rng.choice([2, 99], n_hubs),
        distance_km=distance,
        pull=(hours / 10.0 * np.exp(-0.3 * distance)).round(12),
        seats=rng.choice([1.0, 8.0], n_hubs),
    )
    income = np.full((n_areas, 5), rng.uniform(600, 2000)) * np.array([0.42, 0.64, 0.86, 1.14, 1.94])
    nowhere = np.zeros(n_areas, np.uint8)
    deprivation = 1 - np.asarray(population.area_deprivation, float) / 2
    setting = Setting(Places(deprivation, income, nowhere, np.zeros(n_areas, np.float32)), hubs, hub_reach_km=6.0)
    setting.update(0)
    return setting


def _roster(rng: np.random.Generator, recipe: Recipe) -> FirmRoster:
    """Firms of every size, some born later, with up to three units and a few trade partners each."""
    n, months, years = recipe.n_firms, recipe.n_months, END_YEAR - START_YEAR + 1
    if n == 0:
        return empty_roster(2)
    n_of = rng.integers(1, 4, n)
    unit_firm = np.repeat(np.arange(n), n_of)
    unit_jobs = rng.integers(1, 9, len(unit_firm))
    one, other = rng.integers(0, n, (2, 2 * n))
    pairs = np.unique(np.concatenate([np.stack([one, other]), np.stack([other, one])], axis=1), axis=1)
    pairs = pairs[:, pairs[0] != pairs[1]]
    born = np.where(rng.random(n) < 0.4, rng.integers(1, months, n), -rng.integers(0, 90, n))
    columns = {
        "authority": (rng.integers(0, 2, n), np.int16), "sector": (rng.integers(0, 3, n), np.int8),
        "size_band": (rng.integers(0, 4, n), np.int8), "entry_month": (born, np.int16),
        "entry_jobs": (np.bincount(unit_firm, unit_jobs, n), np.int32), "charity": (rng.random(n) < 0.3, np.uint8),
        "unit_ptr": (np.concatenate([[0], np.cumsum(n_of)]), np.int32), "unit_firm": (unit_firm, np.int32),
        "unit_area": (rng.integers(0, recipe.n_areas, len(unit_firm)), np.int32),
        "unit_entry_jobs": (unit_jobs, np.int32), "trade_neighbour": (pairs[1], np.int32),
        "trade_indptr": (np.searchsorted(pairs[0], np.arange(n + 1)), np.int64),
    }  # fmt: skip
    return replace(
        empty_roster(2),
        **{name: values.astype(dtype) for name, (values, dtype) in columns.items()},
        key=rng.integers(0, 2**63, n, dtype=np.uint64) * np.uint64(2),
        unit_key=rng.integers(0, 2**63, len(unit_firm), dtype=np.uint64),
        closure_probability_monthly=rng.choice([0.0, 0.01, 0.06], (2, years)),
        closure_size_factor=rng.uniform(0.5, 1.5, 4),
        closure_age_factor=rng.uniform(0.5, 1.5, 2),
        sector_gva_per_job_gbp=rng.uniform(20_000, 120_000, len(SECTORS)),
        sector_tilt=rng.uniform(-1.0, 1.0, len(SECTORS)),
        scale=recipe.scale,
        weight=1.0 / recipe.scale,
    )


def _values(rng: np.random.Generator, wild: bool) -> dict[str, float]:
    """Sessions short and small; in wild worlds every sampled parameter anywhere within its bounds."""
    values = {p.name: float(rng.uniform(p.low, p.high)) for p in registry().values() if p.sampled and wild}
    sessions = {"session_size": float(rng.integers(2, 6)), "session_tie_months": float(rng.integers(1, 6))}
    return central_values(values | sessions | {"hub_shared": float(rng.integers(0, 2))})


def _trends(rng: np.random.Generator, months: int) -> dict[str, tuple[tuple[int, float], ...]]:
    def line(low: float, high: float) -> tuple[tuple[int, float], ...]:
        return ((0, float(rng.uniform(low, high))), (months // 2, float(rng.uniform(low, high))))

    return {
        "tariff_gbp_month": line(10.0, 60.0),
        "digital_services_share": line(0.1, 1.0),
        "service_skill_threshold": line(0.2, 0.6),
        "breach_rate": line(0.0, 0.05),
    }


def _programme(rng: np.random.Generator, number: int, instrument: str, recipe: Recipe) -> Programme:
    """A programme that often lacks money, places or people, but seldom all of them at once."""
    start, weight = int(rng.integers(0, recipe.n_months // 2)), 1.0 / recipe.scale
    effects = {name: float(rng.uniform(low, high)) for name, (low, high) in EFFECTS[instrument].items()}
    effects |= {name: float(round(value)) for name, value in effects.items() if name in WHOLE}
    budget_pence = rng.choice([0, 100_000, 2_000_000, 200_000_000], p=[0.05, 0.25, 0.35, 0.35])
    values = {
        "id": f"{instrument}-{number}", "title": "", "summary": "", "instrument": instrument,
        "start_month": start, "end_month": start + int(rng.integers(3, recipe.n_months)),
        "budget_pence": int(budget_pence * weight),
        "fixed_cost_pence_per_month": int(rng.choice([0, 1_000])),
        "unit_cost_pence": int(rng.choice([0, 999, 10_000])),
        "capacity_per_month": float(rng.choice([0.6, 3.0, 1000.0])) * weight,
        "channel": CHANNEL.get(instrument) or str(rng.choice(CHANNELS)),
        "staff_hours_per_place": float(rng.uniform(0.5, 8.0)), "hub_hours_share": float(rng.uniform(0.1, 1.0)),
        "eligibility": _eligibility(rng), "targeting": str(rng.choice(TARGETINGS)),
        "awareness_start": float(rng.uniform(0.2, 0.7)), "awareness_limit": float(rng.uniform(0.7, 1.0)),
        "awareness_half_life_months": float(rng.uniform(1.0, 12.0)),
        "willing_share": float(rng.choice([0.0, 0.5, 0.9, 1.0], p=[0.05, 0.25, 0.35, 0.35])),
        "willing_motivation_slope": float(rng.uniform(0.0, 4.0)),
        "apply_probability_monthly": float(rng.choice([0.1, 0.5, 1.0])),
        "completion_probability": float(rng.choice([0.5, 1.0])), "effects": effects, "need": _need(rng, instrument),
        "pilot": _pilot(rng),
    }  # fmt: skip
    if instrument in PLACE_INSTRUMENTS:
        values["targeting"] = str(rng.choice(AREA_TARGETINGS))
    return Programme(**values | (_for_firms(rng, instrument) if instrument in FIRM_INSTRUMENTS else {}))


def _review(rng: np.random.Generator) -> Review | None:
    """In most worlds: money may move every few months."""
    if rng.random() < 0.2:
        return None
    return Review(int(rng.integers(1, 4)), str(rng.choice(REVIEW_RULES)), float(rng.uniform(0.1, 1.0)))


def _contested(rng: np.random.Generator, programme: Programme, recipe: Recipe) -> Programme:
    """The same until the end, wanted, and often with hardly any money, so that a review finds some to move."""
    budget_pence = programme.budget_pence if rng.random() < 0.5 else int(20_000 / recipe.scale)
    unit_pence = int(rng.choice([5_000, 10_000]))
    wanted = replace(programme, unit_cost_pence=unit_pence, willing_share=1.0, apply_probability_monthly=0.3)
    return replace(wanted, end_month=recipe.n_months + 1, budget_pence=budget_pence)


def _pilot(rng: np.random.Generator) -> Pilot | None:
    """Of some programmes; some of these stop."""
    if rng.random() < 0.8:
        return None
    stops_below = float(rng.choice([0.0, 0.5, 1.0], p=[0.2, 0.2, 0.6]))
    return Pilot(int(rng.integers(1, 9)), float(rng.uniform(0.1, 1.0)), stops_below)


def _need(rng: np.random.Generator, instrument: str) -> str:
    """The instrument's usual need, none, or one that many programmes share."""
    if instrument not in NEEDS:
        return ""
    shared = (FIRM_NEEDS if instrument in FIRM_INSTRUMENTS else RESIDENT_NEEDS)[0]
    return str(rng.choice([NEEDS[instrument], "", shared]))


def _for_firms(rng: np.random.Generator, instrument: str) -> dict[str, object]:
    """What a programme for firms has besides."""

    def some(names: tuple[str, ...], chance: float) -> tuple[str, ...]:
        return tuple(name for name in names if rng.random() < chance)

    technologies = ("cyber_essentials",) if instrument == "certify" else some(TECHNOLOGIES, 0.6)
    eligibility = FirmEligibility(
        size_bands=some(SIZE_BANDS, 0.7) if rng.random() < 0.2 else (),
        sectors=some(SECTORS[:3], 0.7) if rng.random() < 0.1 else (),
        authorities=("E07000001",) if rng.random() < 0.1 else (),
        charities=[*[None] * 8, "only", "none"][rng.integers(10)],
        lacks=some(TECHNOLOGIES, 0.3) if rng.random() < 0.1 else (),
        uses=some(TECHNOLOGIES[:1], 0.5) if rng.random() < 0.2 else (),
    )
    return {
        "audience": "firms", "firm_eligibility": eligibility, "technologies": technologies or TECHNOLOGIES[:1],
        "hub_kinds": some(KINDS, 0.9) or KINDS[:1], "willing_capability_slope": float(rng.uniform(0.0, 3.0)),
        "approval_probability": float(rng.choice([0.5, 1.0])), "offer_months": int(rng.integers(1, 9)),
        "targeting": str(rng.choice(FIRM_TARGETINGS)), "unit_cost_pence": int(rng.choice([0, 9_999])),
    }  # fmt: skip


def _eligibility(rng: np.random.Generator) -> Eligibility:
    """Few conditions as a rule, so that somebody meets them."""

    def sometimes(choices: list, otherwise: object) -> object:
        return choices[rng.integers(len(choices))] if rng.random() < 0.07 else otherwise

    return Eligibility(
        min_age_years=sometimes([18, 40, 65], 16),
        max_age_years=sometimes([30, 64], 120),
        use=sometimes([("recent",), ("lapsed",), ("never", "lapsed")], ()),
        max_skill=sometimes([0.0, 0.3, 0.7], 1.0),
        disabled=sometimes([True, False], None),
        on_benefits=sometimes([True, False], None),
        lacks=sometimes(["device", "connection", "either"], None),
        deprivation_quintiles=sometimes([(1,), (1, 2, 3)], ()),
        rural=sometimes([True, False], None),
        authorities=sometimes([("E07000001",), ("E07000001", "E07000002")], ()),
    )
