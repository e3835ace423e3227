"""`meetlat people`: roles are given, listed and withdrawn on the machine itself."""

import json
from pathlib import Path

import pytest

from governance.access import LOCAL_OPERATOR
from tests.small_hospital import small_hospital
from workflows.cli import main
from workflows.department import departments


def said(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, list[dict[str, str]]]:
    assert main([*words, "--json"]) == 0
    found: dict[str, list[dict[str, str]]] = json.loads(capsys.readouterr().out)
    return found


def test_the_first_administrator_is_named_on_the_machine(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--workspace", str(tmp_path / "w")]
    made = said(capsys, "people", "grant", "anna", "administrator", "--name", "Anna", *at)
    assert [(one["kind"], one["holder"], one["role"]) for one in made["grants"]] == [
        ("person", "anna", "administrator")
    ]
    said(capsys, "people", "grant", "heads", "manager", "--group", "--of", "north", "--of", "south", *at)
    assert [one["object"] for one in said(capsys, "people", "groups", *at)["groups"]] == ["north", "south"]
    found = said(capsys, "people", "list", *at)
    assert ([one["subject"] for one in found["people"]], len(found["grants"])) == (["anna"], 3)
    assert len(said(capsys, "people", "withdraw", "heads", "--group", *at)["grants"]) == 2
    assert len(said(capsys, "people", "list", "--all", *at)["grants"]) == 3
    assert main(["people", "list", "--all", "--lang", "nl", *at]) == 0
    assert "groep  heads  manager  north  [ingetrokken" in capsys.readouterr().out
    assert main(["people", "withdraw", "heads", *at]) == 2
    assert main(["people", "grant", "anna", "king", *at]) == 2
    assert main(["people", "grant", "anna", "lead", *at]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 3


def test_a_grant_for_what_nobody_knows_is_kept_and_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    opened = small_hospital(tmp_path)
    at = ["--workspace", str(opened.root), "--lang", "nl"]
    known = departments(LOCAL_OPERATOR, opened)[0]
    for role, name, said in (
        ("manager", known, 0),
        ("manager", "Nord", 1),
        ("lead", "x", 1),
        ("lead", "*", 0),
    ):
        assert main(["people", "grant", "anna", role, "--of", name, *at]) == 0
        told = capsys.readouterr()
        assert f"anna  {role}  {name}" in told.out
        assert told.err.count("is hier nog niet bekend") == said, name
