"""Times of a whole column are those of the engine, wherever a value is taken without it."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.quoting import literal
from data_connectors.plain_times import read_times
from data_connectors.time_layout import iso_layouts, layouts
from storage.duck import connect, session
from tests.hypothesis_profiles import examples

TODAY = date(2026, 11, 23)
ZONES = (
    ("Europe/Amsterdam", "Europe/Amsterdam"),
    ("America/Sao_Paulo", "Pacific/Auckland"),
    ("Africa/Casablanca", "Australia/Lord_Howe"),
    ("UTC", "Europe/Amsterdam"),
)


@pytest.mark.parametrize(("zone", "hospital"), ZONES)
def test_every_hour_that_is_taken_is_that_of_the_engine(zone: str, hospital: str) -> None:
    with connect() as connection:
        there = f"hour AT TIME ZONE {literal(zone)} AT TIME ZONE 'UTC'"
        every = (
            "SELECT unnest(generate_series(TIMESTAMP '1990-01-01', TIMESTAMP '2027-11-22', INTERVAL 1 HOUR))"
        )
        day = f"(utc AT TIME ZONE 'UTC' AT TIME ZONE {literal(hospital)})::DATE"
        hours = connection.sql(
            f"SELECT text, utc, {day} AS day FROM (SELECT strftime(hour, '%Y-%m-%d %H:%M:%S') AS text, "
            f"{there} AS utc FROM ({every}) AS hours(hour))"
        ).to_arrow_table()
    texts, utc, days = (column.combine_chunks() for column in hours.columns)
    found = read_times(texts.cast(pa.string()), [*iso_layouts()], (zone, hospital), TODAY)
    clean = pa.array(found.clean)
    assert found.utc.filter(clean).equals(utc.cast(pa.timestamp("us")).filter(clean))
    assert found.days.filter(clean).equals(days.filter(clean))
    assert 0.99 < clean.true_count / len(clean) < 1


ALPHABET = "0129-+: TZ/5x.,\u00e9"
CHARACTERS = st.text(alphabet=ALPHABET, min_size=10, max_size=32)
SOUND = (
    *("2026-07-01 09:30:00", "2026-02-28T23:59:59", "1999-12-31 00:00", "01-07-2026 09:30"),
    *("2026-07-01 09:30:00Z", "2026-07-01 00:30:00+02:00", "2026-07-01T23:30-09:30", "2026-07-01T23:30Z"),
    *("2026-07-01 09:30:00.5", "2026-07-01T09:30:00.123", "2026-07-01 09:30:00.123456+01:00"),
    *("2026-07-01 09:30:00.1234567", "2026-07-01T09:30:00.123456789Z", "01/07/2026 09:30:12,25"),
)
NEARLY = st.tuples(
    st.sampled_from(SOUND),
    st.integers(0, 32),
    st.sampled_from(ALPHABET),
).map(lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] + 1 :])
NOTATIONS = (
    *(
        f"%Y-%m-%d{mark}%H:%M{rest}"
        for rest in (":%S", "", ":%S%z", "%z", ":%S.%f", ":%S.%f%z")
        for mark in " T"
    ),
    "%d-%m-%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M:%S,%f",
)


@pytest.mark.parametrize("notation", NOTATIONS)
@examples(100)
@given(texts=st.lists(st.one_of(CHARACTERS, NEARLY, st.just("")), max_size=8))
def test_what_is_taken_the_engine_reads_as_the_same(notation: str, texts: list[str]) -> None:
    found = read_times(pa.array(texts, pa.string()), [*layouts(notation)], ("UTC", "UTC"), TODAY)
    with session() as connection:
        moment = f"try_strptime(regexp_replace(text, 'Z$', '+00:00'), {literal(notation)})"
        read = f"{moment}::TIMESTAMPTZ AT TIME ZONE 'UTC'"
        asked = f"SELECT {read} FROM (SELECT unnest(?) AS text, unnest(?) AS number) ORDER BY number"
        expected = [row[0] for row in connection.execute(asked, [texts, [*range(len(texts))]]).fetchall()]
    for text, taken, moment, sure in zip(texts, found.utc.to_pylist(), expected, found.clean, strict=True):
        assert not sure or taken == (None if text == "" else moment)


@examples(300)
@given(texts=st.lists(st.one_of(CHARACTERS, NEARLY, st.sampled_from(SOUND)), max_size=8))
def test_of_iso_8601_too(texts: list[str]) -> None:
    found = read_times(pa.array(texts, pa.string()), [*iso_layouts()], ("UTC", "UTC"), TODAY)
    with session() as connection:
        asked = "SELECT TRY_CAST(unnest(?) AS TIMESTAMPTZ) AT TIME ZONE 'UTC'"
        expected = [row[0] for row in connection.execute(asked, [texts]).fetchall()]
    for taken, moment, sure in zip(found.utc.to_pylist(), expected, found.clean, strict=True):
        assert not sure or taken == moment


@pytest.mark.parametrize(
    "notation", ["%d-%m-%y %H:%M", "%d %B %Y %H:%M", "%Y-%m-%d", "%H:%M", "%z%Y-%m-%dT%H:%M"]
)
def test_texts_of_another_kind_are_left_to_the_engine(notation: str) -> None:
    assert not [*layouts(notation)]
