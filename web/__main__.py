"""Serve the workspace that MEETLAT_WORKSPACE names: `python -m web`. `meetlat serve` starts this."""

import os
import sys
from pathlib import Path

from core.errors import UserError
from core.issue import raise_errors
from core.language.text import N_
from core.settings import Settings
from workflows.opening import open_workspace
from workflows.provider import provider_of
from workflows.server_options import OPTIONS, unsafe_options
from workflows.settings_log import note_settings


def main() -> int:
    """Check, then serve until stopped; 2 when something is unsafe, one sentence for each."""
    language = os.environ.get("MEETLAT_LANG", "en")
    try:
        _serve()
    except UserError as error:
        print(error.render(language), file=sys.stderr)
        return error.exit_code
    return 0


def _serve() -> None:
    workspace = open_workspace(Path(os.environ.get("MEETLAT_WORKSPACE", "workspace")))
    provider = provider_of(workspace) if workspace.settings.auth == "required" else None
    if provider is not None:
        # Streamlit signs what a browser keeps on its way to the provider before it has read our secrets.
        os.environ["STREAMLIT_SERVER_COOKIE_SECRET"] = provider.cookie_secret
    from streamlit import config
    from streamlit.logger import get_logger

    # It warns that options changed after it read them: by us, on purpose, just before it starts.
    get_logger(config.__name__).addFilter(lambda told: "config option" not in told.getMessage())
    raise_errors(
        unsafe_options({option.name: config.get_option(option.name) for option in OPTIONS}),
        N_("The web server"),
    )
    from web.server import Server
    from web.site import Site

    note_settings(workspace)
    site = Site.of(workspace.settings)
    Server(site, workspace, provider).run(config=_options(workspace.settings, site.hosts))


def _options(settings: Settings, hosts: tuple[str, ...]) -> dict[str, object]:
    return {
        "server.address": settings.address,
        "server.port": settings.port,
        "server.headless": True,
        "server.allowedHosts": list(hosts),
    }


if __name__ == "__main__":
    sys.exit(main())
