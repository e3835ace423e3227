"""The largest value seen of a column that grows: how it is written down, and where the next run starts."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from core.errors import InputError
from core.language.text import N_
from data_connectors.databases.epochs import Epochs
from data_connectors.databases.growing import ISO, Kind, growing, mixed
from data_connectors.watermark import AHEAD, horizon, to_come


class Seen:
    """What the rows so far have shown of a column that grows."""

    def __init__(self, where: str) -> None:
        self.newest: Any = None
        self._where, self._until = where, horizon()
        self._kind: Kind = ""
        self._been: Any = None
        self._numbers = Epochs(self._until)

    def add(self, values: Iterable[Any]) -> None:
        """Look at some more; NULL counts for nothing. Raises InputError where the values have no order."""
        kind, found = growing(values, self._where)
        if not found:
            return
        if self._kind not in ("", kind):
            raise mixed((self._kind, kind), self._where)
        self._kind = kind
        newest = max(found)
        self.newest = _later(self.newest, newest)
        if kind == "number":
            self._numbers.add(found)
        else:
            if _to_come(newest, self._until):
                newest = max((value for value in found if not _to_come(value, self._until)), default=None)
            self._been = _later(self._been, newest)

    def reached(self, since: str | None) -> str | None:
        """How far was read, as text; since: the watermark of the last run.

        A moment to come (a planned appointment) does not say it: the newest that has been does. Where there
        is none, the last watermark stands, or on a first run a day ago.
        """
        found = self._numbers.reached(since) if self._kind == "number" else self._been
        if found is None and self.newest is not None and since is None:
            found = _day_ago(self.newest)
        return since if found is None else _written(found)


def _later(one: Any, other: Any) -> Any:
    return other if one is None else one if other is None else max(one, other)


def _to_come(value: Any, until: datetime) -> bool:
    if isinstance(value, datetime):
        return value > (until if value.tzinfo else until.replace(tzinfo=None))
    if isinstance(value, str):
        return value[:10] > str(until.date())
    return bool(value > until.date())


def _day_ago(like: Any) -> Any:
    ago = datetime.now(UTC) - AHEAD
    if isinstance(like, datetime):
        return ago if like.tzinfo else ago.replace(tzinfo=None)
    return str(ago.date()) if isinstance(like, str) else ago.date() if isinstance(like, date) else like


def _written(found: Any) -> str:
    return str(found.isoformat(sep=" ")) if isinstance(found, datetime) else str(found)


def start(since: str, sample: Any, again: timedelta, where: str) -> Any:
    """The value from which on rows are fetched again; sample: the least value that the column holds now.

    None: from the beginning.
    """
    kind, _ = growing([sample], where)
    try:
        if not kind:
            return None
        if kind == "number":
            return _number(since, sample, again, where)
        last = _moment(since)
        if (last.tzinfo is not None) != (kind in ("moment", "text_moment")) and kind != "day":
            raise ValueError("with and without an offset")
        if _to_come(last, horizon()):
            raise to_come(since, where)
        if kind == "text_moment":
            # in any zone the day that is written is this one or a later one
            return str((last.astimezone(UTC) - again).date() - timedelta(days=1))
        if kind in ("text", "day"):
            # text: from the start of the day on, whatever way the time is written
            day = last.date() - again
            return day if kind == "day" else str(day)
        return last - again
    except (ValueError, ArithmeticError):
        raise InputError(
            N_("The watermark of the last run, {since}, is of another type than its column is now."),
            where=where,
            remedy=N_(
                "Check what changed in the source; then fetch everything again: meetlat sync NAME --whole."
            ),
            since=since,
        ) from None


def _moment(since: str) -> datetime:
    """The watermark of the last run; text may write its time in a way of its own."""
    if not ISO.fullmatch(since):
        raise ValueError("no date")
    try:
        return datetime.fromisoformat(since)
    except ValueError:
        return datetime.fromisoformat(since[:10])


def _number(since: str, sample: Any, again: timedelta, where: str) -> Any:
    if again:
        raise InputError(
            N_("An overlap in time does not go with a watermark that is a number."),
            where=where,
            remedy=N_("Leave overlap out, or choose a column with a time."),
        )
    return type(sample)(since)


def went_back(newest: Any, since: str, where: str) -> InputError:
    """The refusal of a source that holds less than it did."""
    return InputError(
        N_("The newest watermark is {newest}; last time it was {since}. The source may have been restored."),
        where=where,
        remedy=N_("Find out why; then fetch everything again: meetlat sync NAME --whole."),
        newest=str(newest),
        since=since,
    )


def before(newest: Any, since: str) -> bool:
    """Whether a value lies before the watermark of the last run."""
    found = growing([newest], "")[1]
    if not found:
        return False
    newest = found[0]
    if isinstance(newest, datetime):
        return newest < datetime.fromisoformat(since)
    if isinstance(newest, str):
        return newest.replace("T", " ") < since.replace("T", " ")
    if isinstance(newest, date):
        return newest < date.fromisoformat(since[:10])
    return bool(newest < type(newest)(since))
