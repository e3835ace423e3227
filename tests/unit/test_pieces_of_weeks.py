"""A month boundary cuts a week into two pieces, in Python, in numpy and in SQL alike."""

from datetime import date, timedelta

import numpy as np
import pytest
import sqlalchemy as sa

from governance.disclosure_control import Persons, Policy, too_few
from governance.disclosure_control.periods import piece_of, pieces_of
from kpis.period_start import start_of
from kpis.pieces import Length, is_cut, span_of, starts
from storage.duck import connect
from storage.scan import compiled

DAYS = [date(2024, 12, 1) + timedelta(days=number) for number in range(800)]


@pytest.mark.parametrize(
    ("day", "span"),
    [
        (date(2026, 3, 30), (date(2026, 3, 30), date(2026, 3, 31))),
        (date(2026, 4, 1), (date(2026, 4, 1), date(2026, 4, 5))),
        (date(2026, 3, 29), None),
        (date(2026, 2, 22), None),
        (date(2026, 2, 28), (date(2026, 2, 23), date(2026, 2, 28))),
        (date(2026, 3, 1), (date(2026, 3, 1), date(2026, 3, 1))),
        (date(2025, 12, 31), (date(2025, 12, 29), date(2025, 12, 31))),
        (date(2024, 9, 30), (date(2024, 9, 30), date(2024, 9, 30))),
        (date(2026, 6, 1), None),
    ],
)
def test_a_piece_is_what_a_week_and_a_month_share(day: date, span: tuple[date, date] | None) -> None:
    assert span_of(day, "piece") == span


def test_the_days_of_a_piece_are_those_of_its_span() -> None:
    days = np.array(DAYS, dtype="datetime64[D]")
    first, cut = starts(days, "piece"), is_cut(days)
    assert 0.15 < cut.mean() < 0.25
    for day, start, is_piece in zip(DAYS, first.tolist(), cut.tolist(), strict=True):
        span = span_of(day, "piece")
        assert (span is not None) is is_piece
        if span is not None:
            assert span[0] == start <= day <= span[1]
            assert piece_of(start) == piece_of(day) == piece_of(span[1])
        else:
            assert span_of(day, "week") == (start, start + timedelta(days=6))


def test_a_week_that_ends_with_its_month_is_one_piece() -> None:
    week, some = date(2026, 5, 25), Persons(patients=40, staff=9)
    assert pieces_of({week: some}, {}) == {(week, date(2026, 5, 1)): some}


@pytest.mark.parametrize(
    "policy", [Policy(minimum_patients=2, minimum_staff=0), Policy(minimum_patients=0, minimum_staff=2)]
)
def test_a_piece_that_nobody_counted_is_small_whatever_the_minimum(policy: Policy) -> None:
    cut = pieces_of({date(2026, 3, 30): Persons(patients=40, staff=9)}, {})
    assert [too_few(one, policy) for one in cut.values()] == [True, True]


@pytest.mark.parametrize("length", ["day", "week", "month", "piece"])
def test_sql_finds_the_same_first_days(length: Length) -> None:
    expected = starts(np.array(DAYS, dtype="datetime64[D]"), length).tolist()
    assert in_duckdb(length) == expected
    assert in_sqlite(length) == expected


def in_duckdb(length: Length) -> list[date]:
    days = sa.table("days", sa.column("day", sa.Date))
    text, values = compiled(sa.select(start_of(days.c.day, length)).order_by(days.c.day))
    with connect() as connection:
        connection.execute("CREATE TABLE days AS SELECT unnest(?)::DATE AS day", [DAYS])
        return [day for (day,) in connection.execute(text, values).fetchall()]


def in_sqlite(length: Length) -> list[date]:
    days = sa.Table("days", sa.MetaData(), sa.Column("day", sa.Date))
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        days.create(connection)
        connection.execute(days.insert(), [{"day": day} for day in DAYS])
        return list(connection.scalars(sa.select(start_of(days.c.day, length)).order_by(days.c.day)))
