"""Registered pilots and stored results, on SQLite and on a real PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from experiments.plan.canonical import canonical, fingerprint, from_canonical
from governance.access import EVERYTHING
from storage import repository
from storage.schema import pilots, results
from storage.workspace import Workspace
from tests.audit_log import logged
from tests.either_database import workspace as opened
from tests.evaluations import PILOT
from tests.servers.postgresql import postgres_url

__all__ = ["opened", "postgres_url"]

OTHER = replace(PILOT, vendor="B")


@pytest.fixture
def workspace(opened: Workspace) -> Workspace:
    """Within what the lock on rows of PostgreSQL asks of every reader."""
    return opened.within(EVERYTHING)


def count(workspace: Workspace, table: object) -> int:
    with workspace.engine.connect() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0  # type: ignore[arg-type]


def test_a_plan_is_its_canonical_json() -> None:
    assert from_canonical(canonical(PILOT)) == PILOT
    turned = replace(PILOT, starts=dict(reversed(PILOT.starts.items())))
    assert fingerprint(turned) == fingerprint(PILOT)
    assert fingerprint(OTHER) != fingerprint(PILOT)


def test_versions_of_a_plan(workspace: Workspace) -> None:
    first = repository.register(workspace, PILOT, "one", logged)
    assert (first.status, first.pilot.version) == ("new", 1)
    assert repository.register(workspace, PILOT, "again", logged) == replace(first, status="unchanged")
    second = repository.register(workspace, OTHER, "two", logged)
    assert (second.status, second.pilot.version) == ("changed", 2)
    assert repository.registered(workspace) == (second.pilot,)
    assert repository.plan_text(workspace, PILOT.id) == "two"
    assert repository.find(workspace, "nobody") is None
    assert count(workspace, pilots) == 2, "the old version is kept"


def test_a_result_belongs_to_a_plan_and_a_cube(workspace: Workspace) -> None:
    plan = repository.register(workspace, PILOT, "", logged).pilot
    repository.store_result(workspace, plan, "cube-1", "evaluation", "{}")
    assert repository.result(workspace, plan, "cube-1", "evaluation") == "{}"
    assert repository.result(workspace, plan, "cube-2", "evaluation") is None
    changed = repository.register(workspace, OTHER, "", logged).pilot
    assert repository.result(workspace, changed, "cube-1", "evaluation") is None
    repository.store_result(workspace, changed, "cube-2", "evaluation", "[]")
    assert count(workspace, results) == 1, "what is out of date goes"


def test_readers_that_compute_at_the_same_time_do_not_disturb_each_other(workspace: Workspace) -> None:
    plan = repository.register(workspace, PILOT, "", logged).pilot
    with ThreadPoolExecutor(8) as pool:
        for _ in range(5):
            list(
                pool.map(
                    lambda _: repository.store_result(workspace, plan, "cube-1", "evaluation", "{}"), range(8)
                )
            )
    assert repository.result(workspace, plan, "cube-1", "evaluation") == "{}"
    assert count(workspace, results) == 1


def test_people_who_register_at_the_same_time_get_versions_of_their_own(workspace: Workspace) -> None:
    plans = [replace(PILOT, vendor=f"V{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda plan: repository.register(workspace, plan, "", logged), plans))
    assert sorted(one.pilot.version for one in made) == list(range(1, 9))
    assert len(repository.registered(workspace)) == 1
