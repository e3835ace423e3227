"""The rules of control charts against a slow reading of their words in exact fractions."""

from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from experiments.monitoring.anhoej import runs
from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.control_chart import ChartOptions, control_chart
from experiments.monitoring.series import Series

GAP = None
cells = st.one_of(st.integers(-6, 6), st.just(GAP))
drifts = st.lists(st.integers(0, 2), min_size=8, max_size=30).map(lambda steps: list(np.cumsum(steps)))
histories = st.one_of(st.lists(cells, min_size=2, max_size=40), drifts)


def series(values: list[int | None]) -> Series:
    numbers = np.array([np.nan if value is None else float(value) for value in values])
    return Series(order=tuple(str(at) for at in range(len(values))), values=numbers)


def exact_limits(values: list[int | None], screen: bool) -> tuple[Fraction, Fraction] | None:
    """Mean and the distance of the limits, or None where there is no moving range."""
    known = [Fraction(int(value)) for value in values if value is not None]
    ranges = [abs(Fraction(int(b)) - int(a)) for a, b in pairwise(values) if a is not None and b is not None]
    if not ranges:
        return None
    if screen:
        kept = [one for one in ranges if one < Fraction("3.267") * sum(ranges) / len(ranges)]
        ranges = kept or ranges
    return Fraction(sum(known), len(known)), Fraction("2.66") * sum(ranges) / len(ranges)


def side_of(value: int | None, mean: Fraction) -> int:
    return 0 if value is None else (value > mean) - (value < mean)


def beyond(value: int | None, mean: Fraction, reach: Fraction) -> bool:
    return value is not None and abs(value - mean) > reach


def trends(values: list[int | None], window: range) -> bool:
    if any(values[at] is None for at in window):
        return False
    steps = [after - before for before, after in pairwise([values[at] for at in window])]
    return all(step > 0 for step in steps) or all(step < 0 for step in steps)


def oracle(values: list[int | None], mean: Fraction, reach: Fraction) -> list[str | None]:
    """What the words of Making Data Count say of each point, one window at a time."""
    side = [side_of(value, mean) for value in values]
    out = {at for at, value in enumerate(values) if beyond(value, mean, reach)}
    near = {at for at, value in enumerate(values) if beyond(value, mean, reach * Fraction(2, 3))} - out
    sevens = [range(first, first + 7) for first in range(len(values) - 6)]
    threes = [range(first, first + 3) for first in range(len(values) - 2)]

    def one_side(window: range) -> bool:
        return {side[at] for at in window} in ({1}, {-1})

    marked = {
        "outside_limits": out,
        "trend": {at for window in sevens if trends(values, window) for at in window},
        "two_of_three": {
            at for window in threes if one_side(window) and len(near & set(window)) >= 2 for at in window
        }
        & near,
        "shift": {at for window in sevens if one_side(window) for at in window},
    }
    return [next((name for name, at_ in marked.items() if at in at_), None) for at in range(len(values))]


@settings(max_examples=400)
@given(histories, st.booleans())
def test_labels_are_what_the_words_of_the_rules_say(values, screen):
    chart = control_chart(series(values), ChartOptions(type="xmr", screen=screen))
    limits = exact_limits(values, screen)
    if limits is None:
        assert not isinstance(chart, ControlChart)
        return
    assert isinstance(chart, ControlChart)
    assert [point.special_cause for point in chart.points] == oracle(values, *limits)


@given(st.lists(st.integers(-3, 3), min_size=4, max_size=40))
def test_turning_a_chart_upside_down_turns_every_side(values):
    up = control_chart(series(values), ChartOptions(type="xmr"))
    down = control_chart(series([-value for value in values]), ChartOptions(type="xmr"))
    assert isinstance(up, ControlChart)
    assert isinstance(down, ControlChart)
    assert [point.special_cause for point in up.points] == [point.special_cause for point in down.points]
    assert [point.side for point in up.points] == [-point.side for point in down.points]


@given(st.lists(cells, min_size=2, max_size=30), st.lists(cells, min_size=2, max_size=30))
def test_a_part_knows_nothing_of_the_part_before(first, second):
    both = control_chart(series([*first, *second]), ChartOptions(type="xmr", rebase=(len(first),)))
    alone = control_chart(series(second), ChartOptions(type="xmr"))
    if isinstance(alone, ControlChart):
        assert isinstance(both, ControlChart)
        for ours, theirs in zip(both.points[len(first) :], alone.points, strict=True):
            assert (ours.lower, ours.upper, ours.special_cause) == (
                theirs.lower,
                theirs.upper,
                theirs.special_cause,
            )


@given(st.lists(st.integers(-3, 3), min_size=2, max_size=40), st.integers(-3, 3))
def test_runs_and_crossings_are_those_of_a_walk_along_the_points(values, centre):
    sides = [value > centre for value in values if value != centre]
    longest = current = crossings = 0
    for at, side in enumerate(sides):
        same = at > 0 and side == sides[at - 1]
        current = current + 1 if same else 1
        crossings += at > 0 and not same
        longest = max(longest, current)
    found = runs(np.array(values, dtype=float), np.full(len(values), float(centre)))
    assert (found.n_useful, found.longest_run, found.crossings) == (len(sides), longest, crossings)
