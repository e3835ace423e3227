"""The auditor on hospitals at random: nothing small can be computed, and without the gate it can."""

from collections.abc import Iterator
from dataclasses import replace

import pandas as pd
import pytest

from storage.workspace import Workspace
from tests.disclosure_hospitals import hospitals
from tests.faults.disclosure_audit import audited
from workflows import measure as measuring
from workflows.releasable import Releasable, releasable

HOSPITALS = 2


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, pd.DataFrame]]:
    workspace, notes = hospitals(tmp_path_factory.mktemp("hospitals"), HOSPITALS, 11)
    yield workspace, notes
    workspace.engine.dispose()


def test_nothing_small_can_be_computed(loaded: tuple[Workspace, pd.DataFrame]) -> None:
    found = audited(*loaded, seed=1)
    assert found.names == []
    assert found.counts["departments"] == 2 * HOSPITALS
    assert found.counts["numbers released"] > 200
    assert found.counts["protected sets"] > 500


def test_by_the_threshold_alone_small_groups_can_be_computed(
    loaded: tuple[Workspace, pd.DataFrame], monkeypatch: pytest.MonkeyPatch
) -> None:
    def threshold_only(*arguments: object) -> Releasable:
        return replace(releasable(*arguments), hidden=frozenset())  # type: ignore[arg-type]

    monkeypatch.setattr(measuring, "releasable", threshold_only)
    found = audited(*loaded, seed=1)
    assert found.counts["count determined"] > 5
    assert found.counts["mean determined"] > 5
