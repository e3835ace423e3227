"""Rows of the cube come in the order of its files, so that sums of them are always the same."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from storage.cube_reader import read_rows

ROWS = 40_000
DEPARTMENTS = [f"department-{number:02d}" for number in range(14)]


def month(path: Path, first: date, seed: int) -> pd.DataFrame:
    """A month of rows in many row groups, as threads take them."""
    random = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {
            "kpi": random.choice(["one", "other"], ROWS),
            "department": random.choice(DEPARTMENTS, ROWS),
            "day": pd.Timestamp(first) + pd.to_timedelta(random.integers(0, 28, ROWS), unit="D"),
            "total": random.normal(size=ROWS),
        }
    )
    rows = rows.assign(day=rows["day"].dt.date)
    pq.write_table(pa.Table.from_pandas(rows, preserve_index=False), path, row_group_size=2048)
    return rows


def test_rows_come_in_the_order_of_the_files_every_time(tmp_path: Path) -> None:
    paths = [tmp_path / f"2026-0{number}.parquet" for number in (1, 2, 3)]
    written = pd.concat([month(path, date(2026, place + 1, 1), place) for place, path in enumerate(paths)])
    first, last = date(2026, 1, 11), date(2026, 3, 20)
    among = {"kpi": ["one"], "department": DEPARTMENTS[:12]}
    wanted = written[
        (written["kpi"] == "one")
        & written["department"].isin(DEPARTMENTS[:12])
        & written["day"].between(first, last)
    ]
    for _ in range(5):
        found = read_rows(paths, ["department", "day", "total"], among, first, last).to_pandas()
        assert found["total"].tolist() == wanted["total"].tolist()
        assert found["department"].tolist() == wanted["department"].tolist()
