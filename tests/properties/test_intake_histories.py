"""The same rows, in whatever files and order, however often: the same facts."""

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from governance.access import LOCAL_OPERATOR
from storage import facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.hypothesis_profiles import examples
from tests.intake_files import HEADER, NOTES
from workflows.refresh import ingest

ROWS = [f"{key};CHI;E;p{key % 4};a1;{1 + key:02d}-03-2026 10:00;;{key + 1},5" for key in range(12)]


def state(files: list[list[int]]) -> list[tuple[object, ...]]:
    """What counts after these files, each with some of the rows."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "notes.toml").write_text(NOTES, "utf-8")
        (root / "workspace" / "secret").mkdir(parents=True)
        key = root / "workspace" / "secret" / "pseudonym.key"
        key.write_text("k" * 64, "utf-8")
        key.chmod(0o600)
        workspace = Workspace.open(root / "workspace")
        for number, rows in enumerate(files):
            path = root / f"{number}.csv"
            path.write_text("\n".join((HEADER, *(ROWS[row] for row in rows))) + "\n", "utf-8")
            ingest(LOCAL_OPERATOR, workspace, [path], str(root / "notes.toml"))
        with connect() as connection:
            source = facts.source_sql(workspace, "NoteSession")
            found = connection.sql(f"SELECT * EXCLUDE (batch) FROM {source} ORDER BY note").fetchall()
        workspace.engine.dispose()
        return found


@st.composite
def histories(draw: st.DrawFn) -> list[list[int]]:
    """Files that together hold every row at least once, some rows and whole files again."""
    places = draw(st.lists(st.integers(0, 3), min_size=len(ROWS), max_size=len(ROWS)))
    files = [[row for row, place in enumerate(places) if place == number] for number in range(4)]
    again = draw(st.lists(st.lists(st.sampled_from(range(len(ROWS))), min_size=1, max_size=5), max_size=3))
    filled = [rows for rows in files if rows]
    repeated = draw(st.lists(st.sampled_from(filled), max_size=2))
    return draw(st.permutations([*filled, *again, *repeated]))


@examples(3)
@given(history=histories())
def test_every_history_of_the_same_rows_ends_alike(history: list[list[int]]) -> None:
    assert state(history) == state([list(range(len(ROWS)))])
