"""The start meets the published shares whatever the tilts, and the intercepts mean what they say."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from model.calendar import NEVER
from model.centring import StartTilts, read_panel, start_shares
from model.chance import Decision, normal, word
from model.network import Network, assemble
from model.network_ties import Layer, Ties
from model.parameters import bundle, central_values
from model.population import ROW_TYPES
from model.programmes.funnel import draws
from model.rules.access import access_level
from model.rules.motivation import motivation_aim
from model.rules.skill import skill_ceiling
from model.rules.use import log_hazard_lapse, log_hazard_onset, log_hazard_onset_by_age
from model.run_inputs import centre, conditions_at, rule_parameters
from model.start import newcomer_log_odds
from model.state import LAPSED, NEVER_USED, RECENT

TILTS = {"start_tilt_education": 1.4, "start_tilt_deprivation": -0.6, "start_tilt_disposition": 1.1}
STEEP = central_values(TILTS)
BAND_STARTS = [25, 35, 45, 55, 65, 75]


def logistic(x: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-x))


@pytest.fixture(scope="module")
def conditions(toy) -> object:
    return conditions_at(toy.model().spec.scenario, 0)


@pytest.fixture(scope="module")
def panel(national_tables):
    return read_panel(national_tables["reference_panel"])


def tilt_of(values: dict[str, float], education, deprivation, disposition) -> np.ndarray:
    return (
        values["start_tilt_education"] * (education - 1.0)
        + values["start_tilt_deprivation"] * deprivation
        + values["start_tilt_disposition"] * disposition
    )


def test_published_shares_keep_the_ages_of_2013_and_the_odds_ratio_of_2014(national_tables):
    """Recomputed from the table: the mean over disability is 2013's share, the odds ratio 2014's."""
    table = national_tables["start_use"]
    non_use, lapsed = start_shares(table)
    for band, name in enumerate(dict.fromkeys(table["age_band"])):
        rows = table[table["age_band"] == name]
        of_2013 = rows[rows["year"] == 2013].set_index("use")["thousands"]
        by = rows[rows["year"] == 2014].pivot(index="disability", columns="use", values="thousands")
        part = by.sum(axis=1)[["no", "yes"]] / by.loc[["no", "yes"]].sum().sum()
        assert part.to_numpy() @ non_use[band] == pytest.approx(1 - of_2013["recent"] / of_2013.sum(), abs=1e-9)
        share = 1 - by["recent"] / by.sum(axis=1)
        odds = non_use[band] / (1 - non_use[band])
        expected = (share["yes"] / (1 - share["yes"])) / (share["no"] / (1 - share["no"]))
        assert odds[1] / odds[0] == pytest.approx(expected, rel=1e-9)
        assert lapsed[band] == pytest.approx(of_2013["lapsed"] / (of_2013["lapsed"] + of_2013["never"]))


@pytest.mark.parametrize("values", [central_values(), STEEP], ids=["central", "steep"])
def test_the_panel_meets_the_published_shares_exactly_whatever_the_tilts(panel, national_tables, conditions, values):
    centring = centre(values, national_tables, conditions)
    non_use, _ = start_shares(national_tables["start_use"])
    log_odds = centring.start_log_odds[np.clip(panel.age_years - 16, 0, 89), panel.disabled]
    p = logistic(log_odds - tilt_of(values, panel.education, panel.deprivation, panel.disposition))
    band = np.searchsorted(BAND_STARTS, panel.age_years, side="right")
    for b in range(7):
        for d in range(2):
            rows = (band == b) & (panel.disabled == d)
            assert rows.any()
            assert np.average(p[rows], weights=panel.weight[rows]) == pytest.approx(non_use[b, d], rel=1e-9)


def test_without_tilts_there_is_no_spread_to_take_off(national_tables, conditions):
    flat = centre(central_values(dict.fromkeys(TILTS, 0.0)), national_tables, conditions)
    assert np.abs(flat.tilt_spread).max() < 1e-9
    assert np.abs(centre(STEEP, national_tables, conditions).tilt_spread).max() > 0.1


@pytest.mark.parametrize(
    "values",
    [
        central_values(),
        STEEP,
        central_values({"onset_base": -6.0, "onset_peers": 2.5, "lapse_skill": 3.0, "proxy_access": 0.1}),
    ],
    ids=["central", "steep", "odd"],
)
def test_mean_hazards_of_january_2013_are_those_of_the_intercepts(panel, national_tables, conditions, values):
    """Summed person by person with the rules themselves, shifts included."""
    centring = centre(values, national_tables, conditions)
    rules = rule_parameters(values, centring.onset_shift, centring.lapse_shift)
    log_odds = centring.start_log_odds[np.clip(panel.age_years - 16, 0, 89), panel.disabled]
    offline = logistic(log_odds - tilt_of(values, panel.education, panel.deprivation, panel.disposition))
    full, plain = np.zeros(2), np.zeros(2)
    own_user = values["start_device_user"] * values["start_connection_user"]
    for i in range(len(panel.weight)):
        age, disabled = (float(panel.age_years[i]) - 65.0) / 10.0, bool(panel.disabled[i])
        education, peers, z = int(panel.education[i]), float(panel.peers[i]), float(panel.disposition[i])
        with_user = float(panel.lives_with_user[i])
        connected = values["start_connection_user"] * with_user + values["start_connection_no_user"] * (1 - with_user)
        own = connected * values["start_device_no_user"]
        aim = motivation_aim(z, education, 0.0, values["trust_usual"], peers, age, rules.motivation)
        ceiling = skill_ceiling(education, age, disabled, z, rules.skill)
        months = 12 * values["start_years_online"]
        skill = ceiling * (1 - np.exp(-values["skill_learning_monthly"] * (1 + values["skill_help"] * 0.7) * months))
        for has, share, share_user in ((1, own, own_user), (0, 1 - own, 1 - own_user)):
            access = access_level(has, has, bool(panel.helper_or_hub[i]), rules.access)
            onset = log_hazard_onset(
                age, disabled, education, float(panel.deprivation[i]), peers, aim, 0.0, access, False, 0.0, rules.use
            )
            lapse = log_hazard_lapse(age, disabled, access, values["affordability_reference"], skill, peers, rules.use)
            full += panel.weight[i] * np.array([
                offline[i] * share * np.exp(onset), (1 - offline[i]) * share_user * np.exp(lapse)
            ])  # fmt: skip
        plain += panel.weight[i] * np.array([
            offline[i] * np.exp(log_hazard_onset_by_age(age, rules.use)),
            (1 - offline[i]) * np.exp(values["lapse_base"] + values["lapse_age"] * age),
        ])  # fmt: skip
    assert full == pytest.approx(plain, rel=1e-6)


def test_an_intercept_moves_no_other_person_but_through_the_level(panel, national_tables, conditions):
    """Raising b_0 raises all hazards alike, so it leaves the shift as it was; stronger peers lower the shift."""
    base, higher, peers = (
        centre(central_values(change), national_tables, conditions)
        for change in ({}, {"onset_base": -4.0}, {"onset_peers": 2.0})
    )
    assert higher.onset_shift == pytest.approx(base.onset_shift, abs=1e-9)
    assert peers.onset_shift < base.onset_shift - 0.5


@pytest.fixture(scope="module")
def like_the_panel(toy, national_tables) -> Callable[..., object]:
    """A region whose people are the reference panel, each five times over, alone at home and without ties."""
    table = national_tables["reference_panel"]
    copies = 5
    who = np.repeat(np.arange(len(table)), copies)
    n = len(who)
    rng = np.random.default_rng(5)
    columns = {
        "area": table["deprivation"].to_numpy()[who].astype(int),
        "birth_month": -12 * table["age_years"].to_numpy()[who] - rng.integers(0, 12, n),
        "disability_onset_month": np.where(table["disabled"].to_numpy()[who] == 1, 0, NEVER),
        "education": table["education"].to_numpy()[who], "sex": np.zeros(n), "entry_month": np.zeros(n),
        "exit_month": np.full(n, NEVER), "household": np.arange(n), "next_household": np.full(n, -1),
        "next_household_month": np.full(n, NEVER), "parent_household": np.full(n, -1), "income_quintile": np.full(n, 2),
        "on_benefits": np.zeros(n), "employment": np.full(n, 2),
    }  # fmt: skip
    columns = {name: columns[name].astype(kind) for name, kind in ROW_TYPES.items()}
    areas = {
        name: getattr(toy.population, name)[:5]
        for name in ("area_code", "area_authority", "area_latitude", "area_longitude", "area_deprivation", "area_rural")
    }
    assert list(areas["area_deprivation"]) == [0, 1, 2, 3, 4]
    population = replace(
        toy.population, **columns, **areas, key=rng.integers(0, 2**63, n).astype(np.uint64),
        household_area=columns["area"].copy(),
    )  # fmt: skip
    nobody = Ties(*(np.empty(0, kind) for kind in (np.int32, np.int32, np.int16, np.int16)))
    network = Network(**assemble(n, dict.fromkeys(Layer, nobody)), variant="standard", fingerprint="none")
    places, hubs = toy.setting.places, toy.setting.hubs
    setting = replace(
        toy.setting, places=places._replace(**{name: getattr(places, name)[:5] for name in places._fields}),
        hubs=replace(hubs, distance_km=hubs.distance_km[:5], pull=hubs.pull[:5]),
    )  # fmt: skip
    return lambda values: replace(toy, population=population, network=network, setting=setting).model(values=values)


@pytest.mark.parametrize("values", [central_values(), STEEP], ids=["central", "steep"])
def test_a_large_population_like_the_countrys_starts_with_its_shares(like_the_panel, national_tables, values):
    """By age band and disability, within four standard errors: of people, and of the panel's few dispositions."""
    model = like_the_panel(values)
    non_use, lapsed = start_shares(national_tables["start_use"])
    people, residents = model.world.people, model.world.residents
    band = np.searchsorted(BAND_STARTS, -people.birth_month.astype(int) // 12, side="right")
    disabled = people.disability_onset_month <= 0
    for b in range(7):
        for d in (False, True):
            rows = (band == b) & (disabled == d)
            n, p = int(rows.sum()), non_use[b, int(d)]
            of_panel = values["start_tilt_disposition"] * p * (1 - p) / np.sqrt(n / 5)
            error = np.hypot(np.sqrt(p * (1 - p) / n), of_panel)
            offline = residents.use[rows] != RECENT
            assert abs(offline.mean() - p) < 4 * error, (b, d)
            among = int(offline.sum())
            expected = lapsed[b, int(d)]
            error = np.sqrt(max(among * expected * (1 - expected), 1.0))
            assert abs((residents.use[rows] == LAPSED).sum() - among * expected) < 4 * error, (b, d)


def test_tilts_point_where_their_signs_say(like_the_panel):
    model = like_the_panel(STEEP)
    people, residents = model.world.people, model.world.residents
    offline = residents.use != RECENT
    assert offline[people.education == 0].mean() > offline[people.education == 2].mean() + 0.05
    old = -people.birth_month.astype(int) // 12 >= 65
    assert offline[old & (people.area == 0)].mean() > offline[old & (people.area == 4)].mean() + 0.05
    assert residents.disposition[offline].mean() < residents.disposition[~offline].mean() - 0.2


def test_everyone_starts_with_the_stated_device_and_disposition(like_the_panel):
    model = like_the_panel(central_values())
    values, people, residents = model.world.values, model.world.people, model.world.residents
    least = [people.key[people.household == home].min() for home in people.household]
    own = draws(word(model.world.seed, 0, Decision.DISPOSITION), people.key)
    home = draws(word(model.world.seed, 0, Decision.HOME_DISPOSITION), np.array(least))
    share = values["disposition_household_share"]
    shared, apart = (np.array([normal(u) for u in luck]) for luck in (home, own))
    expected = np.sqrt(share) * shared + np.sqrt(1.0 - share) * apart
    np.testing.assert_allclose(residents.disposition, expected, rtol=1e-6)
    for user, share in ((True, values["start_device_user"]), (False, values["start_device_no_user"])):
        rows = (residents.use == RECENT) == user
        has = residents.device[rows] > 0
        assert abs(has.mean() - share) < 4 * np.sqrt(share * (1 - share) / rows.sum())
        large = (residents.device[rows] == 2).sum() / has.sum()
        assert abs(large - values["large_screen_share"]) < 4 * np.sqrt(0.25 / has.sum())
    connection = model.world.households.connection[residents.household] > 0
    for user, share in ((True, values["start_connection_user"]), (False, values["start_connection_no_user"])):
        rows = (residents.use == RECENT) == user
        assert abs(connection[rows].mean() - share) < 4 * np.sqrt(share * (1 - share) / rows.sum())


def test_skill_at_the_start_lies_below_the_ceiling_and_never_users_have_none(like_the_panel):
    residents = like_the_panel(central_values()).world.residents
    assert (residents.skill[residents.use == NEVER_USED] == 0).all()
    users = residents.use == RECENT
    assert (residents.skill[users] <= residents.skill_ceiling[users]).all()
    ratio = residents.skill[users] / residents.skill_ceiling[users]
    # Eight years online on average and 3% of the gap a month: most of the way.
    assert 0.75 < ratio.mean() < 0.97
    lapsed = residents.skill[residents.use == LAPSED] / residents.skill_ceiling[residents.use == LAPSED]
    assert lapsed.max() <= 0.6 + 1e-6


def test_homes_are_connected_alike_whoever_is_counted_first(toy):
    """With two never-users at home, whose draw decides must not hang on the order of rows."""
    reversed_rows = toy.with_rows(np.arange(toy.population.n)[::-1].copy())
    one, two = toy.model(), reversed_rows.model()
    assert np.array_equal(one.world.households.connection, two.world.households.connection)


@pytest.fixture(scope="module")
def newcomers_path(toy) -> tuple[np.ndarray, np.ndarray]:
    model = toy.model()
    return newcomer_log_odds(model.centring, model.world.rules, 23)


def test_the_path_of_newcomers_starts_where_the_residents_start(toy, newcomers_path):
    assert newcomers_path[0][0] == pytest.approx(toy.model().centring.start_log_odds, abs=1e-9)


def test_shares_are_shares_and_non_use_falls_at_every_age_but_the_youngest(newcomers_path):
    log_odds, lapsed = newcomers_path
    assert np.isfinite(log_odds).all()
    assert (lapsed > 0).all() and (lapsed < 1).all()
    assert np.array_equal(log_odds[0, 0], log_odds[-1, 0])
    assert (np.diff(log_odds[:, 30:70], axis=0) < 0).all()


def test_the_old_are_offline_more_often_than_the_young(newcomers_path):
    assert (newcomers_path[0][:, 74] > newcomers_path[0][:, 24]).all()


def test_no_programme_changes_what_newcomers_bring(toy, make_programme):
    """Dispositions, ceilings and devices of those who came while everyone was taught."""
    base = toy.model(until_month=20)
    plan = toy.model(make_programme(budget_pence=10**12, apply_probability_monthly=1.0), until_month=20)
    entry = np.asarray(toy.population.entry_month)
    seen = 0
    for month in range(1, 21):
        for model in (base, plan):
            for name, run_phase in model.phases:
                if name == "programmes":
                    break
                run_phase()
        new = entry == month
        seen += int(new.sum())
        for name in ("use", "skill", "device", "disposition", "skill_ceiling", "trust", "employment"):
            assert np.array_equal(getattr(base.world.residents, name)[new], getattr(plan.world.residents, name)[new]), (
                name
            )
        for model in (base, plan):
            for _, run_phase in model.phases[2:]:
                run_phase()
    assert seen > 30 and len(plan.deliveries[0].treated_rows) > 30


def test_newcomers_use_follows_the_path(make_toy):
    """In a large region, those who came in five years: non-users as many as the path says, in four errors."""
    toy = make_toy(20, 600)
    model = toy.model(until_month=60)
    model.run()
    population, values = toy.population, model.world.values
    entry = np.asarray(population.entry_month)
    new = np.flatnonzero((entry > 0) & (entry <= 60))
    log_odds, _ = newcomer_log_odds(model.centring, model.world.rules, 6)
    age = (entry[new] - population.birth_month[new].astype(int)) // 12
    disabled = (population.disability_onset_month[new] <= entry[new]).astype(int)
    deprivation = 1 - population.area_deprivation[population.area[new]] / 2
    z = model.world.residents.disposition[new]
    tilt = tilt_of(values, population.education[new], deprivation, z)
    p = logistic(log_odds[entry[new] // 12, np.clip(age - 16, 0, 89), disabled] - tilt)
    luck = draws(word(model.world.seed, 0, Decision.START_USE), population.key[new])
    offline = luck < p
    assert len(new) > 1000
    assert abs(offline.sum() - p.sum()) < 4 * np.sqrt((p * (1 - p)).sum())
    never = model.world.residents.use[new] == NEVER_USED
    # Nobody becomes a never-user, so those who are must have come as non-users.
    assert never.any() and offline[never].all()


def test_bundles_of_start_tilts_carry_the_parameters():
    assert bundle(StartTilts, STEEP) == StartTilts(1.4, -0.6, 1.1)
