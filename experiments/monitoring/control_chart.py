"""One entry point for every control chart: a series and options in, codes and numbers out.

Missing points are gaps: they have no lines taken from them, no moving range is taken across them and no run,
trend or window of three goes on behind them. Points left out of the limits are still judged.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from core.errors import InputError
from experiments.monitoring.chart_result import Charted, ControlChart, NoChart, Point, RuleSet, Warned
from experiments.monitoring.choice import ChartType, Choice, choose, require_fit
from experiments.monitoring.false_signals import SIMULATED, FalseSignals, false_signals
from experiments.monitoring.icons import Better, assurance, variation
from experiments.monitoring.limits import average
from experiments.monitoring.parts import Part, judged, part_slices, used_points
from experiments.monitoring.series import Series

SHORT = 13
"""Limits on fewer points than this are provisional."""
FEWEST = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartOptions:
    """How to chart.

    baseline: limits stand on the first so many points, or on the points at these positions (from 0); a part
    without such points uses all of its own. rebase: positions where a new part begins. excluded: positions
    left out of the limits. unjudged: positions that are drawn, and neither in the limits nor looked at by a
    rule. screen: leave out large moving ranges, once. residual: chart what remains of the values of an XmR
    after their likeness to the period before.
    """

    type: ChartType | Literal["auto"] = "auto"
    baseline: int | tuple[int, ...] | None = None
    rebase: tuple[int, ...] = ()
    excluded: tuple[int, ...] = ()
    unjudged: tuple[int, ...] = ()
    target: float | None = None
    better: Better = "neutral"
    screen: bool = True
    rules: RuleSet = "making-data-count"
    residual: bool = False


def control_chart(series: Series, options: ChartOptions) -> Charted:
    """The chart of a series, or why there is none. Raises InputError for options that do not fit it."""
    choice = choose(series) if options.type == "auto" else Choice(type=options.type, code="asked")
    require_fit(series, choice.type)
    if options.residual and choice.type != "xmr":
        raise InputError(
            "Residuals are charted on an xmr chart only, not on {chart}.",
            remedy="Add --type xmr, or leave out --residual.",
            chart=choice.type,
        )
    known = int(np.isfinite(series.plotted).sum())
    if known < FEWEST:
        return NoChart(type=choice.type, code="too_few_points" if known else "no_values")
    slices = part_slices(len(series.order), options.rebase)
    left_out = (*options.excluded, *options.unjudged)
    used = used_points(len(series.order), slices, options.baseline, left_out)
    passed_over = np.isin(np.arange(len(series.order)), options.unjudged)
    parts = [
        judged(
            series,
            at,
            used,
            passed_over,
            choice.type,
            rules=options.rules,
            screen=options.screen,
            residual=options.residual,
        )
        for at in slices
    ]
    return _refusal(parts, choice, options) or _chart(series, parts, choice, options)


def _refusal(parts: list[Part], choice: Choice, options: ChartOptions) -> NoChart | None:
    if options.residual and any(part.similarity is None for part in parts):
        return NoChart(type=choice.type, code="residuals_need_points")
    without = choice.type != "run" and not any(part.limits.found for part in parts)
    if without or not np.isfinite(_centre(parts)):
        return NoChart(type=choice.type, code="no_limits")
    return None


def _chart(series: Series, parts: list[Part], choice: Choice, options: ChartOptions) -> ControlChart:
    points = tuple(_points(series, parts, options.residual))
    last = next(point for point in reversed(points) if point.value is not None)
    target = None if options.residual else options.target
    return ControlChart(
        type=choice.type,
        choice=choice,
        centre=_centre(parts),
        points=points,
        variation=variation(last.special_cause, last.side, options.better),
        assurance=assurance(last.lower, last.upper, target, options.better),
        better=options.better,
        target=options.target,
        rules=options.rules,
        every=series.every,
        residual=options.residual,
        runs=tuple(part.runs for part in parts),
        autocorrelation=parts[-1].similarity,
        false_signals=_false_signals(series, parts[-1], choice.type, options),
        warnings=tuple(_warnings(series, parts, choice.type, options)),
    )


def _centre(parts: list[Part]) -> float:
    return average(parts[-1].limits.centre)


def _points(series: Series, parts: list[Part], residual: bool) -> Iterator[Point]:
    at = 0
    for number, part in enumerate(parts, start=1):
        lines = part.limits
        for index in range(len(part.values)):
            yield Point(
                order=series.order[at],
                value=_known(part.values[index]),
                denominator=None if series.denominators is None else _known(series.denominators[at]),
                lower=_known(lines.lower[index]),
                upper=_known(lines.upper[index]),
                centre=_known(lines.centre[index]),
                part=number,
                special_cause=part.causes[index],
                side=part.sides[index],
                in_limits=bool(part.used[index]),
                observed=_known(series.plotted[at]) if residual else None,
                judged=bool(part.judged[index]),
            )
            at += 1


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _false_signals(
    series: Series, part: Part, chart: ChartType, options: ChartOptions
) -> FalseSignals | None:
    if chart not in SIMULATED or not part.limits.found:
        return None
    rho = part.similarity.value if part.similarity else None
    remaining = 0.0 if options.residual else rho
    return false_signals(SIMULATED[chart], options.rules, remaining, int(part.used.sum()), series.every)


def _warnings(series: Series, parts: list[Part], chart: ChartType, options: ChartOptions) -> Iterator[Warned]:
    similarity = parts[-1].similarity
    if similarity is not None and similarity.flagged and not options.residual:
        yield Warned(code="autocorrelated", values={"value": similarity.value})
    for number, part in enumerate(parts, start=1):
        points = int(part.used.sum())
        if points < SHORT:
            yield Warned(code="short_part", values={"part": number, "points": points, "enough": SHORT})
        if chart != "run" and not part.limits.found:
            yield Warned(code="no_limits", values={"part": number})
        if options.rules == "anhoej" and part.runs.crossings < part.runs.crossings_min:
            values = {"part": number, "crossings": part.runs.crossings, "fewest": part.runs.crossings_min}
            yield Warned(code="too_few_crossings", values=values)
    missing = int((~np.isfinite(series.plotted)).sum()) - series.zero_denominators
    if series.zero_denominators:
        yield Warned(code="zero_denominators", values={"count": series.zero_denominators})
    if missing:
        yield Warned(code="missing_points", values={"count": missing})
