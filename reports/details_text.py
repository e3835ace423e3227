"""What a design gives beside its effect, in one line each."""

from collections.abc import Iterator
from math import expm1, log1p

from core.language.text import N_, Text, Value
from experiments import answer
from experiments.details import (
    Aggregate,
    BaconDetails,
    Details,
    DoseDetails,
    StaggeredDetails,
    VolunteerDetails,
)
from experiments.panel import Scale
from reports.use_text import dose_text, volunteers_text

AVERAGES: dict[str, str] = {
    "simple": N_("All periods with the tool"),
    "dynamic": N_("By time since the start"),
    "group": N_("By group of starters"),
    "calendar": N_("By calendar period"),
}
COMPARISONS: dict[str, str] = {
    "treated_vs_never": N_("Against departments that never start"),
    "earlier_vs_later": N_("Earlier against later starters"),
    "later_vs_earlier": N_("Later starters against departments that already use the tool"),
    "treated_vs_always": N_("Starters against departments that always used the tool"),
}


def details_text(details: Details | None, scale: Scale, language: str) -> Iterator[str]:
    """Averages of staggered effects, comparisons inside two-way fixed effects, or figures on use."""
    if isinstance(details, StaggeredDetails):
        for one in details.aggregates:
            yield _average(one, scale).render(language)
    if isinstance(details, BaconDetails):
        for text in _comparisons(details, scale):
            yield text.render(language)
    if isinstance(details, DoseDetails):
        for text in dose_text(details, scale):
            yield text.render(language)
    if isinstance(details, VolunteerDetails):
        for text in volunteers_text(details, scale):
            yield text.render(language)


def _average(one: Aggregate, scale: Scale) -> Text:
    values: dict[str, Value] = {
        "average": Text(AVERAGES[one.name]),
        "effect": answer.readable(one.effect, scale),
    }
    if one.interval is None:
        return Text(N_("{average}: {effect}, without an interval."), values)
    low, high = (answer.readable(bound, scale) for bound in one.interval)
    return Text(N_("{average}: {effect} ({low} to {high})."), {**values, "low": low, "high": high})


def _comparisons(details: BaconDetails, scale: Scale) -> Iterator[Text]:
    for kind, words in COMPARISONS.items():
        found = [one for one in details.comparisons if one.comparison == kind]
        share = sum(one.weight for one in found)
        if share > 0:
            total = sum(one.weight * _working(one.effect, scale) for one in found)
            effect = expm1(total / share) if scale == "relative" else total / share
            yield Text(
                N_("{comparison}: {share:%0} of the weight, effect {effect}."),
                {"comparison": Text(words), "share": share, "effect": answer.readable(effect, scale)},
            )


def _working(effect: float, scale: Scale) -> float:
    return log1p(effect) if scale == "relative" else effect
