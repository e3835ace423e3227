"""KPIs end to end, from their declarations to cells, beside the best query that a person would write."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, timed
from benchmarks.sample import fill
from kpis.catalogue import load
from storage.cube import scan
from storage.duck import connect
from storage.facts import source_sql
from storage.scan import open_facts
from storage.workspace import Workspace

KPIS = ("note_time_enc", "message_write_time", "message_read_time", "draft_used")
TABLES = ("NoteSession", "Message")
RUNS = 7

BY_HAND = {
    "NoteSession": """
        SELECT department, day, segment, exposed,
            count(v) AS n, sum(v) AS total, sum(v * v) AS squares, count(l) AS log_n, sum(l) AS log_total,
            sum(l * l) AS log_squares, count(unsigned), count(missing), count(implausible)
        FROM (
            SELECT department, day, segment, exposed,
                CASE WHEN code = 0 THEN v END AS v, CASE WHEN code = 0 THEN ln(v) END AS l,
                CASE WHEN code = 1 THEN 1 END AS unsigned, CASE WHEN code = 2 THEN 1 END AS missing,
                CASE WHEN code = 3 THEN 1 END AS implausible
            FROM (
                SELECT department, day, segment, exposed, active_seconds + tool_seconds AS v,
                    CASE WHEN signed_at IS NULL THEN 1 WHEN v IS NULL THEN 2
                        WHEN v < 3 OR v > 10800 THEN 3 ELSE 0 END AS code
                FROM {source}))
        GROUP BY ALL
        ORDER BY day, department, segment, exposed""",
    "Message": """
        SELECT department, day, segment, exposed,
            count(w) AS n, sum(w) AS total, sum(w * w) AS squares,
            count(lw) AS log_n, sum(lw) AS log_total, sum(lw * lw),
            count(r), sum(r), sum(r * r), count(lr), sum(lr), sum(lr * lr), count(d), sum(d),
            count(w_missing), count(w_implausible), count(r_missing), count(r_implausible), count(d_missing)
        FROM (
            SELECT department, day, segment, exposed,
                CASE WHEN write_seconds BETWEEN 1 AND 3600 THEN write_seconds END AS w,
                CASE WHEN write_seconds BETWEEN 1 AND 3600 THEN ln(write_seconds) END AS lw,
                CASE WHEN write_seconds IS NULL THEN 1 END AS w_missing,
                CASE WHEN write_seconds < 1 OR write_seconds > 3600 THEN 1 END AS w_implausible,
                CASE WHEN read_seconds BETWEEN 1 AND 3600 THEN read_seconds END AS r,
                CASE WHEN read_seconds BETWEEN 1 AND 3600 THEN ln(read_seconds) END AS lr,
                CASE WHEN read_seconds IS NULL THEN 1 END AS r_missing,
                CASE WHEN read_seconds < 1 OR read_seconds > 3600 THEN 1 END AS r_implausible,
                CASE WHEN draft_offered = 1 AND draft_used IS NULL THEN 1 END AS d_missing,
                CASE WHEN draft_offered = 1 AND draft_used IS NOT NULL THEN CAST(draft_used = 1 AS INTEGER)
                    END AS d
            FROM {source})
        GROUP BY ALL
        ORDER BY day, department, segment, exposed""",
}


def declared(workspace: Workspace) -> pd.DataFrame:
    """Definitions read, compiled, scanned, brought into the KPI's unit and the long form of the cube."""
    known = load()
    with open_facts(workspace, TABLES) as connection:
        cells, _ = scan(connection, [known[name] for name in KPIS])
    return cells


def by_hand(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """The same sums in the same order from one masked query per table, in the wide form it comes in."""
    with connect() as connection:
        return {
            table: _run(connection, text.format(source=source_sql(workspace, table)))
            for table, text in BY_HAND.items()
        }


def _run(connection: duckdb.DuckDBPyConnection, text: str) -> pd.DataFrame:
    return connection.execute(text).df()


def run(rows: int) -> Outcome:
    """Time both in turns over the same Parquet with the same anti-join; both must give the same sums."""
    with TemporaryDirectory(prefix="meetlat-bench-") as folder:
        workspace = fill(Path(folder), rows)
        _assert_equal(declared(workspace), by_hand(workspace))
        timings = timed(
            {
                "declared KPIs to cells": lambda: declared(workspace),
                "masked DuckDB query by hand": lambda: by_hand(workspace),
            },
            RUNS,
        )
        workspace.engine.dispose()
    ours, limit = timings["declared KPIs to cells"], timings["masked DuckDB query by hand"]
    return Outcome(
        ratio=ours.median / limit.median,
        rows=rows,
        timings=(ours, limit),
        checked=f"{len(KPIS)} KPIs; totals, squares and logarithms of both agree to 1e-12",
    )


def _assert_equal(cells: pd.DataFrame, hand: dict[str, pd.DataFrame]) -> None:
    for kpi, table, scale in (
        ("note_time_enc", "NoteSession", 1 / 60),
        ("message_write_time", "Message", 1.0),
    ):
        mine, theirs = cells[cells["kpi"] == kpi], hand[table]
        for name, factor in (("n", 1.0), ("total", scale), ("squares", scale**2)):
            np.testing.assert_allclose(mine[name].sum(), theirs[name].sum() * factor, rtol=1e-12)
        logarithms = theirs["log_total"].sum() + theirs["log_n"].sum() * np.log(scale)
        np.testing.assert_allclose(mine["log_total"].sum(), logarithms, rtol=1e-12)
        assert len(mine) == (theirs["n"] > 0).sum()


BENCHMARK = Benchmark(
    name="kpis",
    limit=1.5,
    side="at most",
    ratio_of="time of declared KPIs to cells over time of a masked DuckDB query written by hand",
    run=run,
)
