"""Roles of people and groups: granted and withdrawn with a date, and they work at the next call."""

from datetime import UTC, datetime

import pytest

from core.errors import InputError, NotPermitted, UnknownName
from governance.access import LOCAL_OPERATOR, Viewer, require
from governance.sessions import Identity
from storage import people as stored
from storage import sessions
from storage.database import writing
from storage.people import Holder
from storage.workspace import Workspace
from tests.empty_workspace import empty, workspace
from workflows.people import grant, listed, recognise, withdraw

__all__ = ["empty", "workspace"]

ANNA, NURSES = Holder(kind="person", name="anna"), Holder(kind="group", name="nurses")


def anna(workspace: Workspace, *groups: str) -> Viewer:
    return recognise(workspace, subject="anna", name="Anna", groups=groups)


def test_a_role_works_at_the_next_call_and_is_gone_at_the_next_call(workspace: Workspace) -> None:
    viewer = anna(workspace)
    assert viewer.rights() == frozenset()
    grant(LOCAL_OPERATOR, workspace, ANNA, "manager", ["north", " south "])
    assert require(viewer, "see_departments").departments(("north", "south", "west")) == ("north", "south")
    withdraw(LOCAL_OPERATOR, workspace, ANNA, "manager", ["north"])
    assert require(viewer, "see_departments").departments(("north", "south", "west")) == ("south",)
    withdraw(LOCAL_OPERATOR, workspace, ANNA)
    with pytest.raises(NotPermitted):
        require(viewer, "see_departments")


def test_nothing_is_deleted_and_what_is_held_already_stays(workspace: Workspace) -> None:
    (first,) = grant(LOCAL_OPERATOR, workspace, ANNA, "privacy", name="Anna")
    (again,) = grant(LOCAL_OPERATOR, workspace, ANNA, "privacy")
    assert again == first
    (gone,) = withdraw(LOCAL_OPERATOR, workspace, ANNA)
    assert (gone.id, gone.withdrawn_by, bool(gone.withdrawn_at)) == (first.id, "local operator", True)
    (later,) = grant(LOCAL_OPERATOR, workspace, ANNA, "privacy")
    found = listed(LOCAL_OPERATOR, workspace)
    assert found.grants == (gone, later)
    assert [(one.name, bool(one.withdrawn_at)) for one in found.people] == [("Anna", True), ("", False)]


def test_groups_give_roles_but_not_to_who_was_withdrawn(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, NURSES, "analyst", ["Letter"])
    assert anna(workspace, "nurses", "others").roles == {"analyst"}
    assert anna(workspace, "doctors").roles == anna(workspace).roles == frozenset()
    grant(LOCAL_OPERATOR, workspace, ANNA, "auditor")
    assert anna(workspace, "nurses").roles == {"analyst", "auditor"}
    withdraw(LOCAL_OPERATOR, workspace, ANNA)
    assert anna(workspace, "nurses").roles == frozenset()
    assert recognise(workspace, subject="bas", groups=["nurses"]).roles == {"analyst"}
    assert recognise(workspace, subject="", groups=["nurses"]).roles == frozenset()
    assert recognise(workspace, subject="nurses").roles == frozenset(), "a person is not a group of that name"


def test_a_session_that_ended_ends_the_rights(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, ANNA, "auditor")
    signed_in = [True]
    viewer = recognise(workspace, subject="anna", is_signed_in=lambda: signed_in[0])
    assert viewer.may("see_log")
    signed_in[0] = False
    assert not viewer.may("see_log")


HISTORY = """
[[department]]
name = "chest"
was = [{name = "lungs"}, {name = "heart", until = 2025-12-31}]
[[department]]
name = "veins"
was = [{name = "heart", from = 2026-01-01}, {name = "legs", from = 2999-01-01}]
"""


def test_a_department_that_was_renamed_merged_or_split_keeps_its_manager(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, ANNA, "manager", ["lungs", "heart", "legs", "skin"])
    viewer, known = anna(workspace), ("chest", "heart", "legs", "lungs", "skin", "veins")
    assert require(viewer, "see_departments").departments(known) == ("heart", "legs", "lungs", "skin")
    (workspace.root / "departments.toml").write_text(HISTORY, "utf-8")
    assert require(viewer, "see_departments").departments(known) == ("chest", "legs", "skin", "veins")


@pytest.mark.parametrize(
    ("role", "objects", "error", "message"),
    [
        ("auditor", ["north"], InputError, "not held for anything in particular"),
        ("manager", [], InputError, "not said what the role manager is held for. Name its departments, or *"),
        ("lead", [], InputError, "not said what the role lead is held for. Name its pilots, or *"),
        ("analyst", [], InputError, "not said what the role analyst is held for. Name its standard tables"),
        ("analyst", ["Lettre"], UnknownName, "no standard table 'Lettre'. Known: Letter"),
        ("manager", ["north", " "], InputError, "from 1 to 200"),
        ("lead", ["x" * 201], InputError, "from 1 to 200"),
    ],
)
def test_a_grant_that_cannot_be(
    workspace: Workspace, role: str, objects: list[str], error: type, message: str
) -> None:
    with pytest.raises(error) as caught:
        grant(LOCAL_OPERATOR, workspace, ANNA, role, objects)  # type: ignore[arg-type]
    assert message in str(caught.value)
    assert stored.grants(workspace) == ()


def test_only_an_administrator_changes_rights_and_never_their_own(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, ANNA, "administrator")
    viewer = anna(workspace)
    grant(viewer, workspace, NURSES, "lead", ["*"])
    with pytest.raises(NotPermitted, match="their own rights"):
        grant(viewer, workspace, Holder(kind="person", name=" anna "), "manager", ["north"])
    assert {one.granted_by for one in stored.grants(workspace)} == {"local operator", "anna"}
    nurse = recognise(workspace, subject="bas", groups=["nurses"])
    for refused in (
        lambda: grant(nurse, workspace, ANNA, "manager", ["north"]),
        lambda: withdraw(nurse, workspace, ANNA),
        lambda: listed(nurse, workspace),
    ):
        with pytest.raises(NotPermitted, match="manage_people"):
            refused()
    with pytest.raises(UnknownName, match=r"no grant 'carla'\. Known: anna administrator, nurses lead"):
        withdraw(viewer, workspace, Holder(kind="person", name="carla"))


def test_somebody_with_rights_by_a_group_alone_can_be_shut_out(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, NURSES, "privacy")
    with writing(workspace.engine) as connection:
        known = Identity(subject="anna", name="Anna", groups=frozenset({"nurses"}))
        sessions.start(connection, known, datetime.now(UTC))
    assert anna(workspace, "nurses").roles == {"privacy"}
    assert withdraw(LOCAL_OPERATOR, workspace, ANNA) == ()
    assert anna(workspace, "nurses").roles == frozenset()
    with pytest.raises(UnknownName):
        withdraw(LOCAL_OPERATOR, workspace, ANNA)
    grant(LOCAL_OPERATOR, workspace, ANNA, "auditor")
    assert anna(workspace, "nurses").roles == {"privacy", "auditor"}
    withdraw(LOCAL_OPERATOR, workspace, ANNA, "auditor")
    assert anna(workspace, "nurses").roles == {"privacy"}
    withdraw(LOCAL_OPERATOR, workspace, ANNA)
    assert anna(workspace, "nurses").roles == frozenset()


def test_what_is_withdrawn_for_one_object_leaves_the_rest(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, ANNA, "manager", ["north", "south"])
    withdraw(LOCAL_OPERATOR, workspace, ANNA, None, ["north"])
    assert require(anna(workspace), "see_departments").departments(("north", "south")) == ("south",)


def test_what_is_not_held_is_told_with_what_is(workspace: Workspace) -> None:
    grant(LOCAL_OPERATOR, workspace, ANNA, "manager", ["north", "south"])
    withdraw(LOCAL_OPERATOR, workspace, ANNA, "manager", ["south"])
    with pytest.raises(UnknownName, match=r"no grant 'anna analyst'\. Known: anna manager north\."):
        withdraw(LOCAL_OPERATOR, workspace, ANNA, "analyst")
    with pytest.raises(InputError) as refused:
        grant(LOCAL_OPERATOR, workspace, ANNA, "manager")
    assert "Noem de afdelingen, of * voor alle." in refused.value.render("nl")
