"""A comparison as a short block of plain language for a terminal."""

from collections.abc import Iterator
from math import isfinite, isnan

from core.language.text import N_, Text, Value
from experiments import answer
from experiments.comparison.arm import Arm
from experiments.comparison.result import (
    Compared,
    Comparison,
    Form,
    Line,
    NonInferiority,
    NonInferiorityVerdict,
    NotCompared,
    SampleRatio,
)
from reports.words_comparison import ESTIMANDS, EXCLUDED, INFERENCES, SAID, VERDICTS


def compare_text(found: Comparison, language: str) -> str:
    """Several lines: each effect with what is uncertain in words, the arms and the draw."""
    return "\n".join(text.render(language) for text in _lines(found))


def _lines(found: Comparison) -> Iterator[Text]:
    for one in found.results:
        yield from _refusal(one) if isinstance(one, NotCompared) else _effect(one, found)
    yield found.why
    yield from (_arm(arm, found.given) for arm in found.arms)
    yield from (
        Text(N_("Left out: {count} rows, {why}."), {"count": count, "why": Text(EXCLUDED[why])})
        for why, count in found.excluded
    )
    if found.sample_ratio is not None:
        yield _draw(found.sample_ratio)
    yield from (_warning(text) for text in found.warnings)


def _effect(one: Compared, found: Comparison) -> Iterator[Text]:
    line = one.main
    yield Text(
        N_("{estimand}, {arm} against {control}: {effect} ({level:%0} interval {low} to {high}; {p})."),
        {
            "estimand": Text(ESTIMANDS[line.estimand]),
            "arm": one.arm,
            "control": found.control,
            "level": found.options.level,
            "p": answer.readable_p(line.p_value),
            **_numbers(line),
        },
    )
    yield Text(SAID[_side(line)], {"arm": one.arm, "control": found.control, **_numbers(line)})
    if one.p_holm is not None:
        yield Text(N_("Counting all comparisons (Holm): {p}."), {"p": answer.readable_p(one.p_holm)})
    if one.non_inferiority is not None:
        yield _judged(one.non_inferiority, line)
    yield from (_warning(text) for text in one.warnings)
    yield from (_beside(other) for other in one.also)


def _numbers(line: Line) -> dict[str, Value]:
    low, high = line.interval
    return {
        "effect": readable(line.effect, line.form),
        "low": readable(low, line.form),
        "high": readable(high, line.form),
    }


def readable(value: float, form: Form) -> Text:
    """An effect as people read it: with its unit's sign, in percentage points, in percent, or as a ratio."""
    if form == "share":
        return Text(N_("{points} pp"), {"points": answer.readable(100 * value, "absolute")})
    if form == "fraction":
        return answer.readable(value, "relative")
    return answer.readable(value, "absolute", signed=form == "unit")


def _side(line: Line) -> str:
    low, high = line.interval
    if low > line.no_effect:
        return "higher"
    return "lower" if high < line.no_effect else "unclear"


def _judged(judged: NonInferiority, line: Line) -> Text:
    verdict: NonInferiorityVerdict = judged.verdict
    return Text(VERDICTS[verdict], {"limit": readable(judged.limit, line.form)})


def _beside(line: Line) -> Text:
    values: dict[str, Value] = {
        "inference": Text(INFERENCES[line.inference]),
        "estimand": Text(ESTIMANDS[line.estimand]),
        **_numbers(line),
    }
    if isnan(line.p_value):
        return Text(N_("Also: {estimand}, {inference}: {effect} ({low} to {high})."), values)
    return Text(
        N_("Also: {estimand}, {inference}: {effect} ({low} to {high}; {p})."),
        {**values, "p": answer.readable_p(line.p_value)},
    )


def _refusal(one: NotCompared) -> Iterator[Text]:
    yield (
        Text(N_("The effect of {arm} cannot be estimated."), {"arm": one.arm})
        if one.arm
        else Text(N_("The effect cannot be estimated."))
    )
    yield from (Text("- {message} {remedy}", {"message": r.message, "remedy": r.remedy}) for r in one.reasons)


def _arm(arm: Arm, given: frozenset[str]) -> Text:
    over = arm.exposure if "denominator" in given else arm.n
    value = arm.total / over
    values: dict[str, Value] = {
        "arm": arm.name,
        "n": arm.n,
        "value": answer.readable(value, "absolute", signed=False) if isfinite(value) else "",
    }
    if arm.finished is not None:
        finished = int(arm.finished.sum())
        return Text(N_("{arm}: {finished} of {n} rows are finished."), {**values, "finished": finished})
    if "cluster" in given:
        return Text(N_("{arm}: {value} over {n} rows in {k} clusters."), {**values, "k": len(arm.clusters)})
    return Text(N_("{arm}: {value} over {n} rows."), values)


def _draw(ratio: SampleRatio) -> Text:
    template = (
        N_("The arms are as large as chance allows ({p}).")
        if ratio.passed
        else N_("The arms are not as large as they were drawn to be ({p}).")
    )
    return Text(template, {"p": answer.readable_p(ratio.p_value)})


def _warning(text: Text) -> Text:
    return Text("! {text}", {"text": text})
