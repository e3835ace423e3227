"""The season of a series as columns on calendar time: months, or yearly waves."""

from re import fullmatch

import numpy as np

from core import period
from core.period import Period
from experiments import reasons_regression as reasons
from experiments.estimate import Reason
from experiments.panel import Floats

PERIODS_IN_A_YEAR = {"day": 365.25, "week": 52.18, "month": 12.0}
YEARS_FOR_WAVES = 1.5
YEARS_FOR_MONTHS = 2.0

Columns = dict[str, Floats]


def faults(labels: tuple[str, ...], season: str) -> tuple[Reason, ...]:
    """Why the season cannot be fitted on these periods; empty where it can.

    Waves need a year and a half, months two years: in less, a season cannot be told from a lasting change.
    """
    if season == "none":
        return ()
    if not fullmatch("month|fourier:[1-6]", season):
        return (reasons.unknown_season(season),)
    if not _on_calendar(labels):
        return (reasons.season_without_calendar(),)
    years = len(labels) * _step(labels) / PERIODS_IN_A_YEAR[period.parse(labels[0]).every]
    needed = YEARS_FOR_MONTHS if season == "month" else YEARS_FOR_WAVES
    return (reasons.season_too_long(years, needed),) if years < needed else ()


def season_columns(labels: tuple[str, ...], season: str) -> Columns:
    """A column (T,) per term, by name; none for the season "none"."""
    if season == "none":
        return {}
    found = [period.parse(label) for label in labels]
    if season == "month":
        months = np.array([_middle_month(one) for one in found])
        return {f"month_{month}": (months == month).astype(float) for month in range(2, 13)}
    angle = 2 * np.pi * np.array([_running(one) for one in found]) / PERIODS_IN_A_YEAR[found[0].every]
    columns: Columns = {}
    for wave in range(1, int(season.removeprefix("fourier:")) + 1):
        columns[f"sin_{wave}"], columns[f"cos_{wave}"] = np.sin(wave * angle), np.cos(wave * angle)
    return columns


def _on_calendar(labels: tuple[str, ...]) -> bool:
    return not labels[0].removeprefix("-").isdigit()


def _step(labels: tuple[str, ...]) -> float:
    first, last = _running(period.parse(labels[0])), _running(period.parse(labels[-1]))
    return (last - first) / (len(labels) - 1) if len(labels) > 1 else 1.0


def _running(one: Period) -> float:
    """Number of the period on an endless calendar, in its own unit."""
    if one.every == "month":
        return one.start.year * 12 + one.start.month - 1
    return one.start.toordinal() / (7 if one.every == "week" else 1)


def _middle_month(one: Period) -> int:
    return (one.start + (one.end - one.start) / 2).month
