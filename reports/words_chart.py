"""A control chart in words, from its codes: the icons, the reason, the choice, warnings and refusals."""

from collections.abc import Mapping
from itertools import pairwise, takewhile

from core.language.text import N_, Text, Value
from experiments.monitoring.chart_result import ControlChart, NoChart, NoChartCode, Point, Warned, WarningCode
from experiments.monitoring.choice import ChoiceCode
from experiments.monitoring.icons import Assurance, Variation
from experiments.monitoring.rules import SpecialCause
from experiments.monitoring.series import Every

UNUSUAL = N_("Unusual")
IMPROVEMENT = N_("Improvement")
DETERIORATION = N_("Deterioration")
VARIATIONS: dict[Variation, str] = {
    "common_cause": N_("Ordinary variation"),
    "improvement_low": IMPROVEMENT,
    "improvement_high": IMPROVEMENT,
    "concern_low": DETERIORATION,
    "concern_high": DETERIORATION,
    "neutral_low": UNUSUAL,
    "neutral_high": UNUSUAL,
}
ASSURANCES: dict[Assurance, str] = {
    "consistent_pass": N_("Meets the target"),
    "consistent_fail": N_("Does not meet the target"),
    "inconsistent": N_("Meets the target at times"),
}
PERIODS: dict[Every | None, str] = {
    "day": N_("days"),
    "week": N_("weeks"),
    "month": N_("months"),
    None: N_("points"),
}
CAUSES: dict[SpecialCause, str] = {
    "outside_limits": N_("outside the limits"),
    "trend": N_("trend"),
    "two_of_three": N_("two of three near a limit"),
    "shift": N_("shift"),
}
REASONS: dict[tuple[SpecialCause, int], str] = {
    ("outside_limits", -1): N_("the last value is below the lower limit"),
    ("outside_limits", 1): N_("the last value is above the upper limit"),
    ("trend", -1): N_("falling for {count} {periods} in a row"),
    ("trend", 1): N_("rising for {count} {periods} in a row"),
    ("two_of_three", -1): N_("two of the last three {periods} near the lower limit"),
    ("two_of_three", 1): N_("two of the last three {periods} near the upper limit"),
    ("shift", -1): N_("low for {count} {periods} in a row"),
    ("shift", 1): N_("high for {count} {periods} in a row"),
}
CHOICES: dict[ChoiceCode, str] = {
    "asked": N_("This chart was asked for."),
    "no_denominator": N_("Chosen because the values have no denominator."),
    "negative_numerator": N_("Chosen because some values are below zero, which no count is."),
    "small_denominators": N_("Chosen because these are shares with every denominator below 300."),
    "large_denominators": N_("Chosen because these are shares with denominators of 300 and more."),
    "not_a_share": N_("Chosen because the value is no part of its denominator: a rate."),
}
WARNINGS: dict[WarningCode, tuple[str, str]] = {
    "autocorrelated": (
        N_("Each value resembles the one before it (autocorrelation {value:.2}), so limits are too narrow."),
        N_("Chart months, or chart the residuals (--type xmr --residual)."),
    ),
    "short_part": (
        N_("The limits of part {part} stand on {points} points only; from {enough} on they are steady."),
        N_("Read signals with care until there are more."),
    ),
    "no_limits": (
        N_("Part {part} has no limits: it lacks two values next to each other."),
        N_("Let the part begin elsewhere, or add values."),
    ),
    "zero_denominators": (
        N_("Points with a denominator of zero, and so without a value: {count}."),
        N_("They are gaps in the chart."),
    ),
    "missing_points": (
        N_("Points without a value: {count}."),
        N_("They are gaps: no run goes on behind them."),
    ),
    "too_few_crossings": (
        N_("Part {part} crosses its centre {crossings} times, where at least {fewest} are to be expected."),
        N_("Look for a slow change."),
    ),
}
NO_CHARTS: dict[NoChartCode, tuple[str, str]] = {
    "no_values": (N_("There is no value at all, so there is no chart."), N_("Name another column.")),
    "too_few_points": (N_("There is one value only, so there is no chart."), N_("Add periods.")),
    "no_limits": (
        N_("No limits can be computed: the points that they stand on lack two values next to each other."),
        N_("Add values, lengthen the baseline, or use --type run."),
    ),
    "residuals_need_points": (
        N_("Residuals need at least 12 values that vary in the points that limits stand on."),
        N_("Lengthen the baseline, or chart the values themselves."),
    ),
    "few_rounds": (
        N_("There were {rounds} rounds; below {enough} a survey gets intervals, no control chart."),
        N_("Read each round with its interval."),
    ),
}


def variation_word(variation: Variation, language: str) -> str:
    """The variation icon in words: "Verbetering", "Verslechtering", "Gewone schommeling", "Opvallend"."""
    return Text(VARIATIONS[variation]).render(language)


def assurance_word(assurance: Assurance, language: str) -> str:
    """The word of the assurance icon: "Haalt de norm", "Haalt de norm niet", "Wisselend", or nothing."""
    return Text(ASSURANCES[assurance]).render(language) if assurance in ASSURANCES else ""


def cause_word(cause: SpecialCause | None, language: str) -> str:
    """The rule that marks a point; empty where none does."""
    return Text(CAUSES[cause]).render(language) if cause else ""


def reason(chart: ControlChart, language: str) -> str:
    """Why the variation icon is what it is: "al 7 weken laag"."""
    last = chart.last
    if last.special_cause is None:
        return Text(N_("no rule marks the last value")).render(language)
    values: dict[str, Value] = {"count": run_length(chart), "periods": Text(PERIODS[chart.every])}
    return Text(REASONS[last.special_cause, last.side], values).render(language)


def sentence(chart: ControlChart, language: str) -> str:
    """What to see in the chart, in one line."""
    words = f"{variation_word(chart.variation, language)}: {reason(chart, language)}."
    assured = assurance_word(chart.assurance, language)
    return f"{words} {assured}." if assured else words


def choice_sentence(chart: ControlChart, language: str) -> str:
    """Why this type of chart."""
    return Text(CHOICES[chart.choice.code]).render(language)


def warning_words(warned: Warned, language: str) -> tuple[str, str]:
    """What the reader must know, and what to do about it."""
    return _pair(WARNINGS[warned.code], warned.values, language)


def refusal_words(refused: NoChart, language: str) -> tuple[str, str]:
    """Why there is no chart, and what to do about it."""
    return _pair(NO_CHARTS[refused.code], refused.values, language)


def false_signals_sentence(chart: ControlChart, language: str) -> str:
    """How many signals a year to expect of a process that does not change; empty where that is not known."""
    expected = chart.false_signals
    if expected is None:
        return ""
    values: dict[str, Value] = {
        "periods": Text(PERIODS[chart.every]),
        "count": expected.periods_per_year,
        "independent": expected.independent,
        "measured": expected.measured,
    }
    if expected.measured is None:
        template = N_(
            "Without any change this chart would give about {independent:.1} signals in {count} {periods}."
        )
    else:
        template = N_(
            "Without any change this chart would give about {measured:.1} signals in {count} {periods}, and "
            "{independent:.1} if values did not resemble those before them."
        )
    return Text(template, values).render(language)


def _pair(templates: tuple[str, str], values: Mapping[str, float | int], language: str) -> tuple[str, str]:
    message, remedy = templates
    return Text(message, values).render(language), Text(remedy, values).render(language)


def run_length(chart: ControlChart) -> int:
    """How many values up to the last one lie on its side of the centre, or rise or fall like it."""
    last = chart.last
    until = chart.points.index(last) + 1
    backwards = [point for point in reversed(chart.points[:until]) if point.part == last.part]
    run = list(takewhile(lambda point: point.value is not None and point.judged, backwards))
    if last.special_cause == "trend":
        steps = [_above(later, earlier.value) for later, earlier in pairwise(run)]
        return 1 + sum(1 for _ in takewhile(lambda step: step * last.side > 0, steps))
    return sum(1 for _ in takewhile(lambda point: _above(point, point.centre) * last.side > 0, run))


def _above(point: Point, line: float | None) -> float:
    return 0.0 if point.value is None or line is None else point.value - line
