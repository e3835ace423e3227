"""Times of a whole column are those of the engine, wherever a value is taken without it."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.quoting import literal
from data_connectors.plain_times import ISO, layout, read_times
from storage.duck import connect, session
from tests.hypothesis_profiles import examples

TODAY = date(2026, 11, 23)
ZONES = ("Europe/Amsterdam", "America/Sao_Paulo", "Pacific/Auckland", "Africa/Casablanca", "UTC")


@pytest.mark.parametrize("zone", ZONES)
def test_every_hour_that_is_taken_is_that_of_the_engine(zone: str) -> None:
    with connect() as connection:
        there = f"hour AT TIME ZONE {literal(zone)} AT TIME ZONE 'UTC'"
        every = (
            "SELECT unnest(generate_series(TIMESTAMP '1990-01-01', TIMESTAMP '2027-11-22', INTERVAL 1 HOUR))"
        )
        hours = connection.sql(
            f"SELECT strftime(hour, '%Y-%m-%d %H:%M:%S') AS text, {there} AS utc, hour::DATE AS day "
            f"FROM ({every}) AS hours(hour)"
        ).to_arrow_table()
    texts, utc, days = (column.combine_chunks() for column in hours.columns)
    shape = layout(ISO[0])
    assert shape is not None
    found = read_times(texts.cast(pa.string()), [shape], zone, TODAY)
    clean = pa.array(found.clean)
    assert found.utc.filter(clean).equals(utc.cast(pa.timestamp("us")).filter(clean))
    assert found.days.filter(clean).equals(days.filter(clean))
    assert 0.99 < clean.true_count / len(clean) < 1


CHARACTERS = st.text(alphabet="0129-: T/5x\u00e9", min_size=10, max_size=20)
NEARLY = st.tuples(
    st.sampled_from(["2026-07-01 09:30:00", "2026-02-28T23:59:59", "1999-12-31 00:00", "01-07-2026 09:30"]),
    st.integers(0, 18),
    st.sampled_from("0129-: T/5x\u00e9"),
).map(lambda drawn: drawn[0][: drawn[1]] + drawn[2] + drawn[0][drawn[1] + 1 :])
NOTATIONS = (*ISO, "%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M:%S")


@pytest.mark.parametrize("notation", NOTATIONS)
@examples(100)
@given(texts=st.lists(st.one_of(CHARACTERS, NEARLY, st.just("")), max_size=8))
def test_what_is_taken_the_engine_reads_as_the_same(notation: str, texts: list[str]) -> None:
    shape = layout(notation)
    assert shape is not None
    found = read_times(pa.array(texts, pa.string()), [shape], "UTC", TODAY)
    with session() as connection:
        read = f"try_strptime(text, {literal(notation)})"
        asked = f"SELECT {read} FROM (SELECT unnest(?) AS text, unnest(?) AS number) ORDER BY number"
        expected = [row[0] for row in connection.execute(asked, [texts, [*range(len(texts))]]).fetchall()]
    for text, taken, moment, sure in zip(texts, found.utc.to_pylist(), expected, found.clean, strict=True):
        assert not sure or taken == (None if text == "" else moment)


@pytest.mark.parametrize(
    "notation", ["%d-%m-%y %H:%M", "%d %B %Y %H:%M", "%Y-%m-%d", "%H:%M", "%Y-%m-%dT%H:%M%z"]
)
def test_texts_of_another_kind_are_left_to_the_engine(notation: str) -> None:
    assert layout(notation) is None
