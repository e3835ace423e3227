"""Two workspaces hold the same numbers: one loaded rows, of the other the source counted them itself."""

import json
import math
from typing import Any

import pandas as pd
import pytest

from experiments.estimate import Estimate
from experiments.evaluation import Evaluation
from governance.access import LOCAL_OPERATOR
from kpis.in_source import countable
from kpis.measurements import MEASURES
from kpis.person_amounts import MEASURES as BROUGHT_IN
from storage import cube, repository
from storage.definitions import active
from storage.workspace import Workspace
from workflows.evaluate import evaluation_of, to_json
from workflows.measure import measure
from workflows.plan import add_text

FRAMES = ("cells", "left_out", "coverage", "persons_day", "persons_week", "persons_month", "persons_piece")
TOLERANCE = 1e-9
PERSONS = (
    *("patients", "staff", "smallest"),
    *("patients_treated", "patients_comparison", "staff_treated", "staff_comparison"),
)
ROWS_ONLY = ("fixed_clinicians", "measurement_change")
"""Checks that look at rows, and say nothing where no row is here."""


def assert_the_same(rows: Workspace, pushed: Workspace) -> int:
    """Every frame of the cube and every measurement of the KPIs that can be counted in a source.

    Gives how many measurements are shown, not suppressed.
    """
    released = 0
    kpis = {kpi.id for kpi in countable(tuple(active(rows).values()))}
    for name in FRAMES:
        ours, theirs = (cube.current(one).read(name) for one in (rows, pushed))
        if "kpi" in ours:
            ours = ours[ours["kpi"].isin(kpis)]
        held = (*MEASURES, "rows", "patients", "staff", *BROUGHT_IN)
        keys = [column for column in ours if column not in held]
        ours, theirs = (one.sort_values(keys, ignore_index=True) for one in (ours, theirs))
        assert len(ours), name
        if "largest_two" in ours:  # a source tells no more than sums, which bound it less closely
            own, other = (one.pop("largest_two") for one in (ours, theirs))
            assert (own <= other * (1 + TOLERANCE)).all(), name
        pd.testing.assert_frame_equal(
            ours, theirs, check_dtype=False, rtol=TOLERANCE, atol=TOLERANCE, obj=name
        )
    for every in ("week", "month"):
        ours, theirs = (
            [
                shown(one)
                for one in measure(LOCAL_OPERATOR, made, every=every)
                if one.kpi.id in kpis and (one.measurement.mark or one.measurement.value.n)
            ]
            for made in (rows, pushed)
        )
        assert [words for words, _ in ours] == [words for words, _ in theirs]
        for (words, one), (_, other) in zip(ours, theirs, strict=True):
            assert one == pytest.approx(other, rel=TOLERANCE, nan_ok=True), words
        released += sum(bool(numbers) for _, numbers in ours)
    return released


def shown(one):
    found = one.measurement.value
    said = (one.kpi.id, one.unit, one.period.label, one.measurement.mark, one.complete)
    if found is None:
        return said, []
    numbers = [found.n, found.value, found.standard_error, found.geometric_mean, found.measured_share]
    return (*said, found.excluded), [number for number in numbers if number is not None]


def assert_the_same_evaluation(rows: Workspace, pushed: Workspace, text: str) -> None:
    """Every estimate, interval, check and count of the plan; not the version of the cube."""
    ours, theirs = (evaluated(opened, text) for opened in (rows, pushed))
    assert [type(one.result) for one in ours.results] == [type(one.result) for one in theirs.results]
    assert isinstance(ours.primary.result, Estimate), ours.primary.result
    assert ours.primary.result.effect < -0.1
    for one, other in zip(ours.results, theirs.results, strict=True):
        assert_equal(plain(ours, one.kpi), plain(theirs, other.kpi), one.kpi)


def evaluated(opened: Workspace, text: str) -> Evaluation:
    add_text(LOCAL_OPERATOR, opened, text, "good.toml")
    found = repository.find(opened, "good")
    assert found is not None
    return evaluation_of(opened, found)


def plain(evaluation: Evaluation, kpi: str) -> Any:
    """A result as plain words and numbers."""
    (found,) = [one for one in json.loads(to_json(evaluation))[0]["results"] if one["kpi"] == kpi]
    return found


def assert_equal(one: Any, other: Any, where: str) -> None:
    """Numbers of persons are a lower bound where a source counts, and a check of rows is not made there."""
    if isinstance(one, dict):
        assert one.keys() == other.keys(), where
        if other.get("name") in ROWS_ONLY and other["passed"] is None:
            return
        where = f"{where} ({one.get('name', '')})" if "passed" in one else where
        for name in one:
            compare = assert_at_most if name in PERSONS else assert_equal
            compare(one[name], other[name], f"{where}.{name}")
    elif isinstance(one, list):
        assert len(one) == len(other), where
        for place, (left, right) in enumerate(zip(one, other, strict=True)):
            assert_equal(left, right, f"{where}.{place}")
    elif isinstance(one, float) and isinstance(other, float):
        same = math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=TOLERANCE)
        assert same or (math.isnan(one) and math.isnan(other)), (where, one, other)
    else:
        assert one == other, (where, one, other)


def assert_at_most(true: Any, least: Any, where: str) -> None:
    """Every number of persons is at most the true one."""
    if isinstance(true, dict):
        assert true.keys() == least.keys(), where
        for name in true:
            assert_at_most(true[name], least[name], f"{where}.{name}")
    elif isinstance(true, list):
        assert len(true) == len(least), where
        for place, (left, right) in enumerate(zip(true, least, strict=True)):
            assert_at_most(left, right, f"{where}.{place}")
    else:
        assert (true is None and least is None) or 0 <= least <= true, where
