"""Why few events carry no ratio: one function per code."""

from core.language.text import N_, Text, Value
from experiments.estimate import Reason


def _reason(code: str, message: str, remedy: str, **values: Value) -> Reason:
    return Reason(code=code, message=Text(message, values), remedy=Text(remedy, values))


def exposure_missing() -> Reason:
    """A rate needs to know what events are counted over."""
    return _reason(
        "exposure_missing",
        N_("A rate needs to know over how much the events are counted."),
        N_("Name the column with --exposure, such as patient days or letters."),
    )


def no_events(exposure: float, bound: Text) -> Reason:
    """Nothing happened in the pilot departments."""
    return _reason(
        "no_events",
        N_(
            "No event in the pilot departments in {exposure:.0} after the start: with confidence the rate "
            "is at most {bound} per unit of exposure (rule of three). A ratio cannot be had."
        ),
        N_("Go on counting, or take an event that happens more often."),
        exposure=exposure,
        bound=bound,
    )


def nothing_to_compare() -> Reason:
    """The events leave the ratio open at the top."""
    return _reason(
        "nothing_to_compare",
        N_("There are no events before the start, or none in the comparison after it: the ratio has no end."),
        N_("Add periods before the start or comparison departments, or go on counting."),
    )


def clustered(p_value: Text) -> Reason:
    """Events come together more than chance allows."""
    return _reason(
        "events_cluster",
        N_(
            "Events come together in weeks or departments more than chance allows ({p}): an exact test of "
            "single events would find effects that are not there."
        ),
        N_("Use the design difference-in-differences with the family poisson."),
        p=p_value,
    )
