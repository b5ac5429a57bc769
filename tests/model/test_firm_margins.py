import numpy as np
import pytest

from model.firm_margins import fit_margins, whole_table


@pytest.fixture
def seed_table() -> np.ndarray:
    return np.random.default_rng(1).pareto(1.0, (17, 7)) * 30.0


def test_fitted_tables_meet_both_margins_and_keep_the_pattern_of_the_seed(seed_table: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    rows, columns = rng.integers(1, 500, 17).astype(float), rng.integers(1, 500, 7).astype(float)
    columns *= rows.sum() / columns.sum()
    table = fit_margins(seed_table, rows, columns)
    np.testing.assert_allclose(table.sum(axis=1), rows, rtol=1e-6)
    np.testing.assert_allclose(table.sum(axis=0), columns, rtol=1e-6)
    seed = np.maximum(seed_table, 0.5)

    def odds(t: np.ndarray) -> np.ndarray:
        return t[1:, 1:] * t[:-1, :-1] / (t[1:, :-1] * t[:-1, 1:])

    np.testing.assert_allclose(odds(table), odds(seed), rtol=1e-6)


def test_margins_that_differ_by_the_publishers_rounding_are_reconciled_to_the_rows(seed_table: np.ndarray) -> None:
    rows, columns = np.full(17, 10.0), np.full(7, 25.0)
    table = fit_margins(seed_table, rows, columns)
    np.testing.assert_allclose(table.sum(axis=1), rows, rtol=1e-6)
    np.testing.assert_allclose(table.sum(axis=0), 170.0 / 7.0, rtol=1e-6)


def test_an_empty_margin_gives_an_empty_table(seed_table: np.ndarray) -> None:
    assert fit_margins(seed_table, np.zeros(17), np.zeros(7)).sum() == 0


@pytest.mark.parametrize("number", range(10))
def test_rounded_tables_stay_within_one_in_cells_rows_columns_and_total(seed_table: np.ndarray, number: int) -> None:
    rng = np.random.default_rng(number)
    expected = seed_table * rng.random(seed_table.shape)
    whole = whole_table(expected, rng.random(expected.shape))
    for sums in (np.asarray, lambda t: t.sum(axis=0), lambda t: t.sum(axis=1), np.sum):
        assert np.abs(sums(whole) - sums(expected)).max() < 1.0


def test_rounding_is_fair_on_average() -> None:
    rng = np.random.default_rng(5)
    expected = rng.random((4, 3)) * 2.0
    mean = np.mean([whole_table(expected, rng.random(expected.shape)) for _ in range(300)], axis=0)
    assert np.abs(mean - expected).max() < 0.2


def test_whole_tables_are_left_alone() -> None:
    table = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(whole_table(table, np.zeros((2, 3))), table)
