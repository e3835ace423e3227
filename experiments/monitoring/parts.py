"""The parts of a chart: where each begins, which points its limits stand on, and its lines and marks."""

import itertools
from dataclasses import dataclass

import numpy as np

from core.errors import InputError
from experiments.monitoring import anhoej
from experiments.monitoring.attributes import Family, attribute_limits, c_limits
from experiments.monitoring.autocorrelation import Autocorrelation, autocorrelation, residuals
from experiments.monitoring.choice import NEEDS_DENOMINATOR, SHARES, ChartType
from experiments.monitoring.limits import Flags, Floats, Limits, Signs, average
from experiments.monitoring.rare_events import g_limits, t_limits
from experiments.monitoring.rules import PRIORITY, SpecialCause, marks
from experiments.monitoring.run_chart import run_centre
from experiments.monitoring.series import Series
from experiments.monitoring.xmr import individuals


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part: plotted values, limits, marks and runs, each over its own points.

    used (n,): the points with a value that centre and limits stand on. judged (n,): those that rules look at.
    similarity: how the points in `used` resemble the value before them, before residuals were taken.
    """

    values: Floats
    used: Flags
    judged: Flags
    limits: Limits
    causes: tuple[SpecialCause | None, ...]
    sides: tuple[int, ...]
    runs: anhoej.Runs
    similarity: Autocorrelation | None


def part_slices(length: int, rebase: tuple[int, ...]) -> list[slice]:
    """The parts of a series that begins anew at these positions."""
    if sorted(set(rebase)) != list(rebase) or any(not 0 < at < length for at in rebase):
        raise InputError(
            "A new part must begin after the first point and within the series, in order.",
            remedy="Correct --rebase.",
        )
    starts = [0, *rebase, length]
    return [slice(first, last) for first, last in itertools.pairwise(starts)]


def used_points(
    length: int, parts: list[slice], baseline: int | tuple[int, ...] | None, excluded: tuple[int, ...]
) -> Flags:
    """Which points limits stand on (n,): those of the baseline; in a part without any, all of it."""
    chosen = np.zeros(length, dtype=bool)
    positions = tuple(range(baseline)) if isinstance(baseline, int) else baseline or ()
    _require_within(positions, length, parts[0].stop if isinstance(baseline, int) else length)
    _require_within(excluded, length, length)
    chosen[list(positions)] = True
    for part in parts:
        if not chosen[part].any():
            chosen[part] = True
    chosen[list(excluded)] = False
    return chosen


def _require_within(positions: tuple[int, ...], length: int, first_part: int) -> None:
    if any(not 0 <= at < length for at in positions):
        raise InputError(
            "The points asked for go beyond the {length} points of the series.",
            remedy="Correct --baseline.",
            length=length,
        )
    if any(at >= first_part for at in positions):
        raise InputError(
            "The baseline goes beyond the first part, which has {length} points.",
            remedy="Give a shorter --baseline, or a later --rebase.",
            length=first_part,
        )


def judged(
    series: Series,
    at: slice,
    used: Flags,
    passed_over: Flags,
    chart: ChartType,
    *,
    rules: str,
    screen: bool,
    residual: bool,
) -> Part:
    """One part of the series with everything known about it; every rule starts anew here.

    passed_over: points that are drawn and not judged; to every rule they are gaps.
    """
    values = series.plotted[at]
    basis = np.where(used[at], values, np.nan)
    similarity = autocorrelation(basis)
    if residual:
        values = residuals(values, average(basis), similarity.value if similarity else np.nan)
    known = used[at] & np.isfinite(values)
    limits = _limits(series, at, values, known, chart, screen)
    rated = np.where(passed_over[at], np.nan, values)
    runs = anhoej.runs(rated, limits.centre)
    causes, sides = _marked(rated, limits, runs, rules)
    return Part(
        values=values,
        used=known,
        judged=~passed_over[at],
        limits=limits,
        causes=causes,
        sides=sides,
        runs=runs,
        similarity=similarity,
    )


def _limits(series: Series, at: slice, values: Floats, used: Flags, chart: ChartType, screen: bool) -> Limits:
    if chart in NEEDS_DENOMINATOR and series.denominators is not None:
        sizes = np.where(np.isfinite(values), series.denominators[at], np.nan)
        laney = chart.endswith("-prime")
        family: Family = "p" if chart in SHARES else "u"
        return attribute_limits(family, series.values[at], sizes, used, laney=laney, screen=screen)
    if chart == "xmr":
        return individuals(values, used, screen=screen)
    if chart == "t":
        return t_limits(values, used, screen=screen)
    simple = {"c": c_limits, "g": g_limits, "run": run_centre}
    return simple[chart](values, used)


def _marked(
    values: Floats, limits: Limits, runs: anhoej.Runs, rules: str
) -> tuple[tuple[SpecialCause | None, ...], tuple[int, ...]]:
    found = marks(values, limits)
    by_rule: dict[SpecialCause, Signs] = {name: getattr(found, name) for name in PRIORITY}
    if rules == "anhoej":
        by_rule = {"outside_limits": found.outside_limits, "shift": runs.long_run}
    causes: list[SpecialCause | None] = []
    sides: list[int] = []
    for index in range(len(values)):
        cause = next((name for name, marked in by_rule.items() if marked[index]), None)
        causes.append(cause)
        sides.append(int(by_rule[cause][index]) if cause else 0)
    return tuple(causes), tuple(sides)
