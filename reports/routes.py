"""The designs that a pilot allows, as JSON and as lines for a terminal."""

from collections.abc import Iterator, Sequence
from typing import Any

from core.language.text import N_, Text, Value
from experiments import answer
from experiments.estimate import Estimate
from experiments.router import Route
from reports.json_numbers import interval_json
from reports.words_names import DESIGNS


def routes_json(found: Sequence[Route], language: str) -> list[dict[str, Any]]:
    """One object a design: what it finds, or the reasons why it does not apply."""
    return [_as_json(route, language) for route in found]


def routes_text(found: Sequence[Route], language: str) -> str:
    """One line a design, in words."""
    head = Text(N_("Every design, the one that Meetlat chooses first:")).render(language)
    return "\n".join([head, *(line for route in found for line in _lines(route, language))])


def _as_json(route: Route, language: str) -> dict[str, Any]:
    head: dict[str, Any] = {"design": route.design, "chosen": route.first}
    result = route.result
    if isinstance(result, Estimate):
        return head | {
            "applies": True,
            "inference": result.inference,
            "scale": result.scale,
            "effect": result.effect,
            "interval": interval_json(result.interval),
            "p_value": result.p_value,
        }
    reasons = [{"code": one.code, "message": one.message.render(language)} for one in result.reasons]
    return head | {"applies": False, "reasons": reasons}


def _lines(route: Route, language: str) -> Iterator[str]:
    name, result = Text(DESIGNS[route.design]).render(language), route.result
    if isinstance(result, Estimate):
        values: dict[str, Value] = {
            "design": name,
            "effect": answer.readable(result.effect, result.scale),
            "low": answer.readable(result.interval[0], result.scale),
            "high": answer.readable(result.interval[1], result.scale),
            "inference": result.inference,
        }
        yield Text(N_("+ {design}: {effect} ({low} to {high}; {inference})."), values).render(language)
        return
    why = " ".join(one.message.render(language) for one in result.reasons)
    yield Text(N_("- {design}: {why}"), {"design": name, "why": why}).render(language)
