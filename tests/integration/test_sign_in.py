"""Sessions of people who signed in: what begins one, what ends one, what is kept and what is written down."""

import json
import os
import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError

from core.errors import ConfigurationError, NotPermitted, UnknownName, UserError
from core.settings import Settings
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from governance.audit import without_numbers
from governance.sessions import Identity, Limits, Session, identity_of
from storage import audit_log, schema
from storage.database import writing
from storage.sessions import find, key_of
from storage.workspace import Workspace
from workflows.cli import main
from workflows.doctor import examine
from workflows.provider import provider_of, unsafe_sign_in, weak_secret
from workflows.revoke import listed, revoke, revoke_all
from workflows.server_options import configured, unsafe_options
from workflows.sign_in import admitted, open_session, person_of, session_cookie, sign_in, sign_out, viewer_of

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LIMITS = Limits(idle=timedelta(minutes=30), longest=timedelta(hours=10))
ANNA = {"sub": "anna", "name": "Anna", "groups": ["g1"]}
SAFE = {
    "client.showErrorDetails": "none",
    "browser.gatherUsageStats": False,
    "server.allowedHosts": ["localhost"],
}
REQUIRED = Settings(
    auth="required",
    public_url="https://meetlat.example.org",
    provider_url="https://login.example.org/realms/staff",
    client_id="meetlat",
)


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("empty") / "w"
    Workspace.open(place).engine.dispose()
    return place


@pytest.fixture
def workspace(tmp_path: Path, empty: Path) -> Workspace:
    return Workspace.open(shutil.copytree(empty, tmp_path / "w"))


def events(workspace: Workspace) -> list[tuple[str, str]]:
    table = schema.audit_log
    with workspace.engine.connect() as connection:
        rows = connection.execute(
            select(table.c.event_id, table.c.participant_object_detail).order_by(table.c.seq)
        )
        return [(name, json.loads(detail or "{}").get("reason", "")) for name, detail in rows]


def aged(workspace: Workspace, token: str, **ago: timedelta) -> None:
    """Move moments of a session into the past, as if time had gone by."""
    moments = {name: (datetime.now(UTC) - by).isoformat() for name, by in ago.items()}
    table = schema.sessions
    with writing(workspace.engine) as connection:
        connection.execute(update(table).where(table.c.key == key_of(token)).values(**moments))


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


@pytest.mark.parametrize(
    "claims",
    [{}, {"sub": ""}, {"sub": 7}, {"sub": "a\nb"}, {"sub": " a"}, {"sub": "a" * 201}, {"sub": ["a"]}],
)
def test_who_is_not_named_is_not_let_in(claims: dict[str, Any], workspace: Workspace) -> None:
    with pytest.raises(NotPermitted):
        sign_in(workspace, claims)
    assert events(workspace) == [("sign_in_failed", "")]


def test_an_address_that_nobody_verified_names_nobody() -> None:
    claims = {"email": "a@example.org", "email_verified": False}
    with pytest.raises(NotPermitted, match="verified"):
        identity_of(claims, "email", "groups")
    assert identity_of(claims | {"email_verified": True}, "email", "groups").subject == "a@example.org"


def test_a_session_opens_and_ends(workspace: Workspace) -> None:
    token = sign_in(workspace, ANNA)
    assert viewer_of(workspace, token).subject == "anna"
    assert person_of(workspace, token) == Identity(subject="anna", name="Anna", groups=frozenset({"g1"}))
    sign_out(workspace, token)
    assert viewer_of(workspace, token) is ANONYMOUS
    assert not admitted(workspace, token)
    sign_out(workspace, token)
    assert events(workspace) == [("signed_in", ""), ("signed_out", "signed_out"), ("denied", "ended")]


def test_what_is_kept_opens_nothing(workspace: Workspace) -> None:
    token = sign_in(workspace, ANNA)
    with workspace.engine.connect() as connection:
        row = connection.execute(select(schema.sessions)).mappings().one()
    assert token not in " ".join(map(str, row.values()))
    assert open_session(workspace, row["key"]) is None


@pytest.mark.parametrize("forged", ["", "x", "x" * 5000, "' OR 1=1 --", "\ud800", "\0"])
def test_what_was_never_given_out_opens_nothing(workspace: Workspace, forged: str) -> None:
    sign_in(workspace, ANNA)
    assert viewer_of(workspace, forged) is ANONYMOUS
    assert not admitted(workspace, forged)


@pytest.mark.parametrize(
    ("ago", "reason"),
    [
        ({"seen_at": timedelta(minutes=31)}, "idle"),
        ({"started_at": timedelta(hours=10, seconds=1)}, "too_old"),
    ],
)
def test_time_ends_a_session_and_it_is_written_down_once(
    workspace: Workspace, ago: dict[str, timedelta], reason: str
) -> None:
    token = sign_in(workspace, ANNA)
    aged(workspace, token, **ago)
    assert viewer_of(workspace, token) is ANONYMOUS
    assert not admitted(workspace, token)
    assert not admitted(workspace, token)
    assert events(workspace) == [("signed_in", ""), ("session_ended", reason), ("denied", "ended")]


def test_being_active_keeps_a_session_and_ending_wins(workspace: Workspace) -> None:
    token = sign_in(workspace, ANNA)
    aged(workspace, token, seen_at=timedelta(minutes=29))
    assert viewer_of(workspace, token).subject == "anna"
    found = open_session(workspace, token)
    assert found is not None
    assert datetime.now(UTC) - found.seen_at < timedelta(minutes=1)


def test_signing_in_again_replaces_the_session_of_that_browser(workspace: Workspace) -> None:
    first = sign_in(workspace, ANNA)
    second = sign_in(workspace, ANNA, former=first)
    assert first != second
    assert viewer_of(workspace, first) is ANONYMOUS
    assert viewer_of(workspace, second).subject == "anna"


def test_sessions_that_are_long_over_are_forgotten(workspace: Workspace) -> None:
    old = sign_in(workspace, ANNA)
    aged(workspace, old, seen_at=timedelta(days=31))
    sign_in(workspace, ANNA)
    assert len(listed(LOCAL_OPERATOR, workspace)) == 1


def test_an_administrator_ends_sessions(workspace: Workspace) -> None:
    tokens = [sign_in(workspace, {**ANNA, "sub": name}) for name in ("anna", "anna", "lars", "kees")]
    named = find(workspace, tokens[2])
    assert named is not None
    assert revoke(LOCAL_OPERATOR, workspace, [named.short_name]) == 1
    assert revoke(LOCAL_OPERATOR, workspace, [], "anna") == 2
    assert [viewer_of(workspace, token).subject for token in tokens] == ["", "", "", "kees"]
    assert revoke_all(LOCAL_OPERATOR, workspace) == 1
    assert {one.state for one in listed(LOCAL_OPERATOR, workspace)} == {"ended"}
    assert [one for one in events(workspace) if one[0] != "signed_in"] == [("session_ended", "revoked")] * 4
    with pytest.raises(UnknownName):
        revoke(LOCAL_OPERATOR, workspace, ["nothing"])
    for action in (lambda: listed(ANONYMOUS, workspace), lambda: revoke(ANONYMOUS, workspace, [], "anna")):
        with pytest.raises(NotPermitted):
            action()


def test_the_command_line_lists_and_ends(workspace: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    token = sign_in(workspace, ANNA)
    place = ["--workspace", str(workspace.root), "--json"]
    assert main(["sessions", "list", *place]) == 0
    (row,) = json.loads(capsys.readouterr().out)["sessions"]
    assert (row["person"], row["state"]) == ("anna", "open")
    assert main(["sessions", "revoke", row["session"], *place]) == 0
    assert json.loads(capsys.readouterr().out) == {"ended": 1}
    assert viewer_of(workspace, token) is ANONYMOUS
    assert main(["sessions", "revoke", *place]) == 2


def test_settings_of_sign_in_that_are_safe_pass() -> None:
    assert unsafe_sign_in(REQUIRED, {}) == ()
    assert unsafe_sign_in(Settings(), {}) == ()
    assert session_cookie(REQUIRED) == "__Host-meetlat"
    assert session_cookie(Settings()) == "meetlat_session"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"public_url": ""}, "needs the setting 'public_url'"),
        ({"provider_url": ""}, "needs the setting 'provider_url'"),
        ({"client_id": ""}, "needs the setting 'client_id'"),
        ({"public_url": "http://meetlat.example.org"}, "without encryption"),
        ({"provider_url": "http://login.example.org"}, "without encryption"),
        ({"public_url": "meetlat.example.org"}, "cannot be"),
        ({"public_url": "https://meetlat.example.org/app"}, "cannot be"),
        ({"public_url": "https://a:b@meetlat.example.org"}, "cannot be"),
        ({"public_url": "https://meetlat.example.org:x"}, "cannot be"),
        ({"provider_url": "ftp://login.example.org"}, "cannot be"),
    ],
)
def test_an_unsafe_setting_of_sign_in_is_one_sentence(changes: dict[str, str], said: str) -> None:
    (found,) = unsafe_sign_in(replace(REQUIRED, **changes), {})
    assert said in found.render("en")
    assert "\n" not in found.render("nl")


@pytest.mark.parametrize("secret", ["", "short", "x" * 64, "abcabcabc" * 8, "0123456789" * 3])
def test_a_weak_secret_is_refused(secret: str) -> None:
    (found,) = weak_secret(secret)
    assert secret == "" or secret not in found.render("en")


def test_the_secret_of_cookies_is_made_kept_and_strong(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("MEETLAT_SECRET_CLIENT_SECRET", "the-client-secret")
    for name in ("auth", "public_url", "provider_url", "client_id"):
        monkeypatch.setenv(f"MEETLAT_{name.upper()}", getattr(REQUIRED, name))
    opened = Workspace.open(tmp_path)
    found = provider_of(opened)
    assert weak_secret(found.cookie_secret) == ()
    assert provider_of(opened) == found
    assert os.stat(tmp_path / "secret" / "cookie_secret").st_mode & 0o077 == 0
    assert found.metadata_url == "https://login.example.org/realms/staff/.well-known/openid-configuration"
    assert found.redirect_uri == "https://meetlat.example.org/oauth2callback"
    for secret in ("the-client-secret", found.cookie_secret):
        assert secret not in repr(found)
        assert secret not in str(examine(tmp_path))
    monkeypatch.setenv("MEETLAT_SECRET_COOKIE_SECRET", "short")
    with pytest.raises(UserError, match="32 characters"):
        provider_of(opened)
    monkeypatch.delenv("MEETLAT_SECRET_CLIENT_SECRET")
    monkeypatch.delenv("MEETLAT_SECRET_COOKIE_SECRET")
    with pytest.raises(ConfigurationError, match="client_secret"):
        provider_of(opened)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("server.enableXsrfProtection", False),
        ("server.enableCORS", False),
        ("client.showErrorDetails", "full"),
        ("server.enableAgentApi", True),
        ("browser.gatherUsageStats", True),
        ("global.developmentMode", True),
        ("server.allowedHosts", []),
        ("server.allowedHosts", ["*"]),
        ("server.allowedHosts", ["*.example.org"]),
        ("server.corsAllowedOrigins", ["https://evil.example"]),
        ("server.trustedUserHeaders", {"X-User": "name"}),
    ],
)
def test_an_unsafe_option_is_one_sentence(option: str, value: Any) -> None:
    assert unsafe_options(SAFE) == ()
    (found,) = unsafe_options(SAFE | {option: value})
    assert found.render("en").startswith(f"{option}: It is ")
    assert "\n" not in found.render("nl")


def test_options_come_from_files_and_the_environment(tmp_path: Path) -> None:
    for name, content in (("home", "enableCORS = false"), ("here", 'allowedHosts = ["a"]')):
        (tmp_path / name / ".streamlit").mkdir(parents=True)
        (tmp_path / name / ".streamlit" / "config.toml").write_text(f"[server]\n{content}\n", "utf-8")
    surroundings = {"STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION": "False", "STREAMLIT_SERVER_ALLOWED_HOSTS": "*"}
    found = configured((tmp_path / "home", tmp_path / "here"), surroundings)
    assert found["server.enableCORS"] is False
    assert found["server.enableXsrfProtection"] is False
    assert found["server.allowedHosts"] == ["*"]


def test_doctor_names_what_is_unsafe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEETLAT_AUTH", "required")
    monkeypatch.setenv("STREAMLIT_SERVER_ENABLE_CORS", "false")
    found = [one.message.render("en") for one in examine(tmp_path).findings if one.level == "error"]
    assert any("needs the setting 'public_url'" in sentence for sentence in found)
    assert any(sentence.startswith("server.enableCORS: It is false") for sentence in found)


@pytest.mark.parametrize(
    ("anchor", "auth", "level"),
    [
        ("", "single-user", None),
        ("", "required", "warning"),
        ("syslog:siem.example:514", "required", None),
        ("anchors.jsonl", "required", None),
        ("gone/anchors.jsonl", "single-user", "error"),
    ],
)
def test_doctor_says_where_anchors_cannot_go(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, anchor: str, auth: str, level: str | None
) -> None:
    monkeypatch.setenv("MEETLAT_AUTH", auth)
    monkeypatch.setenv("MEETLAT_AUDIT_ANCHOR", anchor)
    found = [one.level for one in examine(tmp_path).findings if "Anchors" in one.message.render("en")]
    assert found == ([level] if level else [])


def test_the_options_of_this_program_are_safe() -> None:
    assert unsafe_options(configured((Path(__file__).resolve().parents[2],), {})) == ()


def test_while_the_log_is_away_nobody_comes_in_and_everybody_may_leave(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = sign_in(workspace, ANNA)

    def away(_connection: object) -> None:
        raise OperationalError("append", {}, Exception("the log is away"))

    monkeypatch.setattr(audit_log, "_locked", away)
    assert not admitted(workspace, "x" * 43)
    assert admitted(workspace, token)
    sign_out(workspace, token)
    assert open_session(workspace, token) is None
    assert not admitted(workspace, token)
