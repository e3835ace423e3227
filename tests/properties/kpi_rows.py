"""Rows of any standard table, in the sizes and with the gaps that break a definition.

Words are those that the catalogue asks for in a column, and some that no definition knows there.
"""

from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from kpis.catalogue import load
from kpis.kpi import Filter, Kpi
from kpis.tables import TABLES
from tests.kpi_databases import types

WORDS = ("discharge", "clinic", "deceased", "internal_transfer", "home", "consult", "letter", "used")
INSTRUMENTS = ("PEM", "SUS", "ae_within_4h")
EDGES = (0.0, 0.05, 1.0, 3.0, 10.0, 960.0, 3600.0, 10800.0, 10801.0)
FIRST = datetime.fromisoformat("2026-03-28T22:00")
PSEUDONYMS = ("p", "q", "r")


def _conditions(kpi: Kpi) -> tuple[Filter, ...]:
    asked = (*kpi.numerator.where, *kpi.denominator.where, *kpi.against)
    return (*asked, *(one.where for one in kpi.exclusions), *(kpi.expected.where if kpi.expected else ()))


def _asked_words() -> dict[str, tuple[str, ...]]:
    """Per column the words that definitions compare it with."""
    found: dict[str, set[str]] = {}
    for condition in (one for kpi in load().values() for one in _conditions(kpi)):
        values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
        found.setdefault(condition.column, set()).update(one for one in values if isinstance(one, str))
    return {column: tuple(sorted(words)) for column, words in found.items() if words}


ASKED = _asked_words()


def words(name: str) -> tuple[str, ...]:
    """What a text column may hold."""
    if name in ("clinician", "patient", "form", "document"):
        return PSEUDONYMS
    return (*ASKED[name], "elsewise") if name in ASKED else WORDS


def _value(name: str, kind: str) -> st.SearchStrategy[Any]:
    if name == "department":
        return st.sampled_from(["cardiology", "o'neill \\ 100%"])
    if name == "segment":
        return st.sampled_from(["", "first"])
    if name == "day":
        return st.sampled_from([date(2026, 3, 29), date(2026, 3, 30), date(2026, 4, 6)])
    if name == "exposed":
        return st.integers(0, 1)
    some = {
        "text": st.sampled_from(words(name)),
        "integer": st.integers(0, 10**6),
        "number": st.one_of(st.sampled_from(EDGES), st.integers(0, 1_440_000).map(lambda ms: ms / 1000)),
        "time": st.integers(0, 3 * 86_400_000).map(lambda ms: FIRST + timedelta(milliseconds=ms)),
        "date": st.just(date(2026, 3, 29)),
        "flag": st.integers(0, 1),
    }[kind]
    return st.one_of(st.none(), some, some, some)


def tables(names: tuple[str, ...], most: int = 6) -> st.SearchStrategy[dict[str, list[dict[str, Any]]]]:
    """Rows of the named tables."""
    assert set(names) <= set(TABLES)
    return st.fixed_dictionaries(
        {
            table: st.lists(
                st.fixed_dictionaries({name: _value(name, kind) for name, kind in types(table).items()}),
                max_size=most,
            )
            for table in names
        }
    )
