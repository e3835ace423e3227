"""Files made to exhaust the machine, or to write outside a folder: refused at once, in little memory."""

import re
from pathlib import Path

import pytest

from data_connectors.archive import unpacked
from data_connectors.connector import Refused
from data_connectors.guards import checked_members
from tests.faults.bombs import Outcome, archive, bombs, outcomes, overwrite, zeros

SECONDS = 10.0
"""A second on an idle machine; this notices one that hangs or is read to its end."""
MEGABYTES = 300


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    return outcomes(bombs(tmp_path_factory.mktemp("bombs")))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("bomb.zip", "more than 100 times its size"),
        ("bomb.xlsx", "more than 100 times its size"),
        ("large.zip", "more than 500 MB"),
        ("many.zip", "too many files"),
        ("nested.zip", "an archive within the archive"),
        ("locked.zip", "locked with a password"),
        ("link.zip", "outside the archive"),
        ("million.csv", "more than 10,?000 columns"),
        ("million.auto.csv", "more than 10,?000 columns"),
        ("wide.csv", "more than 10,?000 columns"),
        ("wide.jsonl", "more than 10,?000 columns"),
        ("wide.parquet", "more than 10,?000 columns"),
        ("endless.csv", "a line of over 8 MB"),
        ("endless.jsonl", "a line of over 8 MB"),
        ("later.csv", "a line of over 8 MB"),
        ("later.jsonl", "a line of over 8 MB"),
    ],
)
def test_it_is_refused_soon_and_in_little_memory(found: dict[str, Outcome], name: str, said: str) -> None:
    outcome = found[name]
    assert outcome.refusal is not None
    assert re.search(said, outcome.refusal)
    assert outcome.seconds < SECONDS
    assert outcome.megabytes < MEGABYTES


def test_a_sheet_of_empty_rows_is_read_in_little_memory(found: dict[str, Outcome]) -> None:
    assert found["rows.xlsx"].rows == 1
    assert found["rows.xlsx"].megabytes < MEGABYTES


def test_a_header_that_lies_about_its_size_yields_no_more_than_it_says(tmp_path: Path) -> None:
    path = zeros(tmp_path / "lie.zip", "a.csv", 5)
    overwrite(path, 24, "<L", 1000)
    delivery = unpacked([path], tmp_path)
    assert delivery.files == []
    assert [report.reason for report in delivery.refused] == ["unreadable_file"]
    assert sum(one.stat().st_size for one in tmp_path.rglob("a.csv")) <= 1000


@pytest.mark.parametrize(
    "name", ["../up.csv", "a/../../up.csv", "/etc/passwd", "..\\up.csv", "C:\\windows\\x.csv", "a\0.csv"]
)
def test_names_that_leave_the_folder(tmp_path: Path, name: str) -> None:
    path = tmp_path / "path.zip"
    safe = "x" * len(name)
    archive(path, (safe, b"a;b\n"))
    path.write_bytes(path.read_bytes().replace(safe.encode(), name.encode()))
    with pytest.raises(Refused, match="outside the archive"):
        checked_members(path)
