"""The chart of a KPI as JSON: the keys of a chart of a file, then what it stands on and what is missing."""

from typing import Any

from experiments.monitoring.chart_result import Charted, NoChart
from experiments.monitoring.charted_kpi import ChartedKpi
from experiments.monitoring.rebase import Rebase
from reports.chart_json import chart_json
from reports.words_kpi_chart import chart_sentence, refused
from reports.words_kpi_choice import base_words, chart_words, plotted_kpi


def kpi_chart_json(found: ChartedKpi, language: str) -> dict[str, Any]:
    """`unit_of_points` is that of the values in points, once multiplied by `display_scale`."""
    chart, target, live = found.chart, found.chart.target, found.chart.go_live
    shown = plotted_kpi(chart.kpi, chart.choice.plotted)
    return {
        **chart_json(chart.charted, language),
        **_said(found, chart.charted, language),
        "kpi": chart.kpi.id,
        "unit": found.unit,
        "every": found.every,
        "plotted": chart.choice.plotted,
        "unit_of_points": shown.unit[language],
        "display_scale": shown.display_scale,
        "choice": {"code": chart.choice.code, "message": chart_words(found, language)},
        "baseline": None
        if chart.baseline is None
        else {"code": chart.baseline.code, "message": base_words(found, language)},
        "target_judged": {
            "assurance": target.assurance,
            "code": target.code,
            "points": target.points,
            "since": target.since.isoformat() if target.since else None,
        },
        "go_live": None
        if live is None
        else {"start": live.start.isoformat(), "settled": live.settled.isoformat()},
        "pilot": found.pilot.id if found.pilot is not None else None,
        "gaps": [{"period": gap.period.label, "code": gap.code} for gap in found.gaps],
        "rebases": [rebase_json(one) for one in found.rebases],
        "events": [{"day": one.day.isoformat(), "word": one.word.render(language)} for one in found.events],
    }


def _said(found: ChartedKpi, charted: Charted, language: str) -> dict[str, Any]:
    if not isinstance(charted, NoChart):
        return {"sentence": chart_sentence(found, language)}
    message, remedy = refused(charted, language)
    return {"reasons": [{"code": charted.code, "message": message, "remedy": remedy}]}


def rebase_json(one: Rebase) -> dict[str, Any]:
    """A rebase with who, when and why."""
    return {
        "id": one.id,
        "kpi": one.kpi,
        "unit": one.department,
        "day": one.day.isoformat(),
        "reason": one.reason,
        "decided_by": one.decided_by,
        "decided_at": one.decided_at,
        "hides_signal": one.hides_signal,
        "withdrawn_by": one.withdrawn_by,
        "withdrawn_at": one.withdrawn_at,
    }
