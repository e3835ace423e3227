"""What a source that is asked, rather than handed, must offer: a database, an API, a watched folder.

A pull never stores anything itself. It leaves files of its own (Parquet or JSON lines, one table each) in a
folder and says up to which watermark each goes; the same intake as for handed files does the rest, and keeps
the watermark in the transaction that commits the rows.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from core.errors import UserError
from data_connectors.batch import SetAside
from data_connectors.counting import Counted, Counting
from data_connectors.mapping import TableMapping

Progress = Callable[[int], None]
"""Called with the number of rows read so far."""


class Unreachable(UserError):
    """The source could not be reached, or fell away: worth trying again within the deadline."""


class SourceOptions(BaseModel):
    """What a kind of source may be told under [options]; a kind makes its own subclass."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulling:
    """One run of a source.

    tables: what to fetch, as the mapping has it. since: the last watermark per table, absent on a first run.
    folder: where to leave files. deadline: a time.monotonic() after which the run must have stopped.
    secrets: values by name from the environment or files, never written anywhere.
    counted: the source counts for itself, all of it in every run. brought: tables that it brought rows of
    up to a watermark before.
    """

    tables: tuple[TableMapping, ...]
    since: Mapping[str, str]
    folder: Path
    deadline: float
    secrets: Callable[[str], str]
    progress: Progress = lambda _rows: None
    counted: bool = False
    brought: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A file that a pull left, for one table, complete up to a watermark (None: this source has none).

    rejected: rows that cannot even stand in the file, by reason code; first_rejected: the first few.
    gone_at_most: where the file holds all that the source has, the share of the rows that it brought before
    which may be missing now; they then count no more. None: what is gone cannot be seen.
    whole_by: a column such as form, where each of its values comes with all of its rows or with none: others
    that this source brought for it before count no more.
    """

    table: str
    path: Path
    watermark: str | None = None
    rows: int = 0
    rejected: Mapping[str, int] = field(default_factory=dict)
    first_rejected: tuple[SetAside, ...] = ()
    gone_at_most: float | None = None
    whole_by: str = ""

    def says_something(self, brought: frozenset[str]) -> bool:
        """Whether there are rows, or no more rows at all of a table that was brought before."""
        return bool(self.rows or self.rejected or (self.gone_at_most is not None and self.table in brought))


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line of `meetlat sources check`; columns: name to type, of a table that could be looked at.

    rows: that the table holds, as rows_are says; None where only reading them all would tell.
    """

    subject: str
    state: Literal["ok", "warning", "failed"]
    message: UserError | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    rows: int | None = None
    rows_are: Literal["", "counted", "estimated"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullKind:
    """A kind of source that is asked; pull, check and count get its own options.

    pull raises UserError with nothing of that file to be kept, and Unreachable where trying again may help.
    count: where the source itself can count measurements, so that no row leaves it. left: what there is that
    a run makes nothing of, each with its reason.
    """

    description: str
    options: type[SourceOptions]
    pull: Callable[[Any, Pulling], Iterator[Delivered]]
    check: Callable[[Any, Pulling], tuple[Finding, ...]]
    count: Callable[[Any, Pulling, Counting], tuple[Counted, ...]] | None = None
    left: Callable[[Any, Pulling], tuple[Finding, ...]] = lambda _options, _pulling: ()
