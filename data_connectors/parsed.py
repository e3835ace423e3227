"""What is computed for a column while a file is read, and how the file's text is to be understood."""

from dataclasses import dataclass, field
from datetime import date

from core.quoting import identifier, literal
from data_connectors.connector import typed_column
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
    mixed: frozenset[str] = frozenset()

    def is_mixed(self, part: ColumnMapping) -> bool:
        """Whether each cell says for itself if the source wrote it from a type."""
        return bool(self.mixed.intersection(part.source))

    def is_typed(self, part: ColumnMapping) -> bool:
        """Whether the source wrote this column from a type, so that the file's own formats do not hold."""
        return bool(part.source) and set(part.source) <= self.typed


def text_name(name: str) -> str:
    """Name of a column's text in the layers."""
    return identifier(f"text {name}")


def typed_name(name: str) -> str:
    """In the layers, of a mixed column: whether the text was written from a type."""
    return identifier(f"typed {name}")


def typed_of(part: ColumnMapping) -> str:
    """Whether a cell came with a type; several cells joined are text."""
    return f"coalesce({typed_column(part.source[0])}, false)" if len(part.source) == 1 else "false"


def either(name: str, part: ColumnMapping, reading: Reading, typed: str, own: str) -> str:
    """What to make of a text: `typed` where it was written from a type, else `own`, the file's notation."""
    if reading.is_typed(part) or typed == own:
        return typed
    return f"CASE WHEN {typed_name(name)} THEN {typed} ELSE {own} END" if reading.is_mixed(part) else own


def missing(column: Column) -> tuple[Check, ...]:
    """The check of a column that must be there."""
    reason = {"department": "missing_department"}.get(column.name, "missing_value")
    if column.clock:
        reason = "missing_date"
    return ((f"{text_name(column.name)} IS NULL", reason),) if column.required else ()


def sql_list(items: tuple[str, ...]) -> str:
    """Texts as a list of SQL."""
    return "[" + ", ".join(literal(item) for item in items) + "]"
