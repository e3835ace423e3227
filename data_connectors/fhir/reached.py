"""How far a search was read, by the server's own clock, and whether all of it was given."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from data_connectors.watermark import moment


@dataclass(slots=True)
class Reached:
    """since: the last watermark. until: a moment after it is to come, and says not how far was read."""

    since: str | None
    until: datetime
    linked: bool = False
    told: int = 0
    _latest: str | None = None
    _seen: dict[str, str] = field(default_factory=dict)
    _moved: set[str] = field(default_factory=set)

    def page(self, *, linked: bool, told: int) -> None:
        """A page came, with a link to the next one or not; told: how many the server says there are."""
        self.linked, self.told = self.linked or linked, max(self.told, told)

    def add(self, resource: Any) -> None:
        """A resource came, in some version."""
        known = resource if isinstance(resource, dict) else {}
        meta = known.get("meta")
        told = str(meta.get("lastUpdated")) if isinstance(meta, dict) else ""
        named = str(known.get("id"))
        if named in self._seen:
            self._moved.add(self._seen[named])
        else:
            self._seen[named] = told
        self._latest = _later(self._latest, told, self.until)

    @property
    def whole(self) -> bool:
        """Whether all was given: as many as the server says; without that, in a list that stood still."""
        return len(self._seen) >= self.told if self.told else not (self.linked and self._moved)

    @property
    def watermark(self) -> str | None:
        """From where the next run asks: where something was missed, from before it.

        A resource that changes while a list is read by links goes to its end, and the others move up: one
        may slip from a page to come into a page that was read. It lies behind where that resource stood.
        A list whose order is not settled, as where many changed at one moment, shows by what comes twice too.
        """
        if self.whole:
            return _later(self.since, self._latest, self.until)
        if self.told:
            return self.since
        oldest = min((found for one in self._moved if (found := moment(one))), default=None)
        return _later(self.since, oldest.isoformat() if oldest else None, self.until)


def _later(known: str | None, told: str | None, until: datetime) -> str | None:
    found, before = moment(told), moment(known)
    if found is None or found > until or (before is not None and found <= before):
        return known
    return told
