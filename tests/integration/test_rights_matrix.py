"""Every subject at the workflows of the screens: what the policy table says, with the same words for what is
not there and what is not yours. The whole matrix: `python -m tests.faults.rights_matrix`.
"""

from collections.abc import Iterator

import pytest

from storage.workspace import Workspace
from tests.faults.rights_matrix import (
    deviations,
    matrix_hospital,
)


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    workspace = matrix_hospital(tmp_path_factory.mktemp("matrix"))
    yield workspace
    workspace.engine.dispose()


@pytest.mark.parametrize("subject", ["anonymous", "manager", "analyst", "auditor", "revoked"])
def test_departments(hospital: Workspace, subject: str) -> None:
    asked, wrong = deviations(hospital, subject, whole=False)
    assert asked > 20
    assert wrong == []
