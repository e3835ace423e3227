"""What a provider said about somebody, out of the cookies that Streamlit would have set."""

import json
from collections.abc import Mapping, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Any

from streamlit.auth_util import get_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

NAMES = USER_COOKIE_NAME
"""How the names of Streamlit's own cookies about people begin."""


def claims_in(cookies: Sequence[str], secret: str) -> Mapping[str, Any]:
    """The claims; empty where these Set-Cookie headers hold none that this secret signed."""
    values = dict(_named(cookie) for cookie in cookies)

    def single(name: str) -> bytes | None:
        return decode_signed_value(secret, name, values[name]) if values.get(name) else None

    found = get_cookie_with_chunks(single, USER_COOKIE_NAME)
    if found is None:
        return {}
    claims = json.loads(found)
    return claims if isinstance(claims, dict) and claims.get("is_logged_in") is True else {}


def _named(cookie: str) -> tuple[str, str]:
    try:
        found = SimpleCookie(cookie)
    except CookieError:
        return "", ""
    return next(((name, morsel.value) for name, morsel in found.items()), ("", ""))
