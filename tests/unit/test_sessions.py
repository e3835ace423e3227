"""The rules of sessions: who somebody is by the claims of their provider, and when a session is over."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.errors import NotPermitted
from core.settings import Settings
from governance.audit import without_numbers
from governance.sessions import Identity, Limits, Session, identity_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMITS = Limits(idle=timedelta(minutes=30), longest=timedelta(hours=10))


def session(**changes: Any) -> Session:
    who = Identity(subject="anna", name="Anna", groups=frozenset())
    return replace(Session(key="k", identity=who, started_at=NOW, seen_at=NOW), **changes)


@pytest.mark.parametrize(
    ("after", "changes", "state"),
    [
        (timedelta(0), {}, "open"),
        (timedelta(minutes=30) - timedelta(seconds=1), {}, "open"),
        (timedelta(minutes=30), {}, "idle"),
        (timedelta(hours=10), {"seen_at": NOW + timedelta(hours=10)}, "too_old"),
        (
            timedelta(hours=10) - timedelta(seconds=1),
            {"seen_at": NOW + timedelta(hours=10) - timedelta(seconds=2)},
            "open",
        ),
        (timedelta(0), {"ended_at": NOW}, "ended"),
        (-timedelta(minutes=5), {}, "open"),
        (-timedelta(minutes=6), {}, "too_old"),
    ],
)
def test_a_session_is_over_at_its_limits(after: timedelta, changes: dict[str, Any], state: str) -> None:
    assert session(**changes).state(LIMITS, NOW + after) == state


def test_the_log_masks_no_name_of_a_session() -> None:
    name = session(key="0123456789" * 6 + "abcd").short_name
    assert without_numbers(name) == name == "0123-4567-8901"


@pytest.mark.parametrize(
    ("claims", "groups"),
    [
        ({"sub": "a", "groups": ["x", "y"]}, {"x", "y"}),
        ({"sub": "a", "groups": "x"}, {"x"}),
        ({"sub": "a"}, set()),
        ({"sub": "a", "groups": {"x": 1}}, set()),
        ({"sub": "a", "groups": ["x", 7, None, "", "a\nb", "y" * 201]}, {"x"}),
    ],
)
def test_groups_are_what_the_provider_lists(claims: dict[str, Any], groups: set[str]) -> None:
    assert identity_of(claims, "sub", "groups").groups == groups


def test_a_claim_may_stand_within_another() -> None:
    claims = {"sub": "a", "realm_access": {"roles": ["x"]}, "app.roles": ["y"]}
    assert identity_of(claims, "sub", "realm_access.roles").groups == {"x"}
    assert identity_of(claims, "sub", "app.roles").groups == {"y"}
    assert identity_of(claims, "sub", "sub.roles").groups == frozenset()


def test_an_address_that_nobody_verified_names_nobody() -> None:
    claims = {"email": "a@example.org", "email_verified": False}
    with pytest.raises(NotPermitted, match="verified"):
        identity_of(claims, "email", "groups")
    assert identity_of(claims | {"email_verified": True}, "email", "groups").subject == "a@example.org"


@pytest.mark.parametrize(
    ("claim", "claims", "named"),
    [
        ("sub", {"sub": "a", "email_verified": False}, True),
        ("email", {"email": "a", "email_verified": True}, True),
        ("email", {"email": "a"}, True),
        ("email", {"email": "a", "email_verified": False}, False),
        ("sub", {"email": "a"}, False),
        ("sub", {"sub": None}, False),
        ("sub", {"sub": ""}, False),
        ("sub", {"sub": " a"}, False),
        ("sub", {"sub": "a "}, False),
        ("sub", {"sub": "a\tb"}, False),
        ("sub", {"sub": "Ann van den Berg"}, True),
        ("sub", {"sub": "a" * 200}, True),
        ("sub", {"sub": "a" * 201}, False),
    ],
)
def test_a_person_is_named_by_one_printable_claim(claim: str, claims: dict[str, Any], named: bool) -> None:
    if named:
        assert identity_of(claims, claim, "groups").subject == claims[claim]
    else:
        with pytest.raises(NotPermitted):
            identity_of(claims, claim, "groups")


@pytest.mark.parametrize(
    ("name", "called"),
    [("Anna", "Anna"), (None, "oidc|7"), (7, "oidc|7"), ("", "oidc|7"), ("An\nna", "oidc|7")],
)
def test_who_has_no_name_that_can_be_shown_is_called_by_the_subject(name: object, called: str) -> None:
    assert identity_of({"sub": "oidc|7", "name": name}, "sub", "groups").name == called


def test_no_more_than_2000_groups_of_one_person_are_kept() -> None:
    many = [f"group {number}" for number in range(2001)]
    assert identity_of({"sub": "a", "groups": many}, "sub", "groups").groups == set(many[:2000])


def test_groups_may_stand_deep_and_a_claim_that_leads_nowhere_gives_none() -> None:
    claims = {"sub": "a", "x": {"y": {"z": ("g",)}}, "list": ["y"]}
    assert identity_of(claims, "sub", "x.y.z").groups == {"g"}
    for path in ("x.y", "x.z.y", "list.y", ""):
        assert identity_of(claims, "sub", path).groups == frozenset(), path


def test_limits_are_those_of_the_settings() -> None:
    found = Limits.of(Settings(idle_minutes=7, session_hours=3))
    assert found == Limits(idle=timedelta(minutes=7), longest=timedelta(hours=3))


def test_what_ended_stays_so_and_too_old_comes_before_idle() -> None:
    old = session(ended_at=NOW + timedelta(minutes=1))
    assert old.state(LIMITS, NOW + timedelta(hours=11)) == "ended"
    assert session().state(LIMITS, NOW + timedelta(hours=11)) == "too_old"
