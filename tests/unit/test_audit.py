"""The rules of the audit log: what an event may hold, and what a chain and its anchors give away."""

from dataclasses import fields, replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from governance.access import LOCAL_OPERATOR, Grant, Viewer
from governance.audit import (
    GENESIS,
    NAMES,
    AuditEvent,
    AuditRecord,
    Fault,
    Head,
    Place,
    canonical,
    chain_faults,
    chained,
    code,
    made,
    one_line,
    without_numbers,
)
from governance.audit_anchor import Anchor, anchor, anchor_faults, read_anchors
from governance.audit_events import EVENTS, OBJECTS, EventName, ObjectKind
from reports.words_audit import detail_words, verified_text

PLACE = Place(hospital="Academic", machine="server", account="meetlat")
AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KEY = b"k" * 32
NORM = """EventID EventActionCode EventDateTime EventOutcomeIndicator EventTypeCode UserID AlternateUserID
UserName
UserIsRequestor RoleIDCode PurposeOfUse NetworkAccessPointTypeCode NetworkAccessPointID
ParticipantObjectTypeCode ParticipantObjectTypeCodeRole ParticipantObjectDataLifeCycle
ParticipantObjectIDTypeCode ParticipantObjectPermissionPolicySet ParticipantObjectSensitivity
ParticipantObjectID ParticipantObjectName ParticipantObjectDetail AuditEnterpriseSiteID AuditSourceID
AuditSourceTypeCode Autorisatieprotocol Behandelrelatie Toestemmingsprofiel"""


def event(number: int = 1, **details: str | int) -> AuditEvent:
    return made(LOCAL_OPERATOR, PLACE, AT, "viewed", "department", f"ward {number}", details=details)


def chain(length: int) -> list[AuditRecord]:
    found: list[AuditRecord] = []
    for seq in range(1, length + 1):
        prev = found[-1].hash if found else GENESIS
        found.append(AuditRecord(seq=seq, prev=prev, hash=chained(prev, event(seq)), event=event(seq)))
    return found


def head(records: list[AuditRecord]) -> Head:
    return Head(seq=records[-1].seq, hash=records[-1].hash) if records else Head(seq=0, hash=GENESIS)


def test_fields_have_the_names_of_the_norm() -> None:
    assert list(NAMES.values()) == NORM.split()
    assert list(NAMES) == [field.name for field in fields(AuditEvent)]


def test_every_event_and_object_has_its_codes() -> None:
    assert set(EVENTS) == set(get_args(EventName))
    assert set(OBJECTS) == set(get_args(ObjectKind))


def test_the_hashed_text_does_not_depend_on_order_or_encoding() -> None:
    text = canonical(made(LOCAL_OPERATOR, PLACE, AT, "viewed", "department", "Kinderafdeling é"))
    assert '"ParticipantObjectID":"Kinderafdeling é"' in text
    assert text.index('"AlternateUserID"') < text.index('"UserName"')
    assert " :" not in text


HASHED = (
    '{"AlternateUserID":"meetlat","AuditEnterpriseSiteID":"Academic é","AuditSourceID":"server",'
    '"AuditSourceTypeCode":"4","Autorisatieprotocol":"role","Behandelrelatie":"not_applicable",'
    '"EventActionCode":"R","EventDateTime":"2026-03-02T09:30:00.000000+00:00","EventID":"exported",'
    '"EventOutcomeIndicator":"8","EventTypeCode":"export","NetworkAccessPointID":"10.0.0.7",'
    '"NetworkAccessPointTypeCode":"2","ParticipantObjectDataLifeCycle":"10",'
    '"ParticipantObjectDetail":"{\\"kind\\":\\"csv\\",\\"rows\\":3}","ParticipantObjectID":"ambient-a",'
    '"ParticipantObjectIDTypeCode":"report","ParticipantObjectName":"",'
    '"ParticipantObjectPermissionPolicySet":"meetlat","ParticipantObjectSensitivity":"aggregated",'
    '"ParticipantObjectTypeCode":"2","ParticipantObjectTypeCodeRole":"3","PurposeOfUse":"evaluation",'
    '"RoleIDCode":"auditor,manager","Toestemmingsprofiel":"not_applicable","UserID":"oidc|7",'
    '"UserIsRequestor":true,"UserName":"Anna"}'
)


def test_a_log_of_years_ago_still_verifies() -> None:
    """The text of an event and its hash, as they were when they were first written."""
    grants = frozenset({Grant(role="manager", objects=frozenset("a")), Grant(role="auditor")})
    viewer = Viewer(name="Anna", subject="oidc|7", rights=lambda: grants)
    place = Place(hospital="Academic é", machine="server", account="meetlat", address="10.0.0.7")
    details = {"rows": 3, "kind": "csv"}
    found = made(viewer, place, AT, "exported", "report", "ambient-a", "failed", details)
    assert canonical(found) == HASHED
    assert chained(GENESIS, found) == "892abc7dae7f715a081beb82c60d6f6e234a240149cab88c5f77da6013caf2d9"
    assert GENESIS == "0" * 64


def test_an_event_of_the_machine_itself_without_details() -> None:
    found = made(LOCAL_OPERATOR, PLACE, AT, "viewed", "department")
    assert (found.user_id, found.participant_object_id, found.participant_object_detail) == (
        "local operator",
        "",
        "",
    )
    assert (found.network_access_point_type_code, found.network_access_point_id) == ("1", "server")
    assert found.event_outcome_indicator == "0"


def test_names_are_cut_and_codes_hold_no_other_character() -> None:
    assert one_line("x" * 201) == "x" * 200
    assert without_numbers("123456 1234567 12345678") == "123456 # #"
    assert code("Jansen, P 1234567 a_.:@/+-") == "Jansen__P___a_.:@/+-"
    assert code("x" * 129) == "x" * 128


def test_details_are_told_in_the_readers_language_and_what_has_no_word_as_it_was_written() -> None:
    found = event(set_aside=1234, sha256="a" * 64, severity="", mood="calm")
    assert detail_words(found, "nl") == "mood calm · apart gezet 1.234 · vingerafdruk aaaaaaaaaa…"
    assert detail_words(found, "en") == "mood calm · set aside 1,234 · fingerprint aaaaaaaaaa…"


def test_the_anchor_is_told_on_the_clock_of_the_hospital() -> None:
    found = Anchor(seq=47, hash="", time="2026-11-30T23:54:55+00:00", hmac="")
    said = [line.render("nl") for line in verified_text(57, found, (), "Europe/Amsterdam")]
    assert said[1].endswith("tot en met 47 (01-12-2026 00:54:55).")


@pytest.mark.parametrize("sentence", ["seen by Jansen", "a,b", "x\ny", "x" * 129])
def test_a_sentence_is_no_detail(sentence: str) -> None:
    with pytest.raises(ValueError, match="detail why"):
        event(why=sentence)


def test_a_number_that_could_be_a_patients_is_masked_and_a_year_is_not() -> None:
    name = made(LOCAL_OPERATOR, PLACE, AT, "viewed", "department", "ward 1234567 of 2026\n\x00")
    assert name.participant_object_id == "ward # of 2026"


@pytest.mark.parametrize("length", [0, 1, 2, 7])
def test_a_chain_as_it_was_written_has_no_fault(length: int) -> None:
    records = chain(length)
    assert list(chain_faults(records, head(records))) == []


def test_every_field_counts() -> None:
    records = chain(3)
    for name in NAMES:
        value = getattr(records[1].event, name)
        other = replace(records[1].event, **{name: not value if isinstance(value, bool) else f"{value}x"})
        changed = [records[0], replace(records[1], event=other), records[2]]
        assert list(chain_faults(changed, head(records))) == [Fault(code="changed", first=2, last=2)], name


def test_the_place_of_a_fault_is_named() -> None:
    records = chain(9)
    whole = head(records)

    def found(changed: list[AuditRecord], held: Head | None = whole) -> list[Fault]:
        return list(chain_faults(changed, held))

    other = event(40)
    rehashed = replace(records[3], event=other, hash=chained(records[3].prev, other))
    assert found([*records[:3], *records[5:]]) == [Fault(code="missing", first=4, last=5)]
    assert found([*records[:3], rehashed, *records[4:]]) == [Fault(code="link", first=4, last=5)]
    assert found(records[:6]) == [Fault(code="head", first=7, last=9)]
    assert found(records, Head(seq=9, hash="0" * 64)) == [Fault(code="head", first=9, last=9)]
    assert found(records, Head(seq=5, hash=records[4].hash)) == [Fault(code="head", first=5, last=9)]
    assert found(records, None) == [Fault(code="no_head", first=9, last=9)]
    assert found([], whole) == [Fault(code="head", first=1, last=9)]
    before = replace(records[0], seq=0)
    assert found([before, *records])[0] == Fault(code="missing", first=0, last=0)


def test_anchors_find_what_a_superuser_did() -> None:
    records = chain(9)
    anchors = [anchor(head(records[:n]), AT, KEY) for n in (3, 6, 9)]

    def found(kept: list[AuditRecord], known: list[Anchor]) -> list[Fault]:
        hashes = {one.seq: one.hash for one in kept}
        return list(anchor_faults(known, hashes.get, kept[-1].seq, KEY))

    assert found(records, anchors) == []
    assert found(records[:7], anchors) == [Fault(code="cut", first=8, last=9)]
    forged = [replace(one, hash=chained(one.hash, one.event)) for one in records]
    assert found([*records[:4], *forged[4:]], anchors) == [
        Fault(code="rewritten", first=4, last=6),
        Fault(code="rewritten", first=4, last=9),
    ]
    assert found(forged, anchors[:1]) == [Fault(code="rewritten", first=1, last=3)]
    other_key = anchor(head(records[:6]), AT, b"j" * 32)
    assert found(records, [anchors[0], other_key]) == [Fault(code="anchor_forged", first=6, last=6)]
    for changed in (
        replace(anchors[1], seq=5),
        replace(anchors[1], time="2026"),
        replace(anchors[1], hash=""),
    ):
        assert [one.code for one in found(records, [changed])] == ["anchor_forged"]


def test_an_anchor_of_years_ago_is_still_proof() -> None:
    assert anchor(Head(seq=2, hash="ab"), AT.replace(microsecond=7), KEY).line() == (
        '{"meetlat_audit_anchor":{"seq":2,"hash":"ab","time":"2026-03-02T09:30:00+00:00",'
        '"hmac":"47df1d2937941a9e48d4dfc5c58133a268dc4e3c8c28f5ddfe33f5995267196b"}}'
    )


def test_anchors_are_read_back_from_a_file_and_from_the_log_of_a_system() -> None:
    one = anchor(head(chain(2)), AT, KEY)
    lines = [
        one.line(),
        f"Mar  2 09:30:00 server meetlat: {one.line()}",
        "",
        " ",
        "half a li",
        one.line()[:60],
    ]
    assert list(read_anchors(lines)) == [one, one, 5, 6]


def test_details_are_named_in_the_language_of_the_reader() -> None:
    happened = made(
        LOCAL_OPERATOR, PLACE, AT, "log_verified", "log", details={"intact": True, "rows": 3, "odd": "x"}
    )
    assert detail_words(happened, "en") == "intact yes · odd x · rows 3"
    assert detail_words(happened, "nl") == "ongeschonden ja · odd x · rijen 3"
