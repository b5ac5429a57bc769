"""The UK-weighted baseline beside the figures it will be fitted to."""

import pytest

from calibration.level_check import CHECK_YEARS, level_check, published_shares


def test_published_shares_are_whole_and_not_held_out():
    shares = published_shares()
    assert set(shares.index.get_level_values("year")) == set(CHECK_YEARS) == {2014, 2015, 2016, 2017}
    assert shares.sum(axis=1).round(6).eq(100.0).all()
    assert len(shares) == 7 * 4


@pytest.mark.full
@pytest.mark.parametrize("seed", [1, 2])
def test_baseline_lies_within_three_points_of_published_shares(seed):
    table = level_check(seed)
    assert len(table) == 7 * 4 * 3
    assert table["difference"].abs().max() < 3.0
