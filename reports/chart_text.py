"""A control chart as text for a terminal: a sentence, a table, and what the reader must know."""

from collections.abc import Iterator
from math import floor, log10

from core.language import number
from core.language.text import N_, Text
from experiments.monitoring.chart_result import Charted, ControlChart, NoChart, Point
from reports.words_chart import (
    cause_word,
    choice_sentence,
    false_signals_sentence,
    refusal_words,
    sentence,
    warning_words,
)

MOST_DIGITS = 6
MISSING = "–"


def chart_text(charted: Charted, language: str) -> str:
    """Several lines; why there is no chart where there is none."""
    if isinstance(charted, NoChart):
        return " ".join(refusal_words(charted, language))
    return "\n".join(_lines(charted, language))


def _lines(chart: ControlChart, language: str) -> Iterator[str]:
    yield sentence(chart, language)
    words = {"type": chart.type, "choice": Text(choice_sentence(chart, language))}
    yield Text(N_("Chart: {type}. {choice}"), words).render(language)
    yield from _table(chart, language)
    for warned in chart.warnings:
        yield f"! {' '.join(warning_words(warned, language))}"
    expected = false_signals_sentence(chart, language)
    if expected:
        yield expected


def _table(chart: ControlChart, language: str) -> Iterator[str]:
    head = [Text(name).render(language) for name in HEAD]
    rows = [head, *(_row(point, digits_of(chart), language) for point in chart.points)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    for row in rows:
        cells = [row[0].ljust(widths[0])]
        cells += [cell.rjust(width) for cell, width in zip(row[1:-1], widths[1:-1], strict=True)]
        yield "  ".join([*cells, row[-1]]).rstrip()


def _row(point: Point, digits: int, language: str) -> list[str]:
    numbers = (point.value, point.lower, point.centre, point.upper)
    shown = [MISSING if value is None else number(value, digits, language) for value in numbers]
    return [point.order, *shown, str(point.part), cause_word(point.special_cause, language)]


def digits_of(chart: ControlChart) -> int:
    """Decimals that show a hundredth of the width of the limits, or of the values where there are none."""
    lines = [bound for point in chart.points for bound in (point.lower, point.upper) if bound is not None]
    values = lines or [point.value for point in chart.points if point.value is not None]
    width = max(values) - min(values)
    return min(max(2 - floor(log10(width)), 0), MOST_DIGITS) if width > 0 else 2


HEAD = (N_("period"), N_("value"), N_("lower"), N_("centre"), N_("upper"), N_("part"), "")
