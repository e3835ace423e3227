"""From a panel to a fitted broken line, or the reasons why there is none."""

from dataclasses import dataclass, replace

from experiments import reasons, reasons_regression
from experiments.aligned import Aligned, align
from experiments.estimate import Reason
from experiments.family_values import with_exposure
from experiments.inference.generalised_linear import (
    CollinearColumns,
    GeneralisedLinear,
    generalised_linear,
)
from experiments.inference.negative_binomial import negative_binomial
from experiments.inference.serial_regression import SerialRegression
from experiments.options import Options
from experiments.panel import Panel
from experiments.segmented import faults, time_series_result
from experiments.segmented.inferences import INFERENCES, serial_regression
from experiments.segmented.model import Model, cells, series
from experiments.segmented.terms import Terms, terms
from experiments.window import Window, prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A model, its fit, and the fit with its rows' periods; the extra variance of a negative binomial."""

    model: Model
    fit: GeneralisedLinear
    serial: SerialRegression
    extra: float | None = None


def window_of(panel: Panel, options: Options) -> Window | tuple[Reason, ...]:
    """The window of a panel whose values fit the family; counts and shares are never put on logarithms."""
    found = faults.of_panel(panel, options)
    if found:
        return found
    working = options if options.family == "gaussian" else replace(options, scale="absolute")
    return prepare(with_exposure(panel), working)


def fitted(window: Window, options: Options, design: str) -> Fitted | tuple[Reason, ...]:
    """Fit the line of the pilot departments, beside that of the comparison departments of the window."""
    aligned = align(window, options.anticipation)
    columns = terms(aligned, window.panel.periods, options)
    found = _faults(window, options, design) or faults.of_periods(aligned, 1 + len(columns))
    if found:
        return found
    model = _model(window, aligned, columns, options)
    return faults.of_variation(model, window.panel.units) or _fit(model)


def _faults(window: Window, options: Options, design: str) -> tuple[Reason, ...]:
    if options.inference not in ("auto", *INFERENCES, *time_series_result.MODELS):
        return (reasons.unknown_inference(options.inference, design),)
    wrong = time_series_result.faults(options)
    if wrong:
        return wrong
    if options.family != "gaussian" and not window.treated.all() and len(window.starts) > 1:
        return (reasons_regression.one_start_for_counts(),)
    return ()


def _model(window: Window, aligned: Aligned, columns: Terms, options: Options) -> Model:
    if options.family == "gaussian":
        return series(window, aligned, columns)
    return cells(window, aligned, columns, options.family)


def _fit(model: Model) -> Fitted | tuple[Reason, ...]:
    extra = None
    try:
        if model.family == "negative-binomial":
            by_counts = negative_binomial(model.columns, model.y, model.offset)
            fit, extra = by_counts.fit, by_counts.extra
        else:
            fit = generalised_linear(
                model.columns, model.y, model.family, offset=model.offset, trials=model.trials
            )
    except CollinearColumns:
        return (reasons_regression.collinear_columns(),)
    except ValueError:
        return (reasons_regression.no_settling(),)
    return Fitted(model=model, fit=fit, serial=serial_regression(model, fit), extra=extra)
