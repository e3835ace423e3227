"""Texts that are no name, code or key: the source sets the same rows aside as loading does."""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import mssql

from data_connectors.push_down.texts import (
    has_control,
    has_nul,
    is_prose,
    is_scientific,
    trimmed,
    whole_number,
)
from storage import cube
from tests.either_source import url
from tests.pushed_hospital import synced, workspace
from tests.servers.postgresql import postgres_url
from tests.source_databases import run

__all__ = ["postgres_url", "url"]

MAPPING = """
[[table]]
name = "Encounter"
department = "dept"
segment = { from = "soort", values = { E = "first" } }

[table.columns]
encounter = "id"
patient = "pat"
clinician = ["doc", "team"]
started_at = "starts"
completed = "done"
eligible = { value = "1" }
kind = "kind"

[table.origin]
from = "visits"
"""
COLUMNS = ("id", "pat", "doc", "team", "dept", "soort", "starts", "done", "kind")
SOUND = {
    "pat": "p",
    "doc": "d",
    "team": "1",
    "dept": "Cardiology",
    "soort": "E",
    "done": "1",
    "kind": "visit",
}


def visits(url: str, *rows: dict[str, object], **kinds: str) -> None:
    """A table of sound rows, each but for what is given; kinds: of columns that hold no text."""
    types = {"starts": "timestamp"} | kinds
    columns = ", ".join(f"{name} {types.get(name, 'text')}" for name in COLUMNS)
    run(url, f"CREATE TABLE visits ({columns})")
    moment = "2026-03-02 10:00:00.000000"
    made = [{"id": f"v{number}", "starts": moment} | SOUND | row for number, row in enumerate(rows)]
    names = ", ".join(f":{name}" for name in COLUMNS).replace(":starts", "CAST(:starts AS {})")
    asked = sa.text(
        f"INSERT INTO visits VALUES ({names.format('timestamp' if url.startswith('post') else 'text')})"
    )
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.execute(asked, made)


def taken(tmp_path: Path, url: str, mapping: str = MAPPING) -> tuple[int, dict[str, int]]:
    """Loaded and counted rows, and the reasons of the others; AssertionError where the two ways differ."""
    found = []
    for mode in ("rows", "push-down"):
        made = workspace(tmp_path / mode, url, mapping, mode)
        report = synced(made)
        assert report.state == "done", report.error
        keys = ["department", "day", "rows"]
        cells = cube.current(made).read("coverage")[keys].sort_values(keys).to_dict("records")
        assert sum(cell["rows"] for cell in cells) == report.files[0].rows_loaded
        found.append((report.files[0].rows_loaded, report.files[0].quarantine, cells))
    assert found[0] == found[1]
    return found[0][:2]


ODD: list[dict[str, object]] = [
    {"soort": "y" * 400},
    {"dept": "x" * 301},
    {"kind": "w" * 400},
    {"id": "1,2E+18"},
    {"id": "1.2E+18"},
    {"pat": "-12e+3"},
]
FINE: list[dict[str, object]] = [
    {},
    {"dept": "x" * 300},
    {"soort": "é" * 300},
    {"id": "k" * 500},
    *({"pat": text} for text in ("E+1", "1E+", "1E18", "1.2.3E+4", "1E+1E+1", "+-1E+2", "a1E+2", "1,E+2")),
    {"doc": "1E+2"},
]


def test_prose_and_spoilt_numbers_are_set_aside_in_the_source(url: str, tmp_path: Path) -> None:
    visits(url, *ODD, *FINE)
    assert taken(tmp_path, url) == (len(FINE), {"unparseable": len(ODD)})


def test_control_characters_are_set_aside_in_both_ways(url: str, tmp_path: Path) -> None:
    seen = [{"dept": "Car\tdio"}, {"pat": "a\nb"}, {"dept": "Car\r\ndio"}, {"pat": "é\x80"}]
    hidden: list[dict[str, object]] = [
        {name: f"a{mark}b"} for name in ("dept", "id", "team") for mark in ("\x01", "\x1e", "\x1f", "\x7f")
    ]
    nul: list[dict[str, object]] = []
    if url.startswith("sqlite"):
        nul = [{"dept": "Car\0dio"}, {"id": "nul\0a"}, {"doc": "a\0"}, {"soort": "b\0" + "c" * 400}]
    visits(url, *seen, *hidden, *nul)
    expected = {"unparseable": len(hidden)} | ({"nul_byte": len(nul)} if nul else {})
    assert taken(tmp_path, url) == (len(seen), expected)


def test_white_space_goes_off_both_ends_in_both_ways(url: str, tmp_path: Path) -> None:
    spaced: list[dict[str, object]] = [
        {"dept": "\tCardiology\xa0"},
        {"dept": " Cardiology\r\n", "soort": "E\t", "done": "\n1"},
        {"id": "v9\xa0", "pat": "\tp"},
    ]
    blank: list[dict[str, object]] = [{"dept": mark} for mark in ("\t", "\xa0 ", "\r\n")]
    visits(url, *spaced, *blank)
    assert taken(tmp_path, url) == (len(spaced), {"missing_department": len(blank)})


def test_keys_that_are_floating_point_numbers_are_read_alike(url: str, tmp_path: Path) -> None:
    fine: list[dict[str, object]] = [{"id": n, "pat": p} for n, p in enumerate((7.0, 991010.0, 2.0**53 - 1))]
    odd: list[dict[str, object]] = [{"id": n, "pat": 1.0} for n in (0.5, 1e20, 2.0**53)]
    odd += [{"id": n, "pat": p} for n, p in ((11.0, 1e16), (12.0, -0.25), (13.0, 1e-7))]
    fine += [{"id": 20.0, "pat": 1.0, "doc": None}]
    fine, odd = ([{"doc": 7} | one for one in rows] for rows in (fine, odd))
    visits(url, *fine, *odd, id="double precision", pat="double precision", doc="integer")
    assert taken(tmp_path, url) == (len(fine), {"unparseable": len(odd)})
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    asked = sa.select(whole_number(sa.column("pat", sa.Double))).select_from(sa.table("visits"))
    with engine.connect() as connection:
        found = set(connection.execute(asked).scalars())
    assert found == {"7", "991010", "9007199254740991", "1", "\x1a"}


def test_sql_server_gets_the_same_questions() -> None:
    """No SQL Server here: the text that would be sent."""
    asked = {one.name: str(one(sa.column("x")).compile(dialect=mssql.dialect())) for one in TESTS}
    assert "TRANSLATE((x COLLATE Latin1_General_BIN2), NCHAR(1) + NCHAR(2)" in asked.pop("has_control")
    assert "CHARINDEX(NCHAR(0) COLLATE Latin1_General_BIN2, (x COLLATE" in asked.pop("has_nul")
    assert asked == {
        "trimmed": "TRIM(CONCAT(NCHAR(32), NCHAR(9), NCHAR(10), NCHAR(13), NCHAR(160)) "
        "FROM (x COLLATE Latin1_General_BIN2))",
        "is_prose": "CASE WHEN LEN(x) > 300 THEN 1 ELSE 0 END",
        "is_scientific": "CASE WHEN CHARINDEX('E+', UPPER(x)) > 0 AND "
        "TRY_CAST(REPLACE(x, ',', '.') AS FLOAT) IS NOT NULL THEN 1 ELSE 0 END",
    }


TESTS = (trimmed, is_prose, is_scientific, has_control, has_nul)
