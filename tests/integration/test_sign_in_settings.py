"""Settings and options with which signing in would not be safe are refused, each with one sentence."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.errors import ConfigurationError, UserError
from core.settings import Settings
from storage.workspace import Workspace
from workflows.doctor import examine
from workflows.provider import provider_of, unsafe_sign_in, weak_secret
from workflows.server_options import configured, unsafe_options
from workflows.sign_in import session_cookie

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
