"""The routes to the pages are asked as their command asks them: some subjects, two pages, two situations."""

from collections.abc import Iterator

import pytest

from tests.faults.page_downloads import downloads
from tests.faults.page_names import Question
from tests.faults.page_routes import about, answers, strangers
from tests.faults.page_site import Site, hashes, named, open_site, signed_in
from tests.faults.rights_matrix import matrix_hospital, viewer_of

FOREIGN = "other"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    workspace = matrix_hospital(tmp_path_factory.mktemp("routes"))
    with signed_in(workspace) as cookies:
        viewer_of(workspace, "revoked")
        with open_site(workspace, cookies) as found:
            yield found
    workspace.engine.dispose()


@pytest.mark.parametrize(
    ("subject", "situations"),
    [("manager", (FOREIGN, "merged")), ("lead", (FOREIGN,)), ("revoked", (FOREIGN,))],
)
def test_no_route_shows_what_is_not_theirs(site: Site, subject: str, situations: tuple[str, ...]) -> None:
    found = answers(site, subject, ("this-week", "effect"), situations)
    assert [(route, asked, wrong) for route, (asked, wrong) in found if wrong] == []


def test_a_file_and_its_button_are_no_stranger_s(site: Site) -> None:
    subjects = ("privacy", "lead", "revoked", "anonymous")
    found = list(downloads(site, ("effect",), (FOREIGN,), subjects))
    assert len(found) == 2 * (1 + 3 * 2)
    assert [(asked, wrong) for asked, wrong in found if wrong] == []


def test_what_would_be_found_is_there_for_who_may_see_it(site: Site) -> None:
    assert {"north", "south"} <= named(site.officer("this-week"))
    assert {"p-own", "p-other"} <= named(site.officer("effect"))
    assert "effect" in hashes(site.officer("")).keys() - hashes(site.sent("manager")).keys()


def test_an_answer_that_is_somebody_else_s_is_wrong(site: Site) -> None:
    asked = Question(subject="manager", page="this-week", situation=FOREIGN)
    assert strangers(site.officer("this-week"), asked) == "names south"
    mine = Question(subject="privacy", page="this-week", situation="own")
    assert about(site.officer("this-week", mine.query), mine) == ""
    assert about(site.officer("this-week"), mine) == "is about attic"
    vain = Question(subject="privacy", page="this-week", situation="not there")
    assert about(site.officer("this-week"), vain) == "does not say that it asks in vain"
