"""The contract of every command: exit codes, one line for a mistake, JSON alone on standard output."""

import json
from pathlib import Path

import pytest

from workflows.cli import main, meetlat


def test_every_command_helps_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    import click

    names = meetlat.list_commands(click.Context(meetlat))
    assert {"doctor", "serve"} <= set(names)
    for name in names:
        assert main([name, "--help"]) == 0
        text = capsys.readouterr().out
        assert "Example" in text, name


@pytest.mark.parametrize("words", [["nothing"], ["doctor", "--colour"], ["doctor", "--lang", "fr"]])
def test_a_mistake_is_one_clear_message_and_exit_2(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert len(captured.err.splitlines()) == 1
    assert captured.err.rstrip().endswith("--help")


@pytest.mark.parametrize(
    ("words", "english", "dutch"),
    [
        ("ingest x.csv", "--mapping is missing.", "--mapping ontbreekt."),
        ("evaluate", "PILOT is missing.", "PILOT ontbreekt."),
        (
            "measure --kpii x",
            "There is no option --kpii. Did you mean --kpi",
            "Er is geen optie --kpii. Bedoelde",
        ),
        ("measur", "There is no command measur.", "Er is geen opdracht measur."),
        (
            "measure --every x",
            "--every: 'x' is none of day, week",
            "--every: 'x' is geen van day, week",
        ),
        ("measure --from 3", "--from: '3' is no day such as", "--from: '3' is geen dag zoals"),
    ],
)
def test_a_slip_of_the_pen_is_told_in_the_language_asked_for(
    words: str, english: str, dutch: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for language, said in (("en", english), ("nl", dutch)):
        assert main([*words.split(), "--lang", language]) == 2
        assert said in capsys.readouterr().err


def test_doctor_prints_json_alone_and_masks_secrets(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEETLAT_DATABASE_URL", "postgresql+psycopg://me:hush@localhost/state")
    assert main(["doctor", "--json", "--workspace", str(tmp_path)]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out)
    assert found["settings"]["database_url"] == {"value": "***", "origin": "MEETLAT_DATABASE_URL"}
    assert "hush" not in captured.out + captured.err


def test_doctor_finds_a_key_that_others_can_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "secret").mkdir(mode=0o700)
    (tmp_path / "secret" / "pseudonym.key").write_text("x")
    (tmp_path / "secret" / "pseudonym.key").chmod(0o644)
    assert main(["doctor", "--workspace", str(tmp_path), "--lang", "nl"]) == 2
    assert "kunnen 'pseudonym.key' lezen" in capsys.readouterr().out


def test_doctor_says_why_a_workspace_does_not_open(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    (tmp_path / "state.db").write_bytes(b"no database at all" * 100)
    assert main(["doctor", "--workspace", str(tmp_path / "file")]) == 2
    assert "is a file" in capsys.readouterr().out
    assert main(["doctor", "--workspace", str(tmp_path)]) == 2
    assert "The state database cannot be used" in capsys.readouterr().out


def test_settings_that_are_not_text_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "meetlat.toml").write_bytes(b"\xff\xfe")
    assert main(["pilots", "list", "--workspace", str(tmp_path)]) == 2
    assert capsys.readouterr().err == "meetlat.toml: This file is not UTF-8 text. Save it as UTF-8.\n"


def test_nothing_is_served_where_there_can_be_no_workspace(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    assert main(["serve", "--no-browser", "--workspace", str(tmp_path / "file")]) == 2
    assert "The workspace cannot be made here" in capsys.readouterr().err
