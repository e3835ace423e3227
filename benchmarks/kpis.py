"""KPIs end to end, from their declarations to cells, beside the best query that a person would write."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pandas as pd

from benchmarks.benchmark import Benchmark, Outcome, Timing, timed
from benchmarks.peers import Sums, in_pandas, in_polars
from benchmarks.pushed_down import in_postgresql
from benchmarks.sample import fill
from kpis.catalogue import load
from kpis.cells import CELLS, cells, left_out, merged
from kpis.gather import sums
from kpis.kpi import Filter, Kpi, Quantity
from kpis.measurements import MEASURES
from kpis.parts import parts, tables_of
from storage.duck import connect
from storage.facts import source_sql
from storage.scan import open_facts, rows
from storage.workspace import Workspace

TABLES = ("NoteSession", "Message")
RUNS, RUNS_OF_PEERS = 9, 1
MOST_ROWS_OF_PEERS = 10_000_000
"""Beyond it pandas needs more memory than a laptop has."""

BY_HAND = {
    "NoteSession": """
        SELECT day, department, segment, exposed,
            count(v) AS n, sum(v) AS total, sum(v * v) AS squares, count(l) AS log_n, sum(l) AS log_total,
            sum(l * l) AS log_squares, count(s), sum(s), count(unsigned), count(missing), count(implausible)
        FROM (
            SELECT department, day, segment, exposed,
                CASE WHEN code = 0 THEN v END AS v, CASE WHEN code = 0 AND v > 0 THEN ln(v) END AS l,
                CASE WHEN code = 1 THEN 1 END AS unsigned, CASE WHEN code = 2 THEN 1 END AS missing,
                CASE WHEN code = 3 THEN 1 END AS implausible, s
            FROM (
                SELECT department, day, segment, exposed, active_seconds + tool_seconds AS v,
                    CASE WHEN signed_at IS NULL THEN 1 WHEN v IS NULL THEN 2
                        WHEN v < 3 OR v > 10800 THEN 3 ELSE 0 END AS code,
                    CASE WHEN (epoch_us(signed_at) - epoch_us(started_at)) / 6e7 <= 1440
                        THEN 1 ELSE 0 END AS s
                FROM {source}))
        GROUP BY ALL
        ORDER BY day, department, segment, exposed""",
    "Message": """
        SELECT day, department, segment, exposed,
            count(w) AS n, sum(w) AS total, sum(w * w) AS squares,
            count(lw) AS log_n, sum(lw) AS log_total, sum(lw * lw),
            count(r), sum(r), sum(r * r), count(lr), sum(lr), sum(lr * lr), count(d), sum(d),
            count(a), sum(a), sum(a * a), count(la), sum(la), sum(la * la),
            count(w_missing), count(w_implausible), count(r_missing), count(r_implausible), count(d_missing),
            count(a_missing), count(a_implausible)
        FROM (
            SELECT department, day, segment, exposed,
                CASE WHEN w_in THEN write_seconds END AS w, CASE WHEN w_in THEN ln(write_seconds) END AS lw,
                CASE WHEN write_seconds IS NULL THEN 1 END AS w_missing,
                CASE WHEN write_seconds < 1 OR write_seconds > 3600 THEN 1 END AS w_implausible,
                CASE WHEN r_in THEN read_seconds END AS r, CASE WHEN r_in THEN ln(read_seconds) END AS lr,
                CASE WHEN read_seconds IS NULL THEN 1 END AS r_missing,
                CASE WHEN read_seconds < 1 OR read_seconds > 3600 THEN 1 END AS r_implausible,
                CASE WHEN draft_offered = 1 AND draft_used IS NULL THEN 1 END AS d_missing,
                CASE WHEN draft_offered = 1 AND draft_used IS NOT NULL THEN CAST(draft_used = 1 AS INTEGER)
                    END AS d,
                CASE WHEN a BETWEEN 0 AND 100000 THEN a END AS a,
                CASE WHEN a > 0 AND a <= 100000 THEN ln(a) END AS la,
                CASE WHEN a IS NULL THEN 1 END AS a_missing,
                CASE WHEN a < 0 OR a > 100000 THEN 1 END AS a_implausible
            FROM (
                SELECT *, write_seconds BETWEEN 1 AND 3600 AS w_in, read_seconds BETWEEN 1 AND 3600 AS r_in,
                    (epoch_us(replied_at) - epoch_us(received_at)) / 6e7 AS a
                FROM {source}))
        GROUP BY ALL
        ORDER BY day, department, segment, exposed""",
}


def six() -> tuple[Kpi, ...]:
    """Four KPIs of the catalogue and two beside them: three durations, a span of time, two shares."""
    known = {id_: load()[id_] for id_ in ("note_time_enc", "message_write_time", "message_read_time")}
    note = replace(known["note_time_enc"], expected=None)
    signed = Filter(column="started_at..signed_at", operator="<=", value=1440)
    signed_24h = replace(
        note,
        id="signed_24h",
        statistic="proportion",
        missing="zero",
        plausible=None,
        exclusions=(),
        numerator=Quantity(table="NoteSession", where=(signed,)),
    )
    answer = Quantity(table="Message", value="received_at..replied_at")
    read = known["message_read_time"]
    answered = replace(read, id="answer_minutes", numerator=answer, plausible=(0, 100_000))
    return note, signed_24h, known["message_write_time"], read, load()["draft_used"], answered


def declared(workspace: Workspace) -> pd.DataFrame:
    """Definitions compiled, scanned, brought into the KPI's unit and the long form of the cube."""
    with open_facts(workspace, TABLES) as connection:
        return sums_only(connection, six())


def sums_only(connection: duckdb.DuckDBPyConnection, kpis: Sequence[Kpi]) -> pd.DataFrame:
    """The cells of the KPIs, without histograms: what the query by hand gives too."""
    found = []
    for table in tables_of(kpis):
        for chosen, statement in sums(parts(kpis, table), table):
            wide = rows(connection, statement)
            found += cells(wide, chosen)
            left_out(wide, chosen)
    return merged(found, CELLS, MEASURES)


def by_hand(workspace: Workspace) -> dict[str, pd.DataFrame]:
    """The same sums in the same order from one masked query per table, in the wide form it comes in."""
    with connect() as connection:
        return {
            table: connection.execute(text.format(source=source_sql(workspace, table))).df()
            for table, text in BY_HAND.items()
        }


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
        peers = _peers(workspace) if rows <= MOST_ROWS_OF_PEERS else ()
        workspace.engine.dispose()
    ours, limit = timings["declared KPIs to cells"], timings["masked DuckDB query by hand"]
    return Outcome(
        ratio=ours.median / limit.median,
        rows=rows,
        timings=(ours, limit, *peers),
        checked=f"{len(six())} KPIs; totals, squares and logarithms of both agree to 1e-12",
    )


def _peers(workspace: Workspace) -> tuple[Timing, ...]:
    """The same sums by others, which must agree; each timed once, because they are slow."""
    hand = by_hand(workspace)["Message"]
    expected = (hand["n"].sum(), hand["total"].sum())
    with in_postgresql(workspace, six()) as pushed_down:
        work: dict[str, Callable[[], Sums]] = {
            "pandas by hand": lambda: in_pandas(workspace),
            "polars by hand": lambda: in_polars(workspace),
        }
        work |= {"declared KPIs in PostgreSQL": pushed_down} if pushed_down else {}
        for ask in work.values():
            np.testing.assert_allclose(ask(), expected, rtol=1e-12)
        return tuple(timed(work, RUNS_OF_PEERS).values())


def _assert_equal(cells_: pd.DataFrame, hand: dict[str, pd.DataFrame]) -> None:
    for kpi, table, scale in (
        ("note_time_enc", "NoteSession", 1 / 60),
        ("message_write_time", "Message", 1.0),
    ):
        mine, theirs = cells_[cells_["kpi"] == kpi], hand[table]
        for name, factor in (("n", 1.0), ("total", scale), ("squares", scale**2)):
            np.testing.assert_allclose(mine[name].sum(), theirs[name].sum() * factor, rtol=1e-12)
        logarithms = theirs["log_total"].sum() + theirs["log_n"].sum() * np.log(scale)
        np.testing.assert_allclose(mine["log_total"].sum(), logarithms, rtol=1e-12)
        assert len(mine) == (theirs["n"] > 0).sum()


BENCHMARK = Benchmark(
    name="kpis",
    limits={0: 1.5, 10_000_000: 1.15},
    side="at most",
    ratio_of="time of declared KPIs to cells over time of a masked DuckDB query written by hand",
    run=run,
)
