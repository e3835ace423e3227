"""Looking at numbers on the command line stands in the log, once a command."""

from collections.abc import Iterator

import pytest

from storage.workspace import Workspace
from tests.audit_log import events
from tests.audited_hospital import audited_hospital
from workflows.cli import main

KPI = "icd_accuracy"
ONE = ("--kpi", KPI, "--unit", "lasting")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    opened = audited_hospital(tmp_path_factory.mktemp("looked"))
    yield opened
    opened.engine.dispose()


@pytest.mark.parametrize(
    ("kind", "unit", "words"),
    [
        ("department", "lasting", ("measure", *ONE)),
        (
            "department",
            "lasting",
            ("measure", "--kpi", "los_days", "--unit", "lasting", "--standardise", "segment"),
        ),
        ("department", "lasting", ("chart", *ONE)),
        ("department", "lasting", ("kpis", "explain", KPI, "--unit", "lasting", "--period", "2025-W10")),
        ("department", "lasting", ("kpis", "versions", KPI, "--unit", "lasting")),
        ("department", "", ("kpis", "versions", KPI)),
        ("quality", "lasting", ("quality", "completeness", *ONE)),
        ("quality", "lasting", ("quality", "lateness", *ONE)),
        ("quality", "lasting", ("quality", "drift", *ONE)),
        ("quality", "lasting", ("quality", "funnel", "--unit", "lasting")),
        ("quality", "", ("quality", "sustained")),
        ("quality", "", ("quality", "agreement")),
    ],
)
def test_who_looks_stands_in_the_log_once(
    workspace: Workspace, kind: str, unit: str, words: tuple[str, ...]
) -> None:
    before = len(events(workspace))
    assert main([*words, "--workspace", str(workspace.root)]) in (0, 3)
    (found,) = [one.event for one in events(workspace)[before:]]
    assert (found.event_id, found.participant_object_id_type_code) == ("viewed", kind)
    assert found.participant_object_id == unit


def test_a_department_that_is_not_there_is_not_written_down(workspace: Workspace) -> None:
    before = len(events(workspace))
    words = ("kpis", "explain", KPI, "--unit", "Mrs Jansen", "--period", "2025-W10")
    assert main([*words, "--workspace", str(workspace.root)]) == 2
    assert len(events(workspace)) == before
