"""ID tokens that nobody should believe: our web server as its own process, a provider that a test bends."""

import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from storage import sessions
from storage.workspace import Workspace
from tests.audit_log import names
from tests.screens.server import running
from tests.servers.ports import free_port
from tests.servers.token_provider import (
    CLIENT,
    CLIENT_SECRET,
    KEY_ID,
    Claims,
    TokenProvider,
    Write,
    by_key,
    new_key,
    public_jwk,
    sound,
    token_provider,
    written,
)

COOKIE = "meetlat_session"
SENTENCE = "Signing in did not succeed. Try again; if it stays so, tell your administrator."
HONEST, GENEROUS = ["RS256"], ["none", "HS256", "RS256", "ES256"]
"""What a provider says that it signs with; some list whatever their software can do."""
STRANGER = new_key()
LATER = 600
"""Seconds, more than clocks may differ."""


@dataclass(frozen=True, kw_only=True)
class Served:
    """An app that people have to sign in to."""

    address: str
    provider: TokenProvider
    workspace: Workspace

    def visit(self, visitor: httpx.Client) -> httpx.Response:
        """What a visitor sees who presses the button and follows wherever that leads."""
        return visitor.get(f"{self.address}/sign-in/start", headers={"Accept-Language": "en"})


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("forged") / "w", free_port()
    address = f"http://127.0.0.1:{port}"
    with token_provider() as provider:
        settings = {
            "MEETLAT_AUTH": "required",
            "MEETLAT_PUBLIC_URL": address,
            "MEETLAT_PROVIDER_URL": provider.issuer,
            "MEETLAT_CLIENT_ID": CLIENT,
            "MEETLAT_SECRET_CLIENT_SECRET": CLIENT_SECRET,
        }
        with running(folder, port=port, **settings):
            yield Served(address=address, provider=provider, workspace=Workspace.open(folder))


@pytest.fixture
def visitor() -> Iterator[httpx.Client]:
    with httpx.Client(follow_redirects=True, timeout=30) as made:
        yield made


def told(**changes: Any) -> Write:
    """Signed by the provider, with other claims; None leaves one out."""

    def write(provider: TokenProvider, claims: Claims) -> str:
        changed = {**claims, **{name: _value(change) for name, change in changes.items()}}
        return sound(provider, {name: value for name, value in changed.items() if value is not None})

    return write


def _value(change: Any) -> Any:
    return int(time.time()) + change() if callable(change) else change


def after(seconds: int) -> Callable[[], int]:
    """A moment so many seconds from when the token is written."""
    return lambda: seconds


def headed(**header: Any) -> Write:
    """Signed by a stranger, with a header that says where the stranger's key is."""

    def write(provider: TokenProvider, claims: Claims) -> str:
        filled = {
            name: value.format(issuer=provider.issuer) if isinstance(value, str) else value
            for name, value in header.items()
        }
        return written({"alg": "RS256", **filled}, claims, by_key(STRANGER))

    return write


def unsigned(alg: str, **header: Any) -> Write:
    return lambda _provider, claims: written({"alg": alg, **header}, claims, lambda _content: b"")


def by_secret(secret_of: Callable[[TokenProvider], bytes], **header: Any) -> Write:
    """Signed with HS256 and a secret that others know too."""

    def write(provider: TokenProvider, claims: Claims) -> str:
        secret = secret_of(provider)
        return written(
            {"alg": "HS256", **header}, claims, lambda content: hmac.digest(secret, content, "sha256")
        )

    return write


def public(encoding: Encoding, form: PublicFormat) -> Callable[[TokenProvider], bytes]:
    return lambda provider: provider.key.public_key().public_bytes(encoding, form)


def changed_afterwards(provider: TokenProvider, claims: Claims) -> str:
    header, _, signature = sound(provider, claims).split(".")
    _, other, _ = sound(provider, {**claims, "sub": "the-administrator"}).split(".")
    return f"{header}.{other}.{signature}"


def cut(provider: TokenProvider, claims: Claims) -> str:
    return sound(provider, claims).rpartition(".")[0] + "."


PEM = public(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DER = public(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
FORGED: dict[str, Write] = {
    "unsigned": unsigned("none", kid=KEY_ID),
    "unsigned, no key id": unsigned("none"),
    "unsigned, in capitals": unsigned("NONE", kid=KEY_ID),
    "signature taken off": cut,
    "payload changed after signing": changed_afterwards,
    "signed by another key with the same id": headed(kid=KEY_ID),
    "signed by another key without an id": headed(),
    "key id that the provider does not have": headed(kid="key-2"),
    "own key under an id that the provider does not have": lambda provider, claims: written(
        {"alg": "RS256", "kid": "key-2"}, claims, by_key(provider.key)
    ),
    "public key as secret, PEM": by_secret(PEM, kid=KEY_ID),
    "public key as secret, PEM, no key id": by_secret(PEM),
    "public key as secret, DER": by_secret(DER, kid=KEY_ID),
    "public key as secret, JWK": by_secret(lambda p: json.dumps(public_jwk(p.key)).encode(), kid=KEY_ID),
    "client secret as secret": by_secret(lambda _: CLIENT_SECRET.encode(), kid=KEY_ID),
    "client secret as secret, no key id": by_secret(lambda _: CLIENT_SECRET.encode()),
    "key in the header": headed(jwk=public_jwk(STRANGER)),
    "key in the header under the provider's id": headed(kid=KEY_ID, jwk=public_jwk(STRANGER)),
    "address of keys in the header": headed(kid=KEY_ID, jku="{issuer}/strange"),
    "address of a certificate in the header": headed(kid=KEY_ID, x5u="{issuer}/strange"),
    "rules in the header that nobody knows": lambda provider, claims: written(
        {
            "alg": "RS256",
            "kid": KEY_ID,
            "crit": ["http://evil.example/rule"],
            "http://evil.example/rule": True,
        },
        claims,
        by_key(provider.key),
    ),
    "expired": told(iat=after(-2 * LATER), exp=after(-LATER)),
    "no end": told(exp=None),
    "not yet valid": told(nbf=after(LATER)),
    "issued in the future": told(iat=after(LATER), exp=after(2 * LATER)),
    "other audience": told(aud="another-app"),
    "other audience, passed on by us": told(aud="another-app", azp=CLIENT),
    "other audiences, passed on by us": told(aud=["another-app", "a-third"], azp=CLIENT),
    "no audience": told(aud=None),
    "empty audience": told(aud=[]),
    "audience without a name": told(aud=""),
    "passed on by another": told(aud=[CLIENT, "another-app"], azp="another-app"),
    "other issuer": told(iss="https://login.evil.example"),
    "issuer with a slash more": lambda provider, claims: sound(
        provider, {**claims, "iss": claims["iss"] + "/"}
    ),
    "no issuer": told(iss=None),
    "no nonce": told(nonce=None),
    "other nonce": told(nonce="x" * 20),
    "empty nonce": told(nonce=""),
    "access token of somebody else": told(at_hash="x" * 22),
    "no token at all": lambda _provider, _claims: "",
    "not a token": lambda _provider, _claims: "a.b.c",
}
SOUND: dict[str, Write] = {
    "as it should be": sound,
    "for several, passed on by us": told(aud=[CLIENT, "another-app"], azp=CLIENT),
    "without a key id, where there is one key": lambda provider, claims: written(
        {"alg": "RS256"}, claims, by_key(provider.key)
    ),
    "a minute ahead of our clock": told(iat=after(60), nbf=after(60)),
}


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_token_lets_in(app: Served, visitor: httpx.Client, name: str) -> None:
    app.provider.write, app.provider.algorithms = SOUND[name], HONEST
    before = names(app.workspace)
    answer = app.visit(visitor)
    assert (answer.status_code, answer.url.path) == (200, "/")
    assert visitor.cookies[COOKIE]
    assert names(app.workspace) - before == {"signed_in": 1}
    assert sessions.listed(app.workspace)[0].identity.subject == "anna"


@pytest.mark.parametrize("algorithms", [HONEST, GENEROUS], ids=["honest", "generous"])
@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_lets_nobody_in(
    app: Served, visitor: httpx.Client, name: str, algorithms: list[str]
) -> None:
    app.provider.write, app.provider.algorithms = FORGED[name], algorithms
    app.provider.asked.clear()
    events, kept = names(app.workspace), sessions.listed(app.workspace)
    answer = app.visit(visitor)
    assert str(answer.url) == f"{app.address}/sign-in?why=failed"
    assert SENTENCE in answer.text
    assert COOKIE not in visitor.cookies
    assert sessions.listed(app.workspace) == kept
    assert names(app.workspace) - events == {"sign_in_failed": 1}
    assert "/strange" not in app.provider.asked
    assert visitor.get(f"{app.address}/portfolio", follow_redirects=False).status_code == 303


def test_a_key_that_is_replaced_signs_nobody_in_any_more(app: Served, visitor: httpx.Client) -> None:
    former, app.provider.key = app.provider.key, new_key()
    app.provider.algorithms = HONEST
    app.provider.write = lambda _provider, claims: written(
        {"alg": "RS256", "kid": KEY_ID}, claims, by_key(former)
    )
    assert app.visit(visitor).url.path == "/sign-in"
    app.provider.write = sound
    assert app.visit(visitor).url.path == "/"
