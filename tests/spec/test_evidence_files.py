"""Files that are evidence for a signature: what is kept, and what is refused before it is read."""

import io
from hashlib import sha256
from pathlib import Path

import pytest

from core.errors import InputError
from governance.access import LOCAL_OPERATOR
from governance.evidence import LARGEST
from storage import evidence as kept
from storage.workspace import Workspace
from tests.audit_log import events
from tests.governed_pilot import workspace
from workflows.governance.sign import evidence_of, keep_upload

__all__ = ["workspace"]


def test_a_file_of_evidence_is_kept_by_its_fingerprint(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "dpia.pdf"
    path.write_bytes(b"%PDF-1.7 the assessment")
    found = evidence_of(LOCAL_OPERATOR, workspace, "good", str(path))
    assert (found.name, found.sha256) == ("dpia.pdf", sha256(path.read_bytes()).hexdigest())
    assert kept.content(workspace, found) == path.read_bytes()
    kept.place(workspace, found).write_bytes(b"another")
    assert kept.content(workspace, found) is None


def test_a_name_with_blanks_is_a_file_too(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "DPIA ambient v2.pdf"
    with pytest.raises(InputError, match="cannot be read"):
        evidence_of(LOCAL_OPERATOR, workspace, "good", str(path))
    path.write_bytes(b"%PDF-1.7 the assessment")
    found = evidence_of(LOCAL_OPERATOR, workspace, "good", str(path))
    assert (found.name, found.sha256) == (path.name, sha256(path.read_bytes()).hexdigest())
    for told in ("minutes of 3.11, second point", "https://example.test/dpia v2.pdf", "x " * 200, "v.2\0"):
        assert evidence_of(LOCAL_OPERATOR, workspace, "good", told).sha256 == ""


def test_a_file_that_cannot_be_evidence_is_refused_before_it_is_read(
    workspace: Workspace, tmp_path: Path
) -> None:
    huge = tmp_path / "huge.pdf"
    with huge.open("wb") as file:
        file.truncate(1_000_000_000)

    class Untouched(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise AssertionError(f"read {size}")

    with pytest.raises(InputError, match="too large for evidence: 1000 MB, where 20 MB"):
        evidence_of(LOCAL_OPERATOR, workspace, "good", str(huge))
    with pytest.raises(InputError, match="too large"):
        keep_upload(LOCAL_OPERATOR, workspace, "good", "x.pdf", LARGEST + 1, Untouched())
    assert [
        (one.event.event_id, one.event.event_outcome_indicator, one.event.participant_object_id)
        for one in events(workspace)[-2:]
    ] == [("item_changed", "4", "good")] * 2
    for name, content, sentence in (
        ("x.exe", b"MZ", "of this kind"),
        ("x.pdf", b"PK\x03\x04", "not what its name says"),
        ("x.txt", b"a\0b", "not what its name says"),
        ("x.pdf", b"", "empty"),
    ):
        with pytest.raises(InputError, match=sentence):
            kept.keep(workspace, name, len(content), io.BytesIO(content))
    assert not (workspace.root / "evidence").exists()
    with pytest.raises(InputError, match="cannot be read"):
        evidence_of(LOCAL_OPERATOR, workspace, "good", str(tmp_path / "absent.pdf"))
