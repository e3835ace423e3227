"""Who the app takes a visitor for, and which pages that gives."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from app import AUDIENCES
from core.language.text import Text
from core.settings import Settings
from governance.access import ANONYMOUS, EVERY, LOCAL_OPERATOR, Grant, fixed
from governance.policy import ROLES, Role
from pages.everyone import what_we_measure
from pages.widgets.page import pages_for
from pages.widgets.session import local_operator

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "localhost"])
def test_one_person_on_this_machine_is_the_local_operator(address: str) -> None:
    assert local_operator(address) is LOCAL_OPERATOR


@pytest.mark.parametrize("address", [None, "", "0.0.0.0", "::", "10.1.2.3"])
def test_one_person_who_listens_elsewhere_is_nobody(address: str | None) -> None:
    assert local_operator(address) is ANONYMOUS


@pytest.mark.parametrize(
    ("role", "addresses"),
    [
        ("manager", ["portfolio", "checklist", "this-week", "data-quality", "kpis"]),
        ("lead", ["portfolio", "checklist", "effect", "kpis"]),
        ("analyst", ["portfolio", "checklist", "this-week", "effect", "data-quality", "kpis"]),
        ("privacy", ["portfolio", "checklist", "this-week", "effect", "data-quality", "kpis", "audit-log"]),
        ("auditor", ["audit-log"]),
        ("administrator", []),
    ],
)
def test_a_role_gets_its_pages(role: Role, addresses: list[str]) -> None:
    viewer = fixed("somebody", Grant(role=role, objects=frozenset({EVERY})))
    assert [page.url_path for page in pages_for(viewer, AUDIENCES)] == addresses


@pytest.mark.parametrize("role", ROLES)
def test_what_we_measure_stands_last_for_everybody(role: Role) -> None:
    viewer = fixed("somebody", Grant(role=role, objects=frozenset({EVERY})))
    assert pages_for(viewer, AUDIENCES, what_we_measure.PAGE)[-1] is what_we_measure.PAGE


def test_nobody_gets_no_page() -> None:
    assert pages_for(ANONYMOUS, AUDIENCES) == ()


def test_nothing_in_the_theme_or_the_pages_points_outside() -> None:
    files = [ROOT / "app.py", ROOT / ".streamlit" / "config.toml", *(ROOT / "pages").rglob("*.py")]
    for path in files:
        assert not re.search(r"https?://", path.read_text("utf-8")), path


def test_no_kept_function_hides_an_argument_from_its_key() -> None:
    for path in (ROOT / "pages").rglob("*.py"):
        text = path.read_text("utf-8")
        for decorated in re.findall(r"@st\.cache_\w+(?:\([^@]*?\))?\ndef \w+\((.*?)\) ->", text, re.DOTALL):
            assert not re.search(r"(^|[\s,(])_\w+\s*:", decorated), path


def _start(visit: "SimpleNamespace") -> None:
    """What AppTest runs: it takes the text of the function alone."""
    from pages.everyone.no_access import no_access
    from pages.everyone.what_we_measure import PAGE

    PAGE.render(visit) if visit.viewer.may(PAGE.audience) else no_access(visit)


@pytest.mark.parametrize(
    ("grants", "sentence", "not_said"),
    [
        ((), "U bent aangemeld, en u heeft nog geen rol in Meetlat.", "Uw rol"),
        ((Grant(role="administrator"),), "Uw rol ziet geen gegevens en heeft geen eigen pagina.", "geen rol"),
        ((Grant(role="auditor"),), "Meetlat meet", "Uw rol"),
    ],
)
def test_who_has_a_role_without_a_page_is_told_where_its_work_is_done(
    grants: tuple[Grant, ...], sentence: str, not_said: str
) -> None:
    visit = SimpleNamespace(
        viewer=fixed("adm", *grants),
        person=SimpleNamespace(subject="adm", name="Adm"),
        workspace=SimpleNamespace(settings=Settings(auth="required")),
        language="nl",
        say=lambda words, **values: Text(words, values).render("nl"),
    )
    shown = AppTest.from_function(_start, args=(visit,)).run(timeout=60)
    assert not shown.exception
    told = " ".join(one.value for one in shown.markdown)
    assert sentence in told
    assert not_said not in told
