"""A list that moves while it is read loses nothing: the next run asks again from before what was missed."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from core.errors import UserError
from data_connectors.fhir.resources import Rejections, validator
from governance.access import LOCAL_OPERATOR
from storage import facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.fhir_pulls import pulled, server
from tests.servers.bad_http import Send, bundle, head, serving
from tests.servers.fhir import Start, encounters, fhir_base, fhir_server, load, organisations
from workflows.sync import sync

__all__ = ["fhir_base", "fhir_server"]

FAILED = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "timeout"}]}


def versions(*told: tuple[int, int]) -> list[dict[str, Any]]:
    """Encounters by number, changed in a minute of the hour."""
    return [
        encounters(number + 1)[number] | {"meta": {"lastUpdated": f"2026-01-01T10:{minute:02}:00Z"}}
        for number, minute in told
    ]


@contextmanager
def paging(*pages: bytes) -> Iterator[str]:
    """A server that gives these pages of encounters, one for each question."""
    left, heard = list(pages), list[str]()

    def give(send: Send, _over: Event, _base: str) -> None:
        others = bundle(*organisations(), total=3)
        body = others if heard[-1].startswith("GET /Organization") else left.pop(0)
        send(head(body) + body)

    with serving(give, heard) as base:
        yield base


def linked(first: list[dict[str, Any]], second: list[dict[str, Any]], **more: Any) -> tuple[bytes, bytes]:
    link = [{"relation": "next", "url": "Encounter?page=2"}]
    return bundle(*first, **(more | {"link": link})), bundle(*second, **more)


MOVED = (versions((0, 1), (1, 2)), versions((3, 4), (0, 5)))
"""e0 changed after the first page was given: e2, then the first of the second page, was not."""


@pytest.mark.parametrize(
    ("pages", "more", "reached", "whole"),
    [
        (MOVED, {}, "2026-01-01T10:01:00", False),
        (MOVED, {"total": 4}, None, False),
        (MOVED, {"total": 3}, "2026-01-01T10:05:00", True),
        ((versions((0, 1), (1, 2)), versions((2, 3), (3, 4))), {}, "2026-01-01T10:04:00", True),
        ((versions((0, 1), (1, 2)), versions((3, 4))), {"total": 4}, None, False),
        ((versions((0, 1), (1, 2)), versions((1, 2), (3, 2))), {}, "2026-01-01T10:02:00", False),
    ],
)
def test_the_next_run_asks_from_before_what_was_missed(
    tmp_path: Path, pages: Any, more: dict[str, Any], reached: str | None, whole: bool
) -> None:
    with paging(*linked(*pages, **more)) as base:
        (found,) = pulled(tmp_path / "out", server(base, page_size=2))
    assert (found.watermark or "")[:19] == (reached or "")
    assert (found.gone_at_most is not None) == whole
    with paging(*linked(*pages, **more)) as base:
        since = "2026-01-01T09:59:00+00:00"
        (again,) = pulled(tmp_path / "again", server(base, page_size=2), since=since)
    assert (again.watermark or "")[:19] == (reached or since[:19])


def test_a_search_that_was_not_answered_in_full_is_refused(tmp_path: Path) -> None:
    entry = [{"resource": one} for one in versions((0, 1))]
    entry.append({"resource": FAILED, "search": {"mode": "outcome"}})
    with (
        paging(bundle(entry=entry)) as base,
        pytest.raises(UserError, match="could not answer this search in full"),
    ):
        pulled(tmp_path / "out", server(base))


@pytest.mark.parametrize(
    ("searched", "whole"),
    [
        ("Encounter?class=AMB&_count=500", True),
        ("https://fhir.example/Encounter?_count=500&_sort=_lastUpdated&class=AMB", True),
        ("Encounter?ticket=7", True),
        ("", True),
        ("Encounter?_sort=_lastUpdated&_count=500", False),
        ("Encounter?class:not=AMB&_count=500", False),
    ],
)
def test_a_condition_that_the_server_leaves_out_is_not_taken_for_kept(
    tmp_path: Path, searched: str, whole: bool
) -> None:
    link = [{"relation": "self", "url": searched}]
    with paging(bundle(*versions((0, 1)), link=link, total=1)) as base:
        if whole:
            (found,) = pulled(tmp_path / "out", server(base), search={"class": "AMB"})
            assert found.rows == 1
        else:
            with pytest.raises(UserError, match="does not search by 'class'"):
                pulled(tmp_path / "out", server(base), search={"class": "AMB"})


def test_an_answer_that_was_taken_out_of_a_response_counts_no_more(
    tmp_path: Path, fhir_server: Start
) -> None:
    def response(name: str, minute: int, *scores: int) -> dict[str, Any]:
        items = [{"linkId": str(i), "answer": [{"valueInteger": one}]} for i, one in enumerate(scores)]
        return {
            "resourceType": "QuestionnaireResponse",
            "id": name,
            "meta": {"lastUpdated": f"2026-01-01T10:{minute:02}:00Z"},
            "status": "amended",
            "questionnaire": "http://hospital/mbi",
            "encounter": {"reference": "Encounter/e0"},
            "authored": "2026-01-05T10:00:00+01:00",
            "item": items,
        }

    base, workspace = fhir_server(), Workspace.open(tmp_path)
    source = f'kind = "fhir"\nmapping = "fhir_r4"\ntables = ["SurveyResponse"]\n[options]\nurl = "{base}"\n'
    (tmp_path / "sources").mkdir(exist_ok=True)
    (tmp_path / "sources" / "epd.toml").write_text(f"{source}internal = true\noverlap_minutes = 0\n", "utf-8")

    def scores() -> list[tuple[float]]:
        assert [report.state for report in sync(LOCAL_OPERATOR, workspace)] == ["done"]
        with connect() as connection:
            found = facts.source_sql(workspace, "SurveyResponse")
            return connection.sql(f"SELECT score FROM {found} ORDER BY score").fetchall()

    load(base, [*organisations(), *encounters(1), response("q1", 1, 1, 2, 3), response("q2", 2, 4, 5)])
    assert scores() == [(1,), (2,), (3,), (4,), (5,)]
    load(base, [response("q1", 3, 1, 2)])
    assert scores() == [(1,), (2,), (4,), (5,)]


def test_a_server_that_suddenly_gives_nothing_is_told_when_everything_is_asked(
    tmp_path: Path, fhir_server: Start
) -> None:
    base, workspace = fhir_server(), Workspace.open(tmp_path)
    tables = '["Encounter", "Letter"]'
    source = f'kind = "fhir"\nmapping = "fhir_r4"\ntables = {tables}\n[options]\nurl = "{base}"\n'
    (tmp_path / "sources").mkdir(exist_ok=True)
    (tmp_path / "sources" / "epd.toml").write_text(f"{source}internal = true\n", "utf-8")
    assert sync(LOCAL_OPERATOR, workspace, whole=True)[0].state == "done"
    load(base, [*organisations(), *encounters(3)])
    assert [(one.state, one.rows) for one in sync(LOCAL_OPERATOR, workspace)] == [("done", 3)]
    assert [one.state for one in sync(LOCAL_OPERATOR, workspace, whole=True)] == ["done"]
    fhir_server()
    assert [one.state for one in sync(LOCAL_OPERATOR, workspace)] == ["done"]
    (emptied,) = sync(LOCAL_OPERATOR, workspace, whole=True)
    assert (emptied.state, "3 of the 3 rows" in str(emptied.error)) == ("failed", True)


def test_what_turns_the_meaning_of_a_resource_is_not_read_past() -> None:
    turned = {"modifierExtension": [{"url": "http://hospital/not-done", "valueBoolean": True}]}
    sound, first = encounters(2)
    inside = first | {"participant": [turned | {"individual": {"reference": "Practitioner/1"}}]}
    rejections, valid = Rejections(), validator("Encounter")
    assert [valid(one, "one", rejections) for one in (sound, sound | turned, inside)] == [True, False, False]
    places = [one.place for one in rejections.first]
    assert places == ["Encounter/e0: modifierExtension", "Encounter/e1: modifierExtension"]
