"""What one file became: rows kept, rows set aside with their reason, rows that were not data."""

from dataclasses import dataclass, field
from typing import Literal

from core.errors import UserError
from core.language.text import Text

FileStatus = Literal["loaded", "unchanged", "refused"]


FIRST = 10
"""As many rows that were set aside are named in a report; all of them stand in the facts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """Where a row is and why it was set aside, without what it says.

    place: of a record that could not even become a row, such as Encounter/123: period.start; it has no line.
    """

    line: int | None
    reason: str
    column: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """The account of one file: rows_read = rows_loaded + rows_quarantined + rows_not_data.

    reason: the code of a refusal; refusal: the sentence that goes with it.
    departments_alike: names of departments to those they resemble, for somebody to decide on.
    rows_gone: rows that the source brought before and no longer has; None where that cannot be seen.
    """

    file: str
    sha256: str
    status: FileStatus
    reason: str | None = None
    rows_read: int = 0
    rows_loaded: int = 0
    rows_quarantined: int = 0
    rows_not_data: int = 0
    quarantine: dict[str, int] = field(default_factory=dict)
    first_set_aside: tuple[SetAside, ...] = ()
    flags: dict[str, int] = field(default_factory=dict)
    encoding: str = ""
    dialect: Text = Text("")
    sheets: tuple[str, ...] = ()
    columns_unmapped: tuple[str, ...] = ()
    departments_alike: dict[str, str] = field(default_factory=dict)
    rows_gone: int | None = None
    refusal: UserError | None = None
    tables: dict[str, int] = field(default_factory=dict)
