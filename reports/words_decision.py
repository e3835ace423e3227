"""The verdict, its criteria and what would change it, in sentences."""

from core.language import N_, Text, percent
from experiments.decision import Change, Criterion
from experiments.evaluation import PublishedResult
from kpis.kpi import Kpi
from reports.report import PilotReport, published_result
from reports.words_criteria import CRITERIA, QUESTIONS, Question
from reports.words_names import item_names, state_word, verdict_word
from reports.words_numbers import (
    bounds_text,
    effect_text,
    interval_text,
    label,
    margin_text,
    smallest_change_text,
)

CHANGES: dict[str, str] = {
    "effect_at_least": N_("when {kpi} changes by {value} or more with the same certainty"),
    "effect_at_most": N_("when the effect on {kpi} falls back to {value} or less"),
    "guardrail_beyond_margin": N_("when {kpi} gets worse by more than is allowed ({value})"),
    "guardrail_within_margin": N_("when {kpi} is shown to stay within what is allowed ({value})"),
    "use_at_least": N_("when use reaches {share}"),
    "use_below": N_("when use drops below {share}"),
    "completeness_at_least": N_("when {share} of the weeks or more hold data"),
    "sign_items": N_("when these are signed: {items}"),
    "red_item": N_("when an item of governance turns red"),
    "extra_weeks": N_("after {count} more weeks"),
    "extra_departments": N_("with {count} more departments"),
}


def question_text(question: Question, lang: str) -> str:
    """The question that a group of criteria answers: "Werkt het?"."""
    return Text(QUESTIONS[question]).render(lang)


def criterion_name(criterion: Criterion, view: PilotReport, lang: str) -> str:
    """The short name of a criterion, for a table."""
    return Text(CRITERIA[criterion.code].name, _values(criterion, view, lang)).render(lang)


def criterion_text(criterion: Criterion, view: PilotReport, lang: str) -> str:
    """One sentence on a criterion with its numbers."""
    words = CRITERIA[criterion.code]
    values = _values(criterion, view, lang)
    named = {"name": Text(words.name, values).render(lang), **values}
    return Text(words.sentences[criterion.state], named).render(lang)


def criterion_state(criterion: Criterion, lang: str) -> str:
    """The state as a word; a guardrail that is not met is "overschreden"."""
    return state_word(criterion.state, lang, about="guardrail" if criterion.code == "guardrail" else "")


def criterion_measured(criterion: Criterion, view: PilotReport, lang: str) -> str:
    """What was measured, for a table: "−2,6 (−3,4 tot −1,8)", "78 %"; empty where nothing was."""
    values = _values(criterion, view, lang)
    if CRITERIA[criterion.code].measure == "items":
        return values["items"]
    if criterion.value is None:
        return ""
    return f"{values['value']} ({values['bounds']})" if criterion.interval else values["value"]


def criterion_threshold(criterion: Criterion, view: PilotReport, lang: str) -> str:
    """The threshold for a table: "interval < +0,5", "≥ 60 %"; empty where there is none."""
    if criterion.threshold is None:
        return ""
    prefix = "≥ " if CRITERIA[criterion.code].measure == "share" else ""
    return prefix + _values(criterion, view, lang)["threshold"]


def change_text(change: Change, view: PilotReport, lang: str) -> str:
    """What would lead to another verdict: "Verlengen: als ..."."""
    result = published_result(view, change.about)
    kpi = _kpi(result, view)
    values = {"kpi": label(kpi, lang), "items": item_names(change.about, lang)}
    if change.value is not None:
        scale = result.scale if result is not None else view.pilot.pilot.primary.scale
        values["value"] = effect_text(change.value, kpi, scale, lang)
        values["share"] = percent(change.value, 0, lang)
        values["count"] = str(round(change.value))
    sentence = Text(CHANGES[change.code], values).render(lang)
    return sentence if change.leads_to is None else f"{verdict_word(change.leads_to, lang)}: {sentence}."


def _values(criterion: Criterion, view: PilotReport, lang: str) -> dict[str, str]:
    measure = CRITERIA[criterion.code].measure
    result = published_result(view, "" if measure in ("share", "items") else criterion.about)
    kpi = _kpi(result, view)
    scale = result.scale if result is not None else view.pilot.pilot.primary.scale
    values = {
        "kpi": label(kpi, lang),
        "items": item_names(criterion.about, lang) if measure == "items" else "",
    }
    values |= {"value": "–", "interval": "–", "bounds": "–", "threshold": "–"}
    if criterion.value is not None:
        share = percent(criterion.value, 0, lang)
        values["value"] = share if measure == "share" else effect_text(criterion.value, kpi, scale, lang)
    if criterion.interval is not None:
        values["interval"] = interval_text(criterion.interval, kpi, scale, lang, level=view.pilot.pilot.level)
        values["bounds"] = bounds_text(criterion.interval, kpi, scale, lang)
    if criterion.threshold is not None:
        values["threshold"] = _threshold(measure, criterion.threshold, kpi, result, lang)
    return values


def _threshold(measure: str, threshold: float, kpi: Kpi, result: PublishedResult | None, lang: str) -> str:
    size = abs(threshold)
    if measure == "share" or result is None:
        return percent(threshold, 0, lang)
    write = margin_text if measure == "margin" else smallest_change_text
    return write(size, kpi, result.scale, lang)


def _kpi(result: PublishedResult | None, view: PilotReport) -> Kpi:
    return view.kpis[result.kpi if result is not None else view.pilot.pilot.primary.kpi]
