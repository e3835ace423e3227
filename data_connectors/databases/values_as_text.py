"""Values of a database as exact text: ISO 8601, a decimal point, UTC where there is an offset."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pyarrow as pa

_UNFIT = (pa.ArrowInvalid, pa.ArrowNotImplementedError, TypeError, OverflowError)


def as_text(values: Sequence[Any]) -> tuple[pa.Array, bool]:
    """The values of a column, and whether any of them came with a type."""
    try:
        found = pa.array(values)
        if pa.types.is_null(found.type):
            return found.cast(pa.string()), False
        if pa.types.is_string(found.type):
            return found, False
        if _plain(found.type):
            return _cast(found), True
    except _UNFIT:
        pass
    typed = any(not isinstance(value, str | None) for value in values)
    return pa.array([_one(value) for value in values], pa.string()), typed


def _plain(kind: pa.DataType) -> bool:
    types = pa.types
    return bool(
        types.is_integer(kind)
        or types.is_decimal(kind)
        or types.is_boolean(kind)
        or types.is_date(kind)
        or types.is_time(kind)
        or types.is_timestamp(kind)
    )


def _cast(found: pa.Array) -> pa.Array:
    if pa.types.is_timestamp(found.type) and found.type.tz is not None:
        found = found.cast(pa.timestamp("us", "UTC"))
    return found.cast(pa.string())


def _one(value: Any) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case float():
            return repr(value)
        case datetime():
            moment = value if value.tzinfo is None else value.astimezone(UTC)
            return moment.isoformat(sep=" ")
        case timedelta():
            return f"{value.total_seconds():.6f} s"  # a length of time says its own unit
        case bytes() | bytearray() | memoryview():
            return bytes(value).hex()
        case dict() | list():
            return json.dumps(value, default=str)
        case _:
            return str(value)
