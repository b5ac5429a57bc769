"""The ready packages of the strategies do what their texts say."""

from itertools import product

import pytest

from model.calendar import month_index
from model.scenario import Scenario
from scenarios.loader import load_plan
from scenarios.programme_in_region import Extent

ADULTS = 500_000


def package(name: str) -> Scenario:
    return load_plan(name).for_region(Extent(ADULTS, 20_000, ()))


def test_every_place_of_the_smart_county_has_exactly_one_course() -> None:
    courses = [p for p in package("staffordshire-smart-county").programmes if p.id.startswith("courses-in-")]
    assert len(courses) == 3
    for rural, quintile in product((True, False), range(1, 6)):
        open_to = [
            p.id
            for p in courses
            if p.eligibility.rural is rural and quintile in (p.eligibility.deprivation_quintiles or range(1, 6))
        ]
        assert len(open_to) == 1, (rural, quintile, open_to)


def test_the_smart_county_lends_no_device_without_more_help_than_a_plain_loan() -> None:
    loan = next(p for p in package("staffordshire-smart-county").programmes if p.id == "device-loan")
    plain = next(p for p in package("west-midlands-inclusion-coalition").programmes if p.id == "device-loan")
    assert loan.effects["support_hours"] == 3 * plain.effects["support_hours"]
    assert loan.pilot is not None and loan.pilot.share < 1


def test_partners_of_the_coalition_add_to_the_public_money() -> None:
    programmes = {p.id: p for p in package("west-midlands-inclusion-coalition").programmes}
    assert programmes["device-gift"].budget_pence == pytest.approx(0.7 * 1.5 * ADULTS * 100)
    assert programmes["device-loan"].budget_pence == pytest.approx(0.3 * ADULTS * 100)


def test_the_coalition_has_the_roadmaps_target_and_years() -> None:
    scenario = package("west-midlands-inclusion-coalition")
    (target,) = scenario.targets
    assert (target.indicator, target.at_least, target.by_month) == ("online_share", 85, month_index("2026-12"))
    assert all(p.start_month == month_index("2021-04") for p in scenario.programmes)


def test_the_fund_beside_the_hertfordshire_article_is_off() -> None:
    scenario = package("hertfordshire-ageing-society")
    without_money = [p.id for p in scenario.programmes if p.budget_pence == 0]
    assert without_money == ["councils-innovation-fund"]


@pytest.mark.parametrize("name", ["glasgow-fair-society", "glasgow-inclusive-economy", "glasgow-public-services"])
def test_glasgow_reviews_its_programmes_every_year(name: str) -> None:
    review = package(name).review
    assert review is not None and review.every_months == 12 and 0 < review.moved_share < 1
