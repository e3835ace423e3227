"""A text is tried as a day or time only where it looks like one; strptime alone finds no more."""

from contextlib import suppress
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from data_connectors.value_notation import moment

FORMS = ("%d-%m-%Y", "%d.%m.%y", "%Y%m%d", "%d %B %Y", "%d-%b-%Y", "%Y/%m/%d %H:%M", "%d-%m-%YT%H:%M:%S.%f")
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2068, 12, 31))  # noqa: DTZ001 - as it is written
"""Two digits of a year are read as one of these."""
ODD = st.text(" 0123456789-/.:Ttmayé\t\n\u0661", max_size=2)


def alone(value: str, form: str) -> datetime | None:
    """What strptime says."""
    with suppress(ValueError):
        return datetime.strptime(value, form)  # noqa: DTZ007 - only whether it can be read
    return None


@given(MOMENTS, st.sampled_from(FORMS), st.data())
def test_looking_first_loses_nothing(written: datetime, form: str, data: st.DataObject) -> None:
    value = written.strftime(form)
    place = data.draw(st.integers(0, len(value)))
    odd = value[:place] + data.draw(ODD) + value[place + data.draw(st.integers(0, 1)) :]
    for text in (value, odd):
        assert [moment(text, one) for one in FORMS] == [alone(text, one) for one in FORMS]
    assert moment(value, form) is not None
