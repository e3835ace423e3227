"""The routes to the pages are asked as their command asks them, by some subjects and at two pages."""

from collections.abc import Iterator

import pytest

from storage.workspace import Workspace
from tests.faults.page_routes import Site, deviations, hashes, named, open_site, strangers
from tests.faults.rights_matrix import matrix_hospital


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return matrix_hospital(tmp_path_factory.mktemp("routes"))


@pytest.fixture(scope="module")
def site(workspace: Workspace) -> Iterator[Site]:
    with open_site(workspace) as found:
        yield found


@pytest.mark.parametrize("subject", ["manager", "lead", "revoked"])
def test_no_route_names_what_is_not_theirs(site: Site, workspace: Workspace, subject: str) -> None:
    assert [line for line in deviations(site, workspace, subject, ("this-week", "effect")) if line] == []


def test_what_would_be_found_is_there_for_who_may_see_it(site: Site) -> None:
    assert {"north", "south"} <= named(site.officer("this-week"))
    assert {"p-own", "p-other"} <= named(site.officer("effect"))
    assert strangers(site.officer("this-week"), "manager") == {"south"}
    assert "effect" in hashes(site.officer("")).keys() - hashes(site.sent("manager")).keys()
