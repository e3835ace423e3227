"""One file into one standard table: every row is kept, set aside with a reason, or no data.

Where the same row (by the table's identity) comes twice in a file, its last line counts and the earlier ones
are set aside as `duplicate`: the same rule as between files, where the newer file corrects the older one.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from core.language.text import N_
from core.quoting import identifier
from data_connectors.connector import LINE, NOT_DATA, Refused, Source
from data_connectors.mapping import FileFormat, TableMapping
from data_connectors.parsing import Reading
from data_connectors.parsing_query import flag_column, flag_names, parsing_query
from governance.pseudonymise import Key
from kpis.tables import COMMON, TABLES, Table

PARSED, ACCEPTED, SET_ASIDE = "parsed", "accepted", "set_aside"
"""Relations that take_in leaves in the connection. ACCEPTED: the columns of a fact, but `batch`.
SET_ASIDE: line, reason, column."""

SHOWN = 40
"""As many column names stand in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of the rows: read = loaded + set aside + no data."""

    rows_read: int
    rows_not_data: int
    set_aside: dict[str, int]
    flags: dict[str, int]

    @property
    def rows_loaded(self) -> int:
        """Rows that became facts."""
        return self.rows_read - self.rows_not_data - sum(self.set_aside.values())


def take_in(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    mapping: TableMapping,
    file: FileFormat,
    key: Key,
    place: tuple[str, date],
) -> Account:
    """Read, parse and check a whole file; raises Refused when nothing in it can be taken in.

    place: the hospital's time zone and today, which decide what a day is and which times are implausible.
    """
    columns = _sources(source, mapping, file)
    table = TABLES[mapping.name]
    inner, outer = key.pads
    connection.execute("SET VARIABLE inner_pad = ?", [inner])
    connection.execute("SET VARIABLE outer_pad = ?", [outer])
    reading = Reading(
        file=file,
        typed=source.typed,
        mixed=source.mixed,
        zone=file.timezone or place[0],
        hospital_zone=place[0],
        today=place[1],
    )
    flags = flag_names(mapping, table, reading)
    query = parsing_query(source.relation(connection, columns), mapping, table, reading)
    try:
        connection.execute(f"CREATE TEMP TABLE {PARSED} AS {query}")
    except duckdb.Error as error:
        raise source.failure() or _unreadable(source, error) from None
    _set_aside_duplicates(connection, table)
    _views(connection, table)
    return _account(connection, flags)


def unmapped(source: Source, mapping: TableMapping) -> tuple[str, ...]:
    """Columns of the file that nothing is made of."""
    used = {name for part in mapping.parts.values() for name in part.source}
    return tuple(name for name in source.header if name not in used)


def _unreadable(source: Source, error: duckdb.Error) -> Refused:
    return Refused(
        "unreadable_file",
        N_("This file cannot be read to its end: {error}."),
        where=source.path.name,
        remedy=N_("Export it again."),
        error=str(error).splitlines()[0].rstrip("."),
    )


def _sources(source: Source, mapping: TableMapping, file: FileFormat) -> tuple[str, ...]:
    wanted = [name for part in mapping.parts.values() for name in part.source]
    wanted += [rule.column for rule in file.not_data]
    for name in dict.fromkeys(wanted):
        if name not in source.header:
            raise Refused(
                "missing_column",
                N_("The mapping needs column '{column}', which is not in the file."),
                where=source.path.name,
                remedy=N_("Columns of the file: {header}."),
                column=name,
                header=", ".join(source.header[:SHOWN]),
            )
        if source.header.count(name) > 1:
            raise Refused(
                "schema_drift",
                N_("Column '{column}' stands in the file more than once."),
                where=source.path.name,
                remedy=N_("Rename one of them."),
                column=name,
            )
    return tuple(dict.fromkeys(wanted))


def _set_aside_duplicates(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    same = ", ".join(identifier(name) for name in table.identity)
    connection.execute(
        f"CREATE TEMP TABLE repeated AS SELECT {same}, max({LINE}) AS last_line FROM {PARSED} "
        f"WHERE fault IS NULL GROUP BY {same} HAVING count(*) > 1"
    )
    connection.execute(
        f"CREATE TEMP TABLE duplicates AS SELECT {LINE} FROM {PARSED} JOIN repeated USING ({same}) "
        f"WHERE fault IS NULL AND {LINE} < last_line"
    )


def _views(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    chosen = ", ".join(identifier(name) for name in (*COMMON, *(column.name for column in table.columns)))
    connection.execute(
        f"CREATE TEMP VIEW {ACCEPTED} AS SELECT {chosen} FROM {PARSED} ANTI JOIN duplicates USING ({LINE}) "
        "WHERE fault IS NULL"
    )
    connection.execute(
        f"CREATE TEMP VIEW {SET_ASIDE} AS SELECT {LINE} AS line, split_part(fault, '|', 1) AS reason, "
        f"split_part(fault, '|', 2) AS \"column\" FROM {PARSED} WHERE fault NOT LIKE '{NOT_DATA}|%' "
        f"UNION ALL SELECT {LINE}, 'duplicate', '' FROM duplicates"
    )


def _account(connection: duckdb.DuckDBPyConnection, flags: tuple[str, ...]) -> Account:
    counts = "".join(f", count(*) FILTER ({flag_column(code)} AND fault IS NULL)" for code in flags)
    read, not_data, *flagged = connection.execute(
        f"SELECT count(*), count(*) FILTER (fault LIKE '{NOT_DATA}|%'){counts} "
        f"FROM {PARSED} ANTI JOIN duplicates USING ({LINE})"
    ).fetchall()[0]
    reasons = connection.execute(
        f"SELECT reason, count(*) FROM {SET_ASIDE} GROUP BY reason ORDER BY reason"
    ).fetchall()
    set_aside = dict(reasons)
    return Account(
        rows_read=read + set_aside.get("duplicate", 0),
        rows_not_data=not_data,
        set_aside=set_aside,
        flags={code: count for code, count in zip(flags, flagged, strict=True) if count},
    )
