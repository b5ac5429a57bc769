"""Firms of the UK-weighted baseline beside the figures they will be fitted to."""

import pytest

from calibration.firm_level_check import firm_level_check, shares_by_size


@pytest.mark.full
def test_adoption_lies_within_seven_tenths_of_log_odds_of_every_dated_figure():
    table = firm_level_check()
    assert set(table["technology"]) >= {"ai", "cloud", "business_software", "website", "ecommerce"}
    assert table["log_odds_difference"].abs().max() < 0.7


@pytest.mark.full
@pytest.mark.parametrize("month", [60, 140])
def test_larger_firms_use_more(month):
    """AI is left out of 2018, and Cyber Essentials of both: a handful of firms has them."""
    shares = shares_by_size(month)[["website", "ecommerce", "cloud", "business_software", *(["ai"] * (month > 100))]]
    assert (shares.diff().dropna() > 0).all(axis=None)
