"""`meetlat report` on a small real hospital: files that appear whole, and mistakes in one line.

The plan of its good pilot names one secondary KPI without data, so every report sets something aside.
"""

import json
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from core.errors import InputError, NotPermitted
from governance.access import ANONYMOUS, EVERY, LOCAL_OPERATOR, Grant, fixed
from storage.workspace import Workspace
from tests.evaluated_hospital import build
from workflows.cli import main
from workflows.options import EXIT_SET_ASIDE
from workflows.overview import pilot_view
from workflows.publish import publish


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    opened = build(tmp_path_factory.mktemp("reported"))
    yield opened
    opened.engine.dispose()


def report(workspace: Workspace, *words: str) -> int:
    return main(["report", *words, "--workspace", str(workspace.root)])


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_report_is_written_twice_with_the_same_bytes(
    workspace: Workspace, tmp_path: Path, language: str
) -> None:
    files = [tmp_path / "first.pdf", tmp_path / "second.pdf"]
    for file in files:
        assert (
            report(workspace, "good", "--format", "pdf", "--lang", language, "-o", str(file))
            == EXIT_SET_ASIDE
        )
    assert files[0].read_bytes() == files[1].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.pdf", "second.pdf"]
    found = PdfReader(files[0])
    assert len(found.pages) == 2
    assert found.metadata is not None
    assert found.metadata.title == "Pilot good"


def test_json_names_the_file_and_its_fingerprint(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "good.csv"
    assert report(workspace, "good", "--format", "csv", "-o", str(file), "--json") == EXIT_SET_ASIDE
    found = json.loads(capsys.readouterr().out)
    assert found["file"] == str(file)
    assert found["bytes"] == file.stat().st_size


def test_the_json_report_agrees_with_decide(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "good.json"
    assert report(workspace, "good", "--format", "json", "-o", str(file)) == EXIT_SET_ASIDE
    capsys.readouterr()
    main(["decide", "good", "--json", "--workspace", str(workspace.root)])
    assert json.loads(file.read_text())["decision"] == json.loads(capsys.readouterr().out)


def test_a_pilot_of_seven_patients_gets_a_report_without_numbers(
    workspace: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "seven.pdf"
    assert report(workspace, "seven", "-o", str(file)) == EXIT_SET_ASIDE
    found = PdfReader(BytesIO(file.read_bytes()))
    text = " ".join(page.extract_text() for page in found.pages)
    assert "< 10" in text
    effect = pilot_view(LOCAL_OPERATOR, workspace, "seven").evaluation.primary.result
    assert effect.suppressed


@pytest.mark.parametrize("format_", ["docx", "xlsx", "html"])
def test_a_format_that_is_not_built_says_so_in_one_line(
    workspace: Workspace, tmp_path: Path, format_: str, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "out"
    assert report(workspace, "good", "--format", format_, "-o", str(file)) == 2
    found = capsys.readouterr()
    assert found.out == ""
    assert found.err.strip().splitlines() == [
        f"A report as {format_} cannot be made yet. Choose one of: csv, json, pdf."
    ]
    assert not file.exists()


def test_an_unknown_pilot_names_those_that_exist(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(workspace, "goed", "-o", str(tmp_path / "x.pdf")) == 2
    assert "good" in capsys.readouterr().err


def test_a_folder_that_does_not_exist_is_named(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"missing.*No such file or directory"):
        publish(LOCAL_OPERATOR, workspace, "good", "csv", "en", tmp_path / "missing" / "x.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="not run: root may write anywhere")
def test_a_folder_that_may_not_be_written_keeps_what_was_there(workspace: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "x.csv"
    file.write_text("earlier")
    tmp_path.chmod(0o500)
    with pytest.raises(InputError, match="Permission denied"):
        publish(LOCAL_OPERATOR, workspace, "good", "csv", "en", file)
    assert file.read_text() == "earlier"


def test_only_who_may_see_effects_gets_a_report(workspace: Workspace, tmp_path: Path) -> None:
    manager = fixed("m", Grant(role="manager", objects=frozenset({EVERY})))
    for viewer in (ANONYMOUS, manager):
        with pytest.raises(NotPermitted):
            publish(viewer, workspace, "good", "csv", "en", tmp_path / "x.csv")
    assert list(tmp_path.iterdir()) == []
