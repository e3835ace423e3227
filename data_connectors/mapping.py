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


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


class NotData(_Part):
    """Rows that are no data, such as totals: a column holds one of these values."""

    column: str
    values: Annotated[tuple[Scalar, ...], Field(min_length=1)]


class FileFormat(_Part):
    """How the file is written. Formats of dates and times are those of strptime; none means ISO 8601.

    sheet, header_rows (0: found) and hidden (read hidden rows and columns too) are for spreadsheets.
    """

    format: Literal["auto", "csv", "parquet", "jsonl", "xlsx", "xls", "sav"] = "auto"
    encoding: str = "utf-8"
    delimiter: One = ","
    quote: One = '"'
    decimal: Literal[".", ","] = "."
    thousands: Literal["", ".", ",", " ", "'"] = ""
    date_format: Several = ()
    time_format: Several = ()
    timezone: str = ""
    null: tuple[str, ...] = ()
    skip_lines: Annotated[int, Field(ge=0)] = 0
    not_data: tuple[NotData, ...] = ()
    sheet: str = ""
    header_rows: Annotated[int, Field(ge=0, le=5)] = 0
    hidden: bool = False


class ColumnMapping(_Part):
    """Where a column comes from: source columns (joined when several), or one constant value.

    values: translates what the source writes. default: taken where the source is empty.
    """

    source: Several = Field(default=(), alias="from")
    value: Scalar | None = None
    unit: str = ""
    format: Several = ()
    values: dict[str, Scalar] = Field(default_factory=dict)
    default: Scalar | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, given: Any) -> Any:
        return {"from": given} if isinstance(given, str | list) else given


class TableMapping(_Part):
    """One standard table.

    files: the names of the files that hold it, as a pattern such as "visits_*". identifiers: source columns
    that may be used under a pseudonym only. origin: where a source that is asked (a database, an API) finds
    it; each kind of source has its own keys there.
    """

    name: str
    files: str = "*"
    department: ColumnMapping
    segment: ColumnMapping = ColumnMapping(value="")
    exposed: ColumnMapping = ColumnMapping(value="0")
    columns: dict[str, ColumnMapping]
    identifiers: tuple[str, ...] = ()
    origin: dict[str, Any] = Field(default_factory=dict)

    @property
    def parts(self) -> dict[str, ColumnMapping]:
        """All columns by their standard name, in the order in which problems are named."""
        common = {"department": self.department, "segment": self.segment, "exposed": self.exposed}
        return common | self.columns


class Mapping(_Part):
    """A whole mapping file."""

    description: str = ""
    file: FileFormat = FileFormat()
    table: Annotated[tuple[TableMapping, ...], Field(min_length=1)]
