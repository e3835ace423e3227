"""What is computed for a column while a file is read, and how the file's text is to be understood."""

from dataclasses import dataclass, field
from datetime import date

from core.quoting import identifier, literal
from data_connectors.mapping import ColumnMapping, FileFormat
from kpis.tables import Column

Check = tuple[str, str]
"""A condition and the reason code of the rows that meet it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What the layers compute for a column: name to SQL; checks in order; flags on rows that load."""

    name: str
    value: dict[str, str]
    moment: dict[str, str] = field(default_factory=dict)
    checks: tuple[Check, ...] = ()
    flags: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How one file's text is to be understood.

    zone: that of times without an offset. hospital_zone: decides what a day is. links: secrets of the key.
    """

    file: FileFormat
    typed: frozenset[str]
    zone: str
    hospital_zone: str
    today: date
    links: int = 1

    def is_typed(self, part: ColumnMapping) -> bool:
        """Whether the source wrote this column from a type, so that the file's own formats do not hold."""
        return bool(part.source) and set(part.source) <= self.typed


def text_name(name: str) -> str:
    """Name of a column's text in the layers."""
    return identifier(f"text {name}")


def missing(column: Column) -> tuple[Check, ...]:
    """The check of a column that must be there."""
    reason = {"department": "missing_department"}.get(column.name, "missing_value")
    if column.clock:
        reason = "missing_date"
    return ((f"{text_name(column.name)} IS NULL", reason),) if column.required else ()


def sql_list(items: tuple[str, ...]) -> str:
    """Texts as a list of SQL."""
    return "[" + ", ".join(literal(item) for item in items) + "]"
