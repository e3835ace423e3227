"""How far the chart of a KPI may be believed: gaps, few points, likeness of neighbours, false signals."""

from collections import Counter
from collections.abc import Iterator

from core.language.text import N_, Text, Value
from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.charted_kpi import ChartedKpi, GapCode
from reports.words_chart import PERIODS, false_signals_sentence, warning_words

GAPS: dict[GapCode, str] = {
    "suppressed": N_("too few persons to show: {count}"),
    "all_alike": N_("not drawn because all answers are the same, but counted in centre and limits: {count}"),
    "not_over": N_("not over yet: {count}"),
    "too_few_measured": N_("too little of it was measured: {count}"),
    "no_value": N_("no rows: {count}"),
}
LIKENESS = N_(
    "Autocorrelation of the {periods} that limits stand on: {value:.2} ({level:%0}: {low:.2} to {high:.2})."
)
TOO_ALIKE = N_(
    "Neighbouring {periods} resemble each other (autocorrelation {value:.2}; {level:%0}: {low:.2} to "
    "{high:.2}), so limits are too narrow: look at months or at residuals before you act on a signal."
)
SHOWN_WARNINGS = frozenset({"short_part", "no_limits", "too_few_crossings"})
"""What is not said in other words already."""


def trust_sentences(found: ChartedKpi, language: str) -> Iterator[str]:
    """All that makes a reader careful, in order of weight; at least how many false signals to expect."""
    yield from cautions(found, language)
    yield from how_sure(found, language)


def cautions(found: ChartedKpi, language: str) -> Iterator[str]:
    """What asks for care here: gaps, few points, neighbours that resemble each other too much."""
    if found.gaps:
        yield gap_sentence(found, language)
    chart = found.chart.charted
    if not isinstance(chart, ControlChart):
        return
    for warned in chart.warnings:
        if warned.code in SHOWN_WARNINGS:
            yield " ".join(warning_words(warned, language))
    if _too_alike(chart):
        yield likeness_sentence(chart, language)


def how_sure(found: ChartedKpi, language: str) -> Iterator[str]:
    """What holds of every chart: how neighbours resemble each other, and how many false signals to expect."""
    chart = found.chart.charted
    if not isinstance(chart, ControlChart):
        return
    if not _too_alike(chart):
        yield likeness_sentence(chart, language)
    yield false_signals_words(chart, language)


def gap_sentence(found: ChartedKpi, language: str) -> str:
    """How many periods are not drawn and why; empty where all are."""
    counted = Counter(gap.code for gap in found.gaps)
    if not counted:
        return ""
    parts = [Text(GAPS[code], {"count": counted[code]}).render(language) for code in GAPS if counted[code]]
    values: dict[str, Value] = {"periods": Text(PERIODS[found.every]), "reasons": "; ".join(parts)}
    return Text(N_("Gaps ({periods}): {reasons}."), values).render(language)


def likeness_sentence(chart: ControlChart, language: str) -> str:
    """How weeks resemble each other, and the advice where that is too much; why not where it is not known."""
    found = chart.autocorrelation
    if found is None:
        return Text(
            N_("How much {periods} resemble each other is not known: that takes 12 points that vary."),
            {"periods": Text(PERIODS[chart.every])},
        ).render(language)
    values: dict[str, Value] = {
        "value": found.value,
        "low": found.interval[0],
        "high": found.interval[1],
        "level": found.level,
        "periods": Text(PERIODS[chart.every]),
    }
    return Text(TOO_ALIKE if _too_alike(chart) else LIKENESS, values).render(language)


def false_signals_words(chart: ControlChart, language: str) -> str:
    """How many false signals a year to expect; that it was not simulated where it was not."""
    known = false_signals_sentence(chart, language)
    if known:
        return known
    return Text(N_("How many false signals this kind of chart gives was not simulated.")).render(language)


def _too_alike(chart: ControlChart) -> bool:
    return chart.autocorrelation is not None and chart.autocorrelation.flagged and not chart.residual
