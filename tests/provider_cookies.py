"""The cookies in which Streamlit keeps what a provider said, signed as Streamlit signs them."""

import json
from base64 import urlsafe_b64encode
from functools import partial
from typing import Any

from starlette.responses import Response
from streamlit.auth_util import set_cookie_with_chunks
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

SECRET, CLIENT = "a secret of the tests 0123456789", "meetlat"
USER, TOKENS = "_streamlit_user", "_streamlit_user_tokens"
ANNA = {"is_logged_in": True, "sub": "anna", "name": "Anna", "aud": CLIENT}


def token(**header: Any) -> str:
    """An ID token, of which the header alone is read here."""
    head = urlsafe_b64encode(json.dumps({"alg": "RS256", **header}).encode()).rstrip(b"=").decode()
    return f"{head}.claims.signature"


def set_cookies(claims: Any, tokens: Any, secret: str = SECRET) -> list[str]:
    """The Set-Cookie headers in which Streamlit keeps both."""
    answer = Response()

    def keep(name: str, value: str) -> None:
        signed = create_signed_value(secret, name, value).decode()
        answer.set_cookie(name, signed, httponly=True, samesite="lax", path="/")

    for name, content in ((USER, claims), (TOKENS, tokens)):
        set_cookie_with_chunks(
            keep, partial(create_signed_value, secret), name, content, cookie_attr_size=100
        )
    return answer.headers.getlist("set-cookie")
