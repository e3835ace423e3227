"""The effect of use, and users against colleagues, in a line each: always after intention to treat."""

from collections.abc import Iterator
from math import inf, isinf

from core.language.text import N_, Text, Value
from experiments import answer
from experiments.details import Coefficient, Difference, DoseDetails, VolunteerDetails
from experiments.panel import Scale


def dose_text(details: DoseDetails, scale: Scale) -> Iterator[Text]:
    """The change in use, the effect of use with every value that is not excluded, and the association."""
    yield Text(FIRST_STAGE, {"use": answer.readable(details.first_stage, "absolute")})
    use = details.effect_of_use
    values: dict[str, Value] = {
        "effect": answer.readable(use.effect, scale),
        "p": answer.readable_p(use.p_value),
        "region": _region(use.regions[0], scale),
        "other": _region(use.regions[-1], scale),
    }
    lowest = -1.0 if scale == "relative" else -inf
    everything = use.regions[0][0] == lowest and use.regions[-1][1] == inf and len(use.regions) == 1
    yield Text(ANYTHING if everything else ONE if len(use.regions) == 1 else SEVERAL, values)
    for one in details.line:
        yield Text(LINES[one.name], {"change": _coefficient(one, scale)})


def volunteers_text(details: VolunteerDetails, scale: Scale) -> Iterator[Text]:
    """Users against colleagues, and how far apart they stood before the start."""
    values: dict[str, Value] = {
        "users": details.users,
        "colleagues": details.colleagues,
        "departments": details.departments,
    }
    yield Text(CHANGE, {**values, "difference": _difference(details.change, scale)})
    yield Text(BEFORE, {"difference": _difference(details.before, scale)})


def _region(region: tuple[float, float], scale: Scale) -> Text:
    low, high = (answer.readable(end, scale) for end in region)
    return Text(RANGE, {"low": low, "high": high})


def _coefficient(one: Coefficient, scale: Scale) -> Text:
    low, high = answer.shown_interval(one.interval, scale)
    shown = Difference(effect=answer.shown(one.estimate, scale), interval=(low, high))
    return _difference(shown, scale)


def _difference(one: Difference, scale: Scale) -> Text:
    effect = answer.readable(one.effect, scale)
    if one.interval is None or any(isinf(end) for end in one.interval):
        return Text(WITHOUT, {"effect": effect})
    return Text(WITH, {"effect": effect, "range": _region(one.interval, scale)})


RANGE = N_("{low} to {high}")
WITH = N_("{effect} ({range})")
WITHOUT = N_("{effect}, without an interval")
FIRST_STAGE = N_("Change in use at the start: {use}.")
ONE = N_("Effect per unit of use, among those who used it because it came: {effect} ({region}; {p}).")
SEVERAL = N_(
    "Effect per unit of use, among those who used it because it came: {effect} ({region}, or {other}; {p})."
)
ANYTHING = N_(
    "Effect per unit of use, among those who used it because it came: {effect}, but the data exclude no "
    "value ({p})."
)
LINES: dict[str, str] = {
    "linear": N_("Association, no effect: a unit more of use went with {change}."),
    "square": N_("Association, no effect: the square of use, which bends that line, went with {change}."),
}
CHANGE = N_(
    "Users against colleagues, confounded: {difference}, over {departments} departments with {users} users "
    "and {colleagues} colleagues."
)
BEFORE = N_("Before the start the users already stood apart from their colleagues by {difference}.")
