"""How many periods of a panel make so many weeks."""

import re

MONTH = re.compile(r"\d{4}-\d{2}")
MONTHS_IN_A_WEEK = 12 / 52
LONG = 40


def periods_of(weeks: int, labels: tuple[str, ...]) -> int:
    """Periods in that many weeks, at least one: weeks, days or months by their label.

    Other labels (years, plain numbers) count as weeks where there are more than forty, else as months.
    """
    if labels[0].count("-") == 2:
        return weeks * 7
    if "W" in labels[0] or (not MONTH.fullmatch(labels[0]) and len(labels) > LONG):
        return weeks
    return max(1, round(weeks * MONTHS_IN_A_WEEK))
