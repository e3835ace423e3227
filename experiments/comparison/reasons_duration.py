"""Why durations cannot be compared: one function per code, each with its sentence and its remedy."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def negative(value: float) -> Reason:
    """A duration below zero."""
    return _reason(
        "negative_duration",
        N_("A duration cannot be below zero; there is one of {value:.4}."),
        N_("Check the column: the moment of finishing may lie before that of starting."),
        value=value,
    )


def unknown_so_late(horizon: float, known: float) -> Reason:
    """An arm was not followed that long."""
    return _reason(
        "horizon_too_late",
        N_("The arms are known up to {known:.4} only; the horizon of {horizon:.4} lies beyond."),
        N_("Ask for an earlier horizon, or leave it out."),
        horizon=horizon,
        known=known,
    )


def too_few_finished(arm: str, found: int, needed: int) -> Reason:
    """Too little finished to tell its spread."""
    return _reason(
        "too_few_finished",
        N_("In arm {arm} {found} finished by the horizon; at least {needed} are needed."),
        N_("Wait until more are finished, or ask for a later horizon."),
        arm=arm,
        found=found,
        needed=needed,
    )
