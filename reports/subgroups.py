"""Effects by declared subgroup, as JSON and as lines for a terminal."""

from collections.abc import Iterator
from typing import Any

from core.language.text import N_, Text
from experiments import answer
from experiments.details import SubgroupEffect, Subgroups
from experiments.panel import Scale
from reports.json_numbers import interval_json


def subgroups_json(found: Subgroups | None, language: str) -> dict[str, Any]:
    """The keys `subgroups` and `subgroup_test`; none where no subgroups were declared."""
    if found is None:
        return {}
    difference = None
    if found.difference is not None:
        difference = {
            "effect": found.difference.effect,
            "interval": interval_json(found.difference.interval),
        }
    return {
        "subgroups": [_effect(one) for one in found.effects],
        "subgroup_test": {
            "p_value": found.p_value,
            "difference": difference,
            "left_out": list(found.left_out),
            "shrinkage": SHRINKAGE if found.effects else None,
            "message": found.note.render(language),
        },
    }


def _effect(one: SubgroupEffect) -> dict[str, Any]:
    return {
        "subgroup": one.name,
        "n_treated_units": one.n_treated_units,
        "n_comparison_units": one.n_comparison_units,
        "effect": one.effect,
        "standard_error": one.standard_error,
        "interval": interval_json(one.interval),
        "p_value": one.p_value,
        "p_holm": one.p_holm,
        "shrunk": one.shrunk,
        "shrunk_interval": interval_json(one.shrunk_interval),
    }


def subgroups_text(found: Subgroups | None, scale: Scale, language: str) -> Iterator[str]:
    """The test of a difference first, then each effect."""
    if found is None:
        return
    if found.p_value is not None:
        yield Text(TEST, {"p": answer.readable_p(found.p_value)}).render(language)
    for one in found.effects:
        yield Text(
            EFFECT,
            {
                "name": one.name,
                "effect": answer.readable(one.effect, scale),
                "low": answer.readable(one.interval[0], scale),
                "high": answer.readable(one.interval[1], scale),
                "shrunk": answer.readable(one.shrunk, scale),
                "pilots": one.n_treated_units,
                "others": one.n_comparison_units,
            },
        ).render(language)
    if found.left_out:
        yield Text(LEFT_OUT, {"names": ", ".join(found.left_out)}).render(language)
    yield found.note.render(language)


SHRINKAGE = "random effects, REML, best linear unbiased prediction"
TEST = N_("Whether the effect differs between subgroups: {p}.")
EFFECT = N_(
    "  {name}: {effect} ({low} to {high}), shrunk {shrunk}; {pilots} with the tool, {others} for comparison."
)
LEFT_OUT = N_("No effect of its own, for want of departments on either side: {names}.")
