"""Values of a column that grows: of one kind, so that one of them is the newest."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Literal

from core.errors import InputError
from core.language.text import N_

Kind = Literal["", "number", "day", "time", "moment", "text", "text_moment"]
"""moment: a time with an offset; text_moment: one that is text. "": nothing that grows."""
ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?")
_ENDLESS = ("infinity", Decimal("Infinity"))
"""A value after all others says not how far was read; its row comes with every run."""


def growing(values: Iterable[Any], where: str) -> tuple[Kind, list[Any]]:
    """The values that have an order, and their kind; text with an offset as its moment in UTC.

    Raises InputError where there is none. What is NULL or endless is left out; "": all of it was.
    """
    found = [value for value in values if value is not None]
    if not {str, Decimal}.isdisjoint(map(type, found)):
        found = [value for value in found if value not in _ENDLESS]
    kinds = _kinds(found)
    if "" in kinds:
        raise InputError(
            N_("The watermark column holds no number, date or time that grows."),
            where=where,
            remedy=N_(
                "Choose another column, or let the origin be a query that gives NULL for what is no date; "
                "dates that are text must read YYYY-MM-DD."
            ),
        )
    if len(kinds) > 1:
        raise mixed(kinds, where)
    kind = kinds.pop() if kinds else ""
    return kind, [utc(value) for value in found] if kind == "text_moment" else found


def mixed(kinds: Iterable[Kind], where: str) -> InputError:
    """The refusal of values of which none can be called the newest."""
    if set(kinds) == {"text", "text_moment"}:
        return InputError(
            N_("The watermark column holds times with and without an offset, which cannot be compared."),
            where=where,
            remedy=N_("Let the origin be a query that gives all of them in one way."),
        )
    return InputError(
        N_("The watermark column holds values of different kinds, which cannot be compared."),
        where=where,
        remedy=N_("Let the origin be a query that makes one kind of them: a number, a date or a time."),
    )


def utc(text: str) -> datetime:
    """The moment of a text with an offset."""
    return datetime.fromisoformat(text[:11] + text[11:].replace(" ", "")).astimezone(UTC)


def _kinds(found: list[Any]) -> set[Kind]:
    """The kinds of values; where the type tells it, of one of them."""
    types = set(map(type, found))
    if types == {datetime}:
        return {"moment" if value.tzinfo else "time" for value in found}
    if types in ({int}, {date}):
        return {_kind(found[0])}
    return {_kind(value) for value in found}


def _kind(value: Any) -> Kind:
    match value:
        case str():
            return _kind_of_text(value)
        case datetime():
            return "moment" if value.tzinfo else "time"
        case date():
            return "day"
        case bool():
            return ""
        case int():
            return "number"
        case Decimal():
            return "number" if value.is_finite() else ""
        case _:
            return ""


def _kind_of_text(value: str) -> Kind:
    if not ISO.fullmatch(value):
        return ""
    if not any(sign in value[11:] for sign in "Z+-"):
        return "text"
    try:
        utc(value)
    except (ValueError, OverflowError):
        return ""
    return "text_moment"
