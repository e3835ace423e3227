"""The tutorial is run, line by line, on the files that stand beside it."""

import re
import shlex
import shutil
from pathlib import Path

import pytest

from workflows.cli import main

TUTORIALS = Path(__file__).resolve().parents[2] / "docs" / "tutorials"
TEXT = (TUTORIALS / "your-own-csv.md").read_text("utf-8")
PROMPT = "$ python3 run.py "
DONE_OR_SET_ASIDE = (0, 3)


def steps() -> list[tuple[str, list[str]]]:
    """Each command with the lines that the tutorial shows below it."""
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", TEXT, flags=re.DOTALL):
        for line in block.splitlines():
            if line.startswith(PROMPT):
                found.append((line.removeprefix(PROMPT), []))
            elif line.strip() != "...":
                found[-1][1].append(line.strip())
    return found


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
    assert len(steps()) >= 9
    for command, shown in steps():
        assert main(shlex.split(command)) in DONE_OR_SET_ASIDE, command
        printed = capsys.readouterr()
        lines = {" ".join(line.split()) for line in (printed.out + printed.err).splitlines()}
        assert [line for line in shown if " ".join(line.split()) not in lines] == [], command
    assert (here / "memo.pdf").read_bytes().startswith(b"%PDF")
