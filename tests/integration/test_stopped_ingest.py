"""Ctrl-C while files come in: told as such, nothing half in, and the same command goes on from there."""

import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from data_connectors import filling, intake, text_encoding
from data_connectors.plain_rows import PlainRows
from storage import fact_writer, facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.intake_files import HEADER, NOTES
from workflows.cli import main

ROWS = 300
MOMENTS = {
    "in the first file": (filling, "fill"),
    "while a block is read": (PlainRows, "split"),
    "while the engine works": (intake, "_account"),
    "while a month is written": (fact_writer, "_copy"),
}


@pytest.fixture(autouse=True)
def _by_the_block() -> Iterator[None]:
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with patch.object(filling, "LARGE", 0), patch.object(text_encoding, "BLOCK", 2_000):
        yield
    signal.signal(signal.SIGINT, before)


def stopping(work: Callable[..., Any], at: int = 0) -> Callable[..., Any]:
    """The same, with Ctrl-C when it is called for the first time, or later."""
    calls = count()

    def stopped(*given: Any, **named: Any) -> Any:
        if next(calls) == at:
            os.kill(os.getpid(), signal.SIGINT)
        return work(*given, **named)

    return stopped


def held(root: Path) -> int:
    workspace = Workspace.open(root)
    with connect() as connection:
        return connection.sql(f"SELECT * FROM {facts.source_sql(workspace, 'NoteSession')}").shape[0]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_stopped_ingest(moment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.toml").write_text(NOTES, "utf-8")
    words = ["--mapping", str(tmp_path / "notes.toml"), "--workspace", str(tmp_path / "workspace")]
    for name in "abc":
        lines = [f"{name}{i};CHI;E;p{i};a1;{1 + i % 28:02}-0{1 + i % 9}-2026 10:00;;7,5" for i in range(ROWS)]
        (tmp_path / f"{name}.csv").write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    first, *others = (str(tmp_path / f"{name}.csv") for name in "abc")
    assert main(["ingest", first, *words]) == 0
    capsys.readouterr()

    place, work = MOMENTS[moment]
    with patch.object(place, work, stopping(getattr(place, work))):
        assert main(["ingest", *others, *words, "--lang", "nl"]) == 130
    assert capsys.readouterr().err.strip() == "Gestopt."
    assert held(tmp_path / "workspace") == ROWS

    assert main(["ingest", *others, *words]) == 0
    assert held(tmp_path / "workspace") == 3 * ROWS


def test_what_is_in_was_told_before_the_rest_is_broken_off(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.toml").write_text(NOTES, "utf-8")
    words = ["--mapping", str(tmp_path / "notes.toml"), "--workspace", str(tmp_path / "workspace")]
    for name in "ab":
        lines = [f"{name}{i};CHI;E;p{i};a1;{1 + i % 28:02}-03-2026 10:00;;7,5" for i in range(ROWS)]
        (tmp_path / f"{name}.csv").write_text("\n".join((HEADER, *lines)) + "\n", "utf-8")
    files = [str(tmp_path / f"{name}.csv") for name in "ab"]
    with patch.object(intake, "_account", stopping(intake._account, at=1)):
        assert main(["ingest", *files, *words]) == 130
    printed = capsys.readouterr()
    assert f"a.csv: loaded, {ROWS} rows read" in printed.out
    assert "b.csv" not in printed.out
    assert printed.err.strip() == "Stopped."
    assert held(tmp_path / "workspace") == ROWS
