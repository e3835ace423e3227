"""Rights: the policy table, and that checks are that table and nothing else."""

from itertools import product

import pytest

from core.errors import NotPermitted
from governance.access import (
    ANONYMOUS,
    EVERY,
    EVERYTHING,
    LOCAL_OPERATOR,
    NO_RIGHTS,
    Grant,
    Reach,
    Rights,
    Viewer,
    fixed,
    require,
    require_tables,
)
from governance.policy import NAMED_BY, POLICY, ROLES, Action, Role, actions_of

DATA = ("department", "pilot", "standard table", "own file")
"""Kinds of objects that are, or are made of, data."""


def granted(role: Role, *objects: str) -> Grant:
    return Grant(role=role, objects=frozenset(objects))


def holding(role: Role, *objects: str) -> Viewer:
    return fixed(role, granted(role, *objects))


@pytest.mark.parametrize("action", POLICY)
def test_what_the_table_does_not_say_is_denied(action: Action) -> None:
    with pytest.raises(NotPermitted, match=rf"no right to do this \({action}\)"):
        require(ANONYMOUS, action)
    assert require(LOCAL_OPERATOR, action).covers()
    for role in ROLES:
        viewer = holding(role, EVERY)
        assert viewer.may(action) == (POLICY[action].scope(role) != "none")
        if not viewer.may(action):
            with pytest.raises(NotPermitted):
                require(viewer, action)


@pytest.mark.parametrize(("action", "role"), list(product(POLICY, ROLES)))
def test_a_reach_is_what_the_row_says(action: Action, role: Role) -> None:
    """Written anew from the meaning of the scopes, for a grant of two objects and for one of none."""
    scope = POLICY[action].scope(role)
    if scope in ("own_departments", "led_pilots", "assigned_domains"):
        assert not holding(role).may(action), "a role that must name something and names nothing"
    if scope == "none":
        return
    reach = require(holding(role, "a", "b"), action)
    expected = {
        "all": [True] * 7,
        "own_departments": [True, True, False, False, False, False, False],
        "led_pilots": [False, False, False, True, False, False, False],
        "assigned_domains": [True, True, True, True, True, True, False],
    }[scope]
    asked = [
        reach.covers(departments=("a",)),
        reach.covers(departments=("c", "b")),
        reach.covers(departments=("c",)),
        reach.covers(pilot="a"),
        reach.covers(pilot="c"),
        reach.covers(tables=("a", "b")),
        reach.covers(departments=("c",), pilot="c", tables=("a", "c")),
    ]
    assert asked == expected
    assert require(holding(role, EVERY), action).covers(departments=("c",), pilot="c", tables=("c",))


@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_who_keeps_the_log_or_the_rights_sees_no_data(role: Role) -> None:
    seen = {
        rule.action
        for rule in POLICY.values()
        if rule.object in DATA and holding(role, EVERY).may(rule.action)
    }
    assert seen == set()


def test_every_rule_names_its_scopes_by_what_the_role_is_held_for() -> None:
    for rule, role in product(POLICY.values(), ROLES):
        assert rule.scope(role) in ("none", "all", NAMED_BY.get(role)), (rule.action, role)


def test_a_reach_lists_what_it_covers() -> None:
    manager = require(holding("manager", "b", "a"), "see_departments")
    assert manager.departments(("c", "b", "a")) == ("b", "a")
    assert (manager.names("own_departments"), manager.names("led_pilots")) == (frozenset("ab"), frozenset())
    lead = require(holding("lead", "p"), "see_pilots")
    assert (lead.names("own_departments"), lead.names("led_pilots")) == (frozenset(), frozenset("p"))
    both = fixed(
        "x", Grant(role="manager", objects=frozenset("a")), Grant(role="lead", objects=frozenset("p"))
    )
    reach = require(both, "see_pilots")
    assert (reach.names("own_departments"), reach.names("led_pilots")) == (frozenset("a"), frozenset("p"))
    assert require(both, "see_effects").names("own_departments") == frozenset()
    for wide in (
        EVERYTHING,
        require(holding("analyst", "Letter"), "see_pilots"),
        require(holding("manager", EVERY), "see_pilots"),
        require(holding("privacy"), "see_pilots"),
        require(fixed("x", granted("manager", "a"), granted("analyst", "Letter")), "see_pilots"),
    ):
        assert wide.names("own_departments") is wide.names("led_pilots") is None


def test_the_machine_and_nobody_have_names_of_their_own_and_the_machine_every_role() -> None:
    assert (ANONYMOUS.name, ANONYMOUS.subject, ANONYMOUS.rights()) == ("", "", NO_RIGHTS)
    assert (LOCAL_OPERATOR.name, LOCAL_OPERATOR.subject) == ("local operator", "")
    assert LOCAL_OPERATOR.rights() == {
        granted(role, EVERY) if role in NAMED_BY else granted(role) for role in ROLES
    }


def test_the_actions_of_a_role_are_those_of_the_table_in_its_order() -> None:
    kept = ("see_sources", "see_record", "see_what_is_measured", "manage_people", "administer")
    assert actions_of("administrator") == kept
    assert actions_of("auditor") == ("see_log", "see_what_is_measured")


def test_a_scope_that_is_none_covers_nothing() -> None:
    assert not Reach(held=frozenset({("none", frozenset("a"))})).covers(
        departments="a", pilot="a", tables="a"
    )


def test_two_roles_reach_what_each_of_them_does_and_not_their_product() -> None:
    both = fixed(
        "x",
        Grant(role="manager", objects=frozenset({"a"})),
        Grant(role="analyst", objects=frozenset({"Letter"})),
    )
    reach = require(both, "see_departments")
    assert reach.covers(departments=("a",), tables=("NoteSession",))
    assert reach.covers(departments=("b",), tables=("Letter",))
    assert not reach.covers(departments=("b",), tables=("NoteSession",))


def test_rights_are_read_on_every_call() -> None:
    now: list[Rights] = [frozenset({Grant(role="manager", objects=frozenset("a"))})]
    viewer = Viewer(name="m", rights=lambda: now[0])
    kept = viewer.as_now()
    assert require(viewer, "see_departments").covers(departments=("a",))
    now[0] = NO_RIGHTS
    assert not viewer.may("see_departments")
    with pytest.raises(NotPermitted):
        require(viewer, "see_departments")
    assert kept.may("see_departments")
    assert not viewer.as_now().may("see_departments")
    assert (kept.name, kept.subject) == (viewer.name, viewer.subject)


def test_tables_outside_the_domains_are_named() -> None:
    reach = require(holding("analyst", "Letter"), "load_data")
    require_tables(reach, ("Letter",))
    with pytest.raises(NotPermitted, match="no right to the standard tables Letter, Message"):
        require_tables(reach, ("Message", "Letter"))
