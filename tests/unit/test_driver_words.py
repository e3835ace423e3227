"""What drivers say of a database that does not answer is told in one plain line."""

import sqlite3

import pytest
import sqlalchemy as sa

from data_connectors.databases.snapshot import _first_line

DB_LIB = b"DB-Lib error message 20009, severity 9:\nUnable to connect: TDS server is away (h)\nNet-Lib error"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (((20009, DB_LIB),), "Unable to connect: TDS server is away (h)"),
        (("IM002", "[IM002] Data source name not found"), "[IM002] Data source name not found"),
        (("unable to open database file",), "unable to open database file"),
        (("connection failed: refused.\n\tIs the server running?",), "connection failed: refused"),
        ((), "OperationalError"),
        (("",), "OperationalError"),
    ],
    ids=["pymssql", "pyodbc", "sqlite3", "psycopg", "nothing", "an empty text"],
)
def test_one_line_says_what_is_wrong(words: tuple[object, ...], told: str) -> None:
    error = sa.exc.OperationalError("SELECT 1", {}, sqlite3.OperationalError(*words))
    assert _first_line(error) == told
