"""The comparison of groups as JSON."""

from collections.abc import Sequence
from typing import Any

from experiments.group_comparison import ALPHA, LEVEL, GroupGap, ReleasedComparison
from experiments.inference.equivalence import Outcome
from reports.json_numbers import interval_json
from reports.words_bias import bias_answer, why_nothing


def bias_json(outcome: Outcome, found: Sequence[ReleasedComparison], lang: str) -> dict[str, Any]:
    """The answer and every KPI with its groups; level is that of the intervals."""
    return {
        "outcome": outcome,
        "answer": bias_answer(outcome, found, lang),
        "alpha": ALPHA,
        "level": LEVEL,
        "kpis": [
            {
                "kpi": one.kpi.id,
                "scale": one.scale,
                "margin": one.margin,
                "outcome": one.outcome,
                "suppressed": one.comparison.suppressed,
                "why": why_nothing(one, lang) or None,
                "groups": [
                    _group(gap) for gap in (one.comparison.value.groups if one.comparison.value else ())
                ],
            }
            for one in found
        ],
    }


def _group(gap: GroupGap) -> dict[str, Any]:
    return {
        "group": gap.name,
        "n": gap.n,
        "n_treated_units": gap.pilots,
        "n_comparison_units": gap.others,
        "outcome": gap.outcome,
        "difference": gap.difference,
        "interval": interval_json(gap.interval) if gap.interval is not None else None,
        "p_value": gap.p_value,
    }
