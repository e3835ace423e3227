"""Did departments start on a public holiday or in a school vacation?"""

from datetime import date, timedelta
from typing import get_args

from core.errors import InputError
from core.language.text import N_, Text
from core.period import Period, parse
from experiments import designs
from experiments.check_answer import informational
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import Panel
from kpis.calendar import Region, holidays, is_school_vacation

NAME = "holiday_start"


def run(panel: Panel, options: Options) -> CheckResult:
    """Passed when no first period of use holds a Dutch public holiday or a school vacation of any region.

    For information with months and other long periods, and for years of which the vacations are not known.
    statistic: number of starts that do.
    """
    del options
    starts = [panel.periods[start] for start in panel.starts if start >= 0]
    periods = _periods(tuple(starts))
    if not periods:
        return informational(NAME, IMPOSSIBLE)
    found = [period.label for period in periods if is_quiet(period)]
    if found:
        message = Text(QUIET, {"periods": ", ".join(found)})
        return CheckResult(name=NAME, passed=False, statistic=float(len(found)), message=message)
    if any(is_quiet(period) is None for period in periods):
        return informational(NAME, UNKNOWN)
    return CheckResult(name=NAME, passed=True, statistic=0.0, message=Text(ORDINARY))


def is_quiet(period: Period) -> bool | None:
    """Whether a working day of the period is a holiday or in a vacation; None where that is not known."""
    days = _weekdays(period)
    known = [is_school_vacation(day, region) for day in days for region in get_args(Region)]
    if any(known) or any(day in holidays(day.year) for day in days):
        return True
    return None if None in known else False


def _weekdays(period: Period) -> list[date]:
    length = (period.end - period.start).days + 1
    days = [period.start + timedelta(days=after) for after in range(length)]
    return [day for day in days if day.weekday() < 5]


def _periods(labels: tuple[str, ...]) -> list[Period]:
    """The starts as weeks or days; none where they are months or no dates."""
    try:
        return [period for period in map(parse, labels) if period.every != "month"]
    except InputError:
        return []


QUIET = N_(
    "The start fell in a week with a public holiday or a school vacation: {periods}. The first weeks may not "
    "be ordinary ones."
)
ORDINARY = N_("The start fell in an ordinary week, without a public holiday or a school vacation.")
UNKNOWN = N_("The start fell on no public holiday; the school vacations of that year are not known.")
IMPOSSIBLE = N_("The start is not known to the week, so holidays cannot be looked up.")
CHECK = Check(designs=designs.EVERY, run=run)
