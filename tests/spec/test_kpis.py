"""What each KPI says about a handful of rows, worked out by hand in tests/spec/cases."""

from dataclasses import replace
from datetime import date

import pytest

from core.period import Period
from kpis.catalogue import load
from kpis.kpi import Kpi
from kpis.measure import measurements
from kpis.measurements import Measurement
from kpis.parts import tables_of
from kpis.roll_up import Slice
from tests.kpi_databases import in_duckdb
from tests.spec.case_files import MONDAY, Case, cases, excluded, number

LAST_DAY = date(2026, 4, 10)
# sums of a few numbers in double precision
EXACT = 1e-12
# logarithmic bins hold a quantile to one percent
BINNED = 0.01

CATALOGUE = load()
CASES = tuple(cases())
OWN = ("n", "numerator", "denominator", "value", "geometric_mean", "measured_share")


def week_of(kpi: Kpi, case: Case) -> Measurement:
    """The one measurement of a KPI in department A in the week of Monday."""
    names = tables_of([kpi])
    assert set(case.tables) <= set(names), "a table that the KPI does not read"
    content = in_duckdb([kpi], {name: case.tables.get(name, []) for name in names})
    last_days = dict.fromkeys(names, LAST_DAY)
    (found,) = measurements(content, {kpi.id: kpi}, last_days, Slice(every="week"))
    assert found.period == Period(MONDAY, "week")
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kpi}: {case.why[:40]}")
def test_the_rows_say_what_was_worked_out_by_hand(case: Case) -> None:
    found = week_of(CATALOGUE[case.kpi], case)
    assert found.excluded == excluded(case.outcome.get("excluded", ""))
    for name, written in case.outcome.items():
        if name == "excluded":
            continue
        seen = getattr(found, name) if name in OWN else found.companions.get(name)
        if written == "none":
            assert seen is None, name
        else:
            close = BINNED if written.startswith("about ") else EXACT
            assert seen == pytest.approx(number(written.removeprefix("about ")), rel=close), name


def test_a_missing_value_that_may_not_be_missing_leaves_neither_mean() -> None:
    case = next(case for case in CASES if case.kpi == "message_write_time")
    found = week_of(replace(CATALOGUE[case.kpi], missing="fail"), case)
    assert (found.value, found.geometric_mean) == (None, None)


def test_every_kpi_of_the_catalogue_has_a_case_and_no_case_is_left_over() -> None:
    assert {case.kpi for case in CASES} == set(CATALOGUE)


def test_every_case_says_at_least_how_many_and_what() -> None:
    assert [case.kpi for case in CASES if not {"n", "value"} <= set(case.outcome)] == []
