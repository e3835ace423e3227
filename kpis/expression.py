"""What a quantity sums: rows, columns added or subtracted, or the minutes between two times."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["rows", "columns", "minutes"]

_NAME = r"[a-z][a-z0-9_]*"
_COLUMNS = re.compile(rf"{_NAME}(\s*[+-]\s*{_NAME})*")
_MINUTES = re.compile(rf"({_NAME})\.\.({_NAME})")
_TERM = re.compile(rf"([+-]?)\s*({_NAME})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A parsed value: its kind and the columns it reads, each with its sign (+1 or -1).

    A value is missing where any of its columns is. For minutes the first column is the start.
    """

    kind: Kind
    terms: tuple[tuple[int, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""
        return tuple(name for _, name in self.terms)


def parse(value: str) -> Expression | None:
    """Read "", "a", "a + b", "a - b" or "a..b"; None for anything else."""
    text = value.strip()
    if not text:
        return Expression(kind="rows")
    if minutes := _MINUTES.fullmatch(text):
        return Expression(kind="minutes", terms=((-1, minutes[1]), (1, minutes[2])))
    if _COLUMNS.fullmatch(text):
        terms = tuple((-1 if sign == "-" else 1, name) for sign, name in _TERM.findall(text))
        return Expression(kind="columns", terms=terms)
    return None


def parsed(value: str) -> Expression:
    """The expression of a value that the loader has already accepted."""
    expression = parse(value)
    if expression is None:
        raise ValueError(f"not a value: {value!r}")
    return expression
