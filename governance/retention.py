"""How long rows may be kept: days per standard table, and for rows set aside and the log of runs."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from types import MappingProxyType

from core.errors import ConfigurationError
from core.language.text import N_

DEFAULT, QUARANTINE, LOGS = "default", "quarantine", "logs"
LONGEST = 36_500


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """Days by name of a standard table; what is not named there has `default`. None: kept until asked."""

    tables: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    default: int | None = None
    quarantine: int | None = None
    logs: int | None = None

    def days(self, table: str) -> int | None:
        """How many days a row of the table may be kept after the day that it is about."""
        return self.tables.get(table, self.default)

    def first_day(self, table: str, today: date) -> date | None:
        """The first day of which rows may be there; None where there is no limit.

        A Monday: part of a week is a group of its own, so that weeks leave whole, up to six days early.
        """
        days = self.days(table)
        return None if days is None else next_monday(today - timedelta(days=days))


def next_monday(day: date) -> date:
    """The day itself when it is a Monday, else the Monday after it."""
    return day + timedelta(days=-day.weekday() % 7)


def retention(setting: str, tables: Collection[str]) -> Retention:
    """Read "default=1095 NoteSession=730 quarantine=90 logs=365"; raises ConfigurationError."""
    found: dict[str, int] = {}
    known = {DEFAULT, QUARANTINE, LOGS, *tables}
    for part in setting.replace(",", " ").split():
        name, _, days = part.partition("=")
        if name not in known:
            raise _wrong(N_("Setting 'retention' names '{name}', which is no standard table."), name, known)
        if not days.isascii() or not days.isdigit() or not 0 < int(days) <= LONGEST:
            raise _wrong(N_("Setting 'retention' for '{name}' is not a number of days."), name, known)
        found[name] = int(days)
    return Retention(
        tables=MappingProxyType({name: days for name, days in found.items() if name in tables}),
        default=found.get(DEFAULT),
        quarantine=found.get(QUARANTINE),
        logs=found.get(LOGS),
    )


def _wrong(rule: str, name: str, known: Collection[str]) -> ConfigurationError:
    return ConfigurationError(
        rule,
        where="meetlat.toml",
        remedy=N_("Write under [retention] whole days by name. Names: {known}."),
        name=name,
        known=", ".join(sorted(known)),
    )
