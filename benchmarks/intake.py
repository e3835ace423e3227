"""A CSV file taken in whole (read, checked, pseudonymised, stored, committed), beside DuckDB's load of it.

DuckDB's load keeps every cell as text in a database file and checks nothing. A pseudonym costs as much as
reading a row, so the file is taken in twice: with the one that every table has, the key of its rows, to which
the promise is held, and with those of contact, patient and clinician too, under a limit of their own. Each
run is a process of its own, with the threads that DuckDB takes by itself, so that its peak memory is its own.
"""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from shutil import rmtree
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import duckdb

from benchmarks.benchmark import ROOT, Benchmark, Outcome, Timing
from core.quoting import literal
from governance.access import LOCAL_OPERATOR
from storage.duck import connect
from storage.workspace import Workspace
from workflows.intake_run import connectors
from workflows.refresh import ingest

Found = dict[str, float]

FEW, MANY, RUNS = 1_000_000, 10_000_000, 3
"""Rows: of the small limit and of the promise. Each piece of work is timed so many times."""

MORE = 2.5
"""As many times DuckDB's load may a large file with four pseudonyms a row take."""

PEAK = 2 * 1024**3
"""Bytes of memory that taking a file in may use."""

RELOAD = 1.0
"""Seconds that an unchanged file may take per 100 MB."""

FAULTY = 1000
"""One row in so many has each of the faults."""

MAPPING = """
[[table]]
name = "NoteSession"
department = "afdeling"
segment = {{ from = "soort", values = {{ E = "first", H = "follow_up" }} }}

[table.columns]
note = "notitie"
{others}started_at = "begin"
ended_at = "eind"
active_seconds = {{ from = "minuten", unit = "minutes" }}
template = "sjabloon"
"""
OTHERS = 'encounter = "contact"\npatient = "patient"\nclinician = "arts"\n'
ROWS = f"""
SELECT 'N' || lpad(CAST(i - CAST(hash(i) % {FAULTY} = 1 AS BIGINT) AS VARCHAR), 9, '0') AS notitie,
    'E' || lpad(CAST(i // 3 AS VARCHAR), 9, '0') AS contact,
    lpad(CAST(hash(i + 2) % 600000 AS VARCHAR), 7, '0') AS patient,
    'a' || (hash(i + 3) % 2000) AS arts,
    CASE WHEN hash(i) % {FAULTY} = 2 THEN '' ELSE 'Afdeling ' || (i % 40) END AS afdeling,
    CASE WHEN hash(i) % 3 = 0 THEN 'E' ELSE 'H' END AS soort,
    CASE WHEN hash(i) % {FAULTY} = 3 THEN 'onbekend' ELSE strftime(moment, '%Y-%m-%d %H:%M:%S') END AS begin,
    strftime(moment + to_minutes(CAST(hash(i + 4) % 30 AS BIGINT)), '%Y-%m-%d %H:%M:%S') AS eind,
    CASE WHEN hash(i) % {FAULTY} = 4 THEN 'veel' WHEN hash(i) % {FAULTY} = 5 THEN '-3'
        ELSE CAST((hash(i + 5) % 300) / 10 AS VARCHAR) END AS minuten,
    'standaard ' || (hash(i + 6) % 7) AS sjabloon,
    CASE WHEN hash(i) % {FAULTY} = 6 THEN 'x,y' ELSE 'R' || (hash(i + 7) % 90000) END AS regel
FROM (SELECT i, TIMESTAMP '2024-07-01 07:00'
    + to_seconds(CAST(i * 63000000 // $rows AS BIGINT)) AS moment FROM range($rows) AS rows(i))
"""


def load(file: Path, place: Path) -> Found:
    """DuckDB's own: every cell as text, in a database file."""
    begin = perf_counter()
    with duckdb.connect(place / "text.duckdb") as connection:
        columns = f"read_csv({literal(file)}, all_varchar = true, header = true, delim = ',')"
        connection.execute(f"CREATE TABLE loaded AS SELECT * FROM {columns}")
        ((rows,),) = connection.execute("SELECT count(*) FROM loaded").fetchall()
    return {"seconds": perf_counter() - begin, "rows": rows}


def take_in(file: Path, place: Path) -> Found:
    """The whole of it, with one pseudonym in a row."""
    return _taken(file, place, "")


def take_in_with_four_pseudonyms(file: Path, place: Path) -> Found:
    """The same with contact, patient and clinician."""
    return _taken(file, place, OTHERS)


STEPS = {
    "DuckDB: all text, no checks": load,
    "taken in, one pseudonym": take_in,
    "taken in, four pseudonyms": take_in_with_four_pseudonyms,
}


def run(rows: int) -> Outcome:
    """Time them in turns; every row must be accounted for, and an unchanged file known as such in time."""
    found: dict[str, list[Found]] = {name: [] for name in STEPS}
    with TemporaryDirectory(prefix="meetlat-bench-") as folder:
        file = Path(folder) / "notities.csv"
        _write(file, rows)
        megabytes = file.stat().st_size / 1e6
        os.sync()  # or the first step pays for what is still to be written of the file
        for _ in range(RUNS):
            for name, step in STEPS.items():
                found[name].append(_alone(step.__name__, file, Path(folder) / "place"))
    timings = {name: _timing(name, [one["seconds"] for one in runs]) for name, runs in found.items()}
    theirs, ours, four = timings.values()
    peak = max(one["peak"] for runs in found.values() for one in runs if "again" in one)
    again = _timing(
        "the same file again", [one["again"] for runs in found.values() for one in runs if "again" in one]
    )
    per_100_megabytes = again.fastest / max(megabytes, 100) * 100
    assert {one["rows"] for runs in found.values() for one in runs} == {rows}
    assert rows < MANY or four.median <= MORE * theirs.median, "too slow with four pseudonyms"
    assert peak <= PEAK, f"peak memory {peak / 1024**3:.2f} GB"
    assert per_100_megabytes <= RELOAD, f"{per_100_megabytes:.2f} s per 100 MB to know a file again"
    return Outcome(
        ratio=ours.median / theirs.median,
        rows=rows,
        timings=(*timings.values(), again),
        checked=f"every row is loaded or set aside; {megabytes:.0f} MB; peak memory {peak / 1024**3:.2f} GB; "
        f"with four pseudonyms {four.median / theirs.median:.2f} times DuckDB's load; "
        f"an unchanged file {per_100_megabytes:.2f} s per 100 MB",
    )


def _timing(name: str, seconds: list[float]) -> Timing:
    return Timing(name=name, median=median(seconds), fastest=min(seconds), runs=len(seconds))


def _write(file: Path, rows: int) -> None:
    with connect() as connection:
        connection.execute(f"COPY ({ROWS}) TO {literal(file)} (FORMAT csv)", {"rows": rows})


def _taken(file: Path, place: Path, others: str) -> Found:
    mapping = place / "mapping.toml"
    mapping.write_text(MAPPING.format(others=others), "utf-8")
    workspace = Workspace.open(place / "workspace")
    connectors()  # what is imported once a process is not the file's
    import pandas  # noqa: F401

    begin = perf_counter()
    (report,) = ingest(LOCAL_OPERATOR, workspace, [file], str(mapping))
    taken = perf_counter()
    (known,) = ingest(LOCAL_OPERATOR, workspace, [file], str(mapping))
    again = perf_counter() - taken
    workspace.engine.dispose()
    assert (report.status, known.status) == ("loaded", "unchanged")
    assert report.rows_read == report.rows_loaded + report.rows_quarantined
    return {"seconds": taken - begin, "again": again, "rows": report.rows_read}


def _alone(step: str, file: Path, place: Path) -> Found:
    """One piece of work in a process of its own."""
    place.mkdir()
    asked = [sys.executable, "-m", "benchmarks.intake", step, str(file), str(place)]
    printed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    rmtree(place)
    found: Found = json.loads(printed)
    return found


BENCHMARK = Benchmark(
    name="intake",
    limits={0: 12.0, FEW: 3.0, MANY: 1.5},
    side="at most",
    ratio_of="taking in a CSV file with all checks and one pseudonym a row, over DuckDB's load as text",
    run=run,
)


if __name__ == "__main__":
    _step, _file, _place = sys.argv[1:]
    _done = {step.__name__: step for step in STEPS.values()}[_step](Path(_file), Path(_place))
    print(json.dumps(_done | {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
