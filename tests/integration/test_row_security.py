"""The second lock, on a real PostgreSQL: only rows within reach are there, and a pool keeps nothing."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Engine, insert, select, text
from sqlalchemy.exc import ProgrammingError

from core.errors import UnknownName
from governance.access import EVERYTHING, LOCAL_OPERATOR, Grant, Reach, fixed, require
from governance.checklist.history import Evidence
from governance.incidents import IncidentRecord
from governance.policy import Action
from storage import governance_records as recorded
from storage.database import open_engine, writing
from storage.row_security import narrowed
from storage.schema import governance_records, pilots, rebases, results
from storage.workspace import Workspace
from tests.evaluated_hospital import PILOT, START, plan
from tests.servers.postgresql import emptied, postgres_url
from workflows.governance.incidents import Happening, change, report
from workflows.governance.sign import Change, change_item
from workflows.governance.standing import governance, governances, safety_of
from workflows.opening import data_version
from workflows.plan import add_text

__all__ = ["postgres_url"]
pytestmark = pytest.mark.postgres


def reach(role: str, *objects: str, action: Action = "see_pilots") -> Reach:
    return require(fixed("x", Grant(role=role, objects=frozenset(objects))), action)  # type: ignore[arg-type]


def called(departments: object) -> frozenset[str]:
    """North was called noord before."""
    names = frozenset(departments)  # type: ignore[call-overload]
    return names | {"noord"} if "north" in names else names


@pytest.fixture
def engine(tmp_path: Path, postgres_url: str) -> Iterator[Engine]:
    emptied(postgres_url)
    opened = open_engine(tmp_path, postgres_url)
    with writing(narrowed(opened, EVERYTHING, called)) as connection:
        for id_, department in (("a", "noord"), ("b", "south")):
            plan = {"id": id_, "version": 1, "registered_at": "", "plan_sha256": "", "toml": ""}
            starts = f'{{"starts": {{"{department}": "2026-01-01"}}}}'
            connection.execute(insert(pilots).values(**plan, json=starts, current=True))
            result = {
                "pilot": id_,
                "plan_sha256": "",
                "cube_version": "",
                "kind": "",
                "json": "",
                "created_at": "",
            }
            connection.execute(insert(results).values(result))
            told = {"pilot": id_, "kind": "item", "at": "", "by": "", "json": ""}
            connection.execute(insert(governance_records).values(told))
            decided = {"kpi": "k", "day": "", "reason": "", "decided_by": "", "decided_at": ""}
            connection.execute(insert(rebases).values(**decided, department=department))
    yield opened
    opened.dispose()


def rows(engine: Engine) -> tuple[str, str, str]:
    """Pilots, results and rebases; records of governance are there for the same pilots."""
    with engine.connect() as connection:
        plans, told, *others = (
            "".join(sorted(one[0] for one in connection.scalars(select(column))))
            for column in (pilots.c.id, governance_records.c.pilot, results.c.pilot, rebases.c.department)
        )
    assert told == plans
    return (plans, *others)  # type: ignore[return-value]


def test_only_rows_within_reach_are_there(engine: Engine) -> None:
    expected = {
        reach("manager", "north"): ("a", "a", "n"),
        reach("manager", "south"): ("b", "b", "s"),
        reach("manager", "north", "south"): ("ab", "ab", "ns"),
        reach("manager", "elsewhere"): ("", "", ""),
        reach("manager", "*"): ("ab", "ab", "ns"),
        reach("lead", "b"): ("b", "b", ""),
        reach("lead", "*"): ("ab", "ab", "ns"),
        reach("analyst", "Letter"): ("ab", "ab", "ns"),
        reach("privacy"): ("ab", "ab", "ns"),
    }
    for one, seen in expected.items():
        assert rows(narrowed(engine, one, called)) == seen, one


def test_nothing_is_set_means_no_rows_and_a_pooled_connection_carries_nothing_over(engine: Engine) -> None:
    assert rows(engine) == ("", "", "")
    assert rows(narrowed(engine, EVERYTHING, called)) == ("ab", "ab", "ns")
    assert engine.pool.checkedin() == 1, "one connection served all of it"
    assert rows(engine) == ("", "", "")
    with narrowed(engine, EVERYTHING, called).connect() as connection:
        connection.execute(select(pilots))
        connection.rollback()
    assert rows(engine) == ("", "", "")
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT current_user")) == "meetlat_app"
        found = connection.execute(
            text("SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1")
        )
        assert list(found.scalars()) == ["governance_records", "pilots", "rebases", "results"]


def test_what_is_set_for_a_transaction_ends_with_it(engine: Engine) -> None:
    """Whoever gets the connection next without the lock is not the application and reaches nothing."""
    asked = "SELECT current_user, current_setting('meetlat.departments'), current_setting('meetlat.pilots')"
    with writing(narrowed(engine, reach("lead", "b"), called)) as connection:
        assert tuple(connection.execute(text(asked)).one()) == ("meetlat_app", "", "b")
    with engine.begin() as connection:
        assert tuple(connection.execute(text(asked)).one()) == ("meetlat_app", "", "")
    with writing(narrowed(engine, EVERYTHING, called)) as connection:
        assert tuple(connection.execute(text(asked)).one()) == ("meetlat_app", "*", "*")
    with closing(engine.raw_connection()) as unlocked:
        assert unlocked.cursor().execute(asked).fetchone() == ("meetlat", "", "")


def test_what_is_not_within_reach_is_not_written_either(engine: Engine) -> None:
    lead = narrowed(engine, reach("lead", "b"), called)
    with writing(lead) as connection:
        assert connection.execute(text("UPDATE pilots SET toml = 'x' WHERE id = 'a'")).rowcount == 0
        assert connection.execute(text("DELETE FROM rebases")).rowcount == 0
        assert connection.execute(text("UPDATE pilots SET toml = 'x' WHERE id = 'b'")).rowcount == 1
    with pytest.raises(ProgrammingError, match="row-level security"), writing(lead) as connection:
        connection.execute(text("UPDATE pilots SET id = 'a' WHERE id = 'b'"))
    told = {"kind": "item", "at": "", "by": "", "json": ""}
    with writing(lead) as connection:
        connection.execute(insert(governance_records).values(**told, pilot="b"))
    with pytest.raises(ProgrammingError, match="row-level security"), writing(lead) as connection:
        connection.execute(insert(governance_records).values(**told, pilot="a"))
    with pytest.raises(ProgrammingError, match="permission denied"), writing(lead) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'x'"))


def test_governance_works_behind_the_lock_and_tells_an_outsider_nothing(
    tmp_path: Path, postgres_url: str
) -> None:
    emptied(postgres_url)
    (tmp_path / "meetlat.toml").write_text(f'database_url = "{postgres_url}"\n')
    workspace = Workspace.open(tmp_path)
    add_text(LOCAL_OPERATOR, workspace, plan("good", PILOT), "good.toml")
    (tmp_path / "signers.toml").write_text('m = ["board"]\n')
    manager = fixed("m", Grant(role="manager", objects=frozenset({"p1"})))
    outsider = fixed("o", Grant(role="manager", objects=frozenset({"elsewhere"})))
    signed = Change(status="signed", function="board", signer="B", evidence=Evidence(name="page 3"))
    change_item(manager, workspace, "good", "g07", signed)
    harm = Happening(
        day=START, department="p1", category="other", severity="severe", happened="dose misheard and given"
    )
    assert [report(manager, workspace, "good", harm).number for _ in range(2)] == [1, 2]
    found = governance(manager, workspace, "good")
    assert next(one.newest.signer for one in found.items if one.item.id == "g07" and one.newest) == "B"
    assert safety_of(workspace.within(EVERYTHING), "good", workspace.today()).stopping == ("1", "2")
    assert governances(outsider, workspace) == {}
    with pytest.raises(UnknownName):
        report(outsider, workspace, "good", harm)
    assert recorded.of(workspace, "good", IncidentRecord) == ()
    before = data_version(workspace)
    change(LOCAL_OPERATOR, workspace, "good", 1, "corrected by the vendor", closed=True)
    assert data_version(workspace) != before
    workspace.engine.dispose()
