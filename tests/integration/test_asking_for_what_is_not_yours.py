"""Asking for what is somebody else's is answered as for what is not there, and logged once."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import UnknownName
from governance.access import Grant, Viewer, fixed
from pages.widgets.viewing import IN_VAIN
from storage.workspace import Workspace
from tests.audit_log import events, names
from tests.evaluated_hospital import build
from workflows.auditing import denials
from workflows.department import department_view
from workflows.governance.incidents import register
from workflows.overview import pilot_view

LEAD = fixed("lea", Grant(role="lead", objects=frozenset({"another"})))
MANAGER = fixed("bas", Grant(role="manager", objects=frozenset({"elsewhere"})))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    opened = build(tmp_path_factory.mktemp("asked"))
    yield opened
    opened.engine.dispose()


def told(
    viewer: Viewer, workspace: Workspace, act: Callable[[], object]
) -> tuple[str, list[tuple[str, ...]]]:
    before = len(events(workspace))
    with pytest.raises(UnknownName) as answer, denials(viewer, workspace), denials(viewer, workspace):
        act()
    found = [one.event for one in events(workspace)[before:]]
    return str(answer.value), [
        (one.event_id, one.event_outcome_indicator, one.user_id, one.participant_object_id) for one in found
    ]


def test_what_is_not_theirs_is_logged_and_what_is_not_there_is_not(workspace: Workspace) -> None:
    acts: list[tuple[Viewer, Callable[[str], object], str]] = [
        (LEAD, lambda name: pilot_view(LEAD, workspace, name), "good"),
        (LEAD, lambda name: register(LEAD, workspace, name), "good"),
        (MANAGER, lambda name: department_view(MANAGER, workspace, name), "p1"),
    ]
    for viewer, act, name in acts:
        answer, logged = told(viewer, workspace, lambda act=act, name=name: act(name))
        nothing, unlogged = told(viewer, workspace, lambda act=act: act("Mrs Jansen"))
        assert answer.replace(f"'{name}'", "'Mrs Jansen'") == nothing
        assert logged == [("denied", "4", viewer.name, name)]
        assert unlogged == []


def _page(visit: "SimpleNamespace") -> None:
    """What AppTest runs: it takes the text of the function alone."""
    import streamlit as st

    from pages.widgets.viewing import place_asked

    st.text(place_asked(visit, "pilot", ["first", "mine"]))


@pytest.mark.parametrize(
    ("asked", "place", "logged"), [("mine", "1", 0), ("good", "0", 1), ("Mrs Jansen", "0", 0), ("", "0", 0)]
)
def test_a_page_shows_its_first_choice_for_what_is_not_theirs(
    workspace: Workspace, asked: str, place: str, logged: int
) -> None:
    before = names(workspace)["denied"]
    visit = SimpleNamespace(viewer=LEAD, workspace=workspace, say=lambda sentence: sentence)
    app = AppTest.from_function(_page, args=(visit,))
    app.query_params["pilot"] = asked
    assert app.run(timeout=60).text[0].value == place
    assert [one.value for one in app.toast] == ([] if asked in ("mine", "") else [IN_VAIN["pilot"]])
    assert names(workspace)["denied"] == before + logged


def _part(visit: "SimpleNamespace", fails: str) -> None:
    """What AppTest runs: a part of a page that goes wrong, and what stands after it."""
    import streamlit as st

    from governance.access import require
    from pages.widgets.answered import answered

    with answered(visit, "log"):
        st.text("before")
        if fails == "right":
            require(visit.viewer, "see_log")
        if fails == "ours":
            raise ZeroDivisionError("a detail that is nobody's business")
        st.text("within")
    st.text("after")


def _page_of_none(session: "SimpleNamespace") -> None:
    from pages.innovation.checklist import render

    render(session)


@pytest.mark.parametrize(("asked", "logged"), [("good", 1), ("Mrs Jansen", 0), ("", 0)])
def test_who_has_none_asks_in_vain_once(workspace: Workspace, asked: str, logged: int) -> None:
    before = names(workspace)["denied"]
    session = SimpleNamespace(
        viewer=LEAD, workspace=workspace, language="en", say=lambda sentence, **_: sentence
    )
    app = AppTest.from_function(_page_of_none, args=(session,))
    app.query_params["pilot"] = asked
    app.run(timeout=60)
    app.run(timeout=60)
    assert not app.exception
    assert names(workspace)["denied"] == before + logged


@pytest.mark.parametrize(
    ("fails", "said", "logged"),
    [("right", "You have no right to do this", 1), ("ours", "made a mistake here", 0), ("", "", 0)],
)
def test_a_part_that_goes_wrong_says_so_in_its_place_and_the_rest_stands(
    workspace: Workspace, fails: str, said: str, logged: int
) -> None:
    before = names(workspace)["denied"]
    visit = SimpleNamespace(
        viewer=LEAD, workspace=workspace, language="en", say=lambda text, **values: text.format(**values)
    )
    app = AppTest.from_function(_part, args=(visit, fails)).run(timeout=60)
    assert [one.value for one in app.text] == ["before", *([] if fails else ["within"]), "after"]
    assert not app.exception
    assert [said in one.value for one in app.error] == ([True] if fails else [])
    assert "business" not in "".join(one.value for one in app.error)
    assert names(workspace)["denied"] == before + logged
