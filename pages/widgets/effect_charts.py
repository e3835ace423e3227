"""The charts of one published result: both groups over time, the difference around the start, the methods."""

from collections.abc import Iterator, Sequence

import streamlit as st

from core.language.text import N_
from experiments.estimate import CheckResult, Estimate
from experiments.evaluation import PublishedResult
from experiments.panel import Scale
from experiments.pilot import Pilot
from kpis.kpi import Kpi
from pages.widgets.charts import chart, table_below
from pages.widgets.layout import card, card_head
from pages.widgets.session import Session
from pages.widgets.words import CHECK_LOOK, badge, check_badge, small
from reports.figure_event_study import event_study_figure
from reports.figure_groups import groups_figure
from reports.figure_inferences import inferences_figure
from reports.figure_tables import event_rows, group_rows, inference_table, suppressed_weeks
from reports.figure_words import event_sentence, groups_sentence, inferences_sentence
from reports.wording import check_name, check_text, midsentence

COLUMNS = (1.15, 1)


def over_time(session: Session, published: PublishedResult, kpi: Kpi, pilot: Pilot) -> None:
    """Both groups and, beside it, the event study."""
    left, right = st.columns(COLUMNS, gap="small")
    with left:
        _groups(session, published, kpi, pilot)
    with right:
        _event_study(session, published, kpi)


def methods_and_checks(session: Session, published: PublishedResult, kpi: Kpi, result: Estimate) -> None:
    """The inferences side by side and, beside them, the checks."""
    left, right = st.columns(COLUMNS, gap="small")
    with left:
        _inferences(session, published, kpi, result)
    with right:
        checks(session, result.checks, kpi, result.scale)


def _groups(session: Session, published: PublishedResult, kpi: Kpi, pilot: Pilot) -> None:
    figure = groups_figure(published.result, kpi, pilot, session.mode, session.language)
    with card(stretch=True):
        card_head(session.say(N_("Pilot against comparison")))
        if figure is None:
            st.markdown(session.say(N_("No weeks with data yet.")))
            return
        sentence = groups_sentence(published.result, kpi, pilot, session.language)
        st.markdown(sentence)
        chart(figure, alt=sentence, key="groups")
        starts = sorted(set(pilot.starts.values()))
        line = N_("start {first} to {last}") if len(starts) > 1 else N_("start {first}")
        run_in = N_("grey: run-in of {weeks} weeks")
        parts = [
            session.say(line, first=starts[0], last=starts[-1]),
            session.say(run_in, weeks=pilot.run_in_weeks),
        ]
        hidden = suppressed_weeks(published.result, session.language)
        if hidden:
            parts.append(session.say(N_("not shown, too few persons: week of {weeks}"), weeks=hidden))
        small(" · ".join(parts))
        table_below(session, group_rows(published.result, kpi, session.language))


def _event_study(session: Session, published: PublishedResult, kpi: Kpi) -> None:
    figure = event_study_figure(published.result, kpi, session.mode, session.language)
    with card(stretch=True):
        card_head(session.say(N_("Difference per four weeks")))
        if figure is None:
            st.markdown(session.say(N_("This design has no difference per four weeks.")))
            return
        sentence = event_sentence(published.result, kpi, session.language)
        st.markdown(sentence)
        chart(figure, alt=sentence, key="event-study")
        small(
            session.say(
                N_(
                    "Narrow bar: 95% for that bin; wide bar: 95% for all bins together; open mark: the bin "
                    "that the others are compared with."
                )
            )
        )
        table_below(session, event_rows(published.result, kpi, session.language))


def _inferences(session: Session, published: PublishedResult, kpi: Kpi, result: Estimate) -> None:
    figure = inferences_figure(published.result, kpi, session.mode, session.language)
    with card(stretch=True):
        card_head(session.say(N_("Ways of calculating")), agreement_badge(session, result))
        if figure is None:
            return
        sentence = inferences_sentence(published.result, session.language)
        st.markdown(sentence)
        chart(figure, alt=sentence, key="inferences")
        small(
            session.say(
                N_(
                    "Agree: the same sign, an interval that holds the main effect, and both or neither "
                    "exclude no effect. Only the main calculation carries the verdict."
                )
            )
        )
        for other in result.also:
            if other.warning is not None:
                small("* " + other.warning.render(session.language))
        table_below(session, inference_table(published.result, kpi, session.language))


def agreement_badge(session: Session, result: Estimate) -> str:
    """Whether the second calculation leads to the same answer."""
    if result.agreement is None:
        return badge(session.say(N_("nothing to compare with")), "info", "gray")
    if result.agreement:
        return badge(session.say(N_("agree")), "done_all", "green")
    return badge(session.say(N_("disagree")), "priority_high", "orange")


def checks(session: Session, results: Sequence[CheckResult], kpi: Kpi, scale: Scale) -> None:
    """Every check with its outcome in words."""
    with card(stretch=True):
        card_head(session.say(N_("Checks")), " ".join(_counts(session, results)))
        if not results:
            st.markdown(session.say(N_("No checks for this design.")))
            return
        if not any(check.passed is False for check in results):
            small(session.say(N_("No check needs attention.")))
        for passed, title in CHECK_GROUPS:
            found = [check for check in results if check.passed is passed]
            if found and passed is False:
                _check_table(session, found, kpi, scale)
            elif found:
                alone = len(found) == len(results)
                if passed and not alone:
                    small(session.say(N_("Looked at and in order: {names}."), names=_names(session, found)))
                with st.expander(session.say(title, count=len(found)), type="compact", expanded=alone):
                    _check_table(session, found, kpi, scale)


def _counts(session: Session, results: Sequence[CheckResult]) -> Iterator[str]:
    """A badge per outcome that occurs: "17 in orde"."""
    for passed, (icon, colour) in CHECK_LOOK.items():
        found = [check for check in results if check.passed is passed]
        if found:
            yield badge(session.say(COUNTED[passed], count=len(found)), icon, colour)


def _names(session: Session, found: Sequence[CheckResult]) -> str:
    """What the checks looked at, as one sentence reads."""
    return ", ".join(midsentence(check_name(check.name, session.language)) for check in found)


COUNTED: dict[bool | None, str] = {
    True: N_("{count} in order"),
    False: N_("{count} for attention"),
    None: N_("{count} for information"),
}
CHECK_GROUPS: tuple[tuple[bool | None, str], ...] = (
    (False, N_("Needs attention: {count}")),
    (True, N_("In order: {count}")),
    (None, N_("For information: {count}")),
)


def _check_table(session: Session, results: Sequence[CheckResult], kpi: Kpi, scale: Scale) -> None:
    rows = [
        {
            "check": f"{check_name(check.name, session.language)}  \n"
            f":gray[{check_text(check, kpi, scale, session.language)}]",
            "state": check_badge(check, session),
        }
        for check in results
    ]
    st.table(rows, border="horizontal", hide_header=True, hide_index=True)
