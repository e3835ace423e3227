"""What is kept of people and their roles, in which order it is shown, and what the audit log says of it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from core.errors import InputError, NotPermitted, UnknownName
from governance.access import LOCAL_OPERATOR, Grant, Viewer
from governance.sessions import Identity
from storage import people as stored
from storage import sessions
from storage.database import writing
from storage.people import Holder, Person, RoleGrant
from storage.workspace import Workspace
from tests.audit_log import events
from tests.empty_workspace import empty, workspace
from workflows.people import grant, listed, not_there, recognise, withdraw

__all__ = ["empty", "workspace"]

ANNA, BAS, NURSES = (
    Holder(kind="person", name="anna"),
    Holder(kind="person", name="bas"),
    Holder(kind="group", name="nurses"),
)
RULES = frozenset({Grant(role="administrator")})
RUTH = Viewer(name="Ruth", subject="oidc|ruth", rights=lambda: RULES)


def written(workspace: Workspace) -> list[tuple[object, ...]]:
    """Who did what to which person or group, with the details."""
    return [
        (
            one.event.user_id,
            one.event.event_id,
            one.event.participant_object_id_type_code,
            one.event.participant_object_id,
            json.loads(one.event.participant_object_detail),
        )
        for one in events(workspace)
    ]


def held(found: tuple[RoleGrant, ...]) -> list[tuple[str, str, str]]:
    return [(one.holder.name, one.role, one.object) for one in found]


def test_who_gave_and_took_which_role_stands_in_the_log(workspace: Workspace) -> None:
    grant(RUTH, workspace, Holder(kind="person", name=" anna "), "manager", ["south", "north"])
    withdraw(RUTH, workspace, Holder(kind="person", name=" anna "), "manager")
    grant(RUTH, workspace, NURSES, "privacy")
    withdraw(RUTH, workspace, NURSES)
    assert written(workspace) == [
        ("oidc|ruth", "rights_changed", "person", "anna", {"change": "granted", "role": "manager", "of": 2}),
        ("oidc|ruth", "rights_changed", "person", "anna", {"change": "withdrawn", "role": "manager"}),
        ("oidc|ruth", "rights_changed", "group", "nurses", {"change": "granted", "role": "privacy", "of": 1}),
        ("oidc|ruth", "rights_changed", "group", "nurses", {"change": "withdrawn", "role": "every"}),
    ]


def test_a_refused_change_of_rights_leaves_no_trace(workspace: Workspace) -> None:
    with pytest.raises(UnknownName):
        withdraw(RUTH, workspace, ANNA)
    with pytest.raises(InputError):
        grant(RUTH, workspace, ANNA, "manager")
    assert (written(workspace), listed(RUTH, workspace).people) == ([], ())


def test_everybody_is_listed_by_name_and_time_people_before_groups(workspace: Workspace) -> None:
    grant(RUTH, workspace, NURSES, "privacy")
    grant(RUTH, workspace, BAS, "manager", ["south", "north"], name=" Bas ")
    grant(RUTH, workspace, ANNA, "manager", ["x", "a"])
    grant(RUTH, workspace, ANNA, "auditor")
    withdraw(RUTH, workspace, ANNA)
    grant(RUTH, workspace, ANNA, "manager", ["b"], name="Anna")
    found = listed(RUTH, workspace)
    assert [(one.subject, one.name, one.withdrawn_at is None) for one in found.people] == [
        ("anna", "", False),
        ("anna", "Anna", True),
        ("bas", "Bas", True),
    ]
    assert held(found.grants) == [
        ("anna", "manager", "a"),
        ("anna", "manager", "x"),
        ("anna", "auditor", ""),
        ("anna", "manager", "b"),
        ("bas", "manager", "north"),
        ("bas", "manager", "south"),
        ("nurses", "privacy", ""),
    ]


def test_what_is_kept_says_when_and_by_whom(workspace: Workspace) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    grant(LOCAL_OPERATOR, workspace, ANNA, "manager", ["north", "south"], name="Anna")
    (first, second) = withdraw(RUTH, workspace, ANNA)
    found = listed(RUTH, workspace)
    person = found.people[0]
    assert found.grants == (first, second)
    for one in (person, first, second):
        assert (one.withdrawn_by, type(one.withdrawn_at)) == ("oidc|ruth", str)
    assert (person.added_by, first.granted_by) == ("local operator", "local operator")
    for moment in (person.added_at, person.withdrawn_at, first.granted_at, first.withdrawn_at):
        kept = datetime.fromisoformat(str(moment))
        assert before <= kept <= datetime.now(UTC)
        assert (moment, kept.utcoffset()) == (kept.isoformat(timespec="seconds"), timedelta(0))


def test_a_person_is_called_as_they_were_named_last(workspace: Workspace) -> None:
    names = []
    grant(RUTH, workspace, BAS, "privacy", name="Bas")
    withdraw(RUTH, workspace, BAS)
    grant(RUTH, workspace, BAS, "privacy", name="Bas C.")
    for given in ("Anna", "", "Anna B."):
        grant(RUTH, workspace, ANNA, "privacy", name=given)
        names.append([one.name for one in listed(RUTH, workspace).people])
    assert names == [["Anna", "Bas", "Bas C."], ["Anna", "Bas", "Bas C."], ["Anna B.", "Bas", "Bas C."]]
    assert recognise(workspace, subject="anna", name="Anna").name == "Anna"
    assert recognise(workspace, subject="anna").name == "anna"


def test_only_what_was_asked_for_is_withdrawn(workspace: Workspace) -> None:
    grant(RUTH, workspace, ANNA, "manager", ["south", "north", "west"])
    grant(RUTH, workspace, ANNA, "lead", ["north"])
    grant(RUTH, workspace, Holder(kind="group", name="anna"), "manager", ["north"])
    assert held(withdraw(RUTH, workspace, ANNA, "manager", ["north", "west"])) == [
        ("anna", "manager", "north"),
        ("anna", "manager", "west"),
    ]
    left = [one for one in listed(RUTH, workspace).grants if one.withdrawn_at is None]
    assert [(one.holder.kind, one.role, one.object) for one in left] == [
        ("person", "manager", "south"),
        ("person", "lead", "north"),
        ("group", "manager", "north"),
    ]


def test_one_role_for_more_and_more_is_held_for_all_of_it(workspace: Workspace) -> None:
    grant(RUTH, workspace, ANNA, "lead", ["a"])
    grant(RUTH, workspace, NURSES, "lead", ["b"])
    grant(RUTH, workspace, ANNA, "auditor")
    assert stored.rights(workspace, "anna", ["nurses"]) == {
        Grant(role="lead", objects=frozenset({"a", "b"})),
        Grant(role="auditor"),
    }
    assert held(grant(RUTH, workspace, ANNA, "lead", ["c", "a"])) == [
        ("anna", "lead", "a"),
        ("anna", "lead", "c"),
    ]


def test_nobody_is_known_before_they_come(workspace: Workspace) -> None:
    assert stored.rights(workspace, "anna") == frozenset()
    grant(RUTH, workspace, NURSES, "privacy")
    assert listed(RUTH, workspace).people == (), "a group is nobody"
    grant(RUTH, workspace, ANNA, "privacy")
    (kept,) = listed(RUTH, workspace).people
    assert kept == Person(subject="anna", name="", added_at=kept.added_at, added_by="oidc|ruth")


def test_who_came_in_by_a_group_and_is_shut_out_is_kept_as_such(workspace: Workspace) -> None:
    grant(RUTH, workspace, NURSES, "privacy")
    with writing(workspace.engine) as connection:
        for name in ("anna", "anna", "bas"):
            known = Identity(subject=name, name=name, groups=frozenset({"nurses"}))
            sessions.start(connection, known, datetime.now(UTC))
    with pytest.raises(UnknownName):
        withdraw(RUTH, workspace, Holder(kind="person", name="carla"))
    with writing(workspace.engine) as connection:
        assert stored.shut_out(connection, "carla", "ruth") is False
    withdraw(RUTH, workspace, ANNA)
    (person,) = listed(RUTH, workspace).people
    assert (person.subject, person.name, person.added_by, person.withdrawn_by) == (
        "anna",
        "",
        "oidc|ruth",
        "oidc|ruth",
    )
    assert stored.rights(workspace, "anna", ["nurses"]) == frozenset()
    assert stored.rights(workspace, "bas", ["nurses"]) == {Grant(role="privacy")}


def test_names_have_1_to_200_characters(workspace: Workspace) -> None:
    longest = Holder(kind="person", name="x" * 200)
    assert held(grant(RUTH, workspace, longest, "manager", ["y" * 200])) == [
        ("x" * 200, "manager", "y" * 200)
    ]
    for name in ("", " ", "x" * 201):
        with pytest.raises(InputError, match="from 1 to 200"):
            grant(LOCAL_OPERATOR, workspace, Holder(kind="person", name=name), "auditor")


def test_a_group_of_ones_own_name_is_not_oneself(workspace: Workspace) -> None:
    with pytest.raises(NotPermitted):
        grant(RUTH, workspace, Holder(kind="person", name=RUTH.subject), "auditor")
    grant(RUTH, workspace, Holder(kind="group", name=RUTH.subject), "auditor")
    grant(RUTH, workspace, Holder(kind="person", name=RUTH.name), "auditor")
    assert len(listed(RUTH, workspace).grants) == 2


def test_what_nobody_knows_here_is_told_per_role(workspace: Workspace) -> None:
    names = [" north ", "*", "south"]
    assert not_there(RUTH, workspace, "manager", names) == ("north", "south")
    assert not_there(RUTH, workspace, "lead", names) == ("north", "south")
    assert not_there(RUTH, workspace, "analyst", names) == not_there(RUTH, workspace, "auditor", []) == ()
    (workspace.root / "departments.toml").write_text(
        '[[department]]\nname = "chest"\nwas = [{name = "north"}]\n', "utf-8"
    )
    assert not_there(RUTH, workspace, "manager", [*names, "chest"]) == ("south",)
    with pytest.raises(NotPermitted):
        not_there(Viewer(name="x"), workspace, "manager", names)
