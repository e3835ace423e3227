"""What was measured, what is late and what changed: a card each, with words, icons and what to do."""

from collections.abc import Sequence

import streamlit as st

from core.language.text import N_
from kpis.quality.drift.finding import DetectorName, Status, Subject
from kpis.quality.measured import CoverageStatus
from pages.widgets.layout import card, card_head, sentence_case
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from reports.words_drift import (
    detector_name,
    finding_sentence,
    hidden_sentence,
    remedy_text,
    status_word,
)
from reports.words_lateness import later_text, maturity_remedy, maturity_sentence
from reports.words_numbers import label
from reports.words_quality import coverage_remedy, coverage_sentence, coverage_word
from workflows.kpi_versions import every_definition
from workflows.quality.completeness import CoverageRow
from workflows.quality.drift import DriftRow
from workflows.quality.lateness import LateRows
from workflows.quality.summary import KpiCoverage, TableDelay, latest_coverage, slowest_by_table

COVERAGE_LOOK: dict[CoverageStatus, tuple[str, str]] = {
    "enough": ("check", "green"),
    "warned": ("priority_high", "orange"),
    "withheld": ("close", "red"),
    "unknown": ("question_mark", "gray"),
}
STATUS_LOOK: dict[Status, tuple[str, str]] = {
    "changed": ("priority_high", "orange"),
    "steady": ("check", "green"),
    "unknown": ("question_mark", "gray"),
}
MOST = 12
"""Lines that are shown at once; the rest is one click away."""

A_WEEK = 7


def measured_card(session: Session, rows: Sequence[CoverageRow]) -> None:
    """Per KPI the share that was measured, in the department where it is worst."""
    with card():
        card_head(session.say(N_("What was measured")))
        found = latest_coverage(rows)
        if not found:
            st.markdown(session.say(N_("No KPI with data says what could have been measured.")))
            return
        small(session.say(N_("Last month that is over; of several departments the lowest share.")))
        _table(session, [_coverage_line(session, one) for one in found])


def _coverage_line(session: Session, one: KpiCoverage) -> tuple[str, str, str]:
    language, worst = session.language, one.worst
    name = f"**{label(one.kpi, language)}**"
    if worst is None:
        return name, session.say(N_("Not shown: too few persons.")), ""
    look = badge(coverage_word(worst.status, language), *COVERAGE_LOOK[worst.status])
    said = coverage_sentence(one.kpi, worst, language)
    where = f" ({one.department})" if worst.status != "unknown" else ""
    low = ""
    if len(one.below) > 1:
        low = " " + session.say(
            N_("Below it in {low} of {looked} departments."), low=len(one.below), looked=one.looked
        )
    return f"{name}  \n{look}", f"{said.rstrip('.')}{where}.{low}", coverage_remedy(one.kpi, worst, language)


def late_card(session: Session, late: LateRows) -> None:
    """Per table how late rows come, then the KPIs that do not wait for them and what is not final yet."""
    with card():
        card_head(session.say(N_("What is late")))
        delays = [one for one in slowest_by_table(late.rows) if one.slowest is not None]
        if delays:
            small(session.say(N_("Days from the day of a row until it was in; the slowest department.")))
            _table(session, [_delay_line(session, one) for one in delays])
        else:
            st.markdown(session.say(N_("How late rows come is not known before the second delivery.")))
        _too_short(session, late)
        _not_final(session, late)


def _delay_line(session: Session, one: TableDelay) -> tuple[str, str, str]:
    found, language = one.slowest, session.language
    if found is None or found.to_load is None:
        return f"**{one.table}**", "", ""
    delay = found.to_load
    said = session.say(
        N_("In days: half within {median}, 90% within {p90}, 99% within {p99} ({department})."),
        median=delay.median,
        p90=delay.p90,
        p99=delay.p99,
        department=found.department,
    )
    late = later_text(delay, found.rows, A_WEEK, language)
    return (
        f"**{one.table}**",
        said,
        session.say(N_("{late} came after more than a week."), late=late),
    )


def _too_short(session: Session, late: LateRows) -> None:
    short = [one for one in late.maturity if one.too_short]
    known = every_definition(session.viewer, session.workspace) if short else {}
    lines = [
        (
            badge(session.say(N_("too early")), "priority_high", "orange"),
            maturity_sentence(known[one.kpi], one, session.language),
            maturity_remedy(one, session.language),
        )
        for one in short
        if one.kpi in known
    ]
    _table(session, lines)


def _not_final(session: Session, late: LateRows) -> None:
    periods = {
        kpi: ", ".join(period.label for period in found) for kpi, found in late.not_final.items() if found
    }
    if periods:
        known = every_definition(session.viewer, session.workspace)
        names = {kpi: label(known[kpi], session.language) if kpi in known else f"`{kpi}`" for kpi in periods}
        with st.expander(session.say(N_("Weeks that are not final yet"))):
            for kpi, labels in periods.items():
                st.markdown(f"{names[kpi]}: {labels}")


def drifted_card(session: Session, rows: Sequence[DriftRow]) -> None:
    """Every change of the ruler with its day, and how much was looked at."""
    changed = sorted(
        (row for row in rows if row.status == "changed"),
        key=lambda row: (row.since is None, row.since, row.subject.department),
        reverse=True,
    )
    with card():
        card_head(session.say(N_("What changed")))
        if not changed:
            st.markdown(session.say(N_("Nothing that was looked at changed.")))
        _table(session, _drift_lines(session, changed))
        _looked_at(session, rows)


def _drift_lines(session: Session, changed: Sequence[DriftRow]) -> list[tuple[str, str, str]]:
    """A change that met several departments or tables at once stands in one line: one cause, one question."""
    alike: dict[tuple[DetectorName, str], list[Subject]] = {}
    for row in changed:
        shown, language = row.finding.value, session.language
        said = (
            finding_sentence(shown, language) if shown is not None else hidden_sentence(row.since, language)
        )
        alike.setdefault((row.subject.detector, said), []).append(row.subject)
    return [_drift_line(session, detector, said, found) for (detector, said), found in alike.items()]


def _drift_line(
    session: Session, detector: DetectorName, said: str, found: Sequence[Subject]
) -> tuple[str, str, str]:
    departments = ", ".join(sorted({one.department for one in found}))
    where = ", ".join(sorted({f"{one.table} {one.column}".strip() for one in found}))
    look = badge(detector_name(detector, session.language), *STATUS_LOOK["changed"])
    name = f"**{sentence_case(departments)}**  \n{look}"
    return name, f"{sentence_case(said)} ({where}).", remedy_text(detector, session.language)


def _looked_at(session: Session, rows: Sequence[DriftRow]) -> None:
    """Per kind of change how many series of rows were looked at, and how they stand."""
    counts: dict[str, dict[Status, int]] = {}
    for row in rows:
        own = counts.setdefault(detector_name(row.subject.detector, session.language), {})
        own[row.status] = own.get(row.status, 0) + 1
    with st.expander(session.say(N_("Everything that was looked at"))):
        for name, own in counts.items():
            looks = [
                badge(f"{own[status]} {status_word(status, session.language)}", *look)
                for status, look in STATUS_LOOK.items()
                if status in own
            ]
            st.markdown(f"{name} {' '.join(looks)}")
        small(
            session.say(
                N_("Not known: too few weeks with enough rows, or a column that the source never fills.")
            )
        )


def _table(session: Session, lines: Sequence[tuple[str, str, str]]) -> None:
    """The first lines as a table that wraps, the others one click away."""
    if lines:
        _lines(lines[:MOST])
    if len(lines) > MOST:
        with st.expander(session.say(N_("{count} more"), count=len(lines) - MOST)):
            _lines(lines[MOST:])


def _lines(lines: Sequence[tuple[str, str, str]]) -> None:
    rows = [
        {"what": name, "said": f"{said}  \n:gray[{remedy}]" if remedy else said}
        for name, said, remedy in lines
    ]
    st.table(rows, border="horizontal", hide_header=True, hide_index=True)
