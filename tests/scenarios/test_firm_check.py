"""Gloucestershire's firms against the published counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scenarios.firm_check import firm_report

if TYPE_CHECKING:
    import pandas as pd

TITLES = ("stock", "sizes", "sectors", "trade")


@pytest.fixture(scope="module")
def report() -> dict[str, pd.DataFrame]:
    return dict(zip(TITLES, (table for _, table in firm_report("gloucestershire", 0.1)), strict=True))


def test_the_stock_follows_the_published_index(report: dict[str, pd.DataFrame]) -> None:
    stock = report["stock"].set_index("year")
    assert stock.loc[2013, "drift_pct"] == pytest.approx(0.0, abs=0.2)
    assert stock["drift_pct"].abs().max() < 6.0
    assert stock.loc[2024, "indexed"] == 28_860


def test_sizes_keep_their_shares(report: dict[str, pd.DataFrame]) -> None:
    shares = report["sizes"].pivot(index="year", columns="size", values="share_pct")
    assert (shares.max() - shares.min()).max() < 3.0
    assert 85 < shares.loc[2013, "0-9"] < 92


def test_jobs_are_of_the_order_of_employment(report: dict[str, pd.DataFrame]) -> None:
    assert report["sectors"]["jobs"].sum() == pytest.approx(252_800, rel=0.03)


def test_open_enterprises_have_three_to_eight_partners(report: dict[str, pd.DataFrame]) -> None:
    everyone = report["trade"].query("size == 'all'")
    assert everyone["partners"].between(3.0, 8.0).all()
