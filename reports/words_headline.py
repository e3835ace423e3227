"""The plain answer for a pilot: one or two sentences that a steering group can act on."""

from core.language import N_, Text
from experiments.decision import Criterion, Decision
from experiments.estimate import Estimate, NotEstimable
from reports.report import PilotReport, kpi_result
from reports.words_decision import criterion_name, criterion_text
from reports.words_numbers import better_sign, effect_text, label, smallest_change_text

WAITING = N_("The effect is not shown: too few persons stand behind it.")


def headline(view: PilotReport, lang: str) -> str:
    """The answer, with the effect in numbers and what decided."""
    decision = view.decision.value
    if decision is None:
        return Text(WAITING).render(lang)
    sentence = {
        "scale": _scale,
        "stop": _stop,
        "extend": _extend,
        "cannot_tell": _cannot_tell,
    }[decision.verdict]
    return sentence(decision, view, lang)


def _scale(decision: Decision, view: PilotReport, lang: str) -> str:
    values = _primary(view, lang)
    text = Text(
        N_("{kpi}: {effect}. That is past what matters ({threshold}), and nothing we guard got worse."),
        values,
    ).render(lang)
    if not decision.provided:
        return text
    names = ", ".join(
        dict.fromkeys(
            criterion_name(found, view, lang)
            for code in decision.provided
            for found in _found(decision, code, "not_assessed")
        )
    )
    provided = Text(N_("Still to be shown: {names}."), {"names": names}).render(lang)
    return f"{text} {provided}"


def _stop(decision: Decision, view: PilotReport, lang: str) -> str:
    for code in ("governance_red", "guardrail"):
        crossed = _found(decision, code, "not_met")
        if crossed:
            return " ".join(criterion_text(found, view, lang) for found in crossed[:2])
    return Text(
        N_("{kpi}: {effect}. An improvement that matters ({threshold}) is ruled out."), _primary(view, lang)
    ).render(lang)


def _extend(decision: Decision, view: PilotReport, lang: str) -> str:  # noqa: ARG001
    return Text(_tendency(view), _primary(view, lang)).render(lang)


def _cannot_tell(decision: Decision, view: PilotReport, lang: str) -> str:
    for code in ("primary_estimable", "agreement", "completeness"):
        failed = _found(decision, code, "not_met")
        if failed:
            return f"{criterion_text(failed[0], view, lang)} {_reason(view, lang)}".rstrip()
    unclear = Text(N_("A longer pilot that you can afford would probably not make it clear.")).render(lang)
    return f"{Text(_tendency(view), _primary(view, lang)).render(lang)} {unclear}"


def _tendency(view: PilotReport) -> str:
    found = kpi_result(view, "")
    effect = found.result.effect if found is not None and isinstance(found.result, Estimate) else 0.0
    if effect * better_sign(view.kpis[view.pilot.pilot.primary.kpi]) > 0:
        return N_("{kpi}: {effect}. Probably better, but not certain enough yet.")
    return N_("{kpi}: {effect}. No improvement to be seen yet, but one that matters is not ruled out.")


def _reason(view: PilotReport, lang: str) -> str:
    found = kpi_result(view, "")
    if found is None or not isinstance(found.result, NotEstimable) or not found.result.reasons:
        return ""
    return found.result.reasons[0].message.render(lang)


def _primary(view: PilotReport, lang: str) -> dict[str, str]:
    plan = view.pilot.pilot.primary
    kpi = view.kpis[plan.kpi]
    found = kpi_result(view, "")
    estimated = found is not None and isinstance(found.result, Estimate)
    effect = effect_text(found.result.effect, kpi, plan.scale, lang) if estimated else "–"  # type: ignore[union-attr]
    return {
        "kpi": label(kpi, lang),
        "effect": effect,
        "threshold": smallest_change_text(plan.smallest_change, kpi, plan.scale, lang),
    }


def _found(decision: Decision, code: str, state: str) -> list[Criterion]:
    return [found for found in decision.criteria if found.code == code and found.state == state]
