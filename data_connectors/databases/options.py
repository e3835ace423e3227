"""What may be told about a database, and where in it a table is found."""

import re
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DefinitionError
from core.language.text import N_, Value
from core.rule_in_words import rule
from data_connectors.mapping import TableMapping
from data_connectors.pulling import SourceOptions

_OVERLAP = re.compile(r"(\d+) (hours?|days?|weeks?)")
_UNITS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}


class DatabaseOptions(SourceOptions):
    """The [options] of a source of kind "database".

    url: without a password. password: the name of the secret that holds it. schema: of tables that are named
    without one, and what {schema} in a query stands for. allow_writable: take an account that may also write,
    or whose rights cannot be looked up. gone_at_most: the share of the rows brought before that may be gone
    from a table that is read whole; where more are, the source may be half filled and the run is refused.
    """

    url: str
    password: str = ""
    default_schema: Annotated[str, Field(alias="schema", pattern=r"^[\w.]*$")] = ""
    statement_seconds: Annotated[float, Field(gt=0)] = 300.0
    chunk_rows: Annotated[int, Field(ge=1, le=1_000_000)] = 50_000
    allow_writable: bool = False
    gone_at_most: Annotated[float, Field(ge=0, le=1)] = 0.5


class Origin(BaseModel):
    """The [table.origin] of a mapping: a table or one SELECT, and the column that grows.

    overlap: rows this close before the watermark are fetched again, for what was committed late. complete:
    false where it gives a part of what there is, such as a period that moves on: a row may then leave it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str = Field(default="", alias="from")
    query: str = ""
    watermark: str = ""
    overlap: str = ""
    complete: bool = True

    @property
    def again(self) -> timedelta:
        """The overlap as a length of time."""
        found = _OVERLAP.fullmatch(self.overlap)
        return int(found[1]) * _UNITS[found[2].rstrip("s")] if found else timedelta(0)

    def place(self, schema: str) -> tuple[str | None, str]:
        """Schema and name of the table."""
        before, _, name = self.table.rpartition(".")
        return (before or schema or None), name


def origin_of(mapping: TableMapping) -> Origin:
    """Where a table is found; raises DefinitionError."""
    try:
        origin = Origin.model_validate(mapping.origin)
    except ValidationError as error:
        detail = error.errors()[0]
        raise _wrong(
            mapping,
            N_("The origin's key '{key}' is not right: {rule}."),
            N_("Known: from, query, watermark, overlap, complete."),
            key=".".join(str(part) for part in detail["loc"]),
            rule=rule(detail),
        ) from None
    if bool(origin.table) == bool(origin.query):
        raise _wrong(
            mapping,
            N_("A table in a database needs an origin: a table or a query, one of them."),
            N_('Add [table.origin] with from = "SCHEMA.TABLE" or query = "SELECT ...".'),
        )
    if origin.query and not _one_select(origin.query):
        raise _wrong(
            mapping,
            N_("The query must be one SELECT, without a semicolon."),
            N_("Put what comes before it (WITH ...) in a view."),
        )
    if origin.overlap and not (_OVERLAP.fullmatch(origin.overlap) and origin.watermark):
        raise _wrong(
            mapping,
            N_("'{overlap}' is no overlap, or there is no watermark that it belongs to."),
            N_('Write for instance watermark = "changed_at" and overlap = "2 days".'),
            overlap=origin.overlap,
        )
    return origin


def _one_select(query: str) -> bool:
    """The account's rights keep the source safe, not this; it only tells a mistake early."""
    return re.match(r"\s*select\b", query, re.IGNORECASE) is not None and ";" not in query


def _wrong(mapping: TableMapping, message: str, remedy: str, **values: Value) -> DefinitionError:
    return DefinitionError(message, where=mapping.name, remedy=remedy, **values)
