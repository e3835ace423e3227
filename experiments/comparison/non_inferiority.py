"""Not worse than a margin: a verdict from the interval alone, so that it never contradicts the interval."""

from experiments.comparison.result import (
    NO_EFFECT,
    Better,
    ComparisonOptions,
    Form,
    Line,
    NonInferiority,
    NonInferiorityVerdict,
)

WIDEST: dict[Form, float] = {"share": 1.0, "fraction": 1.0, "ratio": 1.0, "probability": 0.5}


def too_wide(line: Line, options: ComparisonOptions) -> bool:
    """Whether nothing could be worse than the margin: shares end at 0 and 1, a fraction less at -100 %."""
    widest = WIDEST.get(line.form)
    if options.margin is None or widest is None:
        return False
    endless = line.form in ("fraction", "ratio") and options.better == "lower"
    return options.margin >= widest and not endless


def non_inferiority(line: Line, options: ComparisonOptions) -> NonInferiority | None:
    """None without a margin.

    superior: the whole interval is better than no effect. non_inferior: all of it is better than the limit.
    inferior: all of it is worse than the limit. inconclusive: it holds the limit.
    """
    if options.margin is None or options.better is None:
        return None
    none = NO_EFFECT[line.form]
    limit = none + _sign(options.better) * -options.margin
    return NonInferiority(
        margin=options.margin, limit=limit, verdict=_verdict(line.interval, none, limit, options.better)
    )


def _verdict(
    interval: tuple[float, float], none: float, limit: float, better: Better
) -> NonInferiorityVerdict:
    sign = _sign(better)
    worst, best = sorted(sign * bound for bound in interval)
    if worst > sign * none:
        return "superior"
    if worst > sign * limit:
        return "non_inferior"
    return "inferior" if best < sign * limit else "inconclusive"


def _sign(better: Better) -> int:
    return 1 if better == "higher" else -1
