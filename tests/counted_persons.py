"""Persons of made-up departments, for tests of what may be shown of them."""

from datetime import date, timedelta

from governance.disclosure_control import Persons

MONDAY = date(2026, 3, 2)
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)
CUT = date(2026, 3, 30)
"""The week of Monday 30 March, of which two days lie in March and five in April."""


def people(patients: int | None, staff: int | None = 9) -> Persons:
    return Persons(patients=patients, staff=staff)


def weeks(*patients: int) -> dict[date, Persons]:
    """From MONDAY on."""
    return {
        MONDAY + timedelta(weeks=week): people(count, 9 if count else 0)
        for week, count in enumerate(patients)
    }


def days(start: date, *patients: int) -> dict[date, Persons]:
    """Days without anybody are left out."""
    return {start + timedelta(days=day): people(count) for day, count in enumerate(patients) if count}
