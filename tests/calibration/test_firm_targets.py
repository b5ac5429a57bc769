"""Firms' figures: what is fitted says which firms and month it covers, and nothing after the split is seen."""

import pytest

from calibration import firm_targets
from calibration.evidence_reader import load
from calibration.firm_targets import firm_fit_points
from calibration.roles import load_targets
from model.calendar import month_index
from model.errors import InputError
from model.region import SIZE_BANDS
from model.technologies import TECHNOLOGIES
from scenarios.regions_io import load_national

SPLIT = month_index("2024-12")


def test_every_target_is_a_share_of_known_firms_within_the_fitted_span():
    points = firm_fit_points()
    assert {point.technology for point in points} == set(TECHNOLOGIES) - {"data_iot"}
    for point in points:
        assert 0 < point.share_pct < 100
        assert 0 < point.month <= SPLIT
        assert point.sizes and set(point.sizes) <= set(SIZE_BANDS)
    assert len({(point.technology, point.sizes, point.month) for point in points}) == len(points)


def test_published_sizes_cover_the_models_bands():
    points = {(p.technology, p.month, p.sizes): p.share_pct for p in firm_fit_points()}
    assert points["website", month_index("2014-06"), SIZE_BANDS[1:]] == 80.8
    assert points["ecommerce", month_index("2014-06"), ("0-9",)] == 9.6
    assert points["ai", month_index("2024-09"), SIZE_BANDS] == 15
    assert points["ai", month_index("2024-09"), ("250+",)] == 30
    assert 0.9 < points["cyber_essentials", month_index("2023-05"), SIZE_BANDS] < 1.1


def test_a_target_without_a_place_in_the_model_is_named(monkeypatch):
    known = {key: value for key, value in firm_targets.TECHNOLOGY_OF.items() if key != "website"}
    monkeypatch.setattr(firm_targets, "TECHNOLOGY_OF", known)
    with pytest.raises(InputError, match="fit-firm-website: a target of firms has no place"):
        firm_fit_points()


def test_figures_after_the_split_are_held_out():
    for name in ("firm_adoption", "firm_programme_effects"):
        seen = load(name, purpose="read")
        later = seen[(seen["year"] > 2024) & (seen["role"] != "input")]
        assert set(later["measure"]) <= {"ai_adopted_projection"}
        assert "holdout" not in set(seen["role"])


def test_outcomes_of_the_vouchers_are_held_out_and_their_terms_are_not():
    terms = load("firm_programme_effects", purpose="build")
    vouchers = {"help_to_grow_digital", "digitalboost_grant_scotland", "creative_credits_voucher"}
    measures = set(terms[terms["intervention"].isin(vouchers)]["measure"])
    assert {"subsidy_rate", "max_voucher", "fund_round1", "firm_match"} <= measures
    assert not measures & {"vouchers_redeemed", "applications", "days_until_closed"}
    held = {block.where["intervention"][0] for block in load_targets().blocks
            if block.table == "firm_programme_effects" and block.role == "holdout"}  # fmt: skip
    assert vouchers <= held


def test_the_start_repeats_the_figures_that_are_its_input():
    """Larger bands add up to the published figure of firms of 10 and over; small firms have their own."""
    start = load_national()["start_adoption"].set_index(["technology", "size"])["share_pct"]
    counts = load_national()["firm_counts_uk"].query("measure == 'enterprises' and group == 'size'")["count"].to_numpy()
    upper = [counts[2:4].sum(), counts[4:6].sum(), counts[6]]
    rows = load("firm_adoption", purpose="build")
    published = rows[rows["year"].isin([2012, 2013])].set_index("measure")["value"]

    def mean(technology: str) -> float:
        return sum(n * start[technology, size] for n, size in zip(upper, SIZE_BANDS[1:], strict=True)) / sum(upper)

    assert mean("website") == pytest.approx(published["website"], abs=0.1)
    assert mean("cloud") == pytest.approx(published["cloud_computing_purchased"], abs=0.1)
    assert mean("ecommerce") < published["ecommerce_sales"]
    assert start["business_software", "0-9"] == published["web_based_accounting"]
