"""Why a model of a series and its noise cannot be fitted: one function per code."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def noise_not_settled(inference: str) -> Reason:
    """The likelihood has no settled maximum from any start."""
    return _reason(
        "noise_not_settled",
        N_("The model of how periods resemble each other ('{inference}') finds no settled answer."),
        N_("Leave the inference to Meetlat (auto), or take a longer series."),
        inference=inference,
    )


def little_information(inference: str) -> Reason:
    """A parameter of the noise is not identified."""
    return _reason(
        "too_little_information",
        N_("The series says too little about its own noise for the inference '{inference}'."),
        N_("Leave the inference to Meetlat (auto), or take a longer series."),
        inference=inference,
    )


def change_too_slow() -> Reason:
    """The gradual change is still under way at the end."""
    return _reason(
        "change_too_slow",
        N_("The gradual change is still under way at the end, so it cannot be told from a trend."),
        N_("Wait for more periods, or ask for slope or both instead of transfer."),
    )


def for_averages_only(asked: str) -> Reason:
    """Counts and shares have no covariance that is estimated beside their own variance."""
    return _reason(
        "for_averages_only",
        N_("'{asked}' is for averages, not for models of counts or shares."),
        N_("Use the family gaussian on rates, or leave the inference to Meetlat (auto)."),
        asked=asked,
    )


def forecast_needs_noise(inference: str) -> Reason:
    """A forecast's error is that of a model of the noise."""
    return _reason(
        "inference_not_available",
        N_("A forecast needs a model of how periods resemble each other; '{inference}' is none."),
        N_("Ask for the inference structural or arima, or leave it to Meetlat (auto)."),
        inference=inference,
    )


def too_many_periods(found: int, most: int) -> Reason:
    """Covariances of all pairs of periods."""
    return _reason(
        "too_many_periods",
        N_("There are {found} periods; a model of how they resemble each other takes at most {most}."),
        N_("Take longer periods, such as weeks instead of days, or ask for another inference."),
        found=found,
        most=most,
    )


def negative_binomial_by_department() -> Reason:
    """Two-way effects of few departments beside one dispersion for all."""
    return _reason(
        "family_not_available",
        N_(
            "A negative binomial model with an effect for each department and period takes one extra spread "
            "for all and independent periods; with few departments its error is too small."
        ),
        N_(
            "Use the family poisson: its error comes from the departments and allows for counts that vary "
            "more than chance."
        ),
    )
