"""How far a source was read, where that is a moment."""

from datetime import datetime, timedelta

from core.errors import ConfigurationError
from core.language.text import N_


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
    return found - overlap
