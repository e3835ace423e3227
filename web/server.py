"""The app as it is served: Streamlit's own, inside our layers."""

from pathlib import Path
from typing import Any

import streamlit as st
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from web.downloads import Downloads
from web.headers import Headers
from web.health import health, warmed
from web.index_page import IndexPage
from web.origins import HEALTH, Origins
from web.sessions import Sessions
from web.sign_in_page import SignInPage
from web.site import Site
from workflows.opening import Workspace
from workflows.provider import Provider

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "app.py"
STATIC = ROOT / "static"


class Server(st.App):
    """From the outside in: headers, names and origins, sessions, the first page, Streamlit."""

    def __init__(self, site: Site, workspace: Workspace, provider: Provider | None) -> None:
        """`provider`: None where nobody has to sign in."""
        routes = [Route(HEALTH, health)]
        if provider is not None:
            routes += SignInPage(site, workspace).routes
        super().__init__(SCRIPT, routes=routes, lifespan=warmed, secrets=_secrets(provider))
        layered: ASGIApp = IndexPage(super().__call__, site)
        if provider is not None:
            public = frozenset(f"/app/static/{path.name}" for path in STATIC.iterdir())
            layered = Sessions(Downloads(layered, site), site, workspace, provider, public)
        self._layered = Headers(Origins(layered, site), site)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Through every layer."""
        await self._layered(scope, receive, send)


def _secrets(provider: Provider | None) -> dict[str, Any]:
    """Where Streamlit wants them, in memory alone."""
    if provider is None:
        return {}
    return {
        "auth": {
            "redirect_uri": provider.redirect_uri,
            "cookie_secret": provider.cookie_secret,
            "client_id": provider.client_id,
            "client_secret": provider.client_secret,
            "server_metadata_url": provider.metadata_url,
            "client_kwargs": {
                "scope": "openid email profile",
                "prompt": provider.prompt,
                "code_challenge_method": "S256",
            },
        }
    }
