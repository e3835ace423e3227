"""A comparison as the JSON object of docs/reference/command-line.md; sentences in the reader's language."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from experiments.comparison.arm import Arm
from experiments.comparison.result import Compared, Comparison, Line, NotCompared, PairResult, SampleRatio
from reports.json_numbers import finite, interval_json

Content = dict[str, Any]


def compare_json(found: Comparison, language: str) -> Content:
    """With two arms the effect stands in the object itself, with more in `comparisons`."""
    pairs = [_pair(one, language) for one in found.results]
    several = len(pairs) > 1
    return {
        "status": "estimated" if any(isinstance(one, Compared) for one in found.results) else "not_estimable",
        "type": found.type,
        **({"comparisons": pairs} if several else _without_status(pairs[0])),
        "control": found.control,
        "level": found.options.level,
        "relative": found.options.relative,
        **({} if found.options.horizon is None else {"horizon": found.options.horizon}),
        "seed": found.options.seed,
        "arms": {arm.name: _arm(arm, found) for arm in found.arms},
        "excluded": dict(found.excluded),
        "sample_ratio": _sample_ratio(found.sample_ratio),
        "warnings": [text.render(language) for text in found.warnings + _own_warnings(found)],
        "assumptions": [text.render(language) for text in found.assumptions],
        "reference": found.reference,
        "why": found.why.render(language),
    }


def _own_warnings(found: Comparison) -> tuple[Any, ...]:
    """Those of the comparison itself; with several arms each comparison has its own."""
    return tuple(
        text
        for one in found.results
        if len(found.results) == 1 and isinstance(one, Compared)
        for text in one.warnings
    )


def _without_status(pair: Content) -> Content:
    return {name: value for name, value in pair.items() if name not in ("status", "warnings")}


def _pair(one: PairResult, language: str) -> Content:
    if isinstance(one, NotCompared):
        return _not_compared(one, language)
    judged = one.non_inferiority
    return {
        "status": "estimated",
        "arm": one.arm,
        **_line(one.main),
        **({"p_holm": one.p_holm} if one.p_holm is not None else {}),
        "also": [_line(line) for line in one.also],
        "non_inferiority": judged
        and {"margin": judged.margin, "limit": judged.limit, "verdict": judged.verdict},
        "details": {name: finite(value) for name, value in one.details.items()},
        "warnings": [text.render(language) for text in one.warnings],
    }


def _not_compared(one: NotCompared, language: str) -> Content:
    return {
        "status": "not_estimable",
        "arm": one.arm or None,
        "reasons": [
            {
                "code": reason.code,
                "message": reason.message.render(language),
                "remedy": reason.remedy.render(language),
            }
            for reason in one.reasons
        ],
        "details": {"upper_bounds": dict(one.upper_bounds)} if one.upper_bounds else {},
        "warnings": [],
    }


def _line(line: Line) -> Content:
    return {
        "estimand": line.estimand,
        "inference": line.inference,
        "effect": finite(line.effect),
        "no_effect": line.no_effect,
        "standard_error": line.standard_error,
        "interval": interval_json(line.interval),
        "p_value": finite(line.p_value),
        "degrees_of_freedom": line.degrees_of_freedom,
    }


def _arm(arm: Arm, found: Comparison) -> Content:
    if arm.finished is not None:
        return {"n": arm.n, "missing": arm.missing, "finished": int(arm.finished.sum())}
    content: Content = {
        "n": arm.n,
        "missing": arm.missing,
        "mean": arm.total / arm.n,
        "sum": arm.total,
        "standard_deviation": arm.standard_deviation,
    }
    if "denominator" in found.given:
        content |= {"denominator": arm.exposure, "ratio": arm.total / arm.exposure}
    if arm.rows is not None:
        content["median"] = float(np.median(arm.values))
    if "cluster" in found.given:
        content["clusters"] = len(arm.clusters)
    return content


def _sample_ratio(ratio: SampleRatio | None) -> Mapping[str, Any] | None:
    if ratio is None:
        return None
    return {
        "chi2": ratio.chi2,
        "p_value": ratio.p_value,
        "passed": ratio.passed,
        "counted": ratio.counted,
        "expected": dict(ratio.expected),
    }
