"""Pooled effects of several pilots, as JSON and as lines for a terminal."""

from collections.abc import Iterator
from typing import Any

from core.language.text import N_, Text, Value
from experiments import answer
from experiments.pooling import NotPooled, Pooled
from reports.json_numbers import interval_json


def pool_json(found: Pooled | NotPooled, language: str) -> dict[str, Any]:
    """The object of `pool`."""
    if isinstance(found, NotPooled):
        reasons = [
            {
                "code": one.code,
                "message": one.message.render(language),
                "remedy": one.remedy.render(language),
            }
            for one in found.reasons
        ]
        return {"status": "not_estimable", "reasons": reasons}
    return {
        "status": "estimated",
        "estimand": "average effect of the pilots",
        "inference": "hartung-knapp",
        "tau_method": "REML",
        "least_factor": 1.0,
        "scale": found.scale,
        "effect": found.effect,
        "standard_error": found.standard_error,
        "interval": interval_json(found.interval),
        "level": found.level,
        "p_value": found.p_value,
        "degrees_of_freedom": found.degrees_of_freedom,
        "prediction": None if found.prediction is None else interval_json(found.prediction),
        "tau": found.tau,
        "i2": found.i2,
        "heterogeneity_p_value": found.heterogeneity_p,
        "pilots": [
            {
                "pilot": one.name,
                "effect": one.effect,
                "shrunk": one.shrunk,
                "shrunk_interval": interval_json(one.shrunk_interval),
            }
            for one in found.studies
        ],
        "also": [
            {
                "inference": one.inference,
                "tau": one.tau,
                "effect": one.effect,
                "interval": interval_json(one.interval),
                "p_value": one.p_value,
            }
            for one in found.also
        ],
        "warnings": [text.render(language) for text in found.warnings],
    }


def pool_text(found: Pooled | NotPooled, language: str) -> str:
    """The average, the prediction, how much the pilots differ, and each pilot."""
    return "\n".join(_lines(found, language))


def _lines(found: Pooled | NotPooled, language: str) -> Iterator[str]:
    if isinstance(found, NotPooled):
        yield from (f"{one.message.render(language)} {one.remedy.render(language)}" for one in found.reasons)
        return
    scale = found.scale
    yield Text(
        AVERAGE,
        {
            "effect": answer.readable(found.effect, scale),
            "level": found.level,
            "low": answer.readable(found.interval[0], scale),
            "high": answer.readable(found.interval[1], scale),
            "p": answer.readable_p(found.p_value),
            "count": len(found.studies),
        },
    ).render(language)
    if found.prediction is not None:
        yield Text(
            PREDICTION,
            {
                "low": answer.readable(found.prediction[0], scale),
                "high": answer.readable(found.prediction[1], scale),
            },
        ).render(language)
    yield Text(DIFFER, {"i2": found.i2, "p": answer.readable_p(found.heterogeneity_p)}).render(language)
    for one in found.studies:
        values: dict[str, Value] = {
            "name": one.name,
            "effect": answer.readable(one.effect, scale),
            "shrunk": answer.readable(one.shrunk, scale),
            "low": answer.readable(one.shrunk_interval[0], scale),
            "high": answer.readable(one.shrunk_interval[1], scale),
        }
        yield Text(PILOT, values).render(language)
    for other in found.also:
        yield Text(
            ALSO[other.inference],
            {
                "effect": answer.readable(other.effect, scale),
                "low": answer.readable(other.interval[0], scale),
                "high": answer.readable(other.interval[1], scale),
            },
        ).render(language)
    yield from (f"! {text.render(language)}" for text in found.warnings)


AVERAGE = N_("Average over {count} pilots: {effect} ({level:%0} interval {low} to {high}; {p}).")
PREDICTION = N_("A next pilot of this kind may find an effect of its own between {low} and {high}.")
DIFFER = N_("Of the spread between pilots {i2:%0} is more than chance (no difference: {p}).")
ALSO: dict[str, str] = {
    "hartung-knapp, paule-mandel": N_("Also with Paule and Mandel's spread: {effect} ({low} to {high})."),
    "hartung-knapp without floor": N_(
        "Also with an error that may fall below that of pilots without a spread: {effect} ({low} to {high})."
    ),
}
PILOT = N_("  {name}: {effect}, beside the others {shrunk} ({low} to {high}).")
