"""What a standard table is: its columns with units, keys and persons.

Facts hold these columns in this order, after `department`, `day` (local calendar day of the clock column),
`segment` (a declared sub-group such as visit kind), `exposed` (1 where the tool was used for the row) and
before `batch` (the ledger's number of the batch that brought the row). Times are UTC.
"""

from dataclasses import dataclass
from typing import Literal

ColumnType = Literal["text", "integer", "number", "time", "date", "flag"]
PersonKind = Literal["patient", "staff"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: its type, unit and role. Identifying columns hold keyed pseudonyms only.

    not_before: the time column that this one may not precede. at_most: the column that bounds this one.
    words: the only ones it may hold, where a definition counts every row but those with a certain word.
    """

    name: str
    type: ColumnType
    unit: str = ""
    required: bool = False
    key: bool = False
    clock: bool = False
    person: PersonKind | None = None
    minimum: float | None = None
    maximum: float | None = None
    not_before: str = ""
    at_most: str = ""
    words: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A standard table. `persons_column` names a count of people for rows that arrive already aggregated.

    about_departments: rows describe a department in a period, so their keys identify them only within it.
    """

    name: str
    description: str
    columns: tuple[Column, ...]
    persons_column: str | None = None
    about_departments: bool = False

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def keys(self) -> tuple[str, ...]:
        """Names of the natural key, without department."""
        return tuple(column.name for column in self.columns if column.key)

    @property
    def identity(self) -> tuple[str, ...]:
        """Columns that tell rows apart: a newer row with the same values replaces the older one."""
        if not self.about_departments:
            return self.keys
        return tuple(dict.fromkeys(("department", "segment", *self.keys, self.clock.name)))

    @property
    def clock(self) -> Column:
        """The column that says when the row happened."""
        return next(column for column in self.columns if column.clock)


COMMON = ("department", "day", "segment", "exposed")
"""Columns before a table's own in the facts; `batch` comes last."""


PATIENT = Column(name="patient", type="text", person="patient", description="pseudonym")
CLINICIAN = Column(name="clinician", type="text", person="staff", description="pseudonym")


def key(name: str, description: str = "") -> Column:
    """The column that tells rows apart."""
    return Column(name=name, type="text", key=True, required=True, description=description)


def clock(name: str, kind: ColumnType = "time", description: str = "") -> Column:
    """The column that says when the row happened."""
    return Column(name=name, type=kind, required=True, clock=True, description=description)


def text(name: str, description: str = "", *, required: bool = False) -> Column:
    """A word."""
    return Column(name=name, type="text", required=required, description=description)


def one_of(name: str, *words: str, description: str = "", required: bool = False) -> Column:
    """One of a few words."""
    told = description or f"{', '.join(words[:-1])} or {words[-1]}"
    return Column(name=name, type="text", required=required, words=words, description=told)


def moment(name: str, description: str = "", *, not_before: str = "") -> Column:
    """A time beside the clock."""
    return Column(name=name, type="time", not_before=not_before, description=description)


def flag(name: str, description: str = "", *, required: bool = False) -> Column:
    """1 or 0."""
    return Column(name=name, type="flag", required=required, description=description)


def count(name: str, description: str = "", *, at_most: str = "", required: bool = False) -> Column:
    """How many there are of something."""
    return Column(
        name=name, type="integer", minimum=0, at_most=at_most, required=required, description=description
    )


def minutes(name: str, description: str = "", *, most: float = 1440) -> Column:
    """Minutes, at most those of a day."""
    return Column(name=name, type="number", unit="minutes", minimum=0, maximum=most, description=description)


def seconds(name: str, description: str = "") -> Column:
    """Seconds, at most four hours."""
    return Column(
        name=name, type="number", unit="seconds", minimum=0, maximum=14_400, description=description
    )
