"""Dutch public holidays and how much of a week's clinics take place."""

from datetime import date, timedelta

VACATIONS = {8: 0.85, 18: 0.80, 43: 0.85, 51: 0.92, 52: 0.55, 1: 0.60, 53: 0.60}
SUMMER = {28: 0.88, 29: 0.75, 30: 0.68, 31: 0.62, 32: 0.62, 33: 0.70, 34: 0.82}
ORDINARY_ATTENDANCE = 0.95


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, 1991, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1)


def public_holidays(year: int) -> frozenset[date]:
    """Days on which no clinics are held; Liberation Day only in the years that end in 0 or 5."""
    sunday = easter(year)
    moving = {sunday + timedelta(days=days) for days in (-2, 1, 39, 50)}
    kings = date(year, 4, 27)
    fixed = {
        date(year, 1, 1),
        kings - timedelta(days=1) if kings.weekday() == 6 else kings,
        date(year, 12, 25),
        date(year, 12, 26),
    }
    liberation = {date(year, 5, 5)} if year % 5 == 0 else set()
    return frozenset(moving | fixed | liberation)


def attendance(week_start: date) -> float:
    """Share of the planned clinics of a week that take place, public holidays apart."""
    week = week_start.isocalendar().week
    return ORDINARY_ATTENDANCE * {**VACATIONS, **SUMMER}.get(week, 1.0)
