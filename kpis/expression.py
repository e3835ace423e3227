"""What a quantity sums: rows, columns added or subtracted, or the time between two moments."""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["rows", "columns", "minutes", "working_minutes", "working_days"]
SPANS: tuple[Kind, ...] = ("minutes", "working_minutes", "working_days")

_NAME = r"[a-z][a-z0-9_]*"
_COLUMNS = re.compile(rf"{_NAME}(\s*[+-]\s*{_NAME})*")
_MINUTES = re.compile(rf"({_NAME})\.\.({_NAME})")
_WORKING = re.compile(rf"(working_minutes|working_days)\(({_NAME})\.\.({_NAME})\)")
_TERM = re.compile(rf"([+-]?)\s*({_NAME})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A parsed value: its kind and the columns it reads, each with its sign (+1 or -1).

    A value is missing where any of its columns is. For a span of time the first column is the start.
    """

    kind: Kind
    terms: tuple[tuple[int, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""
        return tuple(name for _, name in self.terms)

    @property
    def is_span(self) -> bool:
        """Whether it is the time between two columns."""
        return self.kind in SPANS

    @property
    def needs_calendar(self) -> bool:
        """Whether it counts working time, which a calendar knows."""
        return self.kind in ("working_minutes", "working_days")


def parse(value: str) -> Expression | None:
    """Read "", "a", "a + b", "a - b", "a..b" or "working_days(a..b)"; None for anything else."""
    text = value.strip()
    if not text:
        return Expression(kind="rows")
    if minutes := _MINUTES.fullmatch(text):
        return Expression(kind="minutes", terms=((-1, minutes[1]), (1, minutes[2])))
    if working := _WORKING.fullmatch(text):
        kind: Kind = "working_days" if working[1] == "working_days" else "working_minutes"
        return Expression(kind=kind, terms=((-1, working[2]), (1, working[3])))
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
