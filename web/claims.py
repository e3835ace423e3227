"""What a provider said about somebody, out of the cookies that Streamlit would have set."""

import json
import logging
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from http.cookies import CookieError, SimpleCookie
from typing import Any

from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import TOKENS_COOKIE_NAME, USER_COOKIE_NAME

NAMES = USER_COOKIE_NAME
"""How the names of Streamlit's own cookies about people begin."""
SIGNED = {f"{family}{size}" for family in ("RS", "PS", "ES") for size in (256, 384, 512)} | {
    "EdDSA",
    "Ed25519",
}
"""Algorithms of a token that only its provider can have signed."""


def claims_in(cookies: Sequence[str], secret: str, client: str) -> Mapping[str, Any]:
    """The claims; empty where these Set-Cookie headers hold none that this secret signed.

    Empty too where the ID token is unsigned or is not meant for this client: Authlib, below Streamlit, takes
    whatever algorithm the provider lists, also none, and any audience where `azp` is the client.
    """
    values = dict(_named(cookies))
    claims, tokens = (_content(values, name, secret) for name in (USER_COOKIE_NAME, TOKENS_COOKIE_NAME))
    if claims.get("is_logged_in") is not True:
        return {}
    if _algorithm(tokens.get("id_token")) not in SIGNED or not _is_meant_for(client, claims.get("aud")):
        logging.getLogger("meetlat").warning("an ID token is unsigned, or its audience is not our client id")
        return {}
    return claims


def _content(values: Mapping[str, str], cookie: str, secret: str) -> Mapping[str, Any]:
    def single(name: str) -> bytes | None:
        return decode_signed_value(secret, name, values[name]) if name in values else None

    found = get_cookie_with_chunks(single, cookie)
    content = {} if found is None else json.loads(found)
    return content if isinstance(content, dict) else {}


def _algorithm(token: Any) -> Any:
    """What the header of a token says, whose signature has been checked by that."""
    if not isinstance(token, str):
        return None
    header = token.partition(".")[0]
    return json.loads(urlsafe_b64decode(header + "==")).get("alg")


def _is_meant_for(client: str, audience: Any) -> bool:
    return client in (audience if isinstance(audience, list) else [audience])


def _named(cookies: Sequence[str]) -> Iterator[tuple[str, str]]:
    for cookie in cookies:
        with suppress(CookieError):
            yield from ((name, morsel.value) for name, morsel in SimpleCookie(cookie).items())
