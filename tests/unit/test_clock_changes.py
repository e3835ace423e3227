"""The months in which times are compared to a clock hold every change that the engine knows of."""

import pytest

from data_connectors.parsing_times import _months_of_changes
from storage.duck import connect

ZONES = ("Europe/Amsterdam", "America/Sao_Paulo", "Australia/Lord_Howe", "Africa/Casablanca", "Asia/Kolkata")


@pytest.mark.parametrize("zone", ZONES)
def test_no_change_of_the_clock_is_outside_them(zone: str) -> None:
    hours = "SELECT unnest(generate_series(TIMESTAMP '1990-01-01', TIMESTAMP '2027-11-30', INTERVAL 6 HOUR))"
    there = f"(hour AT TIME ZONE 'UTC') AT TIME ZONE '{zone}'"
    offsets = f"SELECT {there} AS local, {there} - hour AS shift FROM ({hours}) AS hours(hour)"
    steps = f"SELECT local, shift, lag(shift) OVER (ORDER BY local) AS before FROM ({offsets})"
    changed = f"SELECT DISTINCT month(local) FROM ({steps}) WHERE shift <> before"
    with connect() as connection:
        months = {month for (month,) in connection.execute(changed).fetchall()}
    assert months <= set(_months_of_changes(zone, 2026))
    assert zone != "Europe/Amsterdam" or _months_of_changes(zone, 2026) == (3, 4, 9, 10, 11)
