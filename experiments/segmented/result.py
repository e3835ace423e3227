"""From a fitted broken line to the estimate: effect, inferences, coefficients, lines and warnings."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from core.language.text import N_, Text
from experiments import answer
from experiments.details import Coefficient, RegressionDetails
from experiments.estimate import Reason, Result
from experiments.inference.serial_regression import infer, lags
from experiments.inference.student import Inference
from experiments.options import COUNTS, Options
from experiments.panel import Floats
from experiments.segmented import time_series_result
from experiments.segmented.coefficients import coefficients
from experiments.segmented.effect import effect
from experiments.segmented.fitted_lines import fitted_lines
from experiments.segmented.fitting import Fitted, fitted
from experiments.segmented.inferences import DEFAULT, INFERENCES, SECOND
from experiments.window import Window, coverage

EFFECTS = {
    "step": "level change",
    "gradual": "average change after the start",
    "slope": "slope change per period",
    "both": "average change after the start",
}
LARGEST_SIZE = {"blocks-t": 0.19, "hac": 0.43, "iid": 0.54}
"""Of docs/evidence/its_size.json, where the waves t has 0.06."""


def result(window: Window, options: Options, design: str) -> Result:
    """The pilot departments alone, or against the comparison departments that the window holds."""
    found = fitted(window, options, design)
    shown = in_words(options)
    if not isinstance(found, Fitted):
        return answer.not_estimable(found, design, shown, coverage=coverage(window))
    name = chosen(options)
    second = SECOND if name == DEFAULT else DEFAULT
    if name in time_series_result.MODELS:
        return _by_time_series(window, found, options, design)
    size, gradient = effect(found.model, found.fit.coefficients, options)

    def by(inference: str, size: float, gradient: Floats) -> Inference:
        return infer(INFERENCES[inference], found.serial, size, gradient, options.level)

    first, other = by(name, size, gradient), by(second, size, gradient)
    made = answer.estimate(
        name, first, shown, design=design, estimand=_estimand(window, shown), coverage=coverage(window)
    )
    return replace(
        made,
        also=(answer.alternative(second, other, shown.scale, design=design),),
        agreement=answer.agree(first, other),
        details=RegressionDetails(
            coefficients=_coefficients(found, lambda value, unit: by(name, value, unit)),
            fitted=fitted_lines(found.model, found.fit.coefficients, window.panel.periods, options),
        ),
        diagnostics=_diagnostics(found, name),
        warnings=(*_warnings(window, options, name), *window.warnings),
        why=Text(WHY if name == DEFAULT else WHY_ASKED, {"inference": name}),
    )


def _by_time_series(window: Window, found: Fitted, options: Options, design: str) -> Result:
    made = time_series_result.estimate(window, found.model, options, design, _estimand(window, options))
    if isinstance(made, Reason):
        return answer.not_estimable((made,), design, options, coverage=coverage(window))
    size, gradient = effect(found.model, found.fit.coefficients, options)
    other = infer(INFERENCES[DEFAULT], found.serial, size, gradient, options.level)
    line = answer.alternative(DEFAULT, other, options.scale, design=design)
    return replace(
        made,
        also=time_series_result.beside((line,), options),
        warnings=(*_warnings(window, options, options.inference), *window.warnings),
    )


def chosen(options: Options) -> str:
    """The inference that is used."""
    return DEFAULT if options.inference == "auto" else options.inference


def in_words(options: Options) -> Options:
    """Counts have a rate ratio as effect, which is shown as a fraction: the relative scale."""
    return replace(options, scale="relative") if options.family in COUNTS else options


def _estimand(window: Window, shown: Options) -> str:
    against = "" if window.treated.all() else "difference in "
    ratio = ", ratio minus 1" if shown.scale == "relative" else ""
    return f"{against}{EFFECTS[shown.its_model]}{ratio}"


def _coefficients(found: Fitted, by: Callable[[float, Floats], Inference]) -> tuple[Coefficient, ...]:
    values, every = found.fit.coefficients, np.eye(len(found.fit.coefficients))
    lines = {name: by(float(values[place]), every[place]) for name, place in found.model.names.items()}
    return coefficients(lines)


def _diagnostics(found: Fitted, name: str) -> dict[str, float]:
    series = found.serial.by_period(found.serial.residuals * found.serial.loading)
    squares = float(series @ series)
    measured = {
        "residual_autocorrelation": float(series[1:] @ series[:-1]) / squares if squares > 0 else 0.0,
        "parameters": float(found.model.parameters),
    }
    if found.model.family != "gaussian":
        measured["dispersion"] = found.fit.dispersion
    if found.extra is not None:
        measured["extra_variance"] = found.extra
    return measured | ({"lags": float(lags(len(series)))} if name == "hac" else {})


def _warnings(window: Window, options: Options, name: str) -> tuple[Text, ...]:
    return tuple(
        Text(sentence, {"share": LARGEST_SIZE.get(name, 0.0)})
        for sentence, holds in (
            (WEAK, window.treated.all()),
            (RATE, options.family in COUNTS),
            (VOLUME, options.family in COUNTS and window.panel.exposure is None),
            (TOO_SMALL, name in LARGEST_SIZE),
        )
        if holds
    )


WEAK = N_(
    "An interrupted time series is weak evidence: anything else that changed the level or the trend at the "
    "same time is counted as an effect of the tool."
)
RATE = N_("The effect of a count model is a ratio of rates, shown as the change in per cent.")
VOLUME = N_("No exposure was named: more or fewer cases are counted as an effect of the tool.")
TOO_SMALL = N_(
    "This error is too small where periods resemble each other: in simulations without any effect it found "
    "one in up to {share:%0} of the series, where 5 % is meant."
)
WHY = N_(
    "The line before the start is carried on as what would have been; the error comes from the slowest waves "
    "of what the line leaves over, because periods resemble each other."
)
WHY_ASKED = N_(
    "The line before the start is carried on as what would have been, with the inference that was asked for "
    "({inference})."
)
