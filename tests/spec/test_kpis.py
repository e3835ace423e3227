"""What each KPI says about a handful of rows, worked out by hand."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from core.period import Period
from kpis.catalogue import load
from kpis.kpi import MissingRule
from kpis.measure import Slice, measurements
from kpis.measurements import Measurement
from kpis.query import tables_of
from tests.kpi_databases import in_duckdb, types

MONDAY = date(2026, 3, 30)
SPECIFIED: set[str] = set()


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"2026-04-{day:02d}T{hour:02d}:{minute:02d}")


def row(table: str, **given: Any) -> dict[str, Any]:
    everything = dict.fromkeys(types(table))
    return everything | {"department": "A", "day": MONDAY, "segment": "", "exposed": 0} | given


def week_of(name: str, *rows: tuple[str, dict[str, Any]], missing: MissingRule | None = None) -> Measurement:
    """The one measurement of a KPI in department A in the week of Monday."""
    SPECIFIED.add(name)
    kpi = load()[name]
    kpi = replace(kpi, missing=missing or kpi.missing)
    tables: dict[str, list[dict[str, Any]]] = {table: [] for table in tables_of([kpi])}
    for table, given in rows:
        tables[table].append(row(table, **given))
    cells, left_out = in_duckdb([kpi], tables)
    last_days = dict.fromkeys(tables, date(2026, 4, 10))
    (found,) = measurements(cells, left_out, {name: kpi}, last_days, Slice(every="week"))
    assert found.period == Period(MONDAY, "week")
    return found


def test_note_time_counts_time_in_the_tool_and_leaves_unsigned_notes_out() -> None:
    signed = {"signed_at": at(1, 12)}
    found = week_of(
        "note_time_enc",
        ("NoteSession", signed | {"active_seconds": 180, "tool_seconds": 60}),
        ("NoteSession", signed | {"active_seconds": 960, "tool_seconds": 0}),
        ("NoteSession", signed | {"active_seconds": 60, "tool_seconds": None}),
        ("NoteSession", signed | {"active_seconds": 10_800, "tool_seconds": 1}),
        ("NoteSession", signed | {"active_seconds": 2, "tool_seconds": 0}),
        ("NoteSession", {"active_seconds": 600, "tool_seconds": 0}),
    )
    assert (found.n, found.numerator, found.value) == (2, 20.0, 10.0)
    assert found.geometric_mean == pytest.approx(8.0, rel=1e-14)  # sqrt(4 * 16)
    assert found.excluded == {"unsigned": 1, "missing_value": 1, "implausible": 2}


def test_work_outside_hours_is_a_sum_over_a_sum_per_eight_hours() -> None:
    found = week_of(
        "wow8",
        ("Session", {"outside_minutes": 30, "scheduled_minutes": 240}),
        ("Session", {"outside_minutes": 60, "scheduled_minutes": 480}),
        ("Session", {"outside_minutes": None, "scheduled_minutes": 480}),
        ("Session", {"outside_minutes": 961, "scheduled_minutes": 480}),
    )
    assert found.value == pytest.approx(60.0, rel=1e-14)  # 90 minutes in 1.5 eight-hour days
    assert (found.n, found.excluded) == (2, {"missing_value": 1, "implausible": 1})


def test_a_letter_is_in_time_until_the_24th_hour_and_an_open_one_is_not() -> None:
    discharge = {"kind": "discharge", "due_from": at(1, 12)}
    found = week_of(
        "letter_24h",
        ("Letter", discharge | {"final_at": at(2, 12), "discharged_to": "home"}),
        ("Letter", discharge | {"final_at": at(2, 12, 1), "discharged_to": None}),
        ("Letter", discharge | {"final_at": None, "preliminary_at": at(1, 13)}),
        ("Letter", discharge | {"final_at": at(1, 13), "discharged_to": "gp"}),
        ("Letter", discharge | {"final_at": at(1, 13), "discharged_to": "deceased"}),
        ("Letter", discharge | {"final_at": at(1, 13), "discharged_to": "internal_transfer"}),
        ("Letter", {"kind": "clinic", "due_from": at(1, 12), "final_at": at(1, 13)}),
    )
    assert (found.n, found.numerator, found.value) == (4, 2.0, 0.5)
    assert found.excluded == {"deceased": 1, "internal_transfer": 1}


def test_coding_accuracy_is_the_share_of_audits_that_are_right() -> None:
    audits = [("CodeAudit", {"correct": correct}) for correct in (1, 1, 1, 0, None)]
    found = week_of("icd_accuracy", *audits)
    assert (found.n, found.value, found.excluded) == (4, 0.75, {"missing_value": 1})


def test_visits_per_session_counts_completed_visits_over_all_sessions() -> None:
    found = week_of(
        "visits_per_session",
        *(("Encounter", {"completed": done}) for done in (1, 1, 1, 0)),
        *(("Session", {}) for _ in range(2)),
    )
    assert (found.n, found.value) == (2, 1.5)


def test_sessions_without_any_visit_in_the_data_say_nothing() -> None:
    assert week_of("visits_per_session", ("Session", {})).value is None


def test_pem_is_the_mean_grade_of_that_instrument_only() -> None:
    found = week_of(
        "pem",
        ("SurveyResponse", {"instrument": "PEM", "score": 8}),
        ("SurveyResponse", {"instrument": "PEM", "score": 9}),
        ("SurveyResponse", {"instrument": "PEM", "score": 11}),
        ("SurveyResponse", {"instrument": "SUS", "score": 1}),
    )
    assert (found.n, found.value, found.excluded) == (2, 8.5, {"implausible": 1})


def test_utilisation_is_use_over_eligible_visits_and_0_without_use() -> None:
    visits = [("Encounter", {"completed": 1, "eligible": eligible}) for eligible in (1, 1, 1, 1, 0)]
    used = [
        ("UsageEvent", {"task": "consult", "outcome": "used", "exposed": 1}),
        ("UsageEvent", {"task": "consult", "outcome": "offered"}),
        ("UsageEvent", {"task": "letter", "outcome": "used"}),
    ]
    assert week_of("utilisation", *visits, *used).value == 0.25
    assert week_of("utilisation", *visits).value == 0.0


def test_cost_is_everything_booked_over_visits_with_the_tool() -> None:
    used = [("UsageEvent", {"task": "consult", "outcome": "used"})] * 4
    booked = [("CostLine", {"amount": 10.5}), ("CostLine", {"amount": -0.5}), ("CostLine", {"amount": None})]
    found = week_of("cost_per_ai_encounter", *used, *booked)
    assert (found.n, found.value, found.excluded) == (4, 2.5, {"missing_value": 1})
    assert week_of("cost_per_ai_encounter", *used).value is None  # no invoice is not no cost


def test_drafts_used_over_drafts_offered() -> None:
    found = week_of(
        "draft_used",
        *(("Message", {"draft_offered": 1, "draft_used": used}) for used in (1, 0, 0, None)),
        ("Message", {"draft_offered": 0, "draft_used": 0}),
    )
    assert found.value == pytest.approx(1 / 3, rel=1e-15)
    assert found.excluded == {"missing_value": 1}


def test_letter_drafts_used_over_discharge_letters() -> None:
    found = week_of(
        "letter_draft_used",
        *(("Letter", {"kind": kind}) for kind in ("discharge", "discharge", "clinic")),
        ("UsageEvent", {"task": "letter", "outcome": "used"}),
        ("UsageEvent", {"task": "letter", "outcome": "offered"}),
    )
    assert (found.n, found.value) == (2, 0.5)


@pytest.mark.parametrize(
    ("name", "column"), [("message_write_time", "write_seconds"), ("message_read_time", "read_seconds")]
)
def test_message_times_are_seconds_per_message(name: str, column: str) -> None:
    found = week_of(name, *(("Message", {column: seconds}) for seconds in (10, 90, 3601, 0.5, None)))
    assert (found.n, found.value) == (2, 50.0)
    assert found.geometric_mean == pytest.approx(30.0, rel=1e-14)
    assert found.excluded == {"implausible": 2, "missing_value": 1}


def test_a_missing_value_that_may_not_be_missing_leaves_neither_mean() -> None:
    rows = [("Message", {"write_seconds": seconds}) for seconds in (10, 90, None)]
    found = week_of("message_write_time", *rows, missing="fail")
    assert (found.value, found.geometric_mean) == (None, None)


def test_within_four_hours_is_attendances_without_breaches_over_attendances() -> None:
    found = week_of(
        "ae_within_4h",
        ("AggregatedCount", {"measure": "ae_within_4h", "total": 300, "failures": 60}),
        ("AggregatedCount", {"measure": "ae_within_4h", "total": 100, "failures": 0}),
        ("AggregatedCount", {"measure": "ae_within_4h", "total": 10, "failures": 11}),
        ("AggregatedCount", {"measure": "ae_within_4h", "total": 10, "failures": None}),
        ("AggregatedCount", {"measure": "other", "total": 10, "failures": 0}),
    )
    assert (found.denominator, found.value) == (400.0, 0.85)
    assert found.excluded == {"implausible": 1, "missing_value": 1}


def test_every_kpi_of_the_catalogue_is_specified_here() -> None:
    assert set(load()) == SPECIFIED
