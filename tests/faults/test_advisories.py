"""The server of advisories answers as OSV does, from files as the Advisory Database has them."""

import json
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.servers.advisories import Database, Unreadable, read, serving

LISTED = {
    "id": "PYSEC-2024-1",
    "affected": [
        {
            "package": {"name": "some_Part", "ecosystem": "PyPI"},
            "versions": ["1.10", "1.9rc1", "not-of-pep-440"],
        }
    ],
    "modified": "2024-05-01T23:30:00-04:00",
}
RANGE = {
    "id": "PYSEC-2024-2",
    "aliases": ["CVE-2024-2"],
    "affected": [
        {
            "package": {"name": "some-part", "ecosystem": "PyPI"},
            "ranges": [
                {"type": "GIT", "events": [{"introduced": "0"}, {"fixed": "0123456789abcdef"}]},
                {
                    "type": "ECOSYSTEM",
                    "events": [
                        {"introduced": "3.0"},
                        {"introduced": "0"},
                        {"fixed": "2.0"},
                        {"last_affected": "3.1"},
                    ],
                },
            ],
        },
        {"package": {"name": "other-part", "ecosystem": "npm"}, "versions": ["9"]},
    ],
    "modified": "2024-04-01T00:00:00Z",
}
WITHDRAWN = {
    "id": "PYSEC-2024-3",
    "affected": [
        {
            "package": {"name": "some-part", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}],
        }
    ],
    "modified": "2024-03-01T00:00:00Z",
    "withdrawn": "2024-03-01T00:00:00Z",
}
UNREADABLE_END = {
    "id": "PYSEC-2024-4",
    "affected": [
        {
            "package": {"name": "odd-part", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "1.0"}, {"fixed": "2024-09-12"}]}],
        }
    ],
    "modified": "2999-01-01T00:00:00Z",
}
ALL = (LISTED, RANGE, WITHDRAWN, UNREADABLE_END)
UNQUOTED = """
id: PYSEC-2024-5
affected:
- package:
    name: plain-part
    ecosystem: PyPI
  versions:
  - 1.10
modified: 2024-02-01T00:00:00Z
"""
TODAY = date(2024, 6, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with all of them as YAML, of which JSON is a part."""
    pytest.importorskip("yaml", reason="not run: needs PyYAML, which requirements-dev.lock does not hold")
    texts = [json.dumps(one, indent=1) for one in ALL] + [UNQUOTED]
    place = tmp_path / "vulns" / "some-part"
    place.mkdir(parents=True)
    for number, text in enumerate(texts, start=1):
        (place / f"PYSEC-2024-{number}.yaml").write_text(text, "utf-8")
    return tmp_path


@pytest.fixture(params=["objects", "files"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    from_files = request.param == "files"
    with serving(read(request.getfixturevalue("folder")) if from_files else Database(ALL)) as found:
        yield found


def ask(address: str, name: str, version: str, ecosystem: str = "PyPI") -> httpx.Response:
    question = {"package": {"name": name, "ecosystem": ecosystem}, "version": version}
    return httpx.post(address, json=question, trust_env=False)


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200
    return [one["id"] for one in answer.json().get("vulns", [])]


@pytest.mark.parametrize(
    ("version", "known"),
    [
        ("1.10", ["PYSEC-2024-1", "PYSEC-2024-2"]),
        ("1.10.0", ["PYSEC-2024-1", "PYSEC-2024-2"]),
        ("1.9-RC.1", ["PYSEC-2024-1", "PYSEC-2024-2"]),
        ("1.1", ["PYSEC-2024-2"]),
        ("0.dev0", ["PYSEC-2024-2"]),
        ("2.0rc1", ["PYSEC-2024-2"]),
        ("2.0", []),
        ("2.0.post1", []),
        ("3.0", ["PYSEC-2024-2"]),
        ("3.1", ["PYSEC-2024-2"]),
        ("3.1.1", []),
    ],
)
def test_a_version_is_weak_where_it_is_listed_or_in_a_range(
    address: str, version: str, known: list[str]
) -> None:
    assert ids(ask(address, "some-part", version)) == known


@pytest.mark.parametrize("name", ["Some.Part", "SOME_part", "some--part"])
def test_names_are_compared_as_the_registry_does(address: str, name: str) -> None:
    assert ids(ask(address, name, "1.1")) == ["PYSEC-2024-2"]


def test_nothing_known_is_an_empty_object(address: str) -> None:
    assert ask(address, "unheard-of", "1.0").json() == {}
    assert ask(address, "other-part", "9").json() == {}


def test_an_end_that_is_no_version_ends_nothing(address: str) -> None:
    assert ids(ask(address, "odd-part", "0.9")) == []
    assert ids(ask(address, "odd-part", "5000")) == ["PYSEC-2024-4"]


def test_the_answer_is_the_advisory_as_it_was_written(address: str) -> None:
    assert ask(address, "some-part", "1.1").json() == {"vulns": [RANGE]}


def test_versions_and_days_without_quotes_stay_texts(folder: Path) -> None:
    with serving(read(folder)) as address:
        (found,) = ask(address, "plain-part", "1.10").json()["vulns"]
        assert ids(ask(address, "plain-part", "1.1")) == []
    assert (found["affected"][0]["versions"], found["modified"]) == (["1.10"], "2024-02-01T00:00:00Z")


def test_the_day_is_that_of_the_last_change_that_is_not_in_the_future(folder: Path) -> None:
    assert read(folder).newest(TODAY) == date(2024, 5, 2)
    with pytest.raises(Unreadable):
        read(folder).newest(date(2020, 1, 1))


def test_the_newest_commit_is_read_with_and_without_a_work_tree(folder: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    commit = ["-c", "user.name=a", "-c", "user.email=a@b.example", "commit", "-q", "-m", "Advisories"]
    for command in (["init", "-q"], ["add", "vulns"], commit, ["clone", "-q", "--bare", ".", str(bare)]):
        subprocess.run(["git", "-C", str(folder), *command], check=True)
    (folder / "vulns" / "some-part" / "PYSEC-2024-1.yaml").unlink()
    for place in (folder, bare):
        assert read(place).newest(TODAY) == date(2024, 5, 2)


@pytest.mark.parametrize("text", ["id: [", "id: PYSEC-2024-5", "modified: yesterday", "just a sentence", ""])
def test_one_broken_advisory_breaks_all(folder: Path, text: str) -> None:
    (folder / "vulns" / "broken.yaml").write_text(text, "utf-8")
    with pytest.raises(Unreadable, match="cannot be read"):
        read(folder)


def test_what_holds_no_advisory_is_not_read_as_one(folder: Path) -> None:
    with pytest.raises(Unreadable, match="no advisory"):
        read(folder / "vulns")
    (folder / ".git").mkdir()
    with pytest.raises(Unreadable, match="cannot be read"):
        read(folder)


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({"package": {"name": "some-part", "ecosystem": "PyPI"}, "version": "1.10"}, 200),
        ({"package": {"name": "some-part", "ecosystem": "npm"}, "version": "1.10"}, 400),
        ({"package": {"name": "some-part", "ecosystem": "PyPI"}, "version": "not a version"}, 400),
        ({"package": {"name": "some-part", "ecosystem": "PyPI"}}, 400),
        ({"commit": "0123456789abcdef"}, 400),
        (["part"], 400),
    ],
)
def test_what_it_cannot_know_it_refuses(content: Any, status: int) -> None:
    with serving(Database([LISTED])) as address:
        answer = httpx.post(address, json=content, trust_env=False)
        assert answer.status_code == status
        assert ("vulns" in answer.json()) == (status == 200)
        elsewhere = httpx.post(address + "batch", json=content, trust_env=False)
        assert elsewhere.status_code == 404
