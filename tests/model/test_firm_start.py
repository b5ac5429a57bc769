"""The first state of firms: published shares met, prerequisites kept, the same firm whenever it arrives."""

import numpy as np
import pandas as pd
import pytest

from model.calendar import NEVER
from model.errors import InputError
from model.firm_start import arrive_firms, clear_firms, first_shares, share_of_prerequisite, shares_of_use
from model.region import SECTORS, SIZE_BANDS
from model.state import empty_firms
from model.technologies import N_TECHNOLOGIES, PREREQUISITE, TECHNOLOGIES, Technology


def table(**shares: float) -> pd.DataFrame:
    rows = [(t, size, shares.get(t, 0.0)) for t in TECHNOLOGIES for size in SIZE_BANDS]
    return pd.DataFrame(rows, columns=["technology", "size", "share_pct"])


def start(world, share: np.ndarray, month: int = 0):
    firms = empty_firms(len(world.enterprises.key))
    clear_firms(firms)
    rows = np.arange(len(world.enterprises.key), dtype=np.int32)
    of_use = shares_of_use(world.rules, world.enterprises.sector_tilt)
    arrive_firms(rows, month, world.seed, world.enterprises, firms, share, of_use, world.rules, world.start)
    return firms


def test_shares_of_the_first_month_are_met_within_chance(make_firm_world):
    world = make_firm_world(6000)
    shares = {"website": 60.0, "ecommerce": 24.0, "cloud": 40.0, "business_software": 30.0, "data_iot": 6.0, "ai": 3.0}
    firms = start(world, first_shares(table(**shares), np.zeros(len(SECTORS))))
    for k, name in enumerate(TECHNOLOGIES):
        p = shares.get(name, 0.0) / 100.0
        uses = (firms.adopted >> k) & 1
        assert abs(uses.mean() - p) <= 4 * np.sqrt(p * (1 - p) / len(uses)), name


def test_sector_tilts_shift_log_odds_and_prerequisites_divide():
    tilt = np.zeros(len(SECTORS))
    tilt[3] = 1.0
    share = first_shares(table(website=50.0, ecommerce=20.0, cloud=10.0, business_software=15.0), tilt)
    assert share[0, 0, 0] == 0.5 and share[0, 0, 1] == pytest.approx(0.4)
    assert share[3, 0, 0] == pytest.approx(1 / (1 + np.exp(-1)))
    # More software than cloud cannot be: software needs it.
    assert share[0, 0, 2] == pytest.approx(0.1) and share[0, 0, 3] == 1.0
    assert not share[:, :, Technology.DATA_IOT :].any()


def test_nobody_uses_a_technology_without_what_it_needs(make_firm_world):
    firms = start(make_firm_world(2000), np.full((len(SECTORS), len(SIZE_BANDS), N_TECHNOLOGIES), 0.6))
    for k, needed in enumerate(PREREQUISITE):
        uses = (firms.adopted >> k) & 1 == 1
        assert uses.any() and (needed < 0 or ((firms.adopted[uses] >> needed) & 1).all())


def test_a_firm_is_the_same_whenever_it_arrives(make_firm_world):
    world = make_firm_world(300)
    share = np.full((len(SECTORS), len(SIZE_BANDS), N_TECHNOLOGIES), 0.5)
    one, later = start(world, share), start(world, share, 40)
    for name in ("adopted", "outlook", "capability", "liquidity_gbp", "belief_gain"):
        assert np.array_equal(getattr(one, name), getattr(later, name))
    uses = one.adopted_month != NEVER
    assert np.array_equal(one.adopted_month[uses] + 40, later.adopted_month[uses])


def test_first_states_lie_within_their_ranges_and_larger_firms_are_better_managed(make_firm_world):
    world = make_firm_world(6000)
    firms, e = start(world, np.full((len(SECTORS), len(SIZE_BANDS), N_TECHNOLOGIES), 0.5)), world.enterprises
    assert (firms.capability >= np.float32(0.05)).all() and (firms.capability <= np.float32(0.95)).all()
    means = [firms.capability[e.size_band == band].mean() for band in range(4)]
    assert means == sorted(means)
    cap = world.values["liquidity_cap_share"] * e.sector_gva_per_job_gbp[e.sector] * e.entry_jobs
    assert (firms.liquidity_gbp <= cap * 1.000001).all() and firms.liquidity_gbp.min() > 0
    certified = (firms.adopted >> Technology.CYBER_ESSENTIALS) & 1 == 1
    assert set(firms.certificate_until[certified]) == set(range(1, 13))
    assert (firms.open == 1).all() and (firms.closed_month == NEVER).all() and (firms.cohort == -1).all()


def test_a_firm_enters_with_the_full_effect_of_what_it_has(make_firm_world):
    world = make_firm_world(1500, capability_return_monthly=0.0)
    was = world.firms.productivity.copy()
    before = world.firms.adopted.copy()
    assert np.array_equal(was, world.firms.productivity_entry)
    world.step()
    same = (world.firms.open > 0) & (world.firms.adopted == before) & (world.enterprises.entry_month <= 0)
    assert same.sum() > 500
    assert np.array_equal(world.firms.productivity[same], was[same])
    assert np.allclose(world.firms.size_index[same], 1.0, atol=1e-3)


def test_newborns_do_not_change_use_by_themselves(make_firm_world):
    """Nobody adopts, gives up or closes, and births draw from their like: shares by cell stay within chance."""
    still = {f"adoption_base_{name}": -15.0 for name in TECHNOLOGIES} | {"abandonment_base": -12.0}
    world = make_firm_world(6000, **still)
    stock = world.enterprises.entry_month <= 0
    world.step(60)
    for k in (Technology.WEBSITE, Technology.CLOUD):
        for band in (0, 1):
            of_band = (world.firms.open > 0) & (world.enterprises.size_band == band)
            old, new = ((world.firms.adopted[of_band & who] >> k) & 1 for who in (stock, ~stock))
            p = old.mean()
            assert abs(new.mean() - p) < 5 * np.sqrt(p * (1 - p) * (1 / len(new) + 1 / len(old))), (k, band)


def test_a_missing_share_is_named():
    incomplete = table(website=50.0).iloc[:-1]
    with pytest.raises(InputError) as caught:
        first_shares(incomplete, np.zeros(len(SECTORS)))
    assert caught.value.key == "ai, 250+"


def test_shares_of_what_is_needed_are_zero_where_nobody_has_it():
    users = np.array([0, 0, 5, 5, 0, 0, 0])
    assert share_of_prerequisite(users, np.array(10)).tolist() == [0, 0, 0.5, 1.0, 0, 0, 0]


def test_the_share_for_which_a_technology_is_of_use_is_its_ceiling(make_firm_world):
    ceilings = {"website": 0.8, "ecommerce": 0.35, "cloud": 0.6, "business_software": 0.7, "data_iot": 0.4, "ai": 0.2}
    values = {f"adoption_ceiling_{name}": share for name, share in ceilings.items()}
    world = make_firm_world(6000, adoption_ceiling_size=0.0, **values)
    flat = shares_of_use(world.rules, np.zeros(len(SECTORS)))
    rows = np.arange(len(world.enterprises.key), dtype=np.int32)
    firms = empty_firms(len(rows))
    nothing = np.zeros_like(flat)
    arrive_firms(rows, 0, world.seed, world.enterprises, firms, nothing, flat, world.rules, world.start)
    # More use of software than of cloud cannot be: software needs it.
    for name, ceiling in (ceilings | {"business_software": 0.6}).items():
        of_use = (firms.of_use >> TECHNOLOGIES.index(name)) & 1
        assert abs(of_use.mean() - ceiling) <= 4 * np.sqrt(ceiling * (1 - ceiling) / len(of_use)), name


def test_ceilings_are_higher_for_larger_firms_and_digital_sectors(make_firm_world):
    tilt = np.zeros(len(SECTORS))
    tilt[3] = 1.0
    website = shares_of_use(make_firm_world(10).rules, tilt)[:, :, Technology.WEBSITE]
    assert (np.diff(website, axis=1) > 0).all() and (website[3] > website[0]).all() and (website < 1).all()


def test_whatever_a_firm_starts_with_is_of_use_to_it_and_so_is_what_that_needs(make_firm_world):
    none = {f"adoption_ceiling_{name}": 0.01 for name in TECHNOLOGIES}
    firms = start(make_firm_world(2000, **none), np.full((len(SECTORS), len(SIZE_BANDS), N_TECHNOLOGIES), 0.5))
    assert firms.adopted.any() and (firms.adopted & ~firms.of_use == 0).all()
    for k, needed in enumerate(PREREQUISITE):
        of_use = (firms.of_use >> k) & 1 == 1
        assert needed < 0 or ((firms.of_use[of_use] >> needed) & 1).all()
