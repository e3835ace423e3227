"""The local clock of a hospital: when a day begins, how long it lasts, and its sessions."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Session = Literal["morning", "afternoon", "evening", "night"]

# a clinic's half-day (dagdeel) is four hours, 08-12 and 13-17; the lunch hour is divided between them
_SESSIONS: tuple[tuple[time, Session], ...] = (
    (time(0), "night"),
    (time(8), "morning"),
    (time(12, 30), "afternoon"),
    (time(17), "evening"),
    (time(23), "night"),
)


def local_midnight_utc(day: date, zone: str) -> datetime:
    """The moment, in UTC without a zone, at which a local day begins.

    Where the clock skips midnight this is the moment of the change, the first of that day; where it passes
    midnight twice, the first time.
    """
    return to_utc(day, time(), zone)


def to_utc(day: date, clock: time, zone: str) -> datetime:
    """The moment, in UTC without a zone, at which a local clock first shows a time on a day."""
    return datetime.combine(day, clock, ZoneInfo(zone)).astimezone(UTC).replace(tzinfo=None)


def length_of(day: date, zone: str) -> int:
    """Hours in a local day: 23 when summer time begins, 25 when it ends, else 24.

    Counted in UTC: the difference of two aware times in one zone is that of their clocks, always 24.
    """
    passed = local_midnight_utc(day + timedelta(days=1), zone) - local_midnight_utc(day, zone)
    return round(passed / timedelta(hours=1))


def session_of(moment: datetime, zone: str) -> tuple[Session, date]:
    """The session and the local calendar day of a moment in UTC (aware, or without a zone as in the facts).

    morning 08:00-12:30, afternoon 12:30-17:00, evening 17:00-23:00, night 23:00-08:00; each starts at its
    first minute. After midnight a night belongs to the new day, as all that is counted by day.
    """
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    local = aware.astimezone(ZoneInfo(zone))
    return next(name for start, name in reversed(_SESSIONS) if start <= local.time()), local.date()
