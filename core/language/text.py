"""A sentence that is not yet in any language: an English template and its values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from string import Formatter
from typing import Any, TypeAlias, Union

from core.language.catalogue import translate
from core.language.numbers import date_text, number, percent


def N_(message: str) -> str:  # noqa: N802 - gettext's name for "translate later"
    """Mark a template for translation later."""
    return message


@dataclass(frozen=True, slots=True)
class Day:
    """A date in a sentence, as numbers: written down and read back it stays a date and is no text."""

    year: int
    month: int
    day: int


Value: TypeAlias = Union["Text", Day, Mapping[str, str], str, int, float, bool, date, None]
"""Of a mapping the words in the language of the sentence, by its code."""


@dataclass(frozen=True, slots=True)
class Text:
    """A template such as "{slope:+.2} min a week"; numbers are localised when rendered.

    Format of a number: `.2` two decimals, `+.2` with its sign, `%1` a share as percentage with one decimal.
    """

    template: str
    values: Mapping[str, Value] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Keep dates as days."""
        if any(isinstance(value, date) for value in self.values.values()):
            kept = {name: _as_day(value) for name, value in self.values.items()}
            object.__setattr__(self, "values", kept)

    def render(self, language: str) -> str:
        """The sentence in a language."""
        if not self.values:
            return translate(self.template, language)
        return _Localised(language).vformat(translate(self.template, language), (), self.values)


def _as_day(value: Value) -> Value:
    return Day(value.year, value.month, value.day) if isinstance(value, date) else value


class _Localised(Formatter):
    def __init__(self, language: str) -> None:
        self.language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Text):
            return value.render(self.language)
        if isinstance(value, Mapping):
            return str(value[self.language])
        if isinstance(value, Day):
            return date_text(date(value.year, value.month, value.day), self.language)
        if isinstance(value, bool) or not isinstance(value, int | float) or not format_spec:
            return str(value)
        signed, kind = format_spec.startswith("+"), format_spec.lstrip("+")
        write = percent if kind.startswith("%") else number
        return write(value, int(kind[1:] or 0), self.language, signed=signed)
