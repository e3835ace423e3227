"""What two persons bring in of a sum of time, beside every person's total worked out one by one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.catalogue import load
from kpis.parts import population_parts
from kpis.person_counts import counted
from kpis.row_values import source
from kpis.tables import TABLES
from storage.scan import rows as run
from tests.hypothesis_profiles import examples
from tests.kpi_databases import ARROW, types

TIME = load()["note_time_enc"]
COUNT = replace(TIME, id="notes", statistic="rate", numerator=replace(TIME.numerator, value=""))
KPIS = (TIME, COUNT)
FIRST = date(2026, 3, 2)
Note = tuple[str, int, str | None, str | None, int | None]
"""Department, day, patient, clinician and seconds."""

notes = st.lists(
    st.tuples(
        st.sampled_from(("north", "south")),
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


def totals(found: Sequence[Note], person: int) -> dict[tuple[str, date], list[int]]:
    """What everybody brings in per department and day, most first; who is not known is one person."""
    each: dict[tuple[str, date], dict[Any, int]] = defaultdict(lambda: defaultdict(int))
    for note in found:
        if note[4] is not None:
            each[note[0], FIRST + timedelta(days=note[1])][note[person]] += note[4]
    return {key: sorted(own.values(), reverse=True) for key, own in each.items()}


@given(notes)
@examples(60)
def test_two_persons_bring_in_no_more_than_is_told_and_nearly_that(found: list[Note]) -> None:
    kinds = [place for place in (2, 3) if any(note[place] and note[4] is not None for note in found)]
    by_kind = [totals(found, place) for place in kinds]
    for line in find(found):
        key = (line["department"], line["week"].date())
        own = [of_kind[key] for of_kind in by_kind if key in of_kind]
        told, amount = line[f"{TIME.id}__largest_two"], line[f"{TIME.id}__amount"]
        assert amount == max((sum(one) for one in own), default=0)
        exact = max((sum(one[:2]) for one in own), default=0)
        assert exact <= told * (1 + RELATIVE)
        assert told <= amount * (1 + RELATIVE)
        if all(len(one) <= 2 for one in own):
            assert told == pytest.approx(exact, rel=RELATIVE)
        roots = [one[0] + min(one[0], sum(other**2 for other in one[1:]) ** 0.5) for one in own]
        assert told <= max(roots, default=0) * (1 + RELATIVE)
        assert line[f"{COUNT.id}__amount"] == line[f"{COUNT.id}__largest_two"] == 0.0


@given(notes)
@examples(20)
def test_several_groupings_in_one_pass_are_each_as_if_asked_alone(found: list[Note]) -> None:
    sets = ((), ("department",), ("department", "week"))
    together = find(found, sets)
    names = [f"{TIME.id}__{measure}" for measure in ("amount", "largest_two")]
    alone = {(line["department"], line["week"]): [line[name] for name in names] for line in find(found)}
    whole = [line for line in together if line["set"] == 2]
    assert {(line["department"], line["week"]): [line[name] for name in names] for line in whole} == alone
    (everything,) = (line for line in together if line["set"] == 0)
    assert everything[names[0]] == sum(amount for amount, _ in alone.values())


@given(notes)
@examples(20)
def test_sums_alone_bound_what_two_bring_in_less_closely(found: list[Note]) -> None:
    two, amount = f"{TIME.id}__largest_two", f"{TIME.id}__amount"
    places = ("department", "week")
    closely = {tuple(line[name] for name in places): line[two] for line in find(found)}
    for line in find(found, sums_only=True):
        assert closely[tuple(line[name] for name in places)] <= line[two] * (1 + RELATIVE)
        assert line[two] <= line[amount]
