"""From resources to rows: one per resource, or one per answer of a questionnaire."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

ITEM = "item"
FREE_TEXT = ("valueString", "valueUri", "valueAttachment")


def unwound(resource: dict[str, Any], each: str) -> Iterator[dict[str, Any]]:
    """The resource itself, or (each = "item") once per answer, with that item and that answer alone.

    Answers are numbered by question: one in a group that repeats comes back under the same linkId.
    """
    if each != ITEM:
        yield resource
        return
    numbers = Counter[Any]()
    for item in _items(resource.get(ITEM, ())):
        for answer in item.get("answer", ()):
            numbers[item.get("linkId")] += 1
            told = _without_text(answer) | {"number": numbers[item.get("linkId")]}
            yield resource | {ITEM: {**item, "answer": told}}


def _items(items: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """All items, also those inside items and inside answers, without what is below them."""
    for item in items:
        yield {key: value for key, value in item.items() if key != ITEM}
        yield from _items(item.get(ITEM, ()))
        for answer in item.get("answer", ()):
            yield from _items(answer.get(ITEM, ()))


def _without_text(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer in someone's own words stays with the server; a number that was typed as text does not."""
    return {key: value for key, value in answer.items() if key not in FREE_TEXT or _is_number(value)}


def _is_number(value: object) -> bool:
    try:
        return isinstance(value, str) and float(value) == float(value)
    except ValueError:
        return False
