"""What a detector says of one department."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

DetectorName = Literal[
    "definition",
    "template",
    "tool_version",
    "case_mix",
    "clock",
    "full_hour",
    "daylight_saving",
    "unit",
    "volume",
    "gap",
]
Status = Literal["changed", "steady", "unknown"]
Reason = Literal["too_few_weeks", "never_filled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is looked at: a column of a standard table ("" for the rows themselves) in a department."""

    detector: DetectorName
    department: str
    table: str
    column: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Whether one thing about the rows of a department stayed the same over the weeks that were looked at.

    status: unknown with a reason where nothing can be said. weeks: weeks with enough rows. since: Monday of
    the first week after the change. value: which value of the column moved most, "" for what has none (unit:
    the factor; gap: how many weeks). before, after: the level on either side of the change that stands out
    most: a share from 0 to 1, hours (clock, daylight_saving), rows per working day (volume, gap), or the
    median in the unit of the column (unit); None where nothing was compared. statistic: of that change; None
    where none is computed or it is infinite.
    """

    subject: Subject
    status: Status
    weeks: int
    since: date | None = None
    value: str = ""
    before: float | None = None
    after: float | None = None
    statistic: float | None = None
    reason: Reason | None = None
