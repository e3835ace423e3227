"""The sums of the same KPIs as a person would write them in pandas and in polars.

With `pushed_down` they say what the limit of `benchmarks.kpis` is worth; no limit is set on them. Each
answers with the number and the sum of the writing times of messages, which must agree with ours.
"""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl

from benchmarks.sample import KEYS
from storage.workspace import Workspace

CELL = ["day", "department", "segment", "exposed"]
MINUTE = 60
Sums = tuple[float, float]
"""Number and sum of the writing times, in seconds."""


def in_pandas(workspace: Workspace) -> Sums:
    """Current rows by a merge, a frame of masked columns, one grouped sum per table."""
    notes, messages = (_rows_in_pandas(workspace, table) for table in KEYS)
    seconds = notes["active_seconds"] + notes["tool_seconds"]
    signed = notes["signed_at"].notna()
    hours = (notes["signed_at"] - notes["started_at"]).dt.total_seconds() / MINUTE
    columns = _duration("note", seconds.where(signed & seconds.between(3, 10_800)))
    columns |= {"signed": (hours <= 1440).astype(float)}
    notes.assign(**columns).groupby(CELL, observed=True)[list(columns)].agg(["count", "sum"])
    waited = (messages["replied_at"] - messages["received_at"]).dt.total_seconds() / MINUTE
    columns = _duration("write", messages["write_seconds"].where(messages["write_seconds"].between(1, 3600)))
    columns |= _duration("read", messages["read_seconds"].where(messages["read_seconds"].between(1, 3600)))
    columns |= _duration("answer", waited.where(waited.between(0, 100_000)))
    columns |= {"draft": messages["draft_used"].where(messages["draft_offered"] == 1)}
    cells = messages.assign(**columns).groupby(CELL, observed=True)[list(columns)].agg(["count", "sum"])
    total = cells.sum()
    return float(total["write", "count"]), float(total["write", "sum"])


def _duration(name: str, kept: pd.Series) -> dict[str, pd.Series]:
    logarithm = np.log(kept.where(kept > 0))
    squares = {f"{name}_squares": kept * kept, f"{name}_log_squares": logarithm * logarithm}
    return {name: kept, f"{name}_log": logarithm, **squares}


def _rows_in_pandas(workspace: Workspace, table: str) -> pd.DataFrame:
    keys = [KEYS[table], "batch"]
    facts, superseded = (pd.concat(map(pd.read_parquet, files)) for files in _files(workspace, table))
    found = facts.merge(superseded[keys], on=keys, how="left", indicator="now")
    return found[found["now"] == "left_only"]


def in_polars(workspace: Workspace) -> Sums:
    """Lazily: an anti-join, masked columns, one grouped sum per table."""
    seconds = pl.col("active_seconds") + pl.col("tool_seconds")
    kept = pl.when(pl.col("signed_at").is_not_null() & seconds.is_between(3, 10_800)).then(seconds)
    hours = _minutes("started_at", "signed_at")
    _grouped(workspace, "NoteSession", {"note": kept}, {"signed": (hours <= 1440).fill_null(value=False)})
    durations = {
        name: pl.when(value.is_between(low, high)).then(value)
        for name, value, low, high in (
            ("write", pl.col("write_seconds"), 1, 3600),
            ("read", pl.col("read_seconds"), 1, 3600),
            ("answer", _minutes("received_at", "replied_at"), 0, 100_000),
        )
    }
    draft = pl.when(pl.col("draft_offered") == 1).then(pl.col("draft_used"))
    cells = _grouped(workspace, "Message", durations, {"draft": draft})
    total = cells.select("write_n", "write").sum().row(0)
    return float(total[0]), float(total[1])


def _minutes(start: str, end: str) -> pl.Expr:
    return (pl.col(end) - pl.col(start)).dt.total_microseconds() / (MINUTE * 1_000_000)


def _grouped(
    workspace: Workspace, table: str, durations: Mapping[str, pl.Expr], shares: Mapping[str, pl.Expr]
) -> pl.DataFrame:
    facts, superseded = (pl.scan_parquet(files) for files in _files(workspace, table))
    rows = facts.join(superseded, on=[KEYS[table], "batch"], how="anti").with_columns(**durations, **shares)
    logarithms = {f"{name}_log": pl.when(pl.col(name) > 0).then(pl.col(name).log()) for name in durations}
    squared = [*durations, *logarithms]
    rows = rows.with_columns(**logarithms)
    columns = [*squared, *shares]
    return (
        rows.group_by(CELL)
        .agg(
            *(pl.col(name).count().alias(f"{name}_n") for name in columns),
            *(pl.col(name).sum() for name in columns),
            *((pl.col(name) ** 2).sum().alias(f"{name}_squares") for name in squared),
        )
        .sort(CELL)
        .collect(engine="streaming")
    )


def _files(workspace: Workspace, table: str) -> tuple[list[Path], list[Path]]:
    """The files of the facts and of the rows that later batches replaced."""
    folder = workspace.root / "facts" / table
    replaced = sorted(folder.glob("superseded-*"))
    return [path for path in sorted(folder.glob("*.parquet")) if path not in replaced], replaced
