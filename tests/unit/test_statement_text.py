"""The SQL that is shown: it counts what Meetlat counts, and every database's text is whole."""

import re
from datetime import date

import pytest

from core.period import parse
from kpis.catalogue import load
from kpis.parts import tables_of
from kpis.statement_layout import laid_out
from kpis.statement_text import DATABASES, Database, statement_texts
from storage.scan import open_facts
from tests.small_hospital import minutes, small_hospital

KPIS = load()
WEEK = parse("2026-W04")


def test_the_text_for_duckdb_gives_the_number_of_the_week(tmp_path) -> None:
    workspace = small_hospital(tmp_path)
    kpi = KPIS["note_time_enc"]
    found: dict[str, float] = {}
    with open_facts(workspace, tables_of([kpi])) as connection:
        for text in statement_texts(kpi, "north", WEEK, "duckdb"):
            frame = connection.execute(text).df()
            found |= frame.iloc[0].to_dict()
    # week 2 of the hospital (from 0): 24 signed notes of 12 minutes, sums in seconds; one is not signed
    assert WEEK.start == date(2026, 1, 19)
    assert found["numerator_rows"] == 24
    assert found["numerator_sum"] * kpi.numerator.scale == pytest.approx(24 * minutes("north", 2), rel=1e-14)
    assert found["left_out_unsigned"] == 1
    workspace.engine.dispose()


@pytest.mark.parametrize("database", DATABASES)
def test_every_kpi_has_text_without_a_value_left_to_bind(database: Database) -> None:
    for kpi in KPIS.values():
        texts = statement_texts(kpi, "o'brien", WEEK, database)
        assert texts, kpi.id
        for text in texts:
            assert "'o''brien'" in text, kpi.id
            assert not re.search(r"\$\d|:\w+_\d|%\(|\?", re.sub(r"'[^']*'", "", text)), kpi.id


@pytest.mark.parametrize("kpi", sorted(KPIS))
def test_the_layout_changes_nothing_but_white_space(kpi: str) -> None:
    for text in statement_texts(KPIS[kpi], "cardio, (north)", WEEK, "duckdb"):
        again = laid_out(" ".join(text.split()))
        assert " ".join(again.split()) == " ".join(text.split())
        assert "'cardio, (north)'" in text
