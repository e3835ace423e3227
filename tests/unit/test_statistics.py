"""Values and their errors from sums, periods and completeness."""

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.period import containing
from kpis.calendar import holidays, is_working_day, period_starts
from kpis.catalogue import load
from kpis.completeness import horizon, is_complete
from kpis.kpi import Kpi
from kpis.statistic import geometric_mean, ratio_standard_error, value


@pytest.fixture(scope="module")
def kpis() -> dict[str, Kpi]:
    return load()


def test_value_is_none_where_nothing_can_be_said(kpis: dict[str, Kpi]) -> None:
    mean, use, cost = kpis["note_time_enc"], kpis["utilisation"], kpis["cost_per_ai_encounter"]
    assert value(mean, 0, 0, 0) is None
    assert value(mean, 4, 0, 4) == 0.0
    assert value(use, 4, 0, 4) == 0.0
    assert value(cost, 4, 0, 4) is None
    assert value(cost, 4, 10, 4) == 2.5


def test_geometric_mean_is_of_the_positive_values() -> None:
    assert geometric_mean(2, math.log(4) + math.log(9)) == pytest.approx(6.0, rel=1e-14)
    assert geometric_mean(0, 0.0) is None


def row_level_error(a: np.ndarray, b: np.ndarray) -> float:
    """From the residuals of each row, as the textbook writes it."""
    ratio = a.sum() / b.sum()
    residuals = a - ratio * b
    return float(np.sqrt(len(a) * residuals.var(ddof=1)) / b.sum())


@pytest.mark.parametrize("offset", [0.0, 100.0, 10_000.0])
def test_ratio_error_from_sums_is_that_of_the_rows(offset: float) -> None:
    chance = np.random.default_rng(1)
    b = chance.uniform(1, 2, 5000)
    a = offset + 3 * b + chance.normal(size=5000)
    found = ratio_standard_error(
        n=len(a),
        numerator=a.sum(),
        denominator=b.sum(),
        numerator_squares=(a * a).sum(),
        denominator_squares=(b * b).sum(),
        cross=(a * b).sum(),
    )
    # sums of squares cancel: 2e-16 * mean^2 / variance, at most 2e-16 * 1e8 here
    assert found == pytest.approx(row_level_error(a, b), rel=1e-12 + 2e-15 * offset**2)


def test_mean_error_is_the_usual_one() -> None:
    x = np.array([1.0, 2.0, 4.0, 7.0])
    found = ratio_standard_error(
        n=4,
        numerator=x.sum(),
        denominator=4,
        numerator_squares=(x**2).sum(),
        denominator_squares=4,
        cross=x.sum(),
    )
    assert found == pytest.approx(x.std(ddof=1) / 2, rel=1e-14)


def test_no_error_from_a_single_row() -> None:
    sums = {"numerator_squares": 1.0, "denominator_squares": 1.0, "cross": 1.0}
    assert ratio_standard_error(n=1, numerator=1.0, denominator=1.0, **sums) is None
    assert ratio_standard_error(n=5, numerator=1.0, denominator=0.0, **sums) is None


@pytest.mark.parametrize("every", ["day", "week", "month"])
def test_period_starts_are_those_of_periods(every: str) -> None:
    days = pd.date_range("2019-12-25", "2027-01-10", freq="D").to_numpy().astype("datetime64[D]")
    found = period_starts(days, every)  # type: ignore[arg-type]
    wanted = [containing(day, every).start for day in days.astype(object)]  # type: ignore[arg-type]
    assert found.astype(object).tolist() == wanted


def test_dutch_holidays() -> None:
    assert date(2026, 4, 6) in holidays(2026)  # Easter Monday
    assert date(2026, 5, 14) in holidays(2026)  # Ascension
    assert date(2026, 5, 25) in holidays(2026)  # Whit Monday
    assert date(2025, 4, 26) in holidays(2025)  # King's Day moved from a Sunday
    assert date(2025, 5, 5) in holidays(2025)
    assert date(2026, 5, 5) not in holidays(2026)
    assert not is_working_day(date(2026, 7, 4))
    assert is_working_day(date(2026, 7, 3))


FRIDAY, SUNDAY = date(2026, 7, 3), date(2026, 7, 5)


def test_a_weekend_without_clinics_is_covered_once_other_tables_reach_beyond_it(
    kpis: dict[str, Kpi],
) -> None:
    note = kpis["note_time_enc"]
    assert horizon(note, {"NoteSession": FRIDAY}) == FRIDAY
    assert horizon(note, {"NoteSession": FRIDAY, "Letter": SUNDAY}) == SUNDAY
    assert horizon(note, {"NoteSession": date(2026, 7, 2), "Letter": SUNDAY}) == date(2026, 7, 2)
    assert horizon(note, {"Letter": SUNDAY}) is None


def test_a_kpi_matures_and_waits_for_both_of_its_tables(kpis: dict[str, Kpi]) -> None:
    assert horizon(kpis["letter_24h"], {"Letter": SUNDAY}) == date(2026, 7, 4)
    both = {"UsageEvent": date(2026, 6, 30), "Encounter": SUNDAY}
    assert horizon(kpis["utilisation"], both) == date(2026, 6, 30)
    week = containing(FRIDAY, "week")
    assert is_complete(week, SUNDAY)
    assert not is_complete(week, date(2026, 7, 4))
    assert not is_complete(week, None)
    slow = replace(kpis["letter_24h"], matures_after_days=7)
    assert not is_complete(week, horizon(slow, {"Letter": SUNDAY}))


def test_a_monthly_return_covers_its_month(kpis: dict[str, Kpi]) -> None:
    found = horizon(kpis["ae_within_4h"], {"AggregatedCount": date(2018, 2, 1)})
    assert found == date(2018, 2, 28)
