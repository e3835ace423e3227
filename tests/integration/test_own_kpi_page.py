"""The page on a hospital's own KPI is followed, line by line, on the files of the tutorial."""

import shlex
import shutil
from pathlib import Path

import pytest

from tests.documented_steps import Change, steps
from workflows.cli import main

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "how-to" / "your-own-kpi.md").read_text("utf-8")
ENDS = {"No problems.": 0, "One problem.": 2}
INGEST = 3


def test_every_line_of_the_page_does_what_it_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    here = tmp_path / "example"
    shutil.copytree(DOCS / "tutorials" / "example", here)
    monkeypatch.chdir(here)
    found = steps(TEXT)
    assert len(found) >= 18
    for step in found:
        if isinstance(step, Change):
            step.apply(here)
            continue
        code = main(shlex.split(step.words))
        printed = capsys.readouterr()
        assert step.missing_from(printed.out + printed.err) == [], step.words
        last = step.shown[-1] if step.shown else ""
        assert code == (INGEST if step.words.startswith("ingest") else ENDS.get(last, 0)), step.words
