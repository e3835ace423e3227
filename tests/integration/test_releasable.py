"""What may be shown is what the rules say of the persons in the rows, of every length and every grouping."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import pandas as pd
import pytest

from core.period import Every
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

KPI, LETTERS = "note_time_enc", "letter_24h"
SEED = 5
"""With which each rule holds something back that no other does."""

ALL, SOME = ("cut", "ending", "few", "large", "mixed", "thin", "told"), ("cut", "mixed")
LENGTHS: tuple[Every, ...] = ("week", "month", "day")
VIEWS = [(every, by, ALL) for every in LENGTHS for by in get_args(By)]


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


def asked(hospital: Workspace, departments: tuple[str, ...] = ALL, **slice_: Any) -> Releasable:
    """Of notes and of letters, of which one hospital has none."""
    kpis = {name: active(hospital)[name] for name in (KPI, LETTERS)}
    return releasable(hospital, published(hospital), kpis, departments, Slice(**slice_))


@pytest.mark.parametrize(("every", "by", "names"), [*VIEWS, ("week", "segment", SOME)])
def test_it_is_what_the_rules_say_of_the_rows(
    hospital: Workspace, rows: pd.DataFrame, every: Every, by: By, names: tuple[str, ...]
) -> None:
    found = asked(hospital, names, every=every, by=by)
    own = rows[rows["department"].isin(names)]
    behind, away = reference.expected(own, Policy(), every, by)
    counted = {(unit, start): (one.patients, one.staff) for (_, unit, start), one in found.behind.items()}
    assert counted == {key: (one.patients, one.staff) for key, one in behind.items()}
    assert found.hidden == {(KPI, unit, start) for unit, start in away}
    assert found.by == by
    if by != "department":
        rest = {name: reference.rest_of(part, by, Policy()) for name, part in own.groupby("department")}
        assert found.together == {(KPI, name): parts for name, parts in rest.items()}
        assert [name for name, parts in rest.items() if parts] == ["mixed"] * (by == "segment")


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


@pytest.mark.parametrize("by", get_args(By))
def test_a_day_is_judged_alike_whichever_days_are_asked_for(hospital: Workspace, by: By) -> None:
    """Else those of one week could be shown, and be taken from a month to give those of another week."""
    monday, sunday = date(2026, 3, 2), date(2026, 3, 8)
    whole = asked(hospital, ("few",), every="day", by=by)
    assert asked(hospital, ("few",), every="day", by=by, first=monday, last=sunday) == whole


def test_weeks_taken_together_are_told_by_department(hospital: Workspace) -> None:
    found = asked(hospital).stretches
    assert set(found) == {(KPI, name) for name in ALL}
    mondays = [(reference.FIRST + timedelta(weeks=week),) for week in range(reference.WEEKS)]
    assert list(found[KPI, "large"]) == mondays


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = copy_of("releasable-counted", take_in_as_counted, tmp_path_factory.mktemp("counted"))
    made = Workspace.open(folder / "workspace")
    yield made
    made.engine.dispose()


def take_in_as_counted(folder: Path) -> None:
    """The notes as if a source had counted them, and a letter for each, by nobody."""
    take_in(folder)
    made = Workspace.open(folder / "workspace")
    load(made, "Letter", [_letter(note) for note in reference.notes(SEED)], folder)
    cube_build.build(made)
    path = published(made).folder / "version.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(manifest | {"counted_in_source": {"NoteSession": "one"}}), "utf-8")
    made.engine.dispose()


def _letter(note: dict[str, Any]) -> dict[str, Any]:
    same = {name: note[name] for name in ("department", "segment", "exposed", "patient")}
    times = {"due_from": note["started_at"], "final_at": note["signed_at"]}
    return same | times | {"letter": note["note"], "clinician": None, "kind": "discharge"}


@pytest.mark.parametrize("every", LENGTHS)
def test_of_what_a_source_counts_no_sub_group_is_shown_and_letters_are_judged_all_the_same(
    counted: Workspace, rows: pd.DataFrame, every: Every
) -> None:
    by_nobody = rows.assign(clinician=None)
    groupings: tuple[By, By] = ("department", "segment")
    for by in groupings:
        found = asked(counted, every=every, by=by)
        behind, away = reference.expected(by_nobody, Policy(), every, by)
        letters = {key: one for key, one in found.behind.items() if key[0] == LETTERS}
        assert {(unit, start): one.patients for (_, unit, start), one in letters.items()} == {
            key: one.patients for key, one in behind.items()
        }
        assert {one.staff for one in letters.values()} == {None}
        assert {key[1:] for key in found.hidden if key[0] == LETTERS} == away
        assert any(key[0] == KPI for key in found.behind) == (by == "department")


def test_days_of_what_a_source_counts_are_not_judged_beside_sub_groups(
    counted: Workspace, hospital: Workspace
) -> None:
    as_counted, as_rows = (asked(one, every="day").hidden for one in (counted, hospital))
    assert {key for key in as_counted if key[0] == KPI} < as_rows
