"""Days, weeks, working days, school vacations, the local clock, and the calendar that SQL joins by day."""

from kpis.calendar.clock import Session, length_of, local_midnight_utc, session_of
from kpis.calendar.days import Days, holidays, is_working_day, period_starts
from kpis.calendar.vacations import Region, Vacation, is_school_vacation, vacations
from kpis.calendar.working import working_calendar

__all__ = [
    "Days",
    "Region",
    "Session",
    "Vacation",
    "holidays",
    "is_school_vacation",
    "is_working_day",
    "length_of",
    "local_midnight_utc",
    "period_starts",
    "session_of",
    "vacations",
    "working_calendar",
]
