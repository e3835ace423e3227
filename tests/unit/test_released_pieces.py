"""Before publishing, a small piece that follows from weeks and months is found."""

from datetime import date, timedelta

from governance.disclosure_control import Persons, Policy
from governance.disclosure_control.periods import Series
from workflows.released_pieces import small_pieces, told_by

POLICY = Policy()
MARCH, APRIL, CUT = date(2026, 3, 1), date(2026, 4, 1), date(2026, 3, 30)
NEXT = CUT + timedelta(weeks=1)


def people(patients: int) -> Persons:
    return Persons(patients=patients, staff=9)


def test_a_small_piece_that_follows_is_found() -> None:
    """The week and both months that it lies in are shown, and so is the rest of April."""
    pieces = {(CUT, MARCH): people(4), (CUT, APRIL): people(30), (NEXT, APRIL): people(30)}
    week, march, april = list(pieces)[:2], list(pieces)[:1], list(pieces)[1:]
    assert list(told_by([week, april, april[1:]], pieces, POLICY)) == [(CUT, MARCH)]
    assert list(told_by([week, april[1:]], pieces, POLICY)) == []
    assert list(told_by([march], pieces, POLICY)) == [(CUT, MARCH)]


def test_none_follows_where_the_rules_decide_what_is_shown() -> None:
    before = CUT - timedelta(weeks=1)
    pieces = {(before, MARCH): people(20), (CUT, MARCH): people(9), (CUT, APRIL): people(15)}
    series = Series(
        weeks={before: people(20), CUT: people(20), NEXT: people(20)},
        months={MARCH: people(90), APRIL: people(40)},
        pieces=pieces | {(NEXT, APRIL): people(20)},
    )
    assert list(small_pieces(series, POLICY)) == []
