"""No SQL Server here: the statements that it would be sent, by what it is known to refuse."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.mssql.pyodbc import MSDialect_pyodbc

from data_connectors.push_down import count
from data_connectors.push_down.readings import day_and_clock, moment, whole_day
from tests.faults.push_down_presets import SYSTEMS
from tests.pushed_hospital import filled, synced, workspace

PARAMETERS = 2100
"""As many may a statement have in SQL Server."""
DIALECT = MSDialect_pyodbc(paramstyle="qmark")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[sa.SelectBase]:
    """What a source is asked that says it is a SQL Server; SQLite answers."""
    found: list[sa.SelectBase] = []
    frame, looked_up = count._Source.frame, count.looked_up

    def noted(source: count._Source, statement: sa.SelectBase) -> object:
        found.append(statement)
        return frame(source, statement)

    monkeypatch.setattr(count._Source, "frame", noted)
    monkeypatch.setattr(count, "looked_up", lambda *of: replace(looked_up(*of), dialect="mssql"))
    return found


@pytest.mark.parametrize("name", SYSTEMS)
def test_no_statement_is_one_that_it_refuses(name: str, tmp_path: Path, asked: list[sa.SelectBase]) -> None:
    url = f"sqlite:///{tmp_path}/source.db"
    filled(url, SYSTEMS[name].tables(3))
    report = synced(workspace(tmp_path / "w", url, SYSTEMS[name].preset, "push-down"))
    assert report.state == "done", report.error
    assert len(asked) > 10
    for statement in asked:
        compiled = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
        text = str(compiled)
        assert len(compiled.positiontup or ()) <= PARAMETERS
        assert not re.search(r"GROUP BY [^)]*\?", text), "another parameter than that of the same column"
        assert "OFFSET" not in text


def test_layers_are_kept_apart_so_that_no_expression_is_written_out_again_and_again(
    tmp_path: Path, asked: list[sa.SelectBase]
) -> None:
    url = f"sqlite:///{tmp_path}/source.db"
    filled(url, SYSTEMS["tool"].tables(3))
    assert synced(workspace(tmp_path / "w", url, SYSTEMS["tool"].preset, "push-down")).state == "done"
    assert all(str(one.compile(dialect=DIALECT)).count("SELECT TOP ") == 3 for one in asked[:3])


def test_how_times_are_read() -> None:
    """Not by the language of the server, not without their offset, and seconds are kept."""
    x, y = sa.column("x"), sa.column("y")
    day = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
    text = "CONVERT(NVARCHAR(40), x, 121)"
    rest = f"TRANSLATE(SUBSTRING({text}, 11, 30), '123456789:. T', REPLICATE('0', 13))"
    iso = f"LEFT({text}, 10) LIKE '{day}' AND REPLACE({rest}, '0', '') = ''"
    same = "TRY_CAST(x AS DATETIME2(6)) = CAST(TRY_CAST(x AS DATE) AS DATETIME2(6))"
    both = str(day_and_clock(x, y).compile(dialect=DIALECT))
    assert str(moment(x).compile(dialect=DIALECT)) == (
        f"CASE WHEN {iso} THEN TRY_CAST(x AS DATETIME2(6)) END"
    )
    assert str(whole_day(x).compile(dialect=DIALECT)) == (
        f"CASE WHEN {iso} AND {same} THEN TRY_CAST(x AS DATE) END"
    )
    assert both.startswith(f"CASE WHEN {iso} AND CHARINDEX('-', CONVERT(NVARCHAR(40), y, 121)) IN (0, 5)")
    assert "TRY_CAST(x AS TIME)" not in both, "a DATE has no time, and asking for it is an error"
