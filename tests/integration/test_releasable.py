"""What may be shown is what the rules say of the persons in the rows, of every length and every grouping."""

import json
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

from core.period import Every, containing
from governance.disclosure_control import Policy
from governance.disclosure_control.groups import REST
from kpis.roll_up import By, Slice
from storage import cube_build
from storage.cube import Cube, current
from storage.definitions import active
from storage.workspace import Workspace
from tests import releasable_reference as reference
from tests.built_once import copy_of
from tests.small_hospital import load
from workflows.releasable import Releasable, releasable

KPI = "note_time_enc"
SEED = 5
"""With which each rule holds something back that no other does."""

SHOWN: dict[str, tuple[str, ...]] = {"all": ("cut", "large", "mixed", "thin"), "some": ("cut", "mixed")}
VIEWS = [(every, by) for every in get_args(Every) for by in get_args(By)]


def take_in(folder: Path) -> None:
    made = Workspace.open(folder / "workspace")
    load(made, "NoteSession", reference.notes(SEED), folder)
    cube_build.build(made)
    made.engine.dispose()


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    made = Workspace.open(copy_of("releasable", take_in, tmp_path_factory.mktemp("made")) / "workspace")
    yield made
    made.engine.dispose()


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return reference.frame(reference.notes(SEED))


def published(hospital: Workspace) -> Cube:
    found = current(hospital)
    assert found is not None
    return found


def asked(hospital: Workspace, departments: tuple[str, ...] = SHOWN["all"], **slice_: Any) -> Releasable:
    """Of notes, and of letters, of which there are none."""
    kpis = {name: kpi for name, kpi in active(hospital).items() if name in (KPI, "letter_24h")}
    return releasable(hospital, published(hospital), kpis, departments, Slice(**slice_))


@pytest.mark.parametrize("departments", SHOWN)
@pytest.mark.parametrize(("every", "by"), VIEWS)
def test_it_is_what_the_rules_say_of_the_rows(
    hospital: Workspace, rows: pd.DataFrame, every: Every, by: By, departments: str
) -> None:
    names = SHOWN[departments]
    found = asked(hospital, names, every=every, by=by)
    own = rows[rows["department"].isin(names)]
    behind, away = reference.expected(own, Policy(), every, by)
    counted = {(unit, start): (one.patients, one.staff) for (_, unit, start), one in found.behind.items()}
    assert counted == {key: (one.patients, one.staff) for key, one in behind.items()}
    assert found.hidden == {(KPI, unit, start) for unit, start in away}
    assert found.by == by


@pytest.mark.parametrize("every", get_args(Every))
def test_what_is_taken_together_is_the_same_for_every_length(
    hospital: Workspace, rows: pd.DataFrame, every: Every
) -> None:
    found = asked(hospital, every=every, by="segment")
    rest = {name: reference.rest_of(own, "segment", Policy()) for name, own in rows.groupby("department")}
    assert found.together == {(KPI, name): parts for name, parts in rest.items()}
    assert [name for name, parts in rest.items() if parts] == ["mixed"]
    assert asked(hospital, every=every).together == {}


def test_sub_groups_of_the_rest_go_by_its_name_in_what_is_shown(hospital: Workspace) -> None:
    content = published(hospital).content()
    found = asked(hospital, by="segment")
    rest = found.together[KPI, "mixed"]
    named = found.regrouped(content)
    assert set(named.frames()) == set(content.frames())
    for name, frame in content.frames().items():
        shown = named.frames()[name]
        if "segment" in frame:
            wanted = [department == "mixed" for department in frame["department"]]
            before, after = frame["segment"].astype(str), shown["segment"].astype(str)
            assert list(after) == [
                REST if there and part in rest else part for there, part in zip(wanted, before, strict=True)
            ]
            assert shown.drop(columns="segment").equals(frame.drop(columns="segment"))
        else:
            assert shown is frame
    assert asked(hospital).regrouped(content) is content
    assert asked(hospital, ("large",), by="segment").regrouped(content) is content


def test_a_day_asked_for_alone_is_judged_in_its_week(hospital: Workspace) -> None:
    wednesday, friday = date(2026, 3, 18), date(2026, 3, 27)
    whole = asked(hospital, every="day")
    for by in get_args(By):
        found = asked(hospital, every="day", by=by, first=wednesday, last=friday)
        inside = {
            key for key in asked(hospital, every="day", by=by).hidden if _within(key[2], wednesday, friday)
        }
        assert {key for key in found.hidden if _within(key[2], wednesday, friday)} == inside
    found = asked(hospital, every="day", first=wednesday, last=friday)
    days = {start for _, _, start in found.behind}
    assert (min(days), max(days)) == (date(2026, 3, 16), date(2026, 3, 29))
    first, last = (asked(hospital, every="day", **{side: wednesday}) for side in ("first", "last"))
    assert {start for _, _, start in first.behind} | {start for _, _, start in last.behind} == {
        start for _, _, start in whole.behind
    }


def _within(day: date, first: date, last: date) -> bool:
    return containing(first, "week").start <= day <= containing(last, "week").end


def test_weeks_taken_together_are_told_by_department(hospital: Workspace) -> None:
    found = asked(hospital).stretches
    assert set(found) == {(KPI, name) for name in SHOWN["all"]}
    mondays = [(reference.FIRST + timedelta(weeks=week),) for week in range(reference.WEEKS)]
    assert list(found[KPI, "large"]) == mondays


def test_of_what_a_source_counts_no_sub_group_is_shown_and_of_the_rest_all_are(tmp_path: Path) -> None:
    """Notes stand in the manifest as counted by a source; letters have come as rows."""
    made = Workspace.open(copy_of("releasable", take_in, tmp_path / "made") / "workspace")
    letters = [
        {
            "department": "north",
            "segment": f"s{number % 2}",
            "exposed": 0,
            "letter": f"{number}",
            "patient": f"{number}",
            "clinician": f"{number % 6}",
            "kind": "discharge",
            "due_from": row["started_at"],
            "final_at": row["signed_at"],
        }
        for number, row in enumerate(reference.notes(SEED)[:60])
    ]
    load(made, "Letter", letters, tmp_path)
    cube_build.build(made)
    cube = published(made)
    folder = Path(shutil.copytree(cube.folder, tmp_path / "counted"))
    manifest = json.loads((folder / "version.json").read_text("utf-8"))
    manifest["counted_in_source"] = {"NoteSession": "one"}
    (folder / "version.json").write_text(json.dumps(manifest), "utf-8")
    kpis = {name: active(made)[name] for name in (KPI, "letter_24h")}
    for every in get_args(Every):
        found = releasable(
            made,
            Cube(name="counted", folder=folder),
            kpis,
            (*SHOWN["all"], "north"),
            Slice(every=every, by="segment"),
        )
        assert {(kpi, unit) for kpi, unit, _ in found.behind} == {
            ("letter_24h", "north/s0"),
            ("letter_24h", "north/s1"),
        }
    made.engine.dispose()
