"""Whether the tool works alike for every group: the answer, and every KPI of the plan with its groups."""

import streamlit as st

from core.language.text import N_
from experiments.group_comparison import ReleasedComparison
from experiments.inference.equivalence import Outcome
from pages.widgets.kept import kept_bias
from pages.widgets.kpi_lines import plain
from pages.widgets.session import Session
from pages.widgets.words import badge, small
from reports.words_bias import bias_answer, group_text, kpi_text, method_text, outcome_word, why_nothing

OUTCOME_LOOK: dict[Outcome, tuple[str, str]] = {
    "equivalent": ("check", "green"),
    "different": ("close", "red"),
    "cannot_tell": ("hourglass_empty", "gray"),
}


def group_comparison(session: Session, pilot: str) -> None:
    """The comparison of groups of a pilot as its data stand now."""
    with st.spinner(session.say(N_("Counting what is new ..."))):
        found = kept_bias(session, pilot)
    language = session.language
    state = badge(outcome_word(found.outcome, language), *OUTCOME_LOOK[found.outcome])
    st.markdown(f"{state} **{bias_answer(found.outcome, found.kpis, language)}**")
    if found.kpis:
        st.table(
            [
                {"kpi": f"**{plain(kpi_text(one, language))}**", "groups": _groups(session, one)}
                for one in found.kpis
            ],
            border="horizontal",
            hide_header=True,
            hide_index=True,
            alt=bias_answer(found.outcome, found.kpis, language),
        )
    small(method_text(language))


def _groups(session: Session, one: ReleasedComparison) -> str:
    nothing = why_nothing(one, session.language)
    if nothing or one.comparison.value is None:
        return nothing
    return "  \n".join(
        f"{badge(outcome_word(gap.outcome, session.language), *OUTCOME_LOOK[gap.outcome])} "
        f"{plain(group_text(gap, one, session.language))}"
        for gap in one.comparison.value.groups
    )
