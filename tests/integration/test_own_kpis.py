"""A hospital's own definitions: copied, checked, saved, certified, and told apart by version."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.errors import DefinitionError, InputError, NotPermitted, UnknownName
from governance.access import LOCAL_OPERATOR, Grant, fixed
from kpis.catalogue import FOLDER
from storage.definitions import active, every_version
from storage.workspace import Workspace
from tests.small_hospital import small_hospital
from workflows.cli import main
from workflows.kpi_versions import side_by_side, versions
from workflows.own_kpis import certify, check, check_text, copy, definition_text, draft_of, own_ids, save

MANAGER = fixed("m", Grant(role="manager", objects=frozenset({"north"})))
NOTE = (FOLDER / "note_time_enc.toml").read_text("utf-8")
TOOL_ONLY = NOTE.replace("active_seconds + tool_seconds", "tool_seconds")


@pytest.fixture
def hospital(tmp_path: Path) -> Iterator[Workspace]:
    workspace = small_hospital(tmp_path)
    yield workspace
    workspace.engine.dispose()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    workspace = Workspace.open(tmp_path / "workspace")
    yield workspace
    workspace.engine.dispose()


def test_a_copy_of_ours_is_its_next_version_and_takes_its_place(empty: Workspace) -> None:
    path = copy(LOCAL_OPERATOR, empty, "note_time_enc")
    assert path == empty.root / "kpis" / "note_time_enc.toml"
    assert path.read_text("utf-8") == NOTE.replace("version = 1", "version = 2")
    assert active(empty)["note_time_enc"].version == 2
    with pytest.raises(InputError, match="already has a definition"):
        copy(LOCAL_OPERATOR, empty, "note_time_enc")


@pytest.mark.parametrize("new_id", ["My time", "Note", "v.2", r"\g<5>", "tijd\0", '"', "../time"])
def test_what_no_definition_can_be_called(empty: Workspace, new_id: str) -> None:
    with pytest.raises(InputError, match="cannot be the id") as refused:
        copy(LOCAL_OPERATOR, empty, "note_time_enc", new_id)
    assert "lower-case letters, digits and underscores" in refused.value.render("en")
    assert own_ids(LOCAL_OPERATOR, empty) == ()


def test_a_copy_under_a_new_id_begins_at_one(empty: Workspace) -> None:
    path = copy(LOCAL_OPERATOR, empty, "note_time_enc", "note_time_ours")
    assert path.read_text("utf-8") == NOTE.replace('id = "note_time_enc"', 'id = "note_time_ours"')
    assert {"note_time_enc", "note_time_ours"} <= set(active(empty))
    with pytest.raises(UnknownName):
        copy(LOCAL_OPERATOR, empty, "note_time")
    assert own_ids(LOCAL_OPERATOR, empty) == ("note_time_ours",)


def test_a_text_with_a_problem_is_not_saved(empty: Workspace) -> None:
    wrong = NOTE.replace("active_seconds", "active_second").replace('direction = "lower"\n', "")
    assert len(check_text(LOCAL_OPERATOR, empty, wrong, "own.toml")) == 2
    with pytest.raises(DefinitionError, match="2 problems"):
        save(LOCAL_OPERATOR, empty, wrong, "own.toml")
    with pytest.raises(DefinitionError, match="too large"):
        save(LOCAL_OPERATOR, empty, NOTE + "#" * 200_000, "own.toml")
    assert list((empty.root / "kpis").iterdir()) == []


def test_a_changed_meaning_needs_a_new_version(hospital: Workspace) -> None:
    side_by_side(LOCAL_OPERATOR, hospital, "note_time_enc")
    with pytest.raises(DefinitionError, match=r"still 1.*version = 2"):
        save(LOCAL_OPERATOR, hospital, TOOL_ONLY, "own.toml")
    draft = draft_of(LOCAL_OPERATOR, hospital, "note_time_enc")
    assert "version = 2" in draft.text
    relabelled = NOTE.replace("Note time per visit", "Minutes per note")
    save(LOCAL_OPERATOR, hospital, relabelled, "own.toml")
    assert active(hospital)["note_time_enc"].label["en"] == "Minutes per note"


def test_old_and_new_values_stand_side_by_side(hospital: Workspace) -> None:
    before = side_by_side(LOCAL_OPERATOR, hospital, "note_time_enc", "north")
    save(LOCAL_OPERATOR, hospital, TOOL_ONLY.replace("version = 1", "version = 2"), "own.toml")
    after = side_by_side(LOCAL_OPERATOR, hospital, "note_time_enc", "north")
    assert [one.kpi.version for one in versions(LOCAL_OPERATOR, hospital, "note_time_enc")] == [2, 1]
    assert [row.period.label for row in before] == ["2026-01", "2026-02", "2026-03"]
    assert [row.period for row in before] == [row.period for row in after]
    for old, both in zip(before, after, strict=True):
        kept, told = both.by_version[1].value, old.by_version[1].value
        assert kept is not None
        assert told is not None
        assert (kept.value, kept.n) == (told.value, told.n)
        new = both.by_version[2].value
        # half a minute of every note is the tool's
        assert new is not None
        assert new.value == pytest.approx(0.5, rel=1e-14)


def test_what_is_certified_can_no_longer_change(hospital: Workspace) -> None:
    certified = certify(LOCAL_OPERATOR, hospital, "note_time_enc", " CMIO ")
    assert (certified.kpi.key, certified.certified_by) == ("note_time_enc@1", "CMIO")
    # ours became the hospital's own file: a newer Meetlat does not change it
    assert (hospital.root / "kpis" / "note_time_enc.toml").read_text("utf-8") == NOTE
    relabelled = NOTE.replace("Note time per visit", "Minutes per note")
    with pytest.raises(DefinitionError, match=r"certified and may not change.*version = 2"):
        save(LOCAL_OPERATOR, hospital, relabelled, "own.toml")
    assert definition_text(LOCAL_OPERATOR, hospital, "note_time_enc") == NOTE
    again = certify(LOCAL_OPERATOR, hospital, "note_time_enc", "somebody else")
    assert again == certified
    save(LOCAL_OPERATOR, hospital, relabelled.replace("version = 1", "version = 2"), "own.toml")
    newest, older = versions(LOCAL_OPERATOR, hospital, "note_time_enc")
    assert (newest.certified_by, older.certified_by) == (None, "CMIO")
    with pytest.raises(InputError, match="Nobody is named"):
        certify(LOCAL_OPERATOR, hospital, "note_time_enc", " ")


def test_a_file_changed_behind_our_back_is_found(hospital: Workspace) -> None:
    certify(LOCAL_OPERATOR, hospital, "note_time_enc", "CMIO")
    (hospital.root / "kpis" / "note_time_enc.toml").write_text(TOOL_ONLY, "utf-8")
    (found,) = check(LOCAL_OPERATOR, hospital)
    assert "changed, but its version is still 1" in found.render("en")
    with pytest.raises(DefinitionError):
        active(hospital)


def test_who_may_not_edit_may_read(empty: Workspace) -> None:
    for ask in (copy, draft_of):
        with pytest.raises(NotPermitted):
            ask(MANAGER, empty, "note_time_enc")
    with pytest.raises(NotPermitted):
        save(MANAGER, empty, NOTE, "own.toml")
    with pytest.raises(NotPermitted):
        certify(MANAGER, empty, "note_time_enc", "me")
    assert definition_text(MANAGER, empty, "note_time_enc") == NOTE


def test_a_definition_of_tables_that_are_not_theirs_is_not_replaced(hospital: Workspace) -> None:
    letters = fixed("a", Grant(role="analyst", objects=frozenset({"Letter"})))
    theirs = draft_of(letters, hospital, "letter_24h", "note_time_enc").text
    higher = theirs.replace("version = 1", "version = 2")
    with pytest.raises(NotPermitted, match="NoteSession"):
        save(letters, hospital, higher, "own.toml")
    both = fixed("b", Grant(role="analyst", objects=frozenset({"Letter", "Encounter", "NoteSession"})))
    save(both, hospital, higher, "own.toml")
    every_version(hospital)
    (hospital.root / "kpis" / "note_time_enc.toml").write_text("broken", "utf-8")
    with pytest.raises(NotPermitted, match="Letter"):
        save(
            fixed("n", Grant(role="analyst", objects=frozenset({"Encounter", "NoteSession"}))),
            hospital,
            TOOL_ONLY.replace("version = 1", "version = 3"),
            "own.toml",
        )
    save(letters, hospital, draft_of(letters, hospital, "letter_24h", "letter_ours").text, "own.toml")


@pytest.mark.parametrize(
    ("less", "said"),
    [
        (("sensitive = true", "sensitive = false"), "is sensitive in Meetlat, and stays so"),
        (
            ("staff = 10", "staff = 9"),
            r"fewer persons than in Meetlat. Write .minimum_cell. patients = 0, staff = 10",
        ),
    ],
)
def test_a_text_of_ours_hides_no_less_than_ours(empty: Workspace, less: tuple[str, str], said: str) -> None:
    ours = (FOLDER / "burnout_any.toml").read_text("utf-8")
    assert less[0] in ours
    with pytest.raises(DefinitionError, match=said):
        save(LOCAL_OPERATOR, empty, ours.replace(*less), "own.toml")
    save(LOCAL_OPERATOR, empty, ours.replace("staff = 10", "staff = 11"), "own.toml")


def test_check_lists_every_problem_of_every_file_and_exits_2(
    empty: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text(NOTE.replace('direction = "lower"\n', "").replace("digits = 1", "digits = 9"), "utf-8")
    second.write_text(NOTE.replace("active_seconds", "active_second"), "utf-8")
    where = ("--workspace", str(empty.root))
    assert main(["kpis", "check", str(first), str(second), "--json", *where]) == 2
    found = json.loads(capsys.readouterr().out)["problems"]
    assert [one["where"].partition(" ")[0] for one in found] == ["first.toml"] * 2 + ["second.toml"] * 2
    assert all(one["remedy"] for one in found[2:])
    assert main(["kpis", "check", *where]) == 0
    for name in ("one", "other"):
        (empty.root / "kpis" / f"{name}.toml").write_text(NOTE, "utf-8")
    capsys.readouterr()
    assert main(["kpis", "check", "--lang", "nl", *where]) == 2
    assert "'one.toml' en 'other.toml'" in capsys.readouterr().out


def test_show_and_versions_print_what_is_known(
    hospital: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ("--workspace", str(hospital.root))
    assert main(["kpis", "certify", "note_time_enc", "--by", "CMIO", *where]) == 0
    save(LOCAL_OPERATOR, hospital, TOOL_ONLY.replace("version = 1", "version = 2"), "own.toml")
    capsys.readouterr()
    assert main(["kpis", "show", "note_time_enc@1", "--lang", "nl", *where]) == 0
    shown = capsys.readouterr().out
    assert "gecertificeerd door CMIO op " in shown
    assert "lager is beter" in shown
    assert main(["kpis", "versions", "note_time_enc", "--unit", "south", *where]) == 0
    table = capsys.readouterr().out
    assert "note_time_enc@2" in table
    # too few patients of South stand behind any version
    assert "< 10" in table
    assert main(["kpis", "versions", "note_time_enc", "--unit", "north", "--json", *where]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [one["key"] for one in found["versions"]] == ["note_time_enc@2", "note_time_enc@1"]
    assert found["months"][0]["values"]["2"]["value"] == pytest.approx(0.5, rel=1e-14)
