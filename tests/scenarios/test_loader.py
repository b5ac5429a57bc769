"""From names and files to the model's scenario: the shipped library, `extends`, overrides, regions."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from model.calendar import month_index
from model.errors import InputError
from model.programmes.review import Pilot, Review
from model.scenario import Scenario
from scenarios import catalogue, loader, quantities
from scenarios.number_draws import NumberDraws
from scenarios.programme_in_region import Extent
from scenarios.regions_io import load_region

DOCS = Path(__file__).resolve().parents[2] / "docs" / "scenarios.md"
ADULTS = 500_000
ENTERPRISES_PER_ADULT = 0.05


def write(folder: Path, name: str, **keys: Any) -> Path:
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump({"name": name, "title": "T", "summary": "S", **keys}, sort_keys=False))
    return path


def resolved(path: Path | str, adults: int = ADULTS) -> Scenario:
    return loader.load_plan(path).for_region(Extent(adults, adults * ENTERPRISES_PER_ADULT, ("E07000078",)))


def test_every_programme_of_the_catalogue_is_sound_and_readable() -> None:
    instruments = set()
    for name in catalogue.list_programmes():
        template = catalogue.load_programme(name)
        instruments |= {member.instrument for member in template.members()}
        assert template.id == name
        assert template.strategy
        sentences = re.split(r"[.:]\s", template.summary)
        assert max(len(sentence.split()) for sentence in sentences) <= 30, name
    assert instruments == set(quantities.EFFECTS)


def test_every_source_is_complete_and_used() -> None:
    sources = catalogue.load_sources()
    assert all(value.strip() for s in sources.values() for value in (s.publisher, s.title, s.year, s.url, s.licence))
    members = [member for name in catalogue.list_programmes() for member in catalogue.load_programme(name).members()]
    numbers = [number for member in members for number in member.numbers().values()]
    assert set(sources) == {name for n in numbers for name in (n.source, *n.see)} - {quantities.ASSUMPTION}


def test_every_scenario_of_the_library_resolves_for_small_and_large_regions() -> None:
    for name in loader.list_scenarios():
        for adults in (20_000, 3_000_000):
            scenario = resolved(name, adults)
            assert set(scenario.trends) == set(quantities.TRENDS)
            idle = {programme.id for programme in scenario.programmes if programme.budget_pence == 0}
            assert idle <= {"councils-innovation-fund"}  # H16: kept as a line, off unless a plan gives it money


def test_baseline_has_no_programmes_and_the_placebo_only_other_ties() -> None:
    baseline, placebo = resolved("baseline"), resolved("placebo-network")
    assert baseline.programmes == placebo.programmes == ()
    assert (baseline.network_variant, placebo.network_variant) == ("standard", "placebo")
    assert baseline.trends == placebo.trends


def test_single_measure_packages_cost_the_same_as_the_bundle() -> None:
    budgets = {sum(p.budget_pence for p in resolved(n).programmes) for n in ("access-only", "skills-only", "bundle")}
    assert len(budgets) == 1


def test_smart_people_is_money_a_county_could_spend() -> None:
    pounds = sum(programme.budget_pence for programme in resolved("smart-people").programmes) / 100
    assert 6 <= pounds / ADULTS <= 10


def test_budgets_and_capacity_grow_with_the_region() -> None:
    small, large = resolved("smart-people", 100_000), resolved("smart-people", 250_000)
    for one, other in zip(small.programmes, large.programmes, strict=True):
        assert other.budget_pence == pytest.approx(2.5 * one.budget_pence, abs=2)
        assert other.capacity_per_month == pytest.approx(2.5 * one.capacity_per_month)
        assert other.unit_cost_pence == one.unit_cost_pence
        assert isinstance(other.budget_pence, int)
        assert isinstance(other.fixed_cost_pence_per_month, int)


def test_firms_budgets_and_capacity_grow_with_the_enterprises() -> None:
    small, large = (
        {
            programme.id: programme
            for programme in loader.load_plan("smart-futures").for_region(Extent(500_000, n, ())).programmes
        }
        for n in (10_000, 30_000)
    )
    for name in ("innovation-grant", "sme-adviser", "peer-cohorts", "demonstrators"):
        assert large[name].audience == "firms"
        assert large[name].budget_pence == pytest.approx(3 * small[name].budget_pence, abs=2)
        assert large[name].capacity_per_month == pytest.approx(3 * small[name].capacity_per_month)
    training = "emerging-tech-training"
    assert small[training] == large[training]


def test_firms_programmes_carry_whom_they_are_for_and_what_they_are_about() -> None:
    programmes = {programme.id: programme for programme in resolved("west-midlands-sme-diffusion").programmes}
    grant = programmes["innovation-grant"]
    assert grant.firm_eligibility.size_bands == ("0-9", "10-49")
    assert "ai" in grant.technologies and grant.offer_months == 6
    assert grant.effects["offer_cap_gbp"] == 2500
    assert programmes["peer-cohorts"].technologies == ()
    assert resolved("smart-people").programmes[0].firm_eligibility is None


def test_a_named_region_gives_its_census_adults_and_authorities() -> None:
    region = load_region("gloucestershire")
    extent = loader.extent_of(region)
    assert extent.adults == region.areas["population"].sum() - region.areas["age_0_15"].sum()
    assert extent.enterprises == 28_860
    assert set(extent.authorities) == set(region.authorities["authority_code"])
    expected = loader.load_plan("smart-people").for_region(extent)
    assert loader.load_scenario("smart-people", "gloucestershire") == expected


def test_dates_include_the_last_month() -> None:
    programme = resolved("smart-people").programmes[0]
    assert (programme.start_month, programme.end_month) == (month_index("2027-04"), month_index("2030-04"))


def test_extends_takes_programmes_trends_and_network_over(tmp_path: Path) -> None:
    first = write(tmp_path, "first", extends="smart-people", network="placebo")
    path = write(
        tmp_path,
        "second",
        extends=f"./{first.name}",
        programmes={"device-gift": {"budget_gbp": 1e6, "budget_gbp_per_adult": None, "end": "2029-03"}},
    )
    scenario, parent = resolved(path), resolved("smart-people")
    assert scenario.network_variant == "placebo"
    assert scenario.trends == parent.trends
    for mine, theirs in zip(scenario.programmes, parent.programmes, strict=True):
        if mine.id == "device-gift":
            assert (mine.budget_pence, mine.end_month) == (100_000_000, month_index("2029-04"))
        else:
            assert mine == theirs


def test_either_budget_replaces_the_other_kind(tmp_path: Path) -> None:
    path = write(tmp_path, "plan", extends="smart-people", programmes={"device-gift": {"budget_gbp": 5e5}})
    again = write(tmp_path, "again", extends="./plan.yaml", programmes={"device-gift": {"budget_gbp_per_adult": 2}})
    budgets = [{p.id: p.budget_pence for p in resolved(p).programmes}["device-gift"] for p in (path, again)]
    assert budgets == [50_000_000, 2 * ADULTS * 100]


def test_numbers_can_be_changed_and_count_as_the_writers_assumption(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "plan",
        extends="smart-people",
        programmes={"device-gift": {"unit_cost": 580, "effects": {"support_hours": {"value": 9, "high": 12}}}},
    )
    gift = {programme.id: programme for programme in resolved(path).programmes}["device-gift"]
    evidence = {item.name: item for item in gift.evidence}
    assert gift.unit_cost_pence == 58_000
    assert gift.effects["support_hours"] == 9
    assert (evidence["unit_cost"].status, evidence["unit_cost"].source) == ("assumed", "assumption")
    assert (evidence["unit_cost"].low, evidence["unit_cost"].high) == (556, 652)
    assert (evidence["effects.support_hours"].low, evidence["effects.support_hours"].high) == (1, 12)
    assert evidence["effects.months_of_data"].status == "measured"


def test_zero_budget_is_allowed(tmp_path: Path) -> None:
    zero = {programme.id: {"budget_gbp": 0} for programme in resolved("smart-people").programmes}
    scenario = resolved(write(tmp_path, "plan", extends="smart-people", programmes=zero))
    assert [programme.budget_pence for programme in scenario.programmes] == [0] * 6


def test_wording_does_not_change_a_scenarios_identity(tmp_path: Path) -> None:
    same = resolved(write(tmp_path, "plan", extends="smart-people", programmes={"device-gift": {"title": "Gifts"}}))
    assert same.identity() == resolved("smart-people").identity()


def test_drawn_numbers_stay_in_their_ranges_and_whole_months_stay(tmp_path: Path) -> None:
    months = {"value": 6, "low": 3, "high": 12, "why": "Ours."}
    grant = {"start": "2027-04", "end": "2030-03", "budget_gbp": 1e6, "offer_months": months}
    path = write(tmp_path, "plan", extends="baseline", programmes={"innovation-grant": grant})
    drawn = [
        loader.load_scenario(path, "gloucestershire", NumberDraws(draw, 4, seed=1)).programmes[0] for draw in range(4)
    ]
    assert {programme.offer_months for programme in drawn} == {6}
    approval = [programme.approval_probability for programme in drawn]
    assert len(set(approval)) == 4 and 0.4 <= min(approval) <= max(approval) <= 0.9


def test_circles_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "one", extends="./two.yaml")
    with pytest.raises(
        InputError, match=r"extends: scenarios extend each other in a circle \(got 'two -> one -> two'\)"
    ):
        loader.load_plan(write(tmp_path, "two", extends="./one.yaml"))


def test_unknown_names_get_a_hint_and_the_choices() -> None:
    with pytest.raises(InputError, match=r"unknown scenario, did you mean 'smart-people'\?.*baseline"):
        loader.load_plan("smart-peple")
    with pytest.raises(InputError, match=r"unknown programme, did you mean 'device-gift'\?"):
        catalogue.load_programme("device-gifts")
    with pytest.raises(InputError, match="no such file"):
        loader.load_plan("absent/plan.yaml")


def test_a_fault_in_an_override_is_placed_in_the_scenarios_file(tmp_path: Path) -> None:
    path = write(tmp_path, "plan", extends="smart-people", programmes={"device-gift": {"unit_cost": {"unit": "EUR"}}})
    with pytest.raises(InputError, match=rf"{re.escape(str(path))}:\d+: programmes.device-gift.unit_cost.unit: "):
        loader.load_plan(path)


def test_the_example_of_the_documentation_runs(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml (\S+)\n(.*?)```", DOCS.read_text(), re.DOTALL)
    for name, text in blocks:
        (tmp_path / name).write_text(text)
    scenario = resolved(tmp_path / "my-plan.yaml")
    programmes = {programme.id: programme for programme in scenario.programmes}
    assert programmes["tea-and-tablets"].budget_pence == 40_000_000
    assert programmes["device-gift"].eligibility.min_age_years == 50
    assert programmes["digital-champions"].end_month == month_index("2031-04")
    assert scenario.trends["tariff_gbp_month"][-1] == (month_index("2028-04"), 40)
    shops = catalogue.load_programme(tmp_path / "clicks-for-shops.yaml")
    assert (shops.audience, shops.technologies) == ("firms", ["ecommerce"])
    wider = resolved(tmp_path / "wider-plan.yaml")
    learn, own = (programme for programme in wider.programmes if programme.id.startswith("learn-and-own."))
    assert learn.budget_pence == own.budget_pence == ADULTS * 150
    assert (learn.need, learn.targeting, learn.unit_cost_pence) == ("work_skills", "deprived_first", 20_000)
    assert learn.pilot == own.pilot == Pilot(12, 0.2, 0.5)
    assert len(wider.targets) == 2 and wider.review == Review(12, "to_those_waiting", 0.5)
