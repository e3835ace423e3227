"""The verdict, its criteria and what would change it, in sentences."""

from dataclasses import dataclass

from core.language import N_, Text, number, percent
from experiments.decision import Change, ChangeCode, Criterion, Verdict
from experiments.evaluation import PublishedResult
from experiments.panel import Scale
from kpis.kpi import Kpi
from reports.report import PilotReport, published_result
from reports.words_criteria import CRITERIA, QUESTIONS, Measure, Question
from reports.words_grade import rank_text
from reports.words_names import item_names, state_word, verdict_word
from reports.words_numbers import (
    better_sign,
    bounds_text,
    effect_text,
    label,
    limit_text,
    margin_text,
    smallest_change_text,
)

CHANGES: dict[ChangeCode, str] = {
    "effect_at_least": N_("if the effect is {value} or better, just as certain"),
    "effect_at_most": N_("if the effect becomes {value} or worse"),
    "guardrail_beyond_margin": N_("if {kpi} certainly gets worse than is allowed ({limit})"),
    "guardrail_within_margin": N_("if {kpi} is shown to stay within what is allowed ({limit})"),
    "use_at_least": N_("if use reaches {share}"),
    "use_below": N_("if use drops below {share}"),
    "completeness_at_least": N_("if at least {share} of the weeks hold data"),
    "sign_items": N_("if these are signed: {items}"),
    "close_incidents": N_("if these incidents are dealt with: {items}"),
    "red_item": N_("if an item of governance turns red"),
    "extra_weeks": N_("after {count} more weeks"),
    "extra_departments": N_("with {count} more departments"),
    "effect_then_at_least": N_("if the effect is {value} or better by then"),
    "effect_then_at_most": N_("if the effect is {value} or worse by then"),
}
ONE_MORE: dict[ChangeCode, str] = {
    "extra_weeks": N_("after one more week"),
    "extra_departments": N_("with one more department"),
}
BY_THEN: tuple[ChangeCode, ...] = ("effect_then_at_least", "effect_then_at_most")


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
    """The state as a word; a guardrail that is not met is "overschreden", an effect ruled out is "ja"."""
    if criterion.code == "effect_excludes_smallest_change" and criterion.state in ("met", "not_met"):
        return Text(N_("yes") if criterion.state == "met" else N_("no")).render(lang)
    return state_word(criterion.state, lang, about="guardrail" if criterion.code == "guardrail" else "")


def criterion_measured(criterion: Criterion, view: PilotReport, lang: str) -> str:
    """What was measured, for a table: "−2,6 (−3,4 tot −1,8)", "78 %"; empty where nothing was."""
    values = _values(criterion, view, lang)
    if criterion.value is None:
        return ""
    if CRITERIA[criterion.code].measure == "items":
        empty = N_("none") if criterion.code == "governance_red" else N_("none open")
        return values["items"] or Text(empty).render(lang)
    return f"{values['value']} ({values['bounds']})" if criterion.interval else values["value"]


def criterion_threshold(criterion: Criterion, view: PilotReport, lang: str) -> str:
    """The threshold for a table: "interval < +0,5", "≥ 60 %"; empty where there is none."""
    measure = CRITERIA[criterion.code].measure
    if criterion.threshold is None or measure in ("items", "slope"):
        return ""
    prefix = "≥ " if measure in ("share", "grade") else ""
    return prefix + _values(criterion, view, lang)["threshold"]


def change_text(change: Change, view: PilotReport, lang: str) -> str:
    """What would lead to another verdict: "Opschalen: als het gebruik 60 % bereikt."."""
    condition = _condition(change, view, lang)
    return condition if change.leads_to is None else f"{verdict_word(change.leads_to, lang)}: {condition}."


def _condition(change: Change, view: PilotReport, lang: str) -> str:
    result = published_result(view, change.about)
    kpi = _kpi(result, view)
    scale = result.scale if result is not None else view.pilot.pilot.primary.scale
    values = {"kpi": label(kpi, lang), "items": item_names(change.about, lang)}
    template = CHANGES[change.code]
    if change.value is not None:
        values["value"] = effect_text(change.value, kpi, scale, lang)
        values["limit"] = limit_text(abs(change.value), kpi, scale, lang)
        values["share"] = percent(change.value, 0, lang)
        values["count"] = number(change.value, 0, lang)
        template = ONE_MORE.get(change.code, template) if change.value == 1 else template
    return Text(template, values).render(lang)


def ways_to_change(view: PilotReport, lang: str) -> tuple[tuple[Verdict, str], ...]:
    """A sentence per way to another verdict: what leads to scale holds together, the rest one by one."""
    decision = view.decision.value
    if decision is None:
        return ()
    ways: dict[tuple[bool, Verdict], dict[ChangeCode, list[str]]] = {}
    for change in decision.would_change_it:
        if change.leads_to is not None:
            key = (change.code in (*ONE_MORE, *BY_THEN), change.leads_to)
            ways.setdefault(key, {}).setdefault(change.code, []).append(_condition(change, view, lang))
    order = tuple(dict.fromkeys(verdict for _, verdict in ways))
    return tuple(
        (verdict, _way(takes_time, verdict, parts, lang))
        for (takes_time, verdict), parts in sorted(ways.items(), key=lambda way: order.index(way[0][1]))
    )


def _way(takes_time: bool, verdict: Verdict, parts: dict[ChangeCode, list[str]], lang: str) -> str:
    if not takes_time:
        together = N_(", and ") if verdict == "scale" else N_("; or ")
        return Text(together).render(lang).join(part for named in parts.values() for part in named) + "."
    more = [part for code, named in parts.items() if code not in BY_THEN for part in named]
    joined = Text(N_(" and ")).render(lang).join(more)
    by_then = [part for code in BY_THEN for part in parts.get(code, ())]
    if by_then:
        return f"{joined}, {by_then[0]}."
    return Text(N_("{more}, if the effect stays as it is."), {"more": joined}).render(lang)


def _values(criterion: Criterion, view: PilotReport, lang: str) -> dict[str, str]:
    measure = CRITERIA[criterion.code].measure
    items = item_names(criterion.about, lang) if measure == "items" else ""
    result = published_result(view, "" if measure == "items" else criterion.about)
    write = _Writer(measure, _kpi(result, view), result.scale if result else "absolute", lang)
    level = percent(view.pilot.pilot.level, 0, lang)
    bounds = "–" if criterion.interval is None else write.bounds(criterion.interval)
    return {
        "kpi": label(write.kpi, lang),
        "items": items,
        "value": "–" if criterion.value is None else write.amount(criterion.value),
        "bounds": bounds,
        "interval": bounds if criterion.interval is None else f"{level}: {bounds}",
        "threshold": "–" if criterion.threshold is None else write.threshold(criterion.threshold),
        "limit": limit_text(abs(criterion.threshold or 0), write.kpi, write.scale, lang),
    }


@dataclass(frozen=True, slots=True)
class _Writer:
    """Writes the numbers of one criterion by what they measure."""

    measure: Measure
    kpi: Kpi
    scale: Scale
    lang: str

    def amount(self, value: float) -> str:
        if self.measure == "share":
            return percent(value, 0, self.lang)
        if self.measure == "slope":
            slope = number(value * 100, 1, self.lang, signed=True)
            return Text(N_("{slope} percentage points a week"), {"slope": slope}).render(self.lang)
        if self.measure == "grade":
            return rank_text(value, self.lang)
        if self.measure == "items":
            return number(value, 0, self.lang)
        return effect_text(value, self.kpi, self.scale, self.lang)

    def bounds(self, interval: tuple[float, float]) -> str:
        if self.measure == "slope":
            low, high = (number(bound * 100, 1, self.lang, signed=True) for bound in interval)
            return Text(N_("{low} to {high}"), {"low": low, "high": high}).render(self.lang)
        return bounds_text(interval, self.kpi, self.scale, self.lang)

    def threshold(self, value: float) -> str:
        if self.measure == "margin":
            return margin_text(abs(value), self.kpi, self.scale, self.lang)
        if value == 0 and self.measure == "change":
            template = N_("interval < {bound}") if better_sign(self.kpi) < 0 else N_("interval > {bound}")
            return Text(template, {"bound": "0"}).render(self.lang)
        if self.measure == "change":
            return smallest_change_text(abs(value), self.kpi, self.scale, self.lang)
        return self.amount(value)


def _kpi(result: PublishedResult | None, view: PilotReport) -> Kpi:
    return view.kpis[result.kpi if result is not None else view.pilot.pilot.primary.kpi]
