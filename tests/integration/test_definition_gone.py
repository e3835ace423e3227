"""A plan whose KPI was deleted since."""

from pathlib import Path

import pytest

from core.errors import UnknownName
from governance.access import LOCAL_OPERATOR
from kpis.catalogue import FOLDER as CATALOGUE
from storage.workspace import Workspace
from tests.evaluated_hospital import PILOT, plan
from workflows.decide import decide
from workflows.plan import add_text


def test_a_definition_that_is_gone_is_one_sentence(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    own = (CATALOGUE / "pem.toml").read_text().replace('id = "pem"', 'id = "own"')
    (workspace.root / "kpis" / "own.toml").write_text(own)
    guarded = plan("good", PILOT).replace("icd_accuracy", "own")
    add_text(LOCAL_OPERATOR, workspace, guarded, "good.toml")
    (workspace.root / "kpis" / "own.toml").unlink()
    with pytest.raises(UnknownName, match="no KPI 'own'"):
        decide(LOCAL_OPERATOR, workspace, "good")
