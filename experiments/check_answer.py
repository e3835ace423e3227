"""What checks answer in one way: passed, not passed, or for information only."""

from core.language.text import Text, Value
from experiments import answer
from experiments.estimate import CheckResult
from experiments.inference.student import Inference
from experiments.options import Options


def informational(name: str, template: str, **values: Value) -> CheckResult:
    """A check that cannot judge, with the reason."""
    return CheckResult(name=name, passed=None, message=Text(template, values))


def tested(
    name: str, found: Inference, options: Options, template: str, *, passed: bool | None, **values: Value
) -> CheckResult:
    """A check by a test of no difference, in the unit that people read; {p} is filled in."""
    return CheckResult(
        name=name,
        passed=passed,
        statistic=answer.shown(found.effect, options.scale),
        p_value=found.p_value,
        interval=answer.shown_interval(found.interval, options.scale),
        message=Text(template, {"p": answer.readable_p(found.p_value), **values}),
    )


def nothing_shows(found: Inference, options: Options) -> bool:
    """Whether no difference is among the values that the inference does not exclude."""
    return found.p_value >= round(1 - options.level, 12)


def readable(value: float, options: Options) -> Text:
    """A difference on the working scale as people read it."""
    return answer.readable(answer.shown(value, options.scale), options.scale)
