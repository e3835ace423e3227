"""How far a source was read: the latest moment that the server itself gave a resource."""

from datetime import datetime, timedelta
from typing import Any

from core.errors import ConfigurationError
from core.language.text import N_


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def newest(known: str | None, resource: Any) -> str | None:
    """The later of the watermark so far and the moment that the server gives this resource."""
    meta = resource.get("meta") if isinstance(resource, dict) else None
    told = meta.get("lastUpdated") if isinstance(meta, dict) else None
    moment, before = _moment(told), _moment(known)
    if moment is None or (before is not None and moment <= before):
        return known
    return str(told)


def earlier(watermark: str, minutes: float) -> str:
    """A moment before the watermark; raises ConfigurationError when it is none."""
    moment = _moment(watermark)
    if moment is None:
        raise ConfigurationError(
            N_("The watermark '{watermark}' of this source is no moment with a time zone."),
            remedy=N_("It was not written by this source. Ask for everything again."),
            watermark=watermark,
        )
    return (moment - timedelta(minutes=minutes)).isoformat()
