"""Why a panel cannot carry an estimate by any design: one function per code, with its sentence and remedy."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def infinite_value(unit: str, period: str) -> Reason:
    """An outcome, an exposure or a covariate that is no number."""
    return _reason(
        "infinite_value",
        N_("{unit} holds an infinite value in {period}."),
        N_("Correct the value, or leave the cell empty: a missing value is allowed for."),
        unit=unit,
        period=period,
    )


def value_out_of_reach(unit: str, period: str) -> Reason:
    """A number whose powers a computer takes for infinite, or for nothing."""
    return _reason(
        "value_out_of_reach",
        N_("{unit} holds a value in {period} that is too large or too small to compute with."),
        N_("Correct the value, or give the column in another unit."),
        unit=unit,
        period=period,
    )


def impossible_weight(unit: str, period: str) -> Reason:
    """Rows behind a cell are zero or more."""
    return _reason(
        "impossible_weight",
        N_("The number of rows behind {unit} in {period} is not a number of zero or more."),
        N_("Correct the column with the weights, or leave it out."),
        unit=unit,
        period=period,
    )


def weights_all_zero() -> Reason:
    """Values without a single row behind them."""
    return _reason(
        "weights_all_zero",
        N_("The weights are all zero: no row stands behind any value."),
        N_("Correct the column with the weights, or leave it out."),
    )


def one_period(period: str) -> Reason:
    """A change needs a before and an after."""
    return _reason(
        "one_period",
        N_("The data hold one period only, {period}, so there is no before and after."),
        N_("Load periods before and after the start, or take shorter ones."),
        period=period,
    )


def covariate_empty(covariate: str) -> Reason:
    """A covariate without any value leaves no cell."""
    return _reason(
        "covariate_missing",
        N_("'{covariate}' holds no value at all."),
        N_("Load it, or leave out the covariate."),
        covariate=covariate,
    )


def collinear_covariates(covariates: str) -> Reason:
    """Covariates that say nothing beyond each other, the departments, the periods and the tool."""
    return _reason(
        "collinear_covariates",
        N_(
            "These covariates cannot be told apart from each other or from the differences between "
            "departments, periods or use of the tool: {covariates}."
        ),
        N_("Leave out covariates that are constant, that copy another, or that change with the start only."),
        covariates=covariates,
    )


def relative_to_nothing(level: float, low: float, high: float) -> Reason:
    """A share of a level that may be zero."""
    return _reason(
        "baseline_includes_zero",
        N_(
            "Before the start the pilot departments had a level of {level:.3}, with an interval from "
            "{low:.3} to {high:.3}: a percentage of what may be zero says nothing."
        ),
        N_("Estimate on the absolute scale, take longer periods, or load an earlier stretch of data."),
        level=level,
        low=low,
        high=high,
    )
