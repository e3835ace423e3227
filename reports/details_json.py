"""What a design gives beside its effect, as `details` of docs/reference/command-line.md."""

from typing import Any, assert_never

from experiments.details import (
    Aggregate,
    AggregatePart,
    BaconDetails,
    Coefficient,
    Details,
    Difference,
    DoseDetails,
    FittedPeriod,
    RegressionDetails,
    Sensitivity,
    StaggeredDetails,
    SyntheticDetails,
    VolunteerDetails,
)
from reports.json_numbers import finite, interval_json


def details_json(details: Details | None) -> dict[str, Any]:
    """The keys that a kind of result adds."""
    match details:
        case None:
            return {}
        case StaggeredDetails():
            return _staggered(details)
        case BaconDetails():
            return {"bacon": _bacon(details)}
        case SyntheticDetails():
            return _synthetic(details)
        case RegressionDetails():
            return _regression(details)
        case DoseDetails():
            return _dose(details)
        case VolunteerDetails():
            return {"users_against_colleagues": _volunteers(details)}
        case _:
            assert_never(details)


def _dose(details: DoseDetails) -> dict[str, Any]:
    curve = [
        {
            "from": one.lowest,
            "to": one.highest,
            "mean_dose": one.mean_dose,
            "effect": one.effect,
            "interval": None if one.interval is None else interval_json(one.interval),
            "n_observations": one.n_observations,
            "n_units": one.n_units,
        }
        for one in details.curve
    ]
    use = details.effect_of_use
    return {
        "first_stage": {"effect": details.first_stage, "t": details.first_stage_t},
        "effect_of_use": {
            "estimand": "CACE per unit of use",
            "inference": use.inference,
            "effect": use.effect,
            "interval": interval_json(use.interval),
            "not_excluded": [interval_json(region) for region in use.regions],
            "p_value": use.p_value,
        },
        "dose_curve": curve,
        "dose_line": [_coefficient(one) for one in details.line],
    }


def _volunteers(details: VolunteerDetails) -> dict[str, Any]:
    return {
        "label": "confounded",
        "users": details.users,
        "colleagues": details.colleagues,
        "n_departments": details.departments,
        "change": _difference(details.change),
        "before": _difference(details.before),
    }


def _difference(one: Difference) -> dict[str, Any]:
    return {
        "effect": one.effect,
        "standard_error": one.standard_error,
        "interval": interval_json(one.interval),
        "p_value": one.p_value,
    }


def sensitivity_json(found: Sensitivity | None) -> dict[str, Any]:
    """Intervals under departures from parallel trends, and the breakdown values."""
    if found is None:
        return {}
    rows = [
        {
            "kind": one.kind,
            "m": one.m,
            "interval": interval_json(one.interval),
            "about": one.about,
            "method": one.method,
        }
        for one in found.intervals
    ]
    breakdowns = [{"kind": one.kind, "about": one.about, "m": one.m} for one in found.breakdowns]
    return {"sensitivity": rows, "breakdown": breakdowns}


def _staggered(details: StaggeredDetails) -> dict[str, Any]:
    group_time = [
        {
            "cohort": _period(one.cohort),
            "period": _period(one.period),
            "effect": one.effect,
            "standard_error": one.standard_error,
            "interval": interval_json(one.interval),
        }
        for one in details.group_time
    ]
    return {"group_time": group_time, "aggregates": {one.name: _aggregate(one) for one in details.aggregates}}


def _period(label: str) -> str | int:
    """A year or another whole number as one; weeks, months and days as their label."""
    return int(label) if label.isdecimal() else label


def _aggregate(one: Aggregate) -> dict[str, Any]:
    return {
        "effect": one.effect,
        "standard_error": one.standard_error,
        "interval": interval_json(one.interval),
        "p_value": one.p_value,
        "parts": [_part(part) for part in one.parts],
    }


def _part(part: AggregatePart) -> dict[str, Any]:
    return {
        "label": part.label,
        "effect": part.effect,
        "standard_error": part.standard_error,
        "interval": interval_json(part.interval),
        "band": interval_json(part.band),
    }


def _bacon(details: BaconDetails) -> list[dict[str, Any]]:
    return [
        {
            "comparison": one.comparison,
            "treated": one.treated,
            "control": one.control,
            "weight": one.weight,
            "effect": one.effect,
        }
        for one in details.comparisons
    ]


def _synthetic(details: SyntheticDetails) -> dict[str, Any]:
    return {
        "weights": {
            "unit": {one.name: one.weight for one in details.units},
            "period": {one.name: one.weight for one in details.periods},
        },
        "rmspe_before": details.rmspe_before,
        "rmspe_after": details.rmspe_after,
        "placebo_rank": details.rank,
        "placebo_of": details.of_units,
    }


def _regression(details: RegressionDetails) -> dict[str, Any]:
    return {
        "coefficients": [_coefficient(one) for one in details.coefficients],
        "fitted": [_fitted(one) for one in details.fitted],
    }


def _coefficient(one: Coefficient) -> dict[str, Any]:
    return {
        "name": one.name,
        "estimate": one.estimate,
        "standard_error": one.standard_error,
        "interval": interval_json(one.interval),
        "p_value": one.p_value,
    }


def _fitted(one: FittedPeriod) -> dict[str, Any]:
    return {
        "period": one.period,
        "observed": finite(one.observed),
        "fitted": finite(one.fitted),
        "without": finite(one.without),
    }
