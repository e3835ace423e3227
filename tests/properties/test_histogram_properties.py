"""Histograms merge and part exactly, and their quantiles stand within 1 % of numpy's."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import InputError
from kpis.statistics.binning import LOG, ORDINAL, ZERO_BIN, linear, log_bin, log_edges, log_value
from kpis.statistics.histogram import difference, merge, quantile, quantiles_by_group

# sqrt(1.02) - 1 = 0.00995; the last digits of exp and log add less than 1e-10
BOUND = 0.00995 + 1e-6

wild = st.floats(allow_nan=False, allow_infinity=False, allow_subnormal=False) | st.sampled_from([0.0, -0.0])
lists = st.lists(wild | st.floats(-100, 100, allow_subnormal=False), min_size=1, max_size=60)
# shares whose product with n is exact, so that both sides count to the same row
shares = st.sampled_from([0.0, 0.125, 0.25, 0.5, 0.75, 0.9375, 1.0])


def histogram(values, binning=LOG, **keys):
    bins, rows = np.unique(binning.bins(values), return_counts=True)
    return pd.DataFrame(
        {**{name: [key] * len(bins) for name, key in keys.items()}, "bin": bins, "rows": rows}
    )


@given(lists)
def test_a_value_lies_in_its_bin_and_near_its_centre(values):
    x = np.asarray(values)
    codes = log_bin(x)
    low, high = log_edges(codes)
    assert np.all(np.abs(log_value(codes) - x) <= BOUND * np.abs(x))
    # exp(log(x)) is right to about 1e-13
    with np.errstate(over="ignore"):
        assert np.all((low <= x + 1e-10 * np.abs(x)) & (x - 1e-10 * np.abs(x) <= high))


@given(lists)
def test_codes_sort_as_their_values(values):
    x = np.sort(values)
    codes = log_bin(x)
    assert np.all(np.diff(codes) >= 0)
    assert np.all((codes == ZERO_BIN) == (x == 0))
    assert np.all(np.sign(codes) == np.sign(x))


@given(lists, shares)
def test_quantile_is_within_one_percent_of_numpy(values, q):
    table = histogram(values)
    expected = np.quantile(values, q, method="inverted_cdf")
    found = quantile(table["bin"], table["rows"], q)
    assert found == pytest.approx(expected, rel=BOUND, abs=0)


@given(st.lists(st.integers(-3, 10), min_size=1), shares)
def test_quantile_of_scores_is_exact(values, q):
    table = histogram(values, ORDINAL)
    assert quantile(table["bin"], table["rows"], q, ORDINAL) == np.quantile(values, q, method="inverted_cdf")


@given(st.lists(st.floats(-1000, 1000), min_size=1), shares, st.sampled_from([0.5, 1.0, 7.0]))
def test_quantile_of_bins_of_a_width_is_within_half_a_bin(values, q, width):
    way = linear(width)
    table = histogram(values, way)
    expected = np.quantile(values, q, method="inverted_cdf")
    assert quantile(table["bin"], table["rows"], q, way) == pytest.approx(expected, abs=width / 2 + 1e-9)


@given(lists, st.integers(0, 60))
def test_parts_merge_to_the_whole_and_the_whole_parts_again(values, at):
    first, rest, whole = (histogram(part, k="a") for part in (values[:at], values[at:], values))
    pd.testing.assert_frame_equal(merge(pd.concat([first, rest]), ["k"]), whole, check_dtype=False)
    pd.testing.assert_frame_equal(difference(whole, first, ["k"]), rest, check_dtype=False)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["b", "a", None]), st.integers(0, 3), st.floats(-10, 10, allow_subnormal=False)
        ),
        max_size=80,
    ),
    shares,
    st.randoms(),
)
def test_groups_are_those_of_pandas_in_any_order(rows, q, chance):
    facts = pd.DataFrame(rows, columns=["department", "week", "value"]).astype({"value": float, "week": int})
    facts["bin"] = log_bin(facts["value"])
    table = facts.groupby(["department", "week", "bin"], dropna=False).size().rename("rows").reset_index()
    order = list(range(len(table)))
    chance.shuffle(order)
    for by in (["department", "week"], ["week"], []):
        found = quantiles_by_group(table.iloc[order], by, [q])
        if not by:
            assert found["rows"].tolist() == ([len(facts)] if len(facts) else [])
            continue
        expected = facts.groupby(by, dropna=False)["value"].agg(
            lambda x: np.quantile(x, q, method="inverted_cdf")
        )
        assert found[f"q{q:g}"].to_numpy() == pytest.approx(expected.to_numpy(), rel=BOUND, abs=0)
        assert found["rows"].sum() == len(facts)
        merged = merge(table.iloc[order], by)
        pd.testing.assert_frame_equal(quantiles_by_group(merged, by, [q]), found)


def test_what_was_not_counted_cannot_be_subtracted():
    with pytest.raises(InputError, match="negative number of rows"):
        difference(histogram([1.0], k="a"), histogram([1.0, 1.0], k="a"), ["k"])


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_what_is_not_finite_has_no_bin(value):
    with pytest.raises(InputError, match="no bin"):
        log_bin([1.0, value])


def test_half_a_point_is_no_ordinal_score():
    with pytest.raises(InputError, match="whole number"):
        ORDINAL.bins([1.0, 2.5])


def test_an_empty_histogram_has_no_quantile():
    assert quantile([], [], 0.5) is None
    assert quantile([1], [0], 0.5) is None
    empty = quantiles_by_group(pd.DataFrame({"k": ["a"], "bin": [1], "rows": [0]}), ["k"], [0.5])
    assert empty["q0.5"].isna().all()


def test_bins_of_a_width_know_their_edges():
    low, high = linear(7.0).edges([0, -1])
    assert (low.tolist(), high.tolist()) == ([0.0, -7.0], [7.0, 0.0])
    assert [edge.tolist() for edge in ORDINAL.edges([3])] == [[3.0], [3.0]]
