"""The disclosure gate and the checklist."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.checklist import CHECKLIST, ChecklistEntry, declared, open_items, red_items
from governance.disclosure_control import Disclosed, Persons, Policy, release

PERSONS = st.one_of(st.none(), st.integers(0, 30))


@given(PERSONS, PERSONS)
def test_the_gate_counts_distinct_persons(patients: int | None, staff: int | None) -> None:
    shown = release(4.2, Persons(patients=patients, staff=staff), Policy())
    small = (patients is not None and 0 < patients < 10) or (staff is not None and 0 < staff < 5)
    assert shown.suppressed == small
    assert shown.value == (None if small else 4.2)
    assert bool(shown.mark) == small


def test_the_mark_names_the_threshold_that_was_not_met() -> None:
    policy = Policy(minimum_patients=10, minimum_staff=5)
    assert release(1, Persons(patients=9, staff=50), policy).mark == "< 10"
    assert release(1, Persons(patients=90, staff=4), policy).mark == "< 5"


def test_nothing_but_the_gate_makes_a_disclosed_number() -> None:
    with pytest.raises(TypeError, match="only release"):
        Disclosed(1, suppressed=False, persons=Persons(patients=99, staff=99), policy=Policy(), gate=object())


def test_a_signature_that_expired_is_open_again() -> None:
    day = date(2026, 11, 23)
    signed = tuple(ChecklistEntry(id=item.id, state="signed") for item in CHECKLIST)
    assert open_items(declared(signed), "start", day) == ()
    late = ChecklistEntry(id="g07", state="signed", expires_on=date(2026, 11, 22))
    assert open_items(declared((*signed, late)), "start", day) == ("g07",)
    early = ChecklistEntry(id="g08", state="signed", signed_on=date(2026, 11, 24))
    assert open_items(declared((*signed, early)), "start", day) == ("g08",)
    assert open_items(declared((*signed, early)), "start", date(2026, 11, 24)) == ()
    assert len(open_items((), "start", day)) + len(open_items((), "scale", day)) == len(CHECKLIST) == 28
    assert red_items(declared((ChecklistEntry(id="g14", state="red"),))) == ("g14",)
