"""A provider of identities within the test, whose ID token a test chooses; the rest is as it should be.

Tokens are written here, byte by byte: a library would refuse to write most of what is tried.
"""

import hashlib
import json
import secrets
import threading
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

CLIENT, CLIENT_SECRET = "meetlat", "a-client-secret-of-the-tests-0123456789"
KEY_ID = "key-1"

Claims = dict[str, Any]
Write = Callable[["TokenProvider", Claims], str]
"""Writes the ID token for claims that are sound."""


def new_key() -> RSAPrivateKey:
    """A key that nobody else has."""
    return generate_private_key(public_exponent=65537, key_size=2048)


def by_key(key: RSAPrivateKey) -> Callable[[bytes], bytes]:
    """Sign as RS256 says."""
    return lambda content: key.sign(content, PKCS1v15(), SHA256())


def public_jwk(key: RSAPrivateKey) -> dict[str, str]:
    """The public half, as a JWKS holds it."""
    numbers = key.public_key().public_numbers()
    parts = {name: _base64(n.to_bytes((n.bit_length() + 7) // 8)) for name, n in _parts(numbers)}
    return {"kty": "RSA", "kid": KEY_ID, **parts}


def written(header: Mapping[str, Any], claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    """A token, whatever its header promises."""
    head = ".".join(_base64(json.dumps(part).encode()) for part in (header, claims))
    return f"{head}.{_base64(sign(head.encode()))}"


def sound(provider: "TokenProvider", claims: Claims) -> str:
    """As it should be."""
    return written({"alg": "RS256", "kid": KEY_ID}, claims, by_key(provider.key))


class TokenProvider(ThreadingHTTPServer):
    """Whoever asks is signed in as anna. asked: every path that somebody asked for."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.issuer = f"http://127.0.0.1:{self.server_port}"
        self.key = new_key()
        self.algorithms = ["RS256"]
        self.write: Write = sound
        self.asked: list[str] = []
        self.codes: dict[str, dict[str, str]] = {}

    def claims(self, nonce: str) -> Claims:
        """What is true of anna now."""
        now = int(time.time())
        return {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "anna",
            "name": "Anna",
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
        }

    def metadata(self) -> dict[str, Any]:
        """Where everything stands."""
        places = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "jwks_uri": "keys",
        }
        return {
            "issuer": self.issuer,
            **{name: f"{self.issuer}/{place}" for name, place in places.items()},
            "id_token_signing_alg_values_supported": self.algorithms,
            "code_challenge_methods_supported": ["S256"],
        }

    def token_for(self, code: str, verifier: str, secret: str) -> str | None:
        """The ID token for a code, once, for the client alone that began."""
        asked = self.codes.pop(code, None)
        challenge = _base64(hashlib.sha256(verifier.encode()).digest())
        if asked is None or challenge != asked["code_challenge"] or secret != CLIENT_SECRET:
            return None
        return self.write(self, self.claims(asked["nonce"]))


class _Answers(BaseHTTPRequestHandler):
    server: TokenProvider

    def do_GET(self) -> None:
        """Discovery, keys, and signing in without a question."""
        found = urlsplit(self.path)
        self.server.asked.append(found.path)
        if found.path == "/authorize":
            asked = {name: values[0] for name, values in parse_qs(found.query).items()}
            code = secrets.token_urlsafe()
            self.server.codes[code] = asked
            self.send_response(302)
            back = urlencode({"code": code, "state": asked["state"]})
            self.send_header("Location", f"{asked['redirect_uri']}?{back}")
            self.end_headers()
        elif found.path == "/keys":
            self._say({"keys": [public_jwk(self.server.key)]})
        else:
            self._say(self.server.metadata(), 200 if "openid-configuration" in found.path else 404)

    def do_POST(self) -> None:
        """A code for a token."""
        content = self.rfile.read(int(self.headers["Content-Length"])).decode()
        asked = {name: values[0] for name, values in parse_qs(content).items()}
        _, _, secret = b64decode(self.headers["Authorization"].split()[1]).decode().partition(":")
        token = self.server.token_for(asked["code"], asked["code_verifier"], secret)
        if token is None:
            self._say({"error": "invalid_grant"}, 400)
        else:
            self._say({"access_token": "opens-nothing", "token_type": "Bearer", "id_token": token})

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _say(self, what: Any, status: int = 200) -> None:
        content = json.dumps(what).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def token_provider() -> Iterator[TokenProvider]:
    """One that listens."""
    with TokenProvider() as provider:
        thread = threading.Thread(target=provider.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield provider
        finally:
            provider.shutdown()
            thread.join()


def _parts(numbers: Any) -> tuple[tuple[str, int], ...]:
    return (("n", numbers.n), ("e", numbers.e))


def _base64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()
