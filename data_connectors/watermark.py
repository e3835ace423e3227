"""How far a source was read, where that is a moment."""

from datetime import UTC, datetime, timedelta

from core.errors import ConfigurationError, InputError
from core.language.text import N_

AHEAD = timedelta(days=1)
"""Clocks and zones may differ by so much; what lies further ahead is to come."""


def horizon() -> datetime:
    """The last moment that can have been; a later one (a planned appointment) says not how far was read."""
    return datetime.now(UTC) + AHEAD


def moment(value: object) -> datetime | None:
    """A moment with a time zone, written as ISO 8601; None for anything else."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def earlier(watermark: str, overlap: timedelta) -> datetime:
    """From where to ask again; raises ConfigurationError when the watermark is no moment."""
    found = moment(watermark)
    if found is None:
        raise ConfigurationError(
            N_("The watermark '{watermark}' of this source is no moment with a time zone."),
            remedy=N_("It was not written by this source. Ask for everything again."),
            watermark=watermark,
        )
    if found > horizon():
        raise to_come(watermark)
    return found - overlap


def to_come(since: str, where: str = "") -> InputError:
    """The refusal of a last watermark that is to come: what was new since then was not seen."""
    return InputError(
        N_("The watermark of the last run, {since}, lies in the future, so rows may have been missed."),
        where=where,
        remedy=N_("Check the clock; then fetch everything again: meetlat sync NAME --whole."),
        since=since,
    )
