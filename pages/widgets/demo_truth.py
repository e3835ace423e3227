"""In the demo hospital the truth is known: show it beside the estimate when somebody asks."""

import streamlit as st

from core.language.text import N_
from experiments.estimate import Estimate
from experiments.evaluation import PublishedResult
from kpis.kpi import Kpi
from pages.widgets.layout import card
from pages.widgets.session import Session
from reports.wording import effect_text, interval_text
from workflows.overview import PilotView


def demo_truth(
    session: Session, view: PilotView, published: PublishedResult, kpi: Kpi, result: Estimate
) -> None:
    """A switch, and behind it the simulator's own effect with the estimate and its interval."""
    if view.demo_truth is None or published.kpi not in view.demo_truth:
        return
    with card():
        shown = st.toggle(session.say(N_("Show the effect that was built into the demo data")))
        if not shown:
            return
        truth, language = view.demo_truth[published.kpi], session.language
        inside = result.interval[0] <= truth <= result.interval[1]
        sentence = (
            N_("Built in: {truth}. Estimated: {effect} ({interval}). The interval holds the truth.")
            if inside
            else N_("Built in: {truth}. Estimated: {effect} ({interval}). The interval misses the truth.")
        )
        st.markdown(
            session.say(
                sentence,
                truth=effect_text(truth, kpi, result.scale, language),
                effect=effect_text(result.effect, kpi, result.scale, language),
                interval=interval_text(result.interval, kpi, result.scale, language, level=result.level),
            )
        )
