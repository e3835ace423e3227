"""What two persons bring in of a sum of time, beside every person's total worked out one by one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpis.catalogue import load
from kpis.kpi import Cap
from kpis.parts import population_parts
from kpis.person_counts import counted
from kpis.row_values import source
from kpis.tables import TABLES
from storage.scan import rows as run
from tests.hypothesis_profiles import examples
from tests.kpi_databases import ARROW, types

TIME = load()["note_time_enc"]
COUNT = replace(TIME, id="notes", statistic="rate", numerator=replace(TIME.numerator, value=""))
CAPPED = replace(TIME, id="capped", cap=Cap(at=5.0, computed_from="ours", source="a test"))
KPIS = (TIME, COUNT, CAPPED)
FIRST = date(2026, 3, 2)
Note = tuple[str | None, int, str | None, str | None, int | None]
"""Department, day, patient, clinician and seconds."""
Cell = tuple[str | None, date]

notes = st.lists(
    st.tuples(
        st.sampled_from(("north", "south", None)),
        st.integers(0, 9),
        st.sampled_from(("p1", "p2", "p3", "p4", "p5", None)),
        st.sampled_from(("c1", "c2", "c3", "c4", None)),
        st.one_of(st.none(), st.integers(30, 90), st.integers(30, 3600)),
    ),
    min_size=1,
    max_size=40,
)

# what two bring in is rounded to a millionth of the sum, which two persons of 40 make up for a 20th at least
RELATIVE = 2e-5


def row(number: int, note: Note) -> dict[str, Any]:
    department, day, patient, clinician, seconds = note
    begin = datetime.fromisoformat(f"{FIRST + timedelta(days=day)}T10:00")
    return {
        "department": department,
        "day": begin.date(),
        "segment": "",
        "exposed": 0,
        "note": str(number),
        "encounter": str(number),
        "patient": patient,
        "clinician": clinician,
        "started_at": begin,
        "active_seconds": seconds,
        "tool_seconds": 0.0,
        "signed_at": begin + timedelta(hours=1),
    }


def find(
    found: Sequence[Note], sets: Sequence[Sequence[str]] = (), *, sums_only: bool = False
) -> list[dict[str, Any]]:
    schema = pa.schema([(name, ARROW[kind]) for name, kind in types("NoteSession").items()])
    table, facts = TABLES["NoteSession"], source("NoteSession").c
    groups = {"department": facts.department, "week": facts.day}
    with duckdb.connect() as connection:
        connection.register(
            "NoteSession", pa.Table.from_pylist([row(*one) for one in enumerate(found)], schema=schema)
        )
        parts = population_parts(KPIS, table.name)
        wide = counted(partial(run, connection), parts, table, groups, sets=sets, sums_only=sums_only)
    return list(wide.to_dict("records"))


def totals(found: Sequence[Note], person: int) -> dict[Cell, list[int]]:
    """What everybody brings in per department and day, most first; who is not known is one person."""
    each: dict[Cell, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
    for note in found:
        if note[4] is not None:
            each[note[0], FIRST + timedelta(days=note[1])][note[person]] += note[4]
    return {key: sorted(own.values(), reverse=True) for key, own in each.items()}


def place(line: dict[str, Any]) -> tuple[str | None, date | None]:
    department, week = line["department"], line["week"]
    return None if pd.isna(department) else department, None if pd.isna(week) else week.date()


def own(line: dict[str, Any]) -> tuple[float, float]:
    """What all bring in, and two of them."""
    return line[f"{TIME.id}__amount"], line[f"{TIME.id}__largest_two"]


def known(found: Sequence[Note]) -> list[dict[Cell, list[int]]]:
    """The totals of the kinds of person that have any pseudonym among what counts."""
    kinds = [person for person in (2, 3) if any(note[person] and note[4] is not None for note in found)]
    return [totals(found, person) for person in kinds]


HEAVY: Note = ("north", 0, "p1", "c1", 3000)
LIGHT: tuple[Note, ...] = tuple(("north", 0, f"p{one}", f"c{one}", 600) for one in (2, 3, 4))


@given(notes)
@example([HEAVY, *LIGHT])
@example([HEAVY, ("south", 1, "p1", "c1", None), (None, 1, None, None, 60)])
@examples(60)
def test_two_persons_bring_in_no_more_than_is_told_and_nearly_that(found: list[Note]) -> None:
    by_kind = known(found)
    for line in find(found):
        groups = [of_kind[place(line)] for of_kind in by_kind if place(line) in of_kind]
        amount, told = own(line)
        assert amount == max((sum(one) for one in groups), default=0)
        exact = max((sum(one[:2]) for one in groups), default=0)
        assert exact <= told * (1 + RELATIVE)
        assert told <= amount * (1 + RELATIVE)
        if all(len(one) <= 2 for one in groups):
            assert told == pytest.approx(exact, rel=RELATIVE)
        roots = [one[0] + min(one[0], sum(other**2 for other in one[1:]) ** 0.5) for one in groups]
        assert told <= max(roots, default=0) * (1 + RELATIVE)
        assert amount == 0 or told / amount == pytest.approx(round(told / amount, 6), abs=1e-14)
        assert line[f"{COUNT.id}__amount"] == line[f"{COUNT.id}__largest_two"] == 0.0


@given(notes)
@example([HEAVY, *LIGHT, (None, 0, "p1", "c1", 60), (None, 1, "p1", "c1", 90)])
@examples(20)
def test_several_groupings_in_one_pass_are_each_as_if_asked_alone(found: list[Note]) -> None:
    together = find(found, ((), ("department",), ("department", "week")))
    alone = {place(line): own(line) for line in find(found)}
    assert {place(line): own(line) for line in together if line["set"] == 2} == alone
    (everything,) = (line for line in together if line["set"] == 0)
    assert own(everything)[0] == sum(amount for amount, _ in alone.values())
    for line in together:
        if line["set"] == 1:
            inside = [
                amount for (department, _), (amount, _) in alone.items() if department == place(line)[0]
            ]
            assert own(line)[0] == sum(inside)


@given(notes)
@example([HEAVY, *LIGHT])
@examples(20)
def test_sums_alone_bound_what_two_bring_in_by_their_squares(found: list[Note]) -> None:
    by_kind = known(found)
    for line in find(found, sums_only=True):
        groups = [of_kind[place(line)] for of_kind in by_kind if place(line) in of_kind]
        bounds = [min((2 * sum(one**2 for one in group)) ** 0.5, sum(group)) for group in groups]
        assert own(line)[1] == pytest.approx(max(bounds, default=0), rel=RELATIVE)


def test_what_counts_is_what_a_cap_leaves() -> None:
    """Two write a hundred short notes, eight one very long note each, which counts as five minutes."""
    short: list[Note] = [("north", 0, f"p{one % 2}", f"c{one % 2}", 300) for one in range(40)]
    long: list[Note] = [("north", 0, f"q{one}", f"d{one}", 3600) for one in range(4)]
    (line,) = find([*short, *long])
    assert line[f"{CAPPED.id}__amount"] == 44 * 300
    assert line[f"{CAPPED.id}__largest_two"] >= 40 * 300
    assert line[f"{TIME.id}__largest_two"] < 0.8 * line[f"{TIME.id}__amount"]
