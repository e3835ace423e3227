"""From a fitted broken line to the estimate: effect, inferences, coefficients, lines and warnings."""

from dataclasses import replace

import numpy as np

from experiments import answer, reasons_series
from experiments.details import Coefficient, RegressionDetails
from experiments.estimate import Estimate, Result
from experiments.inference.serial_regression import lags
from experiments.inference.student import Inference
from experiments.options import COUNTS, Options
from experiments.segmented.coefficients import coefficients
from experiments.segmented.fitted_lines import fitted_lines
from experiments.segmented.fitting import Fitted, LittleInformation, fitted
from experiments.segmented.inferences import DEFAULT, SECOND
from experiments.segmented.noise import OF_FORECAST
from experiments.segmented.sentences import warnings, why
from experiments.segmented.terms import OWN_PERIOD
from experiments.window import Window, coverage

EFFECTS = {
    "step": "level change",
    "slope": "slope change per period",
    "both": "average change after the start",
    "transfer": "average change after the start",
    "forecast": "average difference from the forecast",
}


def result(window: Window, options: Options, design: str) -> Result:
    """The pilot departments alone, or against the comparison departments that the window holds."""
    shown, name = in_words(options), chosen(options)
    found = fitted(window, options, name, design)
    if not isinstance(found, Fitted):
        return answer.not_estimable(found, design, shown, coverage=coverage(window))
    try:
        return _estimate(window, found, options, design)
    except LittleInformation:
        little = (reasons_series.little_information(name),)
        return answer.not_estimable(little, design, shown, coverage=coverage(window))


def _estimate(window: Window, found: Fitted, options: Options, design: str) -> Estimate:
    shown, name = in_words(options), chosen(options)
    first = found.on_effect(name, options)
    made = answer.estimate(
        name, first, shown, design=design, estimand=_estimand(window, shown), coverage=coverage(window)
    )
    second = beside(options)
    other = _second(window, second, options, design)
    return replace(
        made,
        also=() if other is None else (answer.alternative(second, other, shown.scale, design=design),),
        agreement=None if other is None else answer.agree(first, other),
        details=RegressionDetails(
            coefficients=_coefficients(found, name, options.level),
            fitted=fitted_lines(found.model, found.fit.coefficients, window.panel.periods, options),
        ),
        diagnostics=_diagnostics(found, name, first, shown),
        warnings=(*warnings(window, found, name, options), *window.warnings),
        why=why(name, options),
    )


def chosen(options: Options) -> str:
    """The inference that is used."""
    if options.inference != "auto":
        return options.inference
    return OF_FORECAST if options.its_model == "forecast" else DEFAULT


def beside(options: Options) -> str:
    """The inference that is shown beside it."""
    first = chosen(options)
    if options.its_model == "forecast":
        return "arima" if first == OF_FORECAST else OF_FORECAST
    return SECOND if first == DEFAULT else DEFAULT


def in_words(options: Options) -> Options:
    """Counts have a rate ratio as effect, which is shown as a fraction: the relative scale."""
    return replace(options, scale="relative") if options.family in COUNTS else options


def _second(window: Window, name: str, options: Options, design: str) -> Inference | None:
    """The same effect by another inference; None where that is not to be had."""
    found = fitted(window, options, name, design)
    if not isinstance(found, Fitted):
        return None
    try:
        return found.on_effect(name, options)
    except LittleInformation:
        return None


def _estimand(window: Window, shown: Options) -> str:
    against = "" if window.treated.all() else "difference in "
    ratio = ", ratio minus 1" if shown.scale == "relative" else ""
    return f"{against}{EFFECTS[shown.its_model]}{ratio}"


def _coefficients(found: Fitted, name: str, level: float) -> tuple[Coefficient, ...]:
    """Those of a period of its own are not shown: they are the distances in the fitted lines."""
    every = np.eye(len(found.fit.coefficients))
    values = found.fit.coefficients.copy()
    if "carry_over" in found.model.names:
        values[found.model.names["carry_over"]] = found.model.carry_over or 0.0
    lines = {
        term: found.infer(name, float(values[place]), every[place], level)
        for term, place in found.model.names.items()
        if not term.startswith(OWN_PERIOD)
    }
    return coefficients(lines)


def _diagnostics(found: Fitted, name: str, first: Inference, shown: Options) -> dict[str, float]:
    series = found.serial.by_period(found.serial.residuals * found.serial.loading)
    squares = float(series @ series)
    measured = {
        "residual_autocorrelation": float(series[1:] @ series[:-1]) / squares if squares > 0 else 0.0,
        "parameters": float(found.model.parameters),
    }
    if found.model.family != "gaussian":
        measured["dispersion"] = found.fit.dispersion
    if found.alpha is not None:
        measured["alpha"] = found.alpha
    if found.noise is not None:
        measured |= found.noise.shown
    if shown.its_model == "forecast" and shown.scale == "absolute":
        measured |= _cumulative(first, int(found.model.after.sum()))
    return measured | ({"lags": float(lags(len(series)))} if name == "hac" else {})


def _cumulative(average: Inference, periods: int) -> dict[str, float]:
    """The difference from the forecast over all periods together, per department."""
    low, high = average.interval
    return {
        "cumulative_effect": periods * average.effect,
        "cumulative_low": periods * low,
        "cumulative_high": periods * high,
    }
