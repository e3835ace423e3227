"""Whatever the series, there is a chart, a reason or an error of the user; and its JSON is plain."""

import json
from typing import get_args

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from experiments.monitoring.chart_result import ControlChart, RuleSet
from experiments.monitoring.choice import ChartType
from experiments.monitoring.control_chart import ChartOptions, control_chart
from experiments.monitoring.icons import Better
from experiments.monitoring.series import Series
from reports.chart_json import chart_json
from reports.chart_text import chart_text
from tests.hypothesis_profiles import examples

values = st.one_of(
    st.integers(0, 40).map(float),
    st.floats(-1e300, 1e300),
    st.floats(-1e6, 1e6),
    st.just(float("nan")),
    st.floats(0, 1e-9),
)
sizes = st.one_of(st.integers(0, 900).map(float), st.floats(0, 1e300), st.just(float("nan")))
counts = st.tuples(st.integers(0, 40), st.integers(0, 900))
rows = st.one_of(
    st.lists(counts, min_size=1, max_size=40), st.lists(st.tuples(values, sizes), min_size=1, max_size=40)
)
options = st.builds(
    ChartOptions,
    type=st.sampled_from(["auto", *get_args(ChartType)]),
    baseline=st.one_of(st.none(), st.integers(2, 20)),
    rebase=st.one_of(st.just(()), st.integers(1, 20).map(lambda at: (at,))),
    excluded=st.one_of(st.just(()), st.integers(0, 10).map(lambda at: (at,))),
    target=st.one_of(st.none(), st.floats(-100, 100)),
    better=st.sampled_from(get_args(Better)),
    screen=st.booleans(),
    rules=st.sampled_from(get_args(RuleSet)),
    residual=st.booleans(),
)


@examples(400)
@given(rows, st.booleans(), options, st.sampled_from(["day", "week", "month", None]))
def test_a_chart_never_raises(rows, with_sizes, options, every):
    numbers, below = np.array(rows, dtype=float).T
    order = tuple(str(at) for at in range(len(numbers)))
    series = Series(order=order, values=numbers, denominators=below if with_sizes else None, every=every)
    try:
        found = control_chart(series, options)
    except InputError:
        return
    for language in ("nl", "en"):
        json.dumps(chart_json(found, language), allow_nan=False)
        assert chart_text(found, language)
    if isinstance(found, ControlChart):
        assert len(found.points) == len(numbers)
        for point in found.points:
            if point.lower is not None and point.upper is not None:
                assert point.lower <= point.upper
            assert point.value is not None or point.special_cause is None
        if found.type.startswith("p"):
            bounds = [bound for point in found.points for bound in (point.lower, point.upper)]
            assert all(bound is None or 0 <= bound <= 1 for bound in bounds)
