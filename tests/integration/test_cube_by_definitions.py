"""After any edits of definitions the cube is what counting all anew gives; only new ones are counted."""

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpis import catalogue
from kpis.content import Content
from kpis.kpi import Kpi
from kpis.person_amounts import MEASURES
from storage import cube, cube_build
from storage.cube import manifest
from storage.definitions import next_version
from storage.workspace import Workspace
from tests.grown_cube import KEYS, fresh, in_order, published
from tests.hypothesis_profiles import examples
from tests.pushed_hospital import filled as source_filled
from tests.pushed_hospital import omop, synced
from tests.pushed_hospital import workspace as pushed
from tests.small_hospital import load

OURS = catalogue.FOLDER
NUMBERS = {
    "letter_24h": (r"value = 14\d+", "value = 14{}0"),
    "letter_write_min": (r"value = 18\d", "value = 18{}"),
    "note_time_enc": (r"plausible = .*", "plausible = [0.05, {}]"),
    "msg_tat_h": (r"within = .*", "within = {}.0"),
    "visit_length_min": (r"plausible = .*", "plausible = [0, {}]"),
    "drafters": (r"at_least = .*", "at_least = {}"),
}
"""Where the number stands that makes a version of each another one."""

SHIPPED = ("letter_24h", "letter_write_min", "note_time_enc")
"""Those that are there before any edit; nobody counts messages yet."""

EDIT = st.tuples(
    st.sampled_from(("change", "reword", "copy", "remove", "restore", "rows")),
    st.sampled_from([id_ for id_ in NUMBERS if id_ != "visit_length_min"]),
    st.integers(1, 3),
)
Edit = tuple[str, str, int]

MERGED = """
[[department]]
name = "both"
was = [{ name = "north" }, { name = "south" }]
"""


class Editor:
    """Somebody at work in the definitions of a workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace, self.chance = workspace, Random(7)
        self.saved: dict[str, list[str]] = {}

    def do(self, kind: str, id_: str, number: int) -> None:
        """One edit, or some rows that come in; nothing where the edit cannot be."""
        path = self.path(id_)
        text = path.read_text("utf-8") if path.exists() else text_of(id_)
        if kind == "rows":
            rows = [fresh("Letter", at, self.chance) for at in range(number)]
            load(self.workspace, "Letter", rows, self.workspace.root.parent)
        elif kind == "change":
            pattern, changed = NUMBERS[id_]
            self.save(id_, re.sub(pattern, changed.format(number), text, count=1))
        elif kind == "copy":
            self.save(f"{id_}_ours", text.replace(f'id = "{id_}"', f'id = "{id_}_ours"'))
        elif kind == "reword" and path.exists():
            path.write_text(re.sub(r"digits = \d", f"digits = {number}", text), "utf-8")
        elif kind == "restore" and id_ in self.saved:
            path.write_text(self.saved[id_][number % len(self.saved[id_])], "utf-8")
        elif kind == "remove":
            path.unlink(missing_ok=True)
            self.path(f"{id_}_ours").unlink(missing_ok=True)

    def save(self, id_: str, text: str) -> None:
        version = f"version = {next_version(self.workspace, id_)}"
        text = re.sub(r"^version = .*", version, text, count=1, flags=re.M)
        self.path(id_).write_text(text, "utf-8")
        self.saved.setdefault(id_, []).append(text)

    def path(self, id_: str) -> Path:
        return self.workspace.root / "kpis" / f"{id_}.toml"

    def meanings(self) -> dict[str, str]:
        """What each definition that holds says, its name and its words left out."""
        folders = (catalogue.FOLDER, self.workspace.root / "kpis")
        texts = {path.stem: path.read_text("utf-8") for one in folders for path in one.glob("*.toml")}
        said = re.compile(r"^(id|version|digits) = .*", re.M)
        return {id_: said.sub("", text) for id_, text in texts.items()}


def text_of(id_: str) -> str:
    """A definition of ours, or one that counts clinicians."""
    if id_ != "drafters":
        return (OURS / f"{id_}.toml").read_text("utf-8")
    text = (OURS / "adoption.toml").read_text("utf-8")
    wheres = re.compile(r"\[\[(numerator|denominator)\.where\]\]\n(.+\n)+\n")
    tables = wheres.sub("", text).replace('"UsageEvent"', '"Message"').replace('"Encounter"', '"NoteSession"')
    return tables.replace('"adoption"', '"drafters"')


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A workspace with rows of three tables, where a few definitions are shipped."""
    place, chance = tmp_path_factory.mktemp("edited"), Random(11)
    shipped = place / "shipped"
    shipped.mkdir()
    for id_ in SHIPPED:
        (shipped / f"{id_}.toml").write_text(text_of(id_), "utf-8")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(catalogue, "FOLDER", shipped)
        workspace = Workspace.open(place / "workspace")
        for table in KEYS:
            load(workspace, table, [fresh(table, number, chance) for number in range(80)], place)
        cube_build.build(workspace)
        workspace.engine.dispose()
        yield workspace.root


@examples(3)
@given(edits=st.lists(EDIT, min_size=2, max_size=6))
@example(edits=[("change", "msg_tat_h", 1), ("rows", "msg_tat_h", 3), ("change", "drafters", 2)])
@example(edits=[("change", "letter_24h", 2), ("change", "letter_24h", 3), ("restore", "letter_24h", 2)])
@example(edits=[("copy", "note_time_enc", 1), ("remove", "note_time_enc", 1), ("copy", "note_time_enc", 1)])
def test_any_edits_leave_the_cube_that_counts_all_anew(filled: Path, edits: Sequence[Edit]) -> None:
    with TemporaryDirectory() as place, pytest.MonkeyPatch.context() as patched:
        workspace = Workspace.open(shutil.copytree(filled, Path(place) / "workspace"))
        counted = watched(patched)
        editor = Editor(workspace)
        known = set(editor.meanings().values())
        for edit in edits:
            editor.do(*edit)
            counted.clear()
            cube_build.build(workspace)
            now = editor.meanings()
            assert sorted(counted) == sorted(id_ for id_, said in now.items() if said not in known)
            known.update(now.values())
        assert_all_anew_is_the_same(workspace)
        workspace.engine.dispose()


def test_another_clock_or_other_departments_count_all_anew(filled: Path, tmp_path: Path) -> None:
    """Even what keeps its definition, because every row is counted under another condition."""
    opened = Workspace.open(shutil.copytree(filled, tmp_path / "workspace"))
    elsewhere = replace(opened, settings=replace(opened.settings, timezone="Europe/Berlin"))
    for workspace, history in ((elsewhere, ""), (elsewhere, MERGED)):
        (workspace.root / "departments.toml").write_text(history, "utf-8")
        with pytest.MonkeyPatch.context() as patched:
            counted = watched(patched)
            Editor(workspace).do("change", "msg_tat_h", 1 + bool(history))
            cube_build.build(workspace)
            assert set(counted) >= {*SHIPPED, "msg_tat_h"}
            assert_all_anew_is_the_same(workspace)
    opened.engine.dispose()


@pytest.mark.usefixtures("filled")
def test_what_a_source_counted_is_never_taken_over(tmp_path: Path) -> None:
    """Its counts hold for one definition only, so that what a source counted waits until it counts again."""
    url = f"sqlite:///{tmp_path / 'source.db'}"
    source_filled(url, omop(60))
    workspace = pushed(tmp_path / "workspace", url, "omop_5_4", "push-down")
    load(workspace, "Letter", [fresh("Letter", number, Random(3)) for number in range(9)], tmp_path)
    visits, editor = "visit_length_min", Editor(workspace)
    editor.save(visits, text_of(visits))
    assert synced(workspace).state == "done"
    assert visits in set(published(workspace)["cells"]["kpi"])
    for edit in (("change", "letter_24h", 4), ("change", visits, 20), ("restore", visits, 0)):
        editor.do(*edit)
        cube_build.build(workspace)
        assert_all_anew_is_the_same(workspace)
        waits = edit[:2] == ("change", visits)
        assert (visits in set(published(workspace)["cells"]["kpi"])) is not waits
    workspace.engine.dispose()


def watched(patched: pytest.MonkeyPatch) -> list[str]:
    """The ids that are counted from now on."""
    counted: list[str] = []
    scan = cube_build.scan

    def watching(connection: Any, kpis: Sequence[Kpi], **wanted: Any) -> Content:
        counted.extend(kpi.id for kpi in kpis)
        return scan(connection, kpis, **wanted)

    patched.setattr(cube_build, "scan", watching)
    return counted


def assert_all_anew_is_the_same(workspace: Workspace) -> None:
    found = cube.current(workspace)
    assert found is not None
    anew = cube_build.as_known(workspace, 1_000_000)
    frames = in_order(found)
    for name, frame in in_order(anew).items():
        sums = [column for column in frame if column in MEASURES]  # over persons, in no order
        exact = [column for column in frame if column not in sums]
        pd.testing.assert_frame_equal(frames[name][exact], frame[exact], check_exact=True, obj=name)
        pd.testing.assert_frame_equal(frames[name][sums], frame[sums], rtol=1e-12, obj=name)
    assert manifest(found.folder) == manifest(anew.folder)
