"""How much of a week's clinics take place; vacations of the region Noord, rounded (ours)."""

from datetime import date

VACATIONS = {8: 0.85, 18: 0.80, 43: 0.85, 51: 0.92, 52: 0.72, 1: 0.72, 53: 0.72}
SUMMER = {28: 0.88, 29: 0.75, 30: 0.68, 31: 0.62, 32: 0.62, 33: 0.70, 34: 0.82}
ORDINARY_ATTENDANCE = 0.95


def attendance(week_start: date) -> float:
    """Share of the planned clinics of a week that take place, public holidays apart."""
    week = week_start.isocalendar().week
    return ORDINARY_ATTENDANCE * {**VACATIONS, **SUMMER}.get(week, 1.0)
