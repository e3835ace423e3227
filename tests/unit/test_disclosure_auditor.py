"""The auditor finds what can be subtracted, and says between which bounds the rest lies."""

import numpy as np
import pytest

from governance.disclosure_control.auditor import Asked, Auditor, Kind, Told

A, B, C = 0, 1, 2


def told(kind: Kind, value: float, *cells: int) -> Told:
    return Told(cells=frozenset(cells), kind=kind, value=value)


def knows(auditor: Auditor, kind: Kind, *cells: int, mean: float = 0.0) -> bool:
    (found,) = auditor.determines([Asked(cells=frozenset(cells), kind=kind, mean=mean)])
    return found


def test_a_total_and_its_other_parts_give_the_last_one() -> None:
    found = Auditor(3, [told("count", 30, A, B, C), told("count", 12, A), told("count", 14, B)])
    assert knows(found, "count", C)
    assert knows(found, "count", A, C)
    assert not knows(found, "sum", C)
    assert found.bounds([C], "count") == pytest.approx((4, 4))


def test_a_total_alone_gives_a_wide_interval() -> None:
    found = Auditor(3, [told("count", 30, A, B, C), told("count", 12, A)])
    assert not knows(found, "count", C)
    assert found.bounds([C], "count") == pytest.approx((0, 18))
    assert found.bounds([A, C], "count") == pytest.approx((12, 30))


def test_nothing_released_tells_nothing() -> None:
    found = Auditor(2, [])
    assert not knows(found, "count", A)
    assert found.determines([]) == []
    assert found.bounds([A], "count") == (0, np.inf)


def test_sums_are_told_by_means_and_counts_together() -> None:
    counts = [told("count", 20, A, B), told("count", 18, A)]
    means = [told("mean", 7.0, A, B), told("mean", 6.0, A)]
    found = Auditor(2, [*counts, *means], highest=180)
    assert knows(found, "sum", B)
    assert knows(found, "mean", B, mean=16.0)
    assert found.bounds([B], "sum") == pytest.approx((32, 32))
    assert found.bounds([B], "mean") == pytest.approx((16, 16))


def test_means_alone_tell_less() -> None:
    found = Auditor(2, [told("mean", 7.0, A, B), told("mean", 6.0, A)], highest=180)
    assert not knows(found, "sum", B)
    low, high = found.bounds([B], "mean")
    assert (low, high) == pytest.approx((7.0, 180.0))


def test_a_ceiling_on_values_narrows_what_a_sum_can_be() -> None:
    equal = [told("count", 10, A, B), told("sum", 95, A, B)]
    assert Auditor(2, equal, highest=10).bounds([A], "mean")[0] == pytest.approx(0)
    assert Auditor(2, [*equal, told("count", 5, A)], highest=10).bounds([A], "sum") == pytest.approx((45, 50))
    assert Auditor(2, [*equal, told("count", 5, A)]).bounds([A], "sum") == pytest.approx((0, 95))


def test_weeks_and_months_that_cut_each_other_give_every_piece() -> None:
    """Four pieces: a month of two, a week over the edge, and a month of two: none is small, all are told."""
    first, edge, after, last = range(4)
    chain = [told("count", 20, first), told("count", 33, first, edge), told("count", 18, edge, after)]
    found = Auditor(4, [*chain, told("count", 40, after, last)])
    assert all(knows(found, "count", piece) for piece in (first, edge, after, last))


def test_numbers_are_judged_each_by_itself() -> None:
    """Also beside a mean so large that its rounding is more than a row."""
    found = Auditor(3, [told("count", 30, A), told("mean", 1e9, B)])
    asked = [("count", A, np.nan), ("count", C, np.nan), ("mean", B, 1e9), ("mean", C, 1e9)]
    every = [Asked(cells=frozenset({cell}), kind=kind, mean=mean) for kind, cell, mean in asked]  # type: ignore[arg-type]
    assert found.determines(every) == [True, False, True, False]


def test_large_means_that_follow_are_found_for_all_their_rounding() -> None:
    rows, means = (23, 17), (1_234_567.89, 987_654.32)
    other = (rows[0] * means[0] - rows[1] * means[1]) / (rows[0] - rows[1])
    counts = [told("count", rows[0], A, B), told("count", rows[1], A)]
    found = Auditor(2, [*counts, told("mean", means[0], A, B), told("mean", means[1], A)])
    assert knows(found, "mean", B, mean=other)


def test_a_mean_that_is_told_again_with_another_rounding_tells_no_more() -> None:
    assert not knows(Auditor(1, [told("mean", 1000.0, A), told("mean", 1000.0001, A)]), "count", A)


def test_of_nobody_all_is_known_and_nobody_tells_of_others() -> None:
    found = Auditor(2, [told("count", 0)])
    assert knows(found, "count")
    assert not knows(found, "count", A)


def test_a_mean_and_its_rows_give_the_sum() -> None:
    found = Auditor(1, [told("count", 10, A), told("mean", 7.0, A)])
    assert found.bounds([A], "sum") == pytest.approx((70, 70))


def test_nothing_released_bounds_no_mean() -> None:
    assert Auditor(2, []).bounds([A], "mean") == (0, np.inf)
    assert Auditor(2, [], highest=180).bounds([A], "mean") == pytest.approx((0, 180))
