"""With auth = "required" and no provider, nobody gets data: not by any address, not on a fresh process.

The client speaks the app's own protocol, because a warm server or a browser that opens the home page first
hides what a cold deep link can do.
"""

from collections.abc import Iterable
from pathlib import Path

import pytest

from app import AUDIENCES
from core.language import number
from experiments.estimate import Estimate
from governance.access import LOCAL_OPERATOR
from pages.widgets.page import pages_for
from reports.words_numbers import effect_text
from tests.screens.server import ROOT, everything_sent, running
from workflows.department import department_view, departments
from workflows.opening import open_workspace
from workflows.overview import portfolio

APP = ROOT / "app.py"
ADDRESSES = (
    *("", "portfolio", "this-week", "effect", "data-quality", "kpis", "what-we-measure", "audit-log"),
    *("checklist", "this_week", "data_quality", "audit_log"),
)


@pytest.fixture(scope="module")
def secrets(demo: Path) -> set[str]:
    """Names and numbers that stand on the pages for who may see them, as they are written there."""
    workspace = open_workspace(demo)
    names = departments(LOCAL_OPERATOR, workspace)
    found = set(names)
    for view in portfolio(LOCAL_OPERATOR, workspace):
        found.add(view.pilot.pilot.name_nl)
        published = view.evaluation.primary
        result = published.result.value.result if published.result.value else None
        if isinstance(result, Estimate):
            found.add(effect_text(result.effect, view.kpis[published.kpi], result.scale, "nl"))
    for card in department_view(LOCAL_OPERATOR, workspace, names[0]).cards:
        latest = card.latest.value if card.latest else None
        if latest and latest.value is not None:
            found.add(number(latest.value * card.kpi.display_scale, max(1, card.kpi.digits), "nl"))
    return {text for text in found if len(text) > 3}


def told(
    demo: Path, known: set[str], pages: Iterable[str], script: Path | None = None, **environment: str
) -> set[str]:
    """Which secrets visits to these pages, in this order, of a fresh process give away.

    script: run by Streamlit alone, as somebody may who does not know of our web server.
    """
    with running(demo, script=script, **environment) as address:
        sent = [everything_sent(address, page) for page in pages]
    assert all(len(answer) > 1000 for answer in sent), "the app said nothing, so this proves nothing"
    return {text for text in known if any(text.encode() in answer for answer in sent)}


@pytest.mark.parametrize("first", ["", "this-week", "effect"])
def test_nobody_sees_data_when_signing_in_is_required_and_not_set_up(
    demo: Path, secrets: set[str], first: str
) -> None:
    """A cold process, asked for one page before any other."""
    assert told(demo, secrets, (first, *ADDRESSES), APP, MEETLAT_AUTH="required") == set()


@pytest.mark.parametrize("page", ["", "this-week"])
def test_the_same_visit_finds_data_when_the_app_is_for_one_person(
    demo: Path, secrets: set[str], page: str
) -> None:
    assert len(told(demo, secrets, [page])) >= 2


def test_single_user_mode_that_listens_to_the_network_shows_nothing(demo: Path, secrets: set[str]) -> None:
    everywhere = {"STREAMLIT_SERVER_ADDRESS": "0.0.0.0", "STREAMLIT_SERVER_ALLOWED_HOSTS": "*"}
    assert told(demo, secrets, [""], APP, **everywhere) == set()


def test_every_page_is_among_the_addresses() -> None:
    assert {page.url_path for page in pages_for(LOCAL_OPERATOR, AUDIENCES)} <= set(ADDRESSES)
    files = {path.stem for path in (ROOT / "pages").glob("[!w_]*/[!_]*.py")} - {
        "no_access",
        "what_we_measure",
    }
    assert files <= set(ADDRESSES)
