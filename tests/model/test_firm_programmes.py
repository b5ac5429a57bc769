"""Programmes for firms: who applies, is approved and claims, what it costs, and what it does to a firm."""

from dataclasses import replace
from types import SimpleNamespace

import mesa
import numpy as np
import pytest

from model.chance import hash_words, key_from_text
from model.firm_roster import FirmRoster, empty_roster
from model.hubs import begin_month, make_hubs
from model.parameters import bundle, central_values
from model.programmes import firm_funnel
from model.programmes.cohorts import Cohorts
from model.programmes.firm_delivery import FirmDelivery
from model.programmes.firm_effects import amounts_gbp, draw_attention, raise_capability, show, technology_numbers
from model.programmes.programme import (
    FIRM_INSTRUMENTS,
    FIRM_TARGETINGS,
    OFFER_INSTRUMENTS,
    Eligibility,
    FirmEligibility,
    Programme,
)
from model.rules.skill import SkillParameters
from model.rules.use import UseParameters
from model.setting import Hubs
from model.state import ABSENT, NO_GROUP, NO_WORKPLACE, People, empty_firms, empty_residents
from model.technologies import TECHNOLOGIES

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
}  # fmt: skip


def make_programme(instrument: str = "subsidise_firm", **changes: object) -> Programme:
    """A programme that money limits and firms like; months 3 to 26."""
    technologies = () if instrument == "convene" else ("cloud", "business_software", "ai")
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
    firms.belief_gain[:], firms.belief_precision[:] = 0.01, 1.0
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


@pytest.mark.parametrize("instrument", FIRM_INSTRUMENTS)
def test_a_programme_without_a_budget_does_nothing(instrument):
    world = make_world(kind="library")
    before = copied(world)
    deliveries, records = run(world, make_programme(instrument, budget_pence=0, hub_kinds=("library",)), chance=1.0)
    assert all(np.array_equal(one, other) for one, other in zip(before, copied(world), strict=True))
    assert records == [[]] and len(deliveries[0].treated_rows) == 0 and len(world.cohorts) == 0


@pytest.mark.parametrize("instrument", FIRM_INSTRUMENTS)
def test_firms_pass_through_the_funnel_and_nobody_is_lost(instrument):
    world = make_world(kind="library")
    programme = make_programme(instrument, hub_kinds=("library",), capacity_per_month=6.0)
    [delivery], [record] = run(world, programme)
    sums = {name: sum(getattr(month, name) for month in record) for name in
            ("aware", "joined", "approved", "refused", "completed", "claimed", "lapsed", "served")}  # fmt: skip
    assert sums["aware"] >= sums["joined"] >= sums["approved"] + sums["refused"] > 0
    assert sums["served"] == sums["approved"] >= sums["completed"] > 0
    status = np.bincount(delivery.status, minlength=8)
    if instrument in OFFER_INSTRUMENTS:
        assert sums["completed"] == sums["claimed"] == status[firm_funnel.CLAIMED]
        assert sums["approved"] == sums["claimed"] + sums["lapsed"]
        assert sums["lapsed"] == status[firm_funnel.LAPSED] > 0
        assert len(delivery.treated_rows) == sums["approved"]
    else:
        assert sums["claimed"] == sums["lapsed"] == status[firm_funnel.APPROVED] == 0
        assert len(delivery.treated_rows) == sums["completed"]
    assert sums["refused"] == status[firm_funnel.REFUSED]
    assert record[-1].beneficiaries_cum == len(delivery.treated_rows) == len(set(delivery.treated_rows.tolist()))
    assert (delivery.first_treated[delivery.treated_rows] < 1000).all()
    joined = status[1:].sum()
    assert joined == sums["joined"]


@pytest.mark.parametrize("scale", [1.0, 0.3])
@pytest.mark.parametrize("instrument", FIRM_INSTRUMENTS)
def test_money_is_in_whole_pence_and_never_overspent(instrument, scale):
    world = make_world(scale=scale, kind="library")
    # Sites are not thinned with the firms.
    budget = 24_000_000 if instrument == "demonstrate" else round(3_000_000 / scale)
    programme = make_programme(instrument, hub_kinds=("library",), budget_pence=budget)
    spent = []

    def watch(deliveries):
        [delivery] = deliveries
        months = min(max(world.month + 1 - START, 0), END - START)
        assert delivery.purse.spent_pence <= programme.budget_pence * months // (END - START)
        assert (delivery.reserved_pence >= 0).all()
        assert 0 <= delivery.paid_pence <= delivery.purse.spent_pence
        assert ((delivery.reserved_pence > 0) == (delivery.status == firm_funnel.APPROVED)).all()
        spent.append(delivery.paid_pence)

    [delivery], [record] = run(world, programme, each_month=watch)
    assert all(type(month.spend_pence) is int for month in record)
    assert sum(month.spend_pence for month in record) == delivery.paid_pence == delivery.purse.spent_pence
    assert spent == sorted(spent)
    units = round(sum(month.approved for month in record) * scale)
    if instrument == "demonstrate":
        assert (delivery.paid_pence - 24 * 10_007) % 5_000_000 == 0
    elif instrument not in OFFER_INSTRUMENTS:
        assert delivery.paid_pence == 24 * 10_007 + units * round(40_001 / scale)
    else:
        assert delivery.paid_pence > 24 * 10_007 + units * round(40_001 / scale)
    assert delivery.paid_pence > 0.6 * programme.budget_pence


def test_what_firms_draw_down_is_paid_the_month_after():
    world = make_world()
    drawn = [0.0]

    def watch(deliveries):
        watched.append((world.month, deliveries[0].paid_pence, float(sum(drawn))))

    watched: list[tuple[int, int, float]] = []
    [delivery] = [FirmDelivery(make_programme(fixed_cost_pence_per_month=0, unit_cost_pence=0), world)]
    for world.month in range(1, END + 8):
        claims = world.firms.claim_gbp.astype(float)
        entry = delivery.step()
        assert (entry.spend_pence if entry else 0) == np.rint(claims * 100).sum()
        assert (world.firms.claim_gbp == 0).all()
        act(world, 0.3)
        drawn.append(float(world.firms.claim_gbp.sum()))
    assert delivery.purse.spent_pence == delivery.paid_pence == pytest.approx(100 * sum(drawn), abs=200)
    assert delivery.paid_pence > 0


def test_offers_that_are_not_claimed_give_their_money_to_others():
    """Nobody buys: every penny set aside comes back, and firms later in the queue get an offer in turn."""
    programme = make_programme(budget_pence=4_000_000, fixed_cost_pence_per_month=0, unit_cost_pence=0)
    world = make_world()
    [delivery], [record] = run(world, programme, chance=0.0)
    assert delivery.purse.spent_pence == 0
    assert sum(month.approved for month in record) == sum(month.lapsed for month in record)
    offered = world.firms.offer_bits
    assert not offered.any() and not world.firms.offer_cap_gbp.any()
    first_lapse = min(month.month for month in record if month.lapsed)
    assert first_lapse == START + programme.offer_months
    later = sum(month.approved for month in record if month.month > first_lapse)
    assert later > 5
    assert all(month.reserved_pence <= 4_000_000 for month in record)
    last = max(month.month for month in record if month.approved)
    assert max(month.month for month in record if month.lapsed) == last + programme.offer_months


def test_an_offer_ends_on_time_and_when_the_firm_closes():
    world = make_world()
    delivery = FirmDelivery(make_programme(approval_probability=1.0, apply_probability_monthly=1.0), world)
    world.month = START
    delivery.step()
    rows = np.flatnonzero(delivery.status == firm_funnel.APPROVED)
    assert len(rows) > 2
    assert (world.firms.offer_until[rows] == START + 4).all()
    closed = rows[0]
    world.firms.open[closed] = 0
    world.month = START + 1
    delivery.step()
    assert delivery.status[closed] == firm_funnel.LAPSED and world.firms.offer_bits[closed] == 0
    for world.month in (START + 2, START + 3):
        delivery.step()
    assert (delivery.status[rows[1:]] == firm_funnel.APPROVED).all()
    world.month = START + 4
    delivery.step()
    assert (delivery.status[rows[1:]] == firm_funnel.LAPSED).all()


def test_the_reserve_is_the_dearest_next_project_within_share_and_cap():
    world = make_world(4)
    firms = world.firms
    firms.adopted[:] = [0, 0b100, 0b1111111, 0b101100]
    world.roster.entry_jobs[:] = [1, 10, 10, 100]
    fixed, per_job = np.full(7, 1000.0), np.full(7, 10.0)
    per_job[6] = 100.0
    bits = firm_funnel.bits_of(("cloud", "business_software", "ai"))
    amounts = amounts_gbp(np.arange(4), bits, 0.5, 2000.0, fixed, per_job, world.roster.entry_jobs, firms)
    assert amounts.tolist() == [505.0, 550.0, 0.0, 2000.0]


def test_a_firm_has_one_offer_at_a_time():
    world = make_world()
    programmes = [make_programme(id=name, technologies=("cloud", "ecommerce", "ai")) for name in ("one", "two")]
    both = []

    def watch(deliveries):
        one, two = (delivery.status == firm_funnel.APPROVED for delivery in deliveries)
        assert not (one & two).any()
        both.append(one.sum() > 0 and two.sum() > 0)

    run(world, *programmes, each_month=watch)
    assert any(both)


def served(instrument: str, scale: float = 1.0, permutation: np.ndarray | None = None, **changes: object):
    world = make_world(kind="library", scale=scale, permutation=permutation)
    programme = make_programme(instrument, hub_kinds=("library",), **changes)
    [delivery], [record] = run(world, programme)
    return world, delivery, record


@pytest.mark.parametrize("instrument", FIRM_INSTRUMENTS)
def test_a_larger_budget_never_serves_fewer(instrument):
    unit = 5_000_000 if instrument == "demonstrate" else 40_001
    ladder = [0, unit // 2, 2 * unit, 10 * unit, 40 * unit, 120 * unit, 500 * unit, 3000 * unit]
    counts = []
    for budget in ladder:
        _, _, record = served(instrument, budget_pence=budget, fixed_cost_pence_per_month=0)
        counts.append(sum(month.approved for month in record))
    assert counts == sorted(counts)
    assert counts[0] == 0 < counts[3] <= counts[-1]


@pytest.mark.parametrize("channel", ["direct", "hub"])
@pytest.mark.parametrize("instrument", [name for name in FIRM_INSTRUMENTS if name != "demonstrate"])
def test_the_order_of_rows_changes_nothing(instrument, channel):
    permutation = np.random.default_rng(3).permutation(400)
    one = served(instrument, channel=channel)
    two = served(instrument, channel=channel, permutation=permutation)
    again = served(instrument, channel=channel)
    assert one[2] == two[2] == again[2]
    for (world, delivery, _), rows in ((one, permutation), (again, permutation)):
        assert np.array_equal(delivery.status[rows], two[1].status)
        assert np.array_equal(world.firms.capability[rows], two[0].firms.capability)
        assert np.array_equal(world.firms.cohort[rows], two[0].firms.cohort)
        assert np.array_equal(world.firms.belief_gain[rows], two[0].firms.belief_gain)


def test_another_programme_changes_nobody_elses_luck():
    ours = make_programme("advise_firm", willing_capability_slope=0.0)
    alone = run(make_world(), ours)[0][0]
    _, beside = run(make_world(), make_programme("convene"), ours)[0]
    assert np.array_equal(alone.status, beside.status)


CONDITIONS = [
    FirmEligibility(size_bands=("10-49", "50-249")),
    FirmEligibility(sectors=("retail", "production", "health")),
    FirmEligibility(authorities=("E07000002",)),
    FirmEligibility(charities="only"),
    FirmEligibility(charities="none"),
    FirmEligibility(lacks=("website", "cloud")),
    FirmEligibility(uses=("website", "cloud")),
]


@pytest.mark.parametrize("who", CONDITIONS, ids=str)
def test_only_eligible_firms_take_part(who):
    world = make_world()
    roster, adopted = world.roster, world.firms.adopted.copy()
    [delivery], _ = run(world, make_programme("advise_firm", firm_eligibility=who, budget_pence=10**10), chance=0.0)
    rows = delivery.treated_rows
    bands, sectors, bits = ("0-9", "10-49", "50-249", "250+"), firm_funnel.SECTORS, firm_funnel.bits_of
    fits = world.firms.open == 1
    fits &= np.isin(roster.size_band, [bands.index(b) for b in who.size_bands or bands])
    fits &= np.isin(roster.sector, [sectors.index(s) for s in who.sectors or sectors])
    if who.authorities:
        fits &= roster.authority == 1
    if who.charities:
        fits &= roster.charity == (who.charities == "only")
    fits &= (adopted & bits(who.lacks)) == 0
    fits &= (adopted & bits(who.uses)) == bits(who.uses)
    assert len(rows) > 0 and fits[rows].all()
    assert 0 < fits.sum() < len(fits)
    # Every other condition open, so that most who fit come in two years.
    assert len(rows) > 0.15 * fits.sum()


@pytest.mark.parametrize("instrument", OFFER_INSTRUMENTS)
def test_offers_go_to_firms_with_something_to_buy(instrument):
    world = make_world()

    def watch(deliveries):
        rows = np.flatnonzero((deliveries[0].status == firm_funnel.APPROVED) & (world.firms.claim_gbp == 0))
        wanted = firm_funnel.bits_of(deliveries[0].programme.technologies)
        new = rows[deliveries[0].first_treated[rows] == world.month]
        for i in new:
            assert firm_funnel.available(int(world.firms.adopted[i]), wanted)
            assert world.firms.offer_bits[i] == wanted & ~world.firms.adopted[i]

    run(world, make_programme(instrument), each_month=watch)


@pytest.mark.parametrize("targeting", FIRM_TARGETINGS)
def test_the_queue_is_served_by_priority(targeting):
    """Everyone applies in the first month, so priority alone decides who is served before whom."""
    everyone = {
        "awareness_start": 1.0, "awareness_limit": 1.0, "willing_share": 1.0, "apply_probability_monthly": 1.0,
        "approval_probability": 1.0, "completion_probability": 1.0, "capacity_per_month": 30.0,
        "budget_pence": 10**12,
    }  # fmt: skip
    world = make_world()
    first = {
        "first_come": np.zeros(400),
        "smallest_first": world.roster.entry_jobs,
        "least_digital_first": np.bitwise_count(world.firms.adopted),
        "deprived_first": (np.arange(N_AREAS) % 5)[world.roster.unit_area[world.roster.unit_ptr[:-1]]],
    }[targeting].copy()
    delivery = FirmDelivery(make_programme("advise_firm", targeting=targeting, **everyone), world)
    world.month = START
    delivery.step()
    assert len(delivery.treated_rows) == 30 and len(delivery.waiting) > 300
    assert first[delivery.treated_rows].max() <= first[delivery.waiting].min()


def test_the_share_refused_is_the_stated_one_and_the_capable_come_sooner():
    world = make_world(3000)
    [delivery], [record] = run(world, make_programme("advise_firm", budget_pence=10**12), chance=0.0)
    approved, refused = (sum(getattr(month, name) for month in record) for name in ("approved", "refused"))
    decided = approved + refused
    assert abs(approved - 0.8 * decided) < ERRORS * np.sqrt(decided * 0.16)
    before = make_world(3000).firms.capability
    joined = delivery.status != firm_funnel.NOT_JOINED
    assert before[joined].mean() > before[~joined].mean() + 0.02


def test_doses_of_capability_attention_and_observations():
    firms = make_world(3).firms
    firms.capability[:], firms.attention_dose[:] = [0.5, 0.2, 0.9], [0.0, 3.0, 0.0]
    rows = np.array([0, 1])
    raise_capability(rows, 0.2, firms)
    draw_attention(rows, 2.0, firms)
    show(rows, 0b100, 1.0, np.full(7, 0.05), firms)
    assert firms.capability == pytest.approx([0.6, 0.36, 0.9])
    assert firms.attention_dose.tolist() == [2.0, 3.0, 0.0]
    assert firms.belief_gain[:, 2] == pytest.approx([0.03, 0.03, 0.01])
    assert firms.belief_precision[:, 2].tolist() == [2.0, 2.0, 1.0]
    assert firms.belief_gain[:, 1] == pytest.approx([0.01] * 3)
    raise_capability(rows, 7.0, firms)
    assert firms.capability.max() == 1.0


@pytest.mark.parametrize("instrument", ["advise_firm", "embed_expert"])
def test_a_share_of_the_treated_firms_workers_is_taught(instrument):
    world = make_world(2000)
    world.values["staff_training_share"] = 0.4
    [delivery], _ = run(world, make_programme(instrument, budget_pence=10**12), chance=0.0)
    residents, roster = world.residents, world.roster
    taught = residents.skill > np.float32(0.4)
    works = residents.workplace >= 0
    firm = roster.unit_firm[np.maximum(residents.workplace, 0)]
    of_treated = works & (residents.code != ABSENT) & np.isin(firm, delivery.treated_rows)
    assert not (taught & ~of_treated).any()
    n = int(of_treated.sum())
    assert n > 200
    # People of one firm are taught or not by their own lot.
    assert abs(taught.sum() - 0.4 * n) < ERRORS * np.sqrt(n * 0.24)


def test_without_staff_training_no_worker_learns():
    world = make_world()
    world.values["staff_training_share"] = 0.0
    run(world, make_programme("advise_firm"), chance=0.0)
    assert (world.residents.skill == np.float32(0.4)).all()


def test_cohorts_fill_one_after_the_other_and_end():
    world = make_world()
    sizes = []

    def watch(deliveries):
        firms, cohorts = world.firms, world.cohorts
        inside = (firms.cohort >= 0) & (firms.open == 1) & (world.month < firms.cohort_until)
        members = np.bincount(firms.cohort[inside], minlength=len(cohorts))
        assert np.array_equal(cohorts.members, members)
        for k in range(len(TECHNOLOGIES)):
            users = inside & ((firms.adopted >> k) & 1 == 1)
            assert np.array_equal(cohorts.adopters[:, k], np.bincount(firms.cohort[users], minlength=len(cohorts)))
        assert (members <= 10).all()
        sizes.append(members)

    [delivery], _ = run(world, make_programme("convene"), until=END + 14, each_month=watch, chance=0.0)
    assert len(world.cohorts) == -(-len(delivery.treated_rows) // 10)
    assert (sizes[-1] == 0).all()
    assert max(members.max(initial=0) for members in sizes) == 10
    assert set(world.firms.cohort[delivery.treated_rows].tolist()) == set(range(len(world.cohorts)))


def test_a_cohort_of_another_programme_is_not_joined():
    world = make_world()
    run(world, make_programme("convene", id="one"), make_programme("convene", id="two"), until=END)
    one, two = world.cohorts.newest["one"], world.cohorts.newest["two"]
    assert one[0] != two[0]


def test_sites_show_technology_to_firms_near_by_while_they_last():
    world = make_world(2000, kind="library")
    before = world.firms.belief_precision.copy()
    programme = make_programme(
        "demonstrate", hub_kinds=("library",), capacity_per_month=1.0, budget_pence=5_000_000 * 24 * 2,
        fixed_cost_pence_per_month=0,
    )  # fmt: skip
    delivery = FirmDelivery(programme, world)
    world.month = START
    entry = delivery.step()
    assert entry.spend_pence == 5_000_000
    [hub] = np.flatnonzero(delivery.site_until > START)
    assert delivery.site_until[hub] == START + 8
    main = world.roster.unit_area[world.roster.unit_ptr[:-1]]
    near = (world.setting.hubs.distance_km[main, hub] <= 3.0) & (world.firms.open == 1)
    seen = (world.firms.belief_precision > before).any(axis=1)
    assert not (seen & ~near).any()
    assert abs(seen.sum() - 0.5 * near.sum()) < ERRORS * np.sqrt(near.sum() * 0.25)
    assert np.array_equal(np.flatnonzero(seen), np.sort(delivery.treated_rows))
    assert entry.aware == near.sum() and entry.completed == seen.sum()
    gained = world.firms.belief_precision[seen] - before[seen]
    shown = [TECHNOLOGIES.index(name) for name in programme.technologies]
    assert gained[:, shown] == pytest.approx(0.2) and gained.sum(axis=1) == pytest.approx(0.6)
    world.month = START + 1
    delivery.step()
    assert (delivery.site_until > world.month).sum() == 2
    # Both hubs have a site, so none is opened until the first has closed.
    for world.month in range(START + 2, START + 8):
        assert delivery.step().spend_pence == 0
    world.month = START + 8
    assert delivery.step().spend_pence == 5_000_000


def test_firms_go_to_the_nearest_hub_and_its_hours_are_the_limit():
    world = make_world(2000)
    programme = make_programme(
        "advise_firm", channel="hub", capacity_per_month=1e6, budget_pence=10**12, staff_hours_per_place=10.0,
        hub_hours_share=0.5,
    )  # fmt: skip
    [delivery], [record] = run(world, programme, chance=0.0)
    main = world.roster.unit_area[world.roster.unit_ptr[:-1]]
    joined = delivery.status != firm_funnel.NOT_JOINED
    nearest = np.where(main[joined] < N_AREAS / 2, 0, 1)
    assert np.array_equal(delivery.hub[joined], nearest)
    hours = np.array([30.0, 40.0]) * 52 / 12 * 0.5
    decided = sum(month.approved + month.refused for month in record)
    assert decided <= (hours / 10.0).sum() * 24 + 2
    assert decided > (hours / 10.0).sum() * 20


def test_without_an_open_hub_of_its_kind_nobody_joins():
    world = make_world(kind="library")
    _, [record] = run(world, make_programme("advise_firm", channel="hub"))
    assert sum(month.joined for month in record) == 0
    assert sum(month.aware for month in record) > 0


def test_as_many_are_helped_for_the_same_budget_at_every_scale():
    """All the firms, or a tenth of them, each for ten: within what one row's share of the budget cannot split."""
    programme = make_programme("advise_firm", budget_pence=30_000_000)
    counts = []
    for n, scale in ((4000, 1.0), (400, 0.1)):
        _, [record] = run(make_world(n, scale), programme, chance=0.0)
        counts.append(sum(month.approved for month in record))
    assert counts[1] == pytest.approx(counts[0], abs=10 + 1e-6)
