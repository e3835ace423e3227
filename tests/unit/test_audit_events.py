"""What is written of an event is what the reference page of the audit log tells who reads or imports it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from governance.access import LOCAL_OPERATOR
from governance.audit import AuditEvent, Place, made
from governance.audit_events import EventName, ObjectKind, Outcome
from reports.words_audit import TYPES, event_words, outcome_words

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "audit.md"
PLACE = Place(hospital="Academic", machine="server", account="meetlat")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def table(heading: str) -> Iterator[tuple[str, ...]]:
    """The rows of the table under a heading, without those of its head."""
    part = PAGE.read_text("utf-8").split(f"## {heading}\n")[1].split("\n\n")[0]
    for line in part.splitlines()[2:]:
        yield tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))


def written(name: EventName, kind: ObjectKind = "none", outcome: Outcome = "success") -> AuditEvent:
    return made(LOCAL_OPERATOR, PLACE, AT, name, kind, outcome=outcome)


def test_every_event_has_the_codes_that_the_page_gives() -> None:
    found = [written(name) for name in get_args(EventName)]
    assert [
        (
            one.event_id,
            TYPES[one.event_type_code],
            one.event_action_code,
            one.participant_object_data_life_cycle,
            event_words(one, "en"),
        )
        for one in found
    ] == list(table("Events"))


def test_every_kind_of_object_has_the_codes_that_the_page_gives() -> None:
    found = [written("viewed", kind) for kind in get_args(ObjectKind)]
    assert [
        (
            one.participant_object_id_type_code,
            one.participant_object_type_code,
            one.participant_object_type_code_role,
        )
        for one in found
    ] == list(table("Objects"))


@pytest.mark.parametrize(
    ("outcome", "code", "words"),
    [("success", "0", "succeeded"), ("refused", "4", "refused"), ("failed", "8", "failed")],
)
def test_how_it_ended_has_the_code_of_dicom(outcome: Outcome, code: str, words: str) -> None:
    found = written("exported", "report", outcome)
    assert (found.event_outcome_indicator, outcome_words(found, "en")) == (code, words)
