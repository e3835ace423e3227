"""The same rows, however they are spread over files and in whatever order these come: the same state."""

import random
from pathlib import Path

import pytest

from governance.access import LOCAL_OPERATOR
from storage import cube, cube_build, facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.intake_files import GOOD, HEADER, NOTES
from workflows.refresh import ingest

ROWS = [GOOD.replace("1;NA;", f"{number};{'CHI' if number % 2 else 'NA'};", 1) for number in range(12)]


def state(folder: Path, files: list[list[str]]) -> tuple[list[tuple[object, ...]], list[list[object]]]:
    """The facts that count, and the cube that is made of them."""
    workspace = Workspace.open(folder / "workspace")
    (folder / "notes.toml").write_text(NOTES, "utf-8")
    paths = []
    for number, rows in enumerate(files):
        paths.append(folder / f"{number}.csv")
        paths[-1].write_text("\n".join((HEADER, *rows)) + "\n", "utf-8")
    ingest(LOCAL_OPERATOR, workspace, paths, str(folder / "notes.toml"))
    cube_build.build(workspace)
    # every workspace has a key of its own, so that pseudonyms differ
    asked = "SELECT * EXCLUDE (batch, note, patient, clinician, encounter) FROM "
    with connect() as connection:
        found = connection.sql(f"{asked} {facts.source_sql(workspace, 'NoteSession')} ORDER BY ALL")
        rows_that_count = found.fetchall()
    made = cube.current(workspace)
    assert made is not None
    return rows_that_count, made.read("coverage").sort_values("department").to_numpy().tolist()


@pytest.mark.parametrize("seed", [1, 2])
def test_rows_spread_over_files_in_any_order_give_the_state_of_one_file(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    shuffled = chance.sample(ROWS, len(ROWS))
    parts = [shuffled[:4], shuffled[4:9], shuffled[9:]]
    parts = [[*part, *chance.sample(shuffled, 3)] for part in parts]  # some rows come in several files
    files = [list(dict.fromkeys(part)) for part in parts]
    for name in ("one", "many"):
        (tmp_path / name).mkdir()
    one = state(tmp_path / "one", [ROWS])
    assert len(one[0]) == len(ROWS)
    assert state(tmp_path / "many", [*files, chance.choice(files)]) == one
