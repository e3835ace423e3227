"""The chart of a KPI as text for a terminal."""

from collections.abc import Iterator

from core.language import date_text
from core.language.text import N_, Text, Value
from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.charted_kpi import ChartedKpi
from reports.chart_table import chart_rows
from reports.words_chart_trust import trust_sentences
from reports.words_kpi_chart import assurance_words, chart_sentence
from reports.words_kpi_choice import base_words, chart_words
from reports.words_numbers import label
from reports.words_rebase import rebase_sentence


def kpi_chart_text(found: ChartedKpi, language: str) -> str:
    """Several lines; why there is no chart where there is none."""
    return "\n".join(line for line in _lines(found, language) if line)


def _lines(found: ChartedKpi, language: str) -> Iterator[str]:
    kpi, chart = found.chart.kpi, found.chart.charted
    yield f"{label(kpi, language)}, {kpi.unit[language]} · {found.unit}"
    if not isinstance(chart, ControlChart):
        yield chart_sentence(found, language)
        yield from trust_sentences(found, language)
        return
    yield chart_sentence(found, language)
    yield ": ".join(part for part in assurance_words(found, language) if part)
    yield f"{chart_words(found, language)} · {base_words(found, language)}."
    yield from _table(found, language)
    yield from trust_sentences(found, language)
    yield from (rebase_sentence(one, language) for one in found.rebases)
    for event in found.events:
        yield f"{date_text(event.day, language)}: {event.word.render(language)}"
    if found.pilot is not None:
        values: dict[str, Value] = {
            "name": found.pilot.name(language),
            "start": found.pilot.starts[found.unit],
        }
        yield Text(N_("Pilot {name} runs here since {start}."), values).render(language)


def _table(found: ChartedKpi, language: str) -> Iterator[str]:
    rows = chart_rows(found, language)
    names = list(rows[0])
    widths = {name: max(len(name), *(len(row[name]) for row in rows)) for name in names}
    for row in (dict(zip(names, names, strict=True)), *rows):
        cells = [row[name].rjust(widths[name]) for name in names[:-1]]
        yield "  ".join([*cells, row[names[-1]]]).rstrip()
