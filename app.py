"""The app: who is looking, in which language, at which pages. Run it with `streamlit run app.py`."""

import os
from functools import partial
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import Page as StreamlitPage

from core.errors import UserError
from core.language.catalogue import LANGUAGES
from core.settings import Settings
from governance.access import LOCAL_OPERATOR
from pages import analyst, auditor, department, innovation
from pages.everyone import what_we_measure
from pages.everyone.no_access import no_access
from pages.widgets.answered import answered
from pages.widgets.document_language import set_document_language
from pages.widgets.page import Page, pages_for
from pages.widgets.session import Session, language_of, mode_of, token_of
from pages.widgets.sidebar import sidebar
from pages.widgets.viewing import page_opened, page_refused
from workflows.anchoring import keep_anchoring
from workflows.opening import Workspace, open_workspace
from workflows.privacy.daily import keep_expiring

AUDIENCES = (innovation, department, analyst, auditor)
STATIC = Path(__file__).with_name("static")


@st.cache_resource
def workspace_at(path: str) -> Workspace:
    """One open workspace per process; the folder comes from the environment, never from the visitor."""
    workspace = open_workspace(Path(path))
    keep_anchoring(workspace)
    keep_expiring(workspace)
    return workspace


def main() -> None:
    """Build the navigation that this viewer may have, and run the page that was asked for."""
    mode = mode_of()
    st.set_page_config(page_title="Meetlat", page_icon=str(STATIC / "mark-light.svg"), layout="wide")
    st.logo(str(STATIC / f"logo-{mode}.svg"), size="large", icon_image=str(STATIC / f"mark-{mode}.svg"))
    try:
        workspace = workspace_at(os.environ.get("MEETLAT_WORKSPACE", "workspace"))
    except UserError as error:
        st.navigation([st.Page(partial(refused, error), title="Meetlat")]).run()
        return
    session = Session(
        workspace=workspace,
        token=token_of(workspace.settings),
        language=language_of(workspace.settings),
        mode=mode,
    )
    navigate(session, workspace.settings)


def refused(error: UserError) -> None:
    """The workspace cannot be opened: why, in both languages, since no settings could be read."""
    for language in LANGUAGES:
        st.error(error.render(language))


def navigate(session: Session, settings: Settings) -> None:
    """Register the pages as callables with their own addresses, and run one."""
    found = pages_for(session.viewer, AUDIENCES, what_we_measure.PAGE)
    sections: dict[str, list[StreamlitPage]] = {}
    for page in found:
        link = st.Page(
            partial(shown, page, session),
            title=session.say(page.title),
            icon=page.icon,
            url_path=page.url_path,
        )
        session.links[page.url_path] = link
        sections.setdefault(session.say(page.section), []).append(link)
    mine = {page.url_path for page in found}
    every = pages_for(LOCAL_OPERATOR, AUDIENCES)
    page_refused(session, {page.url_path: page.audience for page in every if page.url_path not in mine})
    if not found:
        sections[""] = [closed(page, session) for page in every]
    current = st.navigation({"": [home(session), *sections.pop("", [])], **sections})
    set_document_language(session.language)
    sidebar(session, settings.hospital)
    current.run()


def closed(page: Page, session: Session) -> StreamlitPage:
    """The address of a page for who may open none: one sentence about why, and no word on what is there."""
    screen = partial(no_access, session)
    return st.Page(screen, title="Meetlat", url_path=page.url_path, visibility="hidden")


def home(session: Session) -> StreamlitPage:
    """What stands at "/": the first page this viewer may open, under that page's own address, or none."""
    if not session.links:
        return st.Page(partial(no_access, session), title="Meetlat", url_path="start", default=True)
    first = next(iter(session.links.values()))
    redirect = partial(st.switch_page, first)
    return st.Page(redirect, title="Meetlat", url_path="start", default=True, visibility="hidden")


def shown(page: Page, session: Session) -> None:
    """A page, or one plain sentence about why not; never a traceback."""
    page_opened(page.url_path)
    with answered(session, "page", page.url_path):
        page.render(session)


if __name__ == "__main__":
    main()
