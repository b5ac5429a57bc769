"""Firms' figures: what is fitted says which firms and month it covers, and nothing after the split is seen."""

import pytest

from calibration.evidence_reader import load
from calibration.roles import load_targets
from calibration.targets import firms
from calibration.targets.firms import firm_targets
from model.calendar import month_index
from model.errors import InputError
from model.region import SIZE_BANDS
from model.technologies import TECHNOLOGIES
from scenarios.regions_io import load_national

SPLIT = month_index("2024-12")


def test_every_target_is_a_share_of_known_firms_within_the_fitted_span():
    targets = firm_targets()
    assert {target.extract.part[0] for target in targets} == {
        f"adopters_{name}" for name in set(TECHNOLOGIES) - {"data_iot"}
    }
    for target in targets:
        assert 0 < target.published < 100 and 0.02 < target.error < 0.5
        assert 0 < target.extract.month <= SPLIT
        assert target.extract.whole == ("firms",) and target.minus is None
    assert len({target.id for target in targets}) == len(targets)


def test_published_sizes_cover_the_models_bands():
    targets = {target.id: target for target in firm_targets()}

    def bands(name: str) -> tuple[str, ...]:
        return dict(targets[name].extract.where).get("size_band", SIZE_BANDS)

    assert bands("website/10+/2014-06") == SIZE_BANDS[1:] and targets["website/10+/2014-06"].published == 80.8
    assert bands("cloud/1-9/2018-06") == SIZE_BANDS[:1]
    assert bands("ai/250+/2024-09") == SIZE_BANDS[3:] and targets["ai/250+/2024-09"].published == 30
    assert bands("ai/all/2024-09") == SIZE_BANDS and targets["ai/all/2024-09"].published == 15
    certified = targets["cyber_essentials/all/2023-05"]
    enterprises = load_national()["firm_index"].query("year == 2023")["enterprises"].sum()
    assert certified.published == pytest.approx(100 * 27027 / enterprises)
    # A register has no sampling error: what is left is the difference of definition.
    assert certified.error == pytest.approx(0.1)


def test_a_target_without_a_place_in_the_model_is_named(monkeypatch):
    known = {key: value for key, value in firms.TECHNOLOGY_OF.items() if key != "website"}
    monkeypatch.setattr(firms, "TECHNOLOGY_OF", known)
    with pytest.raises(InputError, match="fit-firm-website: a target has no place"):
        firm_targets()


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
