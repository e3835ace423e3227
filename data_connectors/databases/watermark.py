"""The largest value seen of a column that grows: how it is written down, and where the next run starts."""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from core.errors import InputError
from core.language.text import N_

ISO = re.compile(r"\d{4}-\d{2}-\d{2}([ T].*)?")
AHEAD = timedelta(days=1)


def largest(values: Iterable[Any], known: Any, where: str) -> Any:
    """The largest of the values and the one known so far; NULL counts for nothing."""
    found = [value for value in values if value is not None]
    newest = max(found, default=None)
    if newest is not None and not _orders(newest):
        raise InputError(
            N_("The watermark column holds no number, date or time that grows."),
            where=where,
            remedy=N_("Choose another column; dates that are text must read YYYY-MM-DD."),
        )
    if newest is None:
        return known
    return newest if known is None else max(known, newest)


def written(newest: Any) -> str | None:
    """A watermark as text.

    A moment to come (a planned appointment) does not say how far was read: a day ago does, then.
    """
    now = datetime.now(UTC)
    if isinstance(newest, datetime):
        clock = now if newest.tzinfo else now.replace(tzinfo=None)
        newest = clock - AHEAD if newest > clock + AHEAD else newest
        return str(newest.isoformat(sep=" "))
    if isinstance(newest, date):
        return str(now.date() - AHEAD if newest > now.date() + AHEAD else newest)
    if isinstance(newest, str):
        ahead = newest[:10] > str(now.date() + AHEAD)
        return str(now.date() - AHEAD) if ahead else newest
    return None if newest is None else str(newest)


def start(since: str, sample: Any, again: timedelta, where: str) -> Any:
    """The value from which on rows are fetched again; sample: any value that the column holds now."""
    try:
        if isinstance(sample, datetime):
            return datetime.fromisoformat(since) - again
        if isinstance(sample, date | str):
            # text: from the start of the day on, whatever way the time is written
            day = date.fromisoformat(since[:10]) - again
            return day if isinstance(sample, date) else str(day)
        if again:
            raise InputError(
                N_("An overlap in time does not go with a watermark that is a number."),
                where=where,
                remedy=N_("Leave overlap out, or choose a column with a time."),
            )
        return type(sample)(since)
    except (ValueError, ArithmeticError):
        raise InputError(
            N_("The watermark of the last run, {since}, is of another type than its column is now."),
            where=where,
            remedy=N_("Check what changed in the source; then fetch everything again."),
            since=since,
        ) from None


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
    if isinstance(newest, datetime):
        return newest < datetime.fromisoformat(since)
    if isinstance(newest, str):
        return newest.replace("T", " ") < since.replace("T", " ")
    if isinstance(newest, date):
        return newest < date.fromisoformat(since[:10])
    return bool(newest < type(newest)(since))


def _orders(value: Any) -> bool:
    if isinstance(value, str):
        return ISO.fullmatch(value) is not None
    return isinstance(value, date | int | Decimal) and not isinstance(value, bool)
