"""A control chart as the JSON object of docs/reference/command-line.md, or why there is none."""

from typing import Any

from experiments.monitoring.anhoej import Runs
from experiments.monitoring.autocorrelation import Autocorrelation
from experiments.monitoring.chart_result import Charted, ControlChart, NoChart, Point, Warned
from experiments.monitoring.false_signals import FalseSignals
from reports.words_chart import choice_sentence, refusal_words, sentence, warning_words


def chart_json(charted: Charted, language: str) -> dict[str, Any]:
    """The keys of the contract, then what stands beside them; a refusal holds no number."""
    if isinstance(charted, NoChart):
        message, remedy = refusal_words(charted, language)
        reasons = [{"code": charted.code, "message": message, "remedy": remedy}]
        return {"status": "not_computable", "type": charted.type, "reasons": reasons}
    return {
        "type": charted.type,
        "centre": charted.centre,
        "points": [_point(point) for point in charted.points],
        "variation": charted.variation,
        "assurance": charted.assurance,
        "status": "charted",
        "sentence": sentence(charted, language),
        "better": charted.better,
        "target": charted.target,
        "rules": charted.rules,
        "every": charted.every,
        "limits_of": "residuals" if charted.residual else "values",
        **_beside(charted, language),
    }


def _beside(chart: ControlChart, language: str) -> dict[str, Any]:
    return {
        "choice": {"code": chart.choice.code, "message": choice_sentence(chart, language)},
        "runs": [_runs(found, part) for part, found in enumerate(chart.runs, start=1)],
        "autocorrelation": _autocorrelation(chart.autocorrelation),
        "false_signals_per_year": _false_signals(chart.false_signals),
        "warnings": [_warned(warned, language) for warned in chart.warnings],
    }


def _point(point: Point) -> dict[str, Any]:
    order = point.order
    return {
        "order": int(order) if order.removeprefix("-").isdecimal() else order,
        "value": point.value,
        "denominator": point.denominator,
        "lower": point.lower,
        "upper": point.upper,
        "centre": point.centre,
        "part": point.part,
        "special_cause": point.special_cause,
        "side": {-1: "low", 0: None, 1: "high"}[point.side],
        "in_limits": point.in_limits,
        **({} if point.observed is None else {"observed": point.observed}),
        **({} if point.judged else {"judged": False}),
    }


def _runs(found: Runs, part: int) -> dict[str, Any]:
    return {
        "part": part,
        "n_useful": found.n_useful,
        "longest_run": found.longest_run,
        "longest_run_max": found.longest_run_max,
        "crossings": found.crossings,
        "crossings_min": found.crossings_min,
        "signal": found.signal,
    }


def _autocorrelation(found: Autocorrelation | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "lag": 1,
        "value": found.value,
        "interval": list(found.interval),
        "level": found.level,
        "n": found.n,
        "flagged": found.flagged,
    }


def _false_signals(found: FalseSignals | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "independent": found.independent,
        "measured": found.measured,
        "periods_per_year": found.periods_per_year,
    }


def _warned(warned: Warned, language: str) -> dict[str, Any]:
    message, remedy = warning_words(warned, language)
    return {"code": warned.code, "message": message, "remedy": remedy, **warned.values}
