"""Counted in the source: the same numbers as from loaded rows, and nothing but cells leaves it."""

from datetime import date
from pathlib import Path

import sqlalchemy as sa

from governance.access import LOCAL_OPERATOR
from storage import counted_in_source, cube, persons
from storage.comparison import Comparison
from storage.definitions import active
from storage.schema import fact_files
from storage.workspace import Workspace
from tests.either_source import url
from tests.pushed_hospital import filled, omop, synced, workspace
from tests.same_numbers import assert_the_same
from tests.servers.postgresql import postgres_url
from tests.source_databases import STAYS
from workflows.forget import retain

__all__ = ["postgres_url", "url"]


def test_omop_gives_the_numbers_of_loaded_rows(url: str, tmp_path: Path) -> None:
    filled(url, omop(1500))
    rows, pushed = (workspace(tmp_path / mode, url, "omop_5_4", mode) for mode in ("rows", "push-down"))
    loaded, counted = synced(rows), synced(pushed)
    assert counted.state == "done", counted.error
    for one, other in zip(loaded.files, counted.files, strict=True):
        assert (one.rows_read, one.rows_loaded, one.quarantine) == (
            other.rows_read,
            other.rows_loaded,
            other.quarantine,
        )
    assert assert_the_same(rows, pushed) > 0
    assert_no_more_persons(rows, pushed)
    assert_an_older_count_has_its_busiest_days(pushed)


def assert_an_older_count_has_its_busiest_days(pushed: Workspace) -> None:
    """A count from before pieces of weeks were counted has in each at most the persons that there are."""
    kpis = tuple(active(pushed).values())
    now = counted_in_source.read(pushed, kpis).frames["persons_piece"]
    with pushed.engine.begin() as connection:
        connection.execute(sa.delete(fact_files).where(fact_files.c.kind == "counted_persons_piece"))
    older = counted_in_source.read(pushed, kpis).frames["persons_piece"]
    both = now.merge(older, on=["kpi", "department", "every", "day"], suffixes=("", "_at_least"))
    assert len(both) == len(now) == len(older) > 20
    assert (both["patients_at_least"] <= both["patients"]).all()
    assert (both["patients_at_least"] < both["patients"]).any()


def assert_no_more_persons(rows: Workspace, pushed: Workspace) -> None:
    """What a comparison is released on: at most the persons that there are, and some."""
    name = cube.current(pushed).read("persons_week")["kpi"].iloc[0]
    sides = {"pilot": ["Cardiology"], "comparison": ["Surgery", "Neurology"]}
    compared = Comparison(sides=sides, span=(date(2026, 1, 1), date(2026, 11, 26)), start=date(2026, 6, 3))
    kpis = [active(pushed)[name]]
    true, least = (persons.by_side(made, kpis, compared)[name] for made in (rows, pushed))
    assert 0 < least.whole.patients <= true.whole.patients
    for ours, theirs in ((true.halves, least.halves), (true.weekly, least.weekly)):
        assert theirs
        assert theirs.keys() <= ours.keys()
        assert all(0 < theirs[key].patients <= ours[key].patients for key in theirs)
    alone = [key for key in least.weekly if key[0] == "pilot"]
    assert all(least.weekly[key].patients == true.weekly[key].patients for key in alone)


def test_no_column_of_a_row_is_selected_outside_a_sum_or_a_count(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    filled(url, omop(60))
    sent: list[sa.ClauseElement] = []

    def noted(connection: sa.Connection, asked: sa.ClauseElement, *_: object) -> None:
        if isinstance(asked, sa.SelectBase) and str(connection.engine.url) == "sqlite://":
            sent.append(asked)

    sa.event.listen(sa.Engine, "before_execute", noted)
    try:
        assert synced(workspace(tmp_path / "pushed", url, "omop_5_4", "push-down")).state == "done"
    finally:
        sa.event.remove(sa.Engine, "before_execute", noted)
    asked = [one for one in sent if isinstance(one, sa.Select) and not fetches_nothing(one)]
    assert len(asked) > 20
    assert [column for one in asked for column in one.selected_columns if not leaves(column)] == []
    rows_alone = sa.select(sa.column("person_id"), sa.func.max(sa.column("visit_start_datetime")))
    assert [leaves(column) for column in rows_alone.selected_columns] == [False, False]


def fetches_nothing(asked: sa.Select) -> bool:
    return isinstance(asked.whereclause, sa.False_)


def leaves(column: sa.ColumnElement) -> bool:
    """Whether a column may leave the source: what cells are counted by, or a count or sum."""
    if getattr(column, "name", "") in ("day", "department", "segment", "exposed", "fault"):
        return True
    inner = column.element if isinstance(column, sa.Label) else column
    if isinstance(inner, sa.sql.functions.FunctionElement):
        if inner.name == "max":  # of the marks 1 and 0 only
            return all(isinstance(one, sa.Case) for one in inner.clauses)
        return inner.name in ("count", "sum")
    if isinstance(inner, sa.Null | sa.BindParameter):
        return True
    parts = list(inner.get_children()) if isinstance(inner, sa.BinaryExpression | sa.Cast) else []
    kept = [one for one in parts if not isinstance(one, sa.sql.elements.TypeClause)]
    return bool(kept) and all(leaves(one) for one in kept if isinstance(one, sa.ColumnElement))


def test_rows_and_a_count_of_one_table_are_never_added_up(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    filled(url, omop(60))
    made = workspace(tmp_path / "rows", url, "omop_5_4", "rows")
    assert synced(made).state == "done"
    workspace(tmp_path / "rows", url, "omop_5_4", "push-down")
    assert "would come on top of them" in str(synced(made).error)


def test_a_count_from_before_the_rows_does_not_come_back_when_they_leave(tmp_path: Path) -> None:
    """It would bring back the very days that were to leave; only the source may count again."""
    url = f"sqlite:///{tmp_path / 'source.db'}"
    columns = dict.fromkeys(("nr", "ward", "patient", "admitted", "discharged"), sa.Text())
    stays = [(f"{day}", "NEU", f"p{day}", f"2026-03-0{day} 10:00:00", None) for day in (1, 2, 3)]
    filled(url, {"stays": (columns, stays)})
    whole = STAYS.replace('watermark = "changed"\noverlap = "2 days"\n', "")
    for mode, rows in (("push-down", 3), ("rows", 3)):
        made = workspace(tmp_path / "made", url, whole, mode)
        assert (synced(made).state, covered(made)) == ("done", rows)
    assert retain(LOCAL_OPERATOR, made, date(2026, 4, 6)).rows == {"Stay": 3}
    assert (covered(made), counted_in_source.counted(made)) == (0, {})
    assert (synced(workspace(tmp_path / "made", url, whole, "push-down")).state, covered(made)) == ("done", 3)


def covered(made: Workspace) -> int:
    found = cube.current(made)
    return 0 if found is None else int(found.read("coverage")["rows"].sum())
