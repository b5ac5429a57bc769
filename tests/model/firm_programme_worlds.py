"""Made-up firms, hubs and workers for programmes for firms to work on, without the rest of the month."""

from dataclasses import replace
from types import SimpleNamespace

import mesa
import numpy as np

from model.chance import hash_words, key_from_text
from model.firm_roster import FirmRoster, empty_roster
from model.hubs import begin_month, make_hubs
from model.parameters import bundle, central_values
from model.programmes import firm_funnel
from model.programmes.cohorts import Cohorts
from model.programmes.firm_delivery import FirmDelivery
from model.programmes.firm_effects import technology_numbers
from model.programmes.programme import Eligibility, FirmEligibility, Programme
from model.region_state import RegionState
from model.rules.skill import SkillParameters
from model.rules.use import UseParameters
from model.setting import Hubs
from model.state import ABSENT, NO_GROUP, NO_WORKPLACE, People, empty_firms, empty_residents

ERRORS = 4.0
"""Standard errors allowed."""
N_AREAS = 6
START, END = 3, 27
EFFECTS = {
    "subsidise_firm": {"offer_share": 0.5, "offer_cap_gbp": 1500.0, "attention_gain": 3.0},
    "certify": {
        "offer_share": 0.5, "offer_cap_gbp": 400.0, "adviser_hours": 5.0, "capability_gain_per_hour": 0.01,
        "attention_gain": 2.0,
    },
    "advise_firm": {
        "adviser_hours": 20.0, "capability_gain_per_hour": 0.01, "observations_per_hour": 0.05, "attention_gain": 4.0,
        "staff_training_hours": 5.0,
    },
    "embed_expert": {
        "expert_days": 50.0, "capability_gain_per_day": 0.005, "observations_per_day": 0.04, "attention_gain": 4.0,
        "staff_training_hours": 10.0,
    },
    "convene": {"cohort_size": 10.0, "cohort_months": 12.0, "capability_gain": 0.1, "attention_gain": 1.0},
    "demonstrate": {
        "radius_km": 3.0, "site_months": 8.0, "opt_in_share": 0.5, "observations_per_month": 0.2, "attention_gain": 0.5,
    },
    "inform_firms": {
        "reach_probability_monthly": 0.1, "observations": 0.3, "capability_gain": 0.05, "attention_gain": 2.0,
    },
    "invest": {
        "invested_gbp": 300.0, "private_per_public": 1.5, "capability_gain": 0.1, "demand_gain": 0.2,
        "attention_gain": 1.0,
    },
}  # fmt: skip


def make_programme(instrument: str = "subsidise_firm", **changes: object) -> Programme:
    """A programme that money limits and firms like; months 3 to 26."""
    technologies = () if instrument in ("convene", "invest") else ("cloud", "business_software", "ai")
    values = {
        "id": f"our-{instrument}", "title": "", "summary": "", "instrument": instrument, "start_month": START,
        "end_month": END, "budget_pence": 24_000_000, "fixed_cost_pence_per_month": 10_007,
        "unit_cost_pence": 5_000_000 if instrument == "demonstrate" else 40_001, "capacity_per_month": 100.0,
        "channel": "direct", "staff_hours_per_place": 10.0, "hub_hours_share": 0.5, "eligibility": Eligibility(),
        "targeting": "first_come", "awareness_start": 0.5, "awareness_limit": 0.9, "awareness_half_life_months": 6.0,
        "willing_share": 0.5, "willing_motivation_slope": 0.0, "apply_probability_monthly": 0.3,
        "completion_probability": 0.8, "effects": EFFECTS[instrument], "audience": "firms",
        "firm_eligibility": FirmEligibility(), "willing_capability_slope": 2.0, "approval_probability": 0.8,
        "technologies": ("cyber_essentials",) if instrument == "certify" else technologies, "offer_months": 4,
        "hub_kinds": ("growth_hub",),
    }  # fmt: skip
    return Programme(**values | changes)


def make_roster(n: int, scale: float) -> FirmRoster:
    rng = np.random.default_rng(7)
    n_units = 1 + rng.integers(0, 2, n)
    m = int(n_units.sum())
    return replace(
        empty_roster(2),
        key=np.array([key_from_text(f"firm {i}") for i in range(n)], np.uint64),
        authority=rng.integers(0, 2, n).astype(np.int16),
        sector=rng.integers(0, 17, n).astype(np.int8),
        size_band=rng.choice(4, n, p=[0.7, 0.2, 0.08, 0.02]).astype(np.int8),
        entry_jobs=rng.integers(1, 60, n).astype(np.int32),
        entry_month=np.zeros(n, np.int16),
        charity=(rng.random(n) < 0.1).astype(np.uint8),
        unit_ptr=np.concatenate([[0], np.cumsum(n_units)]).astype(np.int32),
        unit_key=np.arange(m, dtype=np.uint64),
        unit_firm=np.repeat(np.arange(n), n_units).astype(np.int32),
        unit_area=rng.integers(0, N_AREAS, m).astype(np.int32),
        unit_entry_jobs=np.ones(m, np.int32),
        scale=scale,
        weight=1.0 / scale,
    )


def make_hub_columns(kind: str = "growth_hub") -> Hubs:
    """Areas on a line 2 km apart; hubs in the first and in the last."""
    distance = 2.0 * np.abs(np.arange(N_AREAS)[:, None] - np.array([0, N_AREAS - 1])[None, :])
    return Hubs(
        hub_id=np.array(["west", "east"]),
        name=np.array(["West", "East"]),
        kind=np.array([kind, kind]),
        staffed_hours_week=np.array([30.0, 40.0]),
        opened_month=np.array([-1000, -1000]),
        closed_month=np.array([9999, 9999]),
        distance_km=distance,
        pull=np.exp(-distance),
    )


def make_world(n: int = 400, scale: float = 1.0, kind: str = "growth_hub", permutation: np.ndarray | None = None):
    """What programmes read of a world: firms, hubs and, for staff training, three workers at each firm's main unit."""
    rng, roster, firms, values = np.random.default_rng(8), make_roster(n, scale), empty_firms(n), central_values()
    adopted = rng.integers(0, 128, n)
    for k, needed in ((1, 0), (3, 2), (5, 3), (6, 5)):
        adopted &= np.where((adopted >> needed) & 1, 127, 127 & ~(1 << k))
    firms.open[:], firms.cohort[:], firms.size_index[:] = rng.random(n) < 0.95, NO_GROUP, 1.0
    firms.adopted[:], firms.capability[:] = adopted, rng.uniform(0.2, 0.8, n)
    firms.of_use[:] = 127
    firms.belief_gain[:], firms.belief_precision[:] = 0.01, 1.0
    firms.demand[:], firms.appeal[:] = 1.0, 1.0
    if permutation is not None:
        rows = {name: getattr(roster, name)[permutation] for name in
                ("key", "authority", "sector", "size_band", "entry_jobs", "entry_month", "charity")}  # fmt: skip
        counts = np.diff(roster.unit_ptr)[permutation]
        units = np.concatenate([np.arange(roster.unit_ptr[i], roster.unit_ptr[i + 1]) for i in permutation])
        roster = replace(
            roster, **rows, unit_ptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
            unit_firm=np.repeat(np.arange(n), counts).astype(np.int32), unit_area=roster.unit_area[units],
        )  # fmt: skip
        firms = type(firms)(*(column[permutation] for column in firms))
    residents = empty_residents(3 * n)
    residents.workplace[:] = np.repeat(roster.unit_ptr[:-1], 3)
    residents.workplace[::7], residents.code[::11] = NO_WORKPLACE, ABSENT
    residents.skill[:] = 0.4
    columns = make_hub_columns(kind)
    rules = {"skill": bundle(SkillParameters, values), "use": bundle(UseParameters, values | dict.fromkeys(
        ("onset_shift", "lapse_shift"), 0.0))}  # fmt: skip
    setting = SimpleNamespace(hubs=columns)
    return SimpleNamespace(
        population=SimpleNamespace(
            authority_code=np.array(["E07000001", "E07000002"]), area_deprivation=np.arange(N_AREAS) % 5
        ),
        roster=roster,
        firms=firms,
        people=People(**dict.fromkeys(People._fields, np.zeros(3 * n, np.int32)))._replace(
            key=np.arange(1, 3 * n + 1, dtype=np.uint64)
        ),
        residents=residents,
        setting=setting,
        hubs=make_hubs(mesa.Model(rng=1), setting, values, 1.0 / scale),
        rules=SimpleNamespace(**rules),
        values=values,
        seed=np.uint64(hash_words(5, 1)),
        month=0,
        cohorts=Cohorts(),
        firm_needs=np.zeros(n, np.uint8),
        region=RegionState(),
    )


def act(world, chance: float) -> None:
    """The firms' own month, as far as offers go: some buy the first technology they were promised a share of."""
    firms, values = world.firms, world.values
    fixed, per_job = (technology_numbers(values, f"price_{name}") for name in ("fixed_gbp", "per_job_gbp"))
    firms.adopted_now[:], firms.claim_gbp[:] = 0, 0.0
    for i in np.flatnonzero((firms.open == 1) & (firms.offer_bits > 0) & (world.month < firms.offer_until)):
        bits = firm_funnel.available(int(firms.adopted[i]), int(firms.offer_bits[i]))
        if bits and (hash_words(int(world.roster.key[i]), world.month) >> 11) / 2**53 < chance:
            k = (bits & -bits).bit_length() - 1
            price = fixed[k] + per_job[k] * max(float(world.roster.entry_jobs[i]), 1.0)
            grant = min(float(firms.offer_share[i]) * price, float(firms.offer_cap_gbp[i]))
            firms.claim_gbp[i] += grant
            firms.offer_cap_gbp[i] -= grant
            firms.offer_bits[i] &= 255 - (1 << k)
            firms.adopted[i] |= 1 << k
            firms.adopted_now[i] |= 1 << k


def run(world, *programmes: Programme, until: int = END + 8, chance: float = 0.2, each_month=None):
    """Months 1 to `until`; returns the deliveries and their records."""
    deliveries = [FirmDelivery(programme, world) for programme in programmes]
    records = [[] for _ in programmes]
    for world.month in range(1, until + 1):
        begin_month(world.hubs, world.month)
        for delivery, record in zip(deliveries, records, strict=True):
            month = delivery.step()
            if month is not None:
                record.append(month)
        world.cohorts.recount(world.month, world.firms)
        if each_month is not None:
            each_month(deliveries)
        act(world, chance)
    return deliveries, records


def copied(world) -> list[np.ndarray]:
    return [column.copy() for column in (*world.firms, *world.residents)]
