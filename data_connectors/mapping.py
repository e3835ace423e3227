"""How the columns of a file become the columns of a standard table; written as TOML."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(int(value))
    return str(value) if isinstance(value, int | float) else value


Scalar = Annotated[str, BeforeValidator(_as_text)]
Several = Annotated[tuple[str, ...], BeforeValidator(_several)]
One = Annotated[str, Field(min_length=1, max_length=1)]


ITEM, ANSWER = "(item)", "(answer)"
"""Names for a question's column and its content, where a table has `items`."""

DELETED = "deleted"
"""Name among the parts of what says that a row is gone; no standard table has it."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


class NotData(_Part):
    """Rows that are no data, such as totals and page lines.

    values: what the column then holds. matches: a pattern, found in the column or, without one, in the whole
    record as the file has it.
    """

    column: str = ""
    values: tuple[Scalar, ...] = ()
    matches: str = ""


class FileFormat(_Part):
    """How the file is written. Formats of dates and times are those of strptime; none means ISO 8601.

    auto: settled by the file itself. header: columns by which the header is known where skip_lines is auto;
    the mapped ones when left out. departments: names as they are to be spelt, whatever case the file has.
    sheet, header_rows (0: found) and hidden (read hidden rows and columns too) are for spreadsheets.
    """

    format: Literal["auto", "csv", "parquet", "jsonl", "xlsx", "xls", "sav"] = "auto"
    encoding: str = "utf-8"
    delimiter: Literal["auto"] | One = ","
    quote: One = '"'
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    date_format: Several = ()
    time_format: Several = ()
    timezone: str = ""
    null: tuple[str, ...] = ()
    skip_lines: Literal["auto"] | Annotated[int, Field(ge=0)] = 0
    header: Several = ()
    not_data: tuple[NotData, ...] = ()
    departments: tuple[str, ...] = ()
    sheet: str = ""
    header_rows: Annotated[int, Field(ge=0, le=5)] = 0
    hidden: bool = False

    def sought(self, wanted: tuple[str, ...]) -> "FileFormat":
        """The same, knowing by which columns to find the header."""
        return self if self.header else self.model_copy(update={"header": wanted})


class ColumnMapping(_Part):
    """Where a column comes from: source columns (joined when several), or one constant value.

    values: translates what the source writes. only: of a text, what values does not name is set aside.
    filled: taken where the source holds anything at all, such as the moment at which a row was deleted.
    default: taken where the source is empty. required: a row without it is set aside.
    """

    source: Several = Field(default=(), alias="from")
    value: Scalar | None = None
    unit: str = ""
    format: Several = ()
    values: dict[str, Scalar] = Field(default_factory=dict)
    only: bool = False
    filled: Scalar | None = None
    default: Scalar | None = None
    required: bool = False

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        return {"from": given} if isinstance(given, str | list) else given


class TableMapping(_Part):
    """One standard table.

    files: the names of the files that hold it, as a pattern such as "visits_*". identifiers: source columns
    that may be used under a pseudonym only. origin: where a source that is asked (a database, an API) finds
    it; each kind of source has its own keys there. items: columns that each hold the answer to one question,
    by name or pattern; every answer becomes a row, with ITEM and ANSWER as further source columns. deleted: 1
    where the source says that a row is gone, whose other columns then need not be filled.
    """

    name: str
    files: str = "*"
    department: ColumnMapping
    segment: ColumnMapping = ColumnMapping(value="")
    exposed: ColumnMapping = ColumnMapping(value="0")
    columns: dict[str, ColumnMapping]
    identifiers: tuple[str, ...] = ()
    origin: dict[str, Any] = Field(default_factory=dict)
    items: Several = ()
    deleted: ColumnMapping | None = None

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every source column that something is made of."""
        return tuple(dict.fromkeys(name for part in self.parts.values() for name in part.source))

    @property
    def in_file(self) -> tuple[str, ...]:
        """Those that a file must hold: not the two that one column per question is turned into."""
        return tuple(name for name in self.wanted if name not in (ITEM, ANSWER))

    @property
    def parts(self) -> dict[str, ColumnMapping]:
        """All columns by their standard name, in the order in which problems are named."""
        common = {"department": self.department, "segment": self.segment, "exposed": self.exposed}
        return common | self.columns | ({} if self.deleted is None else {DELETED: self.deleted})


class Mapping(_Part):
    """A whole mapping file. description: in a sentence what it is for; by language where it has several."""

    description: str | dict[str, str] = ""
    file: FileFormat = FileFormat()
    table: Annotated[tuple[TableMapping, ...], Field(min_length=1)]

    def described(self, lang: str) -> str:
        """What it is for, in a language."""
        if isinstance(self.description, str):
            return self.description
        return self.description.get(lang) or next(iter(self.description.values()), "")
