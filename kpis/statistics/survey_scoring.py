"""From one respondent's answers to a score by the manual: the reference for any other way to score."""

from collections.abc import Mapping
from dataclasses import dataclass

from kpis.statistics.survey_scale import Scale

UNKNOWN_ITEM = "unknown_item"
OUTSIDE_RANGE = "answer_outside_range"
UNANSWERED = "item_unanswered"
TOO_MANY_UNANSWERED = "more_than_half_unanswered"

PROMOTER, PASSIVE, DETRACTOR = 1, 0, -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """A score with the id of its scale; None with a reason where the manual gives none.

    counts: whether the score reaches the scale's cut; None without a score or a cut.
    """

    scale: str
    value: float | None
    counts: bool | None
    answered: int
    reason: str | None


def score(scale: Scale, answers: Mapping[str, float | None]) -> Score:
    """The score of the answers (item to answer; None or absent is unanswered), or why there is none."""
    given = {item: answer for item, answer in answers.items() if answer is not None}
    reason = _refusal(scale, given)
    value = None if reason else _value(scale, given)
    return Score(
        scale=scale.id,
        value=value,
        counts=None if value is None or scale.cut is None else value >= scale.cut,
        answered=len(given),
        reason=reason,
    )


def top_box(scale: Scale, answers: Mapping[str, float | None], at_least: float) -> Score:
    """The share of the answered items, 0 to 1, with an answer of `at_least` or higher; refused as `score`."""
    given = {item: answer for item, answer in answers.items() if answer is not None}
    reason = _refusal(scale, given)
    top = sum(answer >= at_least for answer in given.values())
    return Score(
        scale=f"{scale.id}_top_{at_least:g}",
        value=None if reason else top / len(given),
        counts=None,
        answered=len(given),
        reason=reason,
    )


def net_class(answer: float | None) -> int | None:
    """+1 for a promoter (9 or 10), 0 for a passive (7 or 8), -1 for a detractor (0 to 6); None for any other.

    Reichheld 2003. A whole number from 0 to 10 is the only answer there is.
    """
    if answer is None or not 0 <= answer <= 10 or answer != int(answer):
        return None
    return PROMOTER if answer >= 9 else PASSIVE if answer >= 7 else DETRACTOR


def _refusal(scale: Scale, given: Mapping[str, float]) -> str | None:
    if not given.keys() <= {*scale.items}:
        return UNKNOWN_ITEM
    if not all(_is_allowed(scale, answer) for answer in given.values()):
        return OUTSIDE_RANGE
    if len(given) == len(scale.items):
        return None
    if scale.unanswered == "refuse":
        return UNANSWERED
    return TOO_MANY_UNANSWERED if 2 * len(given) < len(scale.items) or not given else None


def _is_allowed(scale: Scale, answer: float) -> bool:
    return scale.low <= answer <= scale.high and (not scale.whole or answer == int(answer))


def _value(scale: Scale, given: Mapping[str, float]) -> float:
    centre = (scale.low + scale.high) / 2
    counted = scale.items if scale.unanswered == "centre" else tuple(given)
    turned = scale.low + scale.high
    points = [
        (turned - given.get(item, centre) if item in scale.reverse else given.get(item, centre))
        - scale.origin
        for item in counted
    ]
    return scale.factor * sum(points) / (len(points) if scale.mean else 1)
