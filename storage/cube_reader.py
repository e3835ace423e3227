"""Some rows of a frame of the cube, read by DuckDB from its monthly files."""

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from core.quoting import identifier
from storage.duck import session


def read_rows(
    paths: Sequence[Path],
    columns: Sequence[str],
    among: dict[str, Collection[str]],
    first: date | None,
    last: date | None,
) -> pa.Table:
    """The columns of the rows whose values are `among` those of each column, between two days (included).

    In the order of the files, so that sums of them are the same to the last bit every time.
    """
    terms: list[str] = []
    values: list[Any] = [[str(path) for path in paths]]
    for column, allowed in among.items():
        terms.append(f"{identifier(column)} IN ({', '.join('?' * len(allowed))})")
        values += sorted(allowed)
    for sign, day in ((">=", first), ("<=", last)):
        if day is not None:
            terms.append(f'"day" {sign} ?')
            values.append(day)
    where = f" WHERE {' AND '.join(terms)}" if terms else ""
    chosen = ", ".join(identifier(name) for name in columns)
    statement = (
        f"SELECT {chosen} FROM read_parquet(?, filename = true, file_row_number = true){where} "
        "ORDER BY filename, file_row_number"
    )
    with session() as opened:
        return opened.sql(statement, params=values).to_arrow_table()
