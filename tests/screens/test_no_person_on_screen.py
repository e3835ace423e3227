"""No page, chart, table or file of the app holds a pseudonym: nobody is marked, ranked or followed."""

import io
import re
import zipfile
from pathlib import Path

from governance.access import LOCAL_OPERATOR
from governance.pseudonymise import PSEUDONYM_CHARACTERS
from kpis.tables import TABLES
from storage import facts
from storage.duck import connect
from storage.workspace import Workspace
from tests.screens.server import everything_sent
from workflows.department import departments
from workflows.governance.dossier import dossier
from workflows.opening import open_workspace
from workflows.plan import listed

LOOKS_LIKE_ONE = re.compile(rb"[0-9a-f]{%d}" % PSEUDONYM_CHARACTERS)
ALONE = ("portfolio", "audit-log", "what-we-measure", "kpis")
OF_DEPARTMENTS, OF_PILOTS = ("this-week", "data-quality"), ("effect", "checklist")


def pseudonyms(workspace: Workspace) -> set[bytes]:
    """Of every patient, member of staff, visit and record."""
    found: set[bytes] = set()
    with connect() as connection:
        for table in TABLES.values():
            names = [column.name for column in table.columns if column.person or column.key]
            if facts.files(workspace, table.name) and names:
                source = facts.source_sql(workspace, table.name)
                rows = connection.execute(f"SELECT DISTINCT unnest([{', '.join(names)}]) FROM {source}")
                found |= {str(one).encode() for (one,) in rows.fetchall() if one}
    return {one for one in found if LOOKS_LIKE_ONE.fullmatch(one)}


def test_no_page_sends_a_pseudonym(demo: Path, demo_app: str) -> None:
    workspace = open_workspace(demo)
    known = pseudonyms(workspace)
    assert len(known) > 5_000
    asked = [(page, "lang=en") for page in ALONE]
    asked += [
        (page, f"lang=nl&department={one}")
        for page in OF_DEPARTMENTS
        for one in departments(LOCAL_OPERATOR, workspace)[:2]
    ]
    pilots = [one.pilot.id for one in listed(LOCAL_OPERATOR, workspace)][:3]
    asked += [(page, f"lang=nl&pilot={one}") for page in OF_PILOTS for one in pilots]
    for page, query in asked:
        sent = everything_sent(demo_app, page, query)
        assert len(sent) > 1_000, "the app said nothing, so this proves nothing"
        assert known.isdisjoint(LOOKS_LIKE_ONE.findall(sent)), page
    for pilot in pilots:
        with zipfile.ZipFile(io.BytesIO(dossier(LOCAL_OPERATOR, workspace, pilot, "nl"))) as files:
            for name in files.namelist():
                assert known.isdisjoint(LOOKS_LIKE_ONE.findall(files.read(name))), (pilot, name)
    workspace.engine.dispose()
