"""The tutorial is run, line by line, on the files that stand beside it."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from tests.documented_steps import Command, steps
from workflows.cli import main

TUTORIALS = Path(__file__).resolve().parents[2] / "docs" / "tutorials"
TEXT = (TUTORIALS / "your-own-csv.md").read_text("utf-8")
DONE_OR_SET_ASIDE = (0, 3)


def test_the_tutorial_shows_its_files_as_they_are() -> None:
    shown = dict(re.findall(r"<!-- file: (\S+) -->\n```toml\n(.*?)```", TEXT, flags=re.DOTALL))
    assert shown == {name: (TUTORIALS / "example" / name).read_text("utf-8") for name in shown}
    assert set(shown) == {"verslagen.toml", "pilot.toml"}


def test_every_command_of_the_tutorial_works_and_prints_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = tmp_path / "example"
    shutil.copytree(TUTORIALS / "example", here)
    monkeypatch.chdir(here)
    commands = [step for step in steps(TEXT) if isinstance(step, Command)]
    assert len(commands) >= 9
    for command in commands:
        assert main(shlex.split(command.words)) in DONE_OR_SET_ASIDE, command.words
        printed = capsys.readouterr()
        assert command.missing_from(printed.out + printed.err) == [], command.words
    assert (here / "memo.pdf").read_bytes().startswith(b"%PDF")
