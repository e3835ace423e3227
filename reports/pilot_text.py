"""A pilot's results and its verdict as short blocks of plain language for a terminal."""

from collections.abc import Iterator

from core.language.numbers import percent
from core.language.text import N_, Text
from experiments.estimate import Estimate, NotEstimable
from experiments.evaluation import PublishedResult
from reports.report import PilotReport, not_measured
from reports.wording import (
    criterion_measured,
    criterion_name,
    criterion_state,
    criterion_threshold,
    effect_text,
    headline,
    interval_text,
    label,
    role_name,
    verdict_word,
    ways_to_change,
)


def evaluation_text(view: PilotReport, lang: str) -> str:
    """One line per KPI: its role, the effect with its interval, or why there is none.

    Of a pilot that is not measured yet only why, and what to do.
    """
    refused = not_measured(view)
    if refused is not None:
        return f"{refused.message.render(lang)}\n{refused.remedy.render(lang)}"
    return "\n".join(_line(one, view, lang) for one in view.evaluation.results)


def decision_text(view: PilotReport, lang: str) -> str:
    """The verdict, the answer in a sentence, every criterion and what would change it."""
    return "\n".join(_decided(view, lang))


def _decided(view: PilotReport, lang: str) -> Iterator[str]:
    decision = view.decision.value
    yield verdict_word(decision.verdict if decision else "cannot_tell", lang)
    yield headline(view, lang)
    refused = not_measured(view)
    if refused is not None:
        yield refused.remedy.render(lang)
    if decision is None:
        return
    for criterion in decision.criteria:
        parts = (
            criterion_state(criterion, lang),
            criterion_name(criterion, view, lang),
            criterion_measured(criterion, view, lang),
            criterion_threshold(criterion, view, lang),
        )
        yield "  " + " · ".join(part for part in parts if part)
    for _, way in ways_to_change(view, lang):
        yield f"  {way}"


def _line(one: PublishedResult, view: PilotReport, lang: str) -> str:
    kpi, role = view.kpis[one.kpi], role_name(one.role, lang)
    return f"{label(kpi, lang)} ({role}): {_found(one, view, lang)}"


def _found(one: PublishedResult, view: PilotReport, lang: str) -> str:
    result, kpi = one.result.value, view.kpis[one.kpi]
    if result is None:
        return one.result.mark
    if isinstance(result.result, Estimate):
        found = result.result
        effect = effect_text(found.effect, kpi, found.scale, lang)
        return f"{effect} ({interval_text(found.interval, kpi, found.scale, lang, level=found.level)})"
    if isinstance(result.result, NotEstimable):
        return " ".join(reason.message.render(lang) for reason in result.result.reasons)
    if result.use_value is None:
        return Text(N_("There is no data in this window.")).render(lang)
    return percent(result.use_value, 0, lang)
