"""What was taken in stays: the same file twice, corrections, a process killed at any point, two at once."""

import os
import resource
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from core.errors import ConfigurationError, NotPermitted, UserError
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from storage import cube_build, facts, ledger
from storage.duck import connect
from storage.one_at_a_time import only_one
from storage.workspace import Workspace
from tests.intake_files import HEADER, NOTES
from workflows.refresh import ingest

ROOT = Path(__file__).resolve().parents[2]


class Hospital:
    """A workspace, a mapping and files to take in."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mapping = root / "notes.toml"
        self.mapping.write_text(NOTES, "utf-8")
        self.workspace = Workspace.open(root / "workspace")

    def file(self, name: str, *rows: str) -> Path:
        path = self.root / name
        path.write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
        return path

    def take(self, *files: Path, **options: bool):  # type: ignore[no-untyped-def]
        return ingest(LOCAL_OPERATOR, self.workspace, files, str(self.mapping), **options)

    def minutes(self) -> list[float]:
        """Active minutes of the rows that count today."""
        with connect() as connection:
            source = facts.source_sql(self.workspace, "NoteSession")
            rows = connection.sql(f"SELECT active_seconds / 60 FROM {source} ORDER BY 1").fetchall()
        return [minutes for (minutes,) in rows]

    def parquet(self) -> set[Path]:
        return {path for path in (self.workspace.root / "facts").rglob("*") if path.is_file()}


@pytest.fixture
def hospital(tmp_path: Path) -> Hospital:
    return Hospital(tmp_path)


def note(key: int, minutes: str, day: str = "09-03-2025") -> str:
    return f"{key};CHI;E;p{key};a1;{day} 10:00;;{minutes}"


def test_the_same_file_twice_changes_nothing(hospital: Hospital) -> None:
    file = hospital.file("a.csv", note(1, "1"), note(2, "x"))
    (first,) = hospital.take(file)
    before = hospital.parquet()
    (second,) = hospital.take(file)
    (renamed,) = hospital.take(file.rename(file.with_name("b.csv")))
    assert (first.status, second.status, renamed.status) == ("loaded", "unchanged", "unchanged")
    assert first.sha256 == renamed.sha256
    assert hospital.parquet() == before
    assert hospital.minutes() == [1.0]
    assert ledger.position(hospital.workspace) == 1


def test_another_mapping_reads_the_same_file_anew(hospital: Hospital) -> None:
    file = hospital.file("a.csv", note(1, "1"))
    hospital.take(file)
    hospital.mapping.write_text(NOTES.replace('"minutes"', '"seconds"'), "utf-8")
    (second,) = hospital.take(file)
    assert second.status == "loaded"
    assert hospital.minutes() == [pytest.approx(1 / 60)]


def test_a_newer_file_corrects_older_rows_across_months(hospital: Hospital) -> None:
    hospital.take(hospital.file("a.csv", note(1, "1"), note(2, "2"), note(3, "3", "09-04-2025")))
    hospital.take(hospital.file("b.csv", note(2, "20", "01-05-2025"), note(4, "4")))
    assert hospital.minutes() == [1.0, 3.0, 4.0, 20.0]
    hospital.take(hospital.file("c.csv", note(2, "7")))
    assert hospital.minutes() == [1.0, 3.0, 4.0, 7.0]
    names = [path.name[:7] for path in facts.files(hospital.workspace, "NoteSession")]
    assert names == ["2025-03", "2025-04", "2025-03", "2025-05", "2025-03"]


def test_a_dry_run_keeps_nothing(hospital: Hospital) -> None:
    (report,) = hospital.take(hospital.file("a.csv", note(1, "1")), dry_run=True)
    assert (report.status, report.rows_loaded) == ("loaded", 1)
    assert hospital.parquet() == set()
    assert ledger.position(hospital.workspace) == 0
    assert not hospital.workspace.key_path.exists()


def test_the_quarantine_holds_line_reason_and_column_only(hospital: Hospital) -> None:
    hospital.take(hospital.file("a.csv", note(1, "1"), note(2, "SECRET")))
    (quarantine,) = (path for path in hospital.parquet() if "quarantine" in path.name)
    with connect() as connection:
        found = connection.sql(f"SELECT * FROM read_parquet('{quarantine}')")
        assert found.columns == ["line", "reason", "column"]
        assert found.fetchall() == [(3, "unparseable", "active_seconds")]


def test_a_lost_key_stops_intake_before_anything_is_loaded(hospital: Hospital) -> None:
    hospital.take(hospital.file("a.csv", note(1, "1")))
    hospital.workspace.key_path.unlink()
    with pytest.raises(ConfigurationError, match="key is gone"):
        hospital.take(hospital.file("b.csv", note(2, "2")))
    assert hospital.minutes() == [1.0]


def test_nobody_loads_without_the_right(hospital: Hospital) -> None:
    with pytest.raises(NotPermitted):
        ingest(ANONYMOUS, hospital.workspace, [hospital.mapping], "nhs_ae_attendances")


KILLER = """
import os, signal, sys
from itertools import count
from pathlib import Path
import storage.fact_writer, workflows.refresh
from governance.access import LOCAL_OPERATOR
from storage.workspace import Workspace

module, name, deadly_call, when = sys.argv[1:5]
owner = {"os": os, "writer": storage.fact_writer}[module]
real, calls = getattr(owner, name), count(1)

def deadly(*given, **named):
    own = next(calls)  # threads call it too
    if own == int(deadly_call) and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*given, **named)
    if own == int(deadly_call):
        os.kill(os.getpid(), signal.SIGKILL)
    return result

setattr(owner, name, deadly)
root = Path(sys.argv[5])
workflows.refresh.ingest(
    LOCAL_OPERATOR, Workspace.open(root / "workspace"), [root / "b.csv"], str(root / "notes.toml")
)
"""
POINTS = [
    ("writer", "begin", 1, "after", False),
    ("writer", "_copy", 1, "after", False),
    ("writer", "_copy", 3, "after", False),
    ("os", "replace", 1, "before", False),
    ("os", "replace", 2, "after", False),
    ("os", "fsync", 1, "before", False),
    ("writer", "commit", 1, "before", False),
    ("writer", "commit", 1, "after", True),
]


@pytest.mark.parametrize(("module", "name", "count", "when", "committed"), POINTS)
def test_a_killed_intake_leaves_the_last_good_state(
    hospital: Hospital, module: str, name: str, count: int, when: str, committed: bool
) -> None:
    hospital.take(hospital.file("a.csv", note(1, "1"), note(2, "2")))
    new = hospital.file("b.csv", note(2, "20"), note(3, "3", "01-05-2025"), note(4, "x"))
    words = [sys.executable, "-c", KILLER, module, name, str(count), when, str(hospital.root)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert hospital.minutes() == ([1.0, 3.0, 20.0] if committed else [1.0, 2.0])

    (report,) = hospital.take(new)
    assert report.status == ("unchanged" if committed else "loaded")
    hospital.take(hospital.file("c.csv", note(5, "5")))
    assert hospital.minutes() == [1.0, 3.0, 5.0, 20.0]
    listed = set(facts.files(hospital.workspace, "NoteSession"))
    extra = {path.name.split("-")[0] for path in hospital.parquet() - listed}
    assert extra == {"superseded", "quarantine"}
    assert not list(hospital.workspace.root.glob("facts/*.incoming"))


def test_what_a_broken_off_intake_left_goes_with_the_next_one_also_where_that_has_no_news(
    hospital: Hospital, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = hospital.file("a.csv", note(1, "4")), hospital.file("b.csv", note(2, "5"))
    hospital.take(first)
    before = hospital.parquet()
    monkeypatch.setattr("storage.fact_writer.commit", lambda *_arguments: sys.exit(143))
    with pytest.raises(SystemExit):
        hospital.take(second)
    monkeypatch.undo()
    assert hospital.parquet() > before
    assert [report.status for report in hospital.take(first)] == ["unchanged"]
    assert hospital.parquet() == before


def test_facts_of_another_state_database_are_left_alone(hospital: Hospital) -> None:
    hospital.take(hospital.file("a.csv", note(1, "1")))
    before = hospital.parquet()
    for path in hospital.workspace.root.glob("state.db*"):
        path.unlink()
    hospital.workspace = Workspace.open(hospital.workspace.root)
    with pytest.raises(ConfigurationError, match="does not know"):
        hospital.take(hospital.file("b.csv", note(2, "2")))
    assert hospital.parquet() == before


def test_a_full_disk_is_one_sentence_and_the_earlier_data_stay(hospital: Hospital) -> None:
    hospital.take(hospital.file("a.csv", note(1, "1")))
    new = hospital.file("b.csv", *(note(key, "2") for key in range(2, 3000)))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))
    try:
        with pytest.raises(ConfigurationError, match="cannot be written"):
            hospital.take(new)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert hospital.minutes() == [1.0]
    hospital.take(new)
    assert len(hospital.minutes()) == 2999


def test_a_second_intake_waits_or_says_that_it_cannot(hospital: Hospital) -> None:
    with only_one(hospital.workspace.root):
        with pytest.raises(UserError, match="Another intake"), only_one(hospital.workspace.root, wait=0.05):
            pass
        waiting = Thread(target=hospital.take, args=(hospital.file("a.csv", note(1, "1")),))
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
    waiting.join(30)
    assert hospital.minutes() == [1.0]


def test_many_processes_at_once_lose_and_double_nothing(hospital: Hospital) -> None:
    for number in range(4):
        hospital.file(f"{number}.csv", *(note(10 * number + key, "1") for key in range(10)))
    words = [sys.executable, "-m", "workflows.cli", "ingest", *(f"{hospital.root}/{n}.csv" for n in range(4))]
    words += ["--mapping", str(hospital.mapping), "--workspace", str(hospital.workspace.root)]
    started = [subprocess.Popen(words, cwd=ROOT, env=os.environ, stdout=subprocess.DEVNULL) for _ in range(3)]
    assert [process.wait(120) for process in started] == [0, 0, 0]
    assert hospital.minutes() == [1.0] * 40
    assert ledger.position(hospital.workspace) == 4


DELETING = NOTES.replace(
    "segment = {", 'deleted = { from = "weg", values = { J = "1", N = "0" } }\nsegment = {'
)


def test_a_row_that_is_gone_no_longer_counts_and_needs_nothing_but_its_identity(hospital: Hospital) -> None:
    hospital.mapping.write_text(DELETING, "utf-8")
    first = hospital.root / "first.csv"
    first.write_text(f"{HEADER};weg\n{note(1, '4,5')};N\n{note(2, '5')};\n", "utf-8")
    gone = hospital.root / "gone.csv"
    gone.write_text(f"{HEADER};weg\n1;;;;;;;;J\n;;;;;;;;J\n9;CHI;;;;;;;N\n", "utf-8")
    hospital.take(first)
    (report,) = hospital.take(gone)
    assert hospital.minutes() == [5.0]
    assert (report.rows_read, report.rows_loaded, report.rows_quarantined) == (3, 1, 2)
    assert report.quarantine == {"missing_date": 1, "missing_value": 1}


def test_what_was_known_before_a_correction_and_a_deletion(hospital: Hospital) -> None:
    hospital.take(hospital.file("a.csv", note(1, "4"), note(2, "6")))
    hospital.take(hospital.file("b.csv", note(1, "9")))

    def known(position: int | None) -> list[float]:
        with connect() as connection:
            source = facts.source_sql(hospital.workspace, "NoteSession", position=position)
            found = connection.sql(f"SELECT active_seconds / 60 FROM {source} ORDER BY 1").fetchall()
        return [minutes for (minutes,) in found]

    assert (known(0), known(1), known(2), known(None)) == ([], [4, 6], [6, 9], [6, 9])
    moments = [datetime.now(UTC) + timedelta(hours=hours) for hours in (-1, 1)]
    assert [ledger.position_on(hospital.workspace, one) for one in moments] == [0, 2]
    assert len(hospital.parquet()) > 2
    versions = [cube_build.as_known(hospital.workspace, position) for position in (1, 2)]
    assert [one.read("coverage")["rows"].sum() for one in versions] == [2, 2]
    assert versions[0].folder != versions[1].folder
