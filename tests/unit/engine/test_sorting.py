"""The fast sort against NumPy's stable one, where quantising could go wrong and where it takes longest."""

import time

import numpy as np
import pytest

from ais.engine import sorting
from ais.engine.sorting import FEW, Orders, argsort

RNG = np.random.default_rng(0)
N = 7140
UNIFORM = RNG.random(N)
CASES = {
    "similarities": np.tanh(RNG.normal(0.4, 0.3, N)),
    "uniform": UNIFORM,
    "ascending": np.sort(UNIFORM),
    "descending": np.sort(UNIFORM)[::-1],
    "whole numbers": RNG.integers(-20, 20, N).astype(float),
    "two values": RNG.integers(0, 2, N).astype(float),
    "all equal": np.ones(N),
    "equal but for rounding": 1 + RNG.integers(0, 3, N) * 2.0**-52,
    "one outlier": np.append(UNIFORM[1:], 1e15),
    "descending below one outlier": np.append(np.sort(UNIFORM[1:])[::-1], 1e15),
    "many scales": np.exp(RNG.normal(0, 40, N)),
    "both signs of zero": np.where(UNIFORM < 0.5, 0.0, -0.0) + np.where(UNIFORM < 0.9, 0, UNIFORM),
    "some NaN": np.where(UNIFORM < 0.1, np.nan, UNIFORM),
    "all NaN": np.full(N, np.nan),
    "all NaN but one": np.append(np.full(N - 1, np.nan), 1.0),
    "infinite": np.append(UNIFORM[2:], [np.inf, -np.inf]),
    "infinite and NaN": np.append(UNIFORM[3:], [np.inf, np.nan, -np.inf]),
    "a range beyond the largest number": UNIFORM * 1.7e308 * RNG.choice([-1, 1], N),
    "a vanishing range": RNG.integers(0, 5, N) * 5e-324,
}


@pytest.mark.parametrize("name", CASES)
def test_the_order_is_numpys_stable_one(name):
    assert np.array_equal(argsort(CASES[name][None])[0], np.argsort(CASES[name], kind="stable"))


def plain_orders(values, tied):
    """Codes and number of defined values by definition."""
    defined = values[~np.isnan(values)]
    tolerance = tied * np.abs(defined).max(initial=0.0)
    order = np.argsort(values, kind="stable").tolist()
    code = []
    for place, number in enumerate(order):
        near = 0 < place < defined.size and not values[number] - values[order[place - 1]] > tolerance
        code.append(2 * number + near)
    return code, defined.size


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("many", [True, False])
@pytest.mark.parametrize("tied", [0.0, 1e-12, 1e-3])
@pytest.mark.parametrize("name", CASES)
def test_orders_and_ties_equal_their_definition(monkeypatch, name, tied, many):
    monkeypatch.setattr(sorting, "MANY", 0 if many else N + 1)
    orders = Orders.of(np.array([CASES[name], CASES["some NaN"]]), tied)
    for row, values in enumerate((CASES[name], CASES["some NaN"])):
        code, defined = plain_orders(values, tied)
        assert orders.code[row].tolist() == code
        assert orders.defined[row] == defined


def test_short_rows_tie_alike():
    values = np.array([[3.0, np.nan, 1, 1 + 1e-15, 3, 2]])
    assert (Orders.of(values).code & 1).tolist() == [[0, 1, 0, 0, 1, 0]]
    assert Orders.of(values).defined.tolist() == [5]


@pytest.mark.parametrize("n", [0, 1, 2, FEW - 1, FEW, FEW + 1, 2000])
def test_any_length_and_each_row_by_itself(n):
    values = np.round(np.random.default_rng(n).random((3, n)), 2)
    values[1] = np.nan
    values[2, : n // 2] = np.nan
    order = argsort(values)
    np.testing.assert_array_equal(np.take_along_axis(values, order, 1), np.sort(values, axis=1))
    assert np.array_equal(np.sort(order, axis=1), np.tile(np.arange(n), (3, 1)))


def test_all_pairs_of_1854_images():
    values = np.tanh(np.random.default_rng(1).normal(0.4, 0.3, 1854 * 1853 // 2))
    assert np.array_equal(argsort(values[None])[0], np.argsort(values, kind="stable"))


@pytest.mark.parametrize("name", ["all equal", "two values", "one outlier", "descending below one outlier"])
def test_the_worst_cases_are_not_quadratic(name):
    """At ten times the length, a quadratic sort takes a hundred times as long."""

    def seconds(values):
        took = []
        for _ in range(5):
            start = time.process_time()
            argsort(values[None])
            took.append(time.process_time() - start)
        return min(took)

    outlier = "outlier" in name
    seconds(CASES[name])  # compiled
    ten = np.append(np.repeat(CASES[name][:-1], 10), CASES[name][-1])
    if outlier and "descending" not in name:
        ten[:-1] = np.random.default_rng(2).permutation(ten[:-1])
    assert seconds(ten) < 40 * max(seconds(CASES[name]), 1e-4)
