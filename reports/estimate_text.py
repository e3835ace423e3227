"""One result as a short block of plain language for a terminal."""

from collections.abc import Iterator

from core.language.text import N_, Text, Value
from experiments import answer
from experiments.estimate import Alternative, CheckResult, Estimate, NotEstimable, Result
from experiments.evidence_grade import EvidenceGrade, evidence_grade
from experiments.panel import Scale
from reports.details_text import details_text
from reports.sensitivity_text import sensitivity_text
from reports.subgroups import subgroups_text
from reports.words_grade import grade_reasons, grade_text
from reports.words_names import check_state_word


def estimate_text(result: Result, language: str) -> str:
    """Several lines: the effect, what it stands on, other methods, checks; or why there is no effect."""
    lines = _refusal(result, language) if isinstance(result, NotEstimable) else _effect(result, language)
    return "\n".join([*lines, *_checks(result.checks, language)])


def _effect(result: Estimate, language: str) -> Iterator[str]:
    scale, coverage = result.scale, result.coverage
    yield Text(
        N_("Effect: {effect} ({level:%0} interval {low} to {high}; {p})."),
        {
            "effect": answer.readable(result.effect, scale),
            "level": result.level,
            "low": answer.readable(result.interval[0], scale),
            "high": answer.readable(result.interval[1], scale),
            "p": answer.readable_p(result.p_value),
        },
    ).render(language)
    yield Text(
        N_(
            "Design: {design}, inference {inference}; {treated} of {units} units treated, {first} to {last}, "
            "{before} periods before and {after} after."
        ),
        {
            "design": result.design,
            "inference": result.inference,
            "treated": coverage.n_treated_units,
            "units": coverage.n_units,
            "first": coverage.first_period,
            "last": coverage.last_period,
            "before": coverage.periods_before,
            "after": coverage.periods_after,
        },
    ).render(language)
    yield result.why.render(language)
    if result.method_note.template:
        yield result.method_note.render(language)
    yield _grade(evidence_grade(result), language)
    if coverage.periods_left_out:
        yield Text(
            N_("Left out, because a unit has no value: {periods}."),
            {"periods": ", ".join(coverage.periods_left_out)},
        ).render(language)
    yield from (f"! {text.render(language)}" for text in result.warnings)
    for line in result.also:
        yield from _beside(line, scale, language)
    yield from details_text(result.details, scale, language)
    if result.agreement is not None:
        yield Text(AGREE if result.agreement else DISAGREE).render(language)
    yield from sensitivity_text(result.sensitivity, scale, language)
    yield from subgroups_text(result.subgroups, scale, language)


def _grade(found: EvidenceGrade, language: str) -> str:
    named = Text(N_("Strength of the evidence: {grade}."), {"grade": grade_text(found.grade, language)})
    return " ".join([named.render(language), *grade_reasons(found, language)])


def _beside(line: Alternative, scale: Scale, language: str) -> Iterator[str]:
    low, high = line.interval or (float("-inf"), float("inf"))
    values: dict[str, Value] = {
        "inference": line.inference,
        "effect": answer.readable(line.effect, scale),
        "low": answer.readable(low, scale),
        "high": answer.readable(high, scale),
    }
    yield Text(N_("Also {inference}: {effect} ({low} to {high})."), values).render(language)
    if line.warning is not None:
        yield f"  ! {line.warning.render(language)}"


def _refusal(result: NotEstimable, language: str) -> Iterator[str]:
    yield Text(N_("The effect cannot be estimated.")).render(language)
    for reason in result.reasons:
        yield f"- {reason.message.render(language)} {reason.remedy.render(language)}"
    if result.smallest_detectable is not None:
        yield Text(
            N_("The smallest effect that this design would find is about {size}."),
            {"size": answer.readable(result.smallest_detectable, result.scale)},
        ).render(language)


def _checks(checks: tuple[CheckResult, ...], language: str) -> Iterator[str]:
    for check in sorted(checks, key=lambda check: ATTENTION_FIRST.index(check.passed)):
        yield f"[{check_state_word(check, language)}] {check.message.render(language)}"


ATTENTION_FIRST = (False, True, None)
AGREE = N_("The second method agrees.")
DISAGREE = N_("The second method does not agree: be careful.")
