"""One result as a short block of plain language for a terminal."""

from collections.abc import Iterator

from core.language.numbers import number, percent
from core.language.text import N_, Text
from experiments.estimate import Alternative, CheckResult, Estimate, NotEstimable, Result
from experiments.panel import Scale

SIGNIFICANT = 3
STATES = {True: N_("passed"), False: N_("look at this"), None: N_("for information")}


def estimate_text(result: Result, language: str) -> str:
    """Several lines: the effect, what it stands on, other methods, checks; or why there is no effect."""
    lines = _refusal(result, language) if isinstance(result, NotEstimable) else _effect(result, language)
    return "\n".join([*lines, *_checks(result.checks, language)])


def size(value: float, scale: Scale, language: str) -> str:
    """An effect in the outcome's unit, or as a percentage, with three significant digits and its sign."""
    if abs(value) == float("inf"):
        return "∞" if value > 0 else "\N{MINUS SIGN}∞"
    shown = value * 100 if scale == "relative" else value
    digits = 0 if shown == 0 else max(0, SIGNIFICANT - len(str(int(abs(shown)))) + _leading_zeros(abs(shown)))
    if scale == "relative":
        return percent(value, min(digits, 2), language, signed=True)
    return number(value, digits, language, signed=True)


def _leading_zeros(value: float) -> int:
    """1 for 0.1 … 0.99, 2 for 0.01 … 0.099, 0 from 1 on."""
    zeros = 0
    while 0 < value < 1 and zeros < 12:
        value, zeros = value * 10, zeros + 1
    return zeros


def _effect(result: Estimate, language: str) -> Iterator[str]:
    scale, coverage = result.scale, result.coverage
    yield Text(
        N_("Effect: {effect} ({level:%0} interval {low} to {high}; p = {p:.4})."),
        {
            "effect": size(result.effect, scale, language),
            "level": result.level,
            "low": size(result.interval[0], scale, language),
            "high": size(result.interval[1], scale, language),
            "p": result.p_value,
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
    if coverage.periods_left_out:
        yield Text(
            N_("Left out, because a unit has no value: {periods}."),
            {"periods": ", ".join(coverage.periods_left_out)},
        ).render(language)
    yield from (f"! {text.render(language)}" for text in result.warnings)
    for line in result.also:
        yield from _beside(line, scale, language)
    if result.agreement is not None:
        yield Text(AGREE if result.agreement else DISAGREE).render(language)


def _beside(line: Alternative, scale: Scale, language: str) -> Iterator[str]:
    low, high = line.interval or (float("-inf"), float("inf"))
    values = {
        "inference": line.inference,
        "effect": size(line.effect, scale, language),
        "low": size(low, scale, language),
        "high": size(high, scale, language),
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
            {"size": size(result.smallest_detectable, result.scale, language).lstrip("+")},
        ).render(language)


def _checks(checks: tuple[CheckResult, ...], language: str) -> Iterator[str]:
    for check in checks:
        yield f"[{Text(STATES[check.passed]).render(language)}] {check.message.render(language)}"


AGREE = N_("The second method agrees.")
DISAGREE = N_("The second method does not agree: be careful.")
