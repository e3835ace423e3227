"""One file into one standard table: every row is kept, set aside with a reason, or no data.

Where the same row (by the table's identity) comes twice in a file, its last line counts and the earlier ones
are set aside as `duplicate`: the same rule as between files, where the newer file corrects the older one.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

import duckdb

from core.language.text import N_
from core.quoting import identifier, literal
from core.stopping import raise_if_stopped
from data_connectors import filling
from data_connectors.connector import LINE, NOT_DATA, Refused, Source
from data_connectors.department_names import SUSPECT, Departments, settle
from data_connectors.identifier_scan import block_identifiers, heading_told
from data_connectors.mapping import FileFormat, TableMapping
from data_connectors.parsed import Reading
from data_connectors.parsing import PADS
from data_connectors.parsing_query import flag_column, flag_names, parsing_query
from data_connectors.plain_columns import plain_rows
from data_connectors.wide_rows import chosen, long
from governance.pseudonymise import Key
from kpis.tables import COMMON, TABLES, PersonKind, Table

PARSED, ACCEPTED, REPLACING, SET_ASIDE = "parsed", "accepted", "replacing", "set_aside"
"""Relations that take_in leaves in the connection. ACCEPTED: the columns of a fact, but `batch`. REPLACING:
the identity of those rows, of rows that are gone and of answers that were emptied, whose older versions no
longer count. SET_ASIDE: line, reason, column. PARSED: every row, with its identity as far as that could be
read."""

SHOWN = 40
"""As many column names stand in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What became of the rows: read = loaded + set aside + no data.

    departments_alike: a name to the one it resembles, for somebody to decide on.
    """

    rows_read: int
    rows_not_data: int
    set_aside: dict[str, int]
    flags: dict[str, int]
    departments_alike: dict[str, str] = field(default_factory=dict)

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
    forgotten: Mapping[PersonKind, Collection[str]] = MappingProxyType({}),
) -> Account:
    """Read, parse and check a whole file; raises Refused when nothing in it can be taken in.

    place: the hospital's time zone and today, which decide what a day is and which times are implausible.
    forgotten: pseudonyms of persons whose rows are set aside as `identifier_blocked`, by kind.
    """
    source = long(source, mapping, file)
    columns = _sources(source, mapping, file)
    table = TABLES[mapping.name]
    set_pads(connection, key)
    block_identifiers(connection, source, mapping, table)
    reading = Reading(
        file=file,
        typed=source.typed,
        mixed=source.mixed,
        zone=file.timezone or place[0],
        hospital_zone=place[0],
        today=place[1],
        links=len(key.pads),
    )
    flags = flag_names(mapping, table, reading)
    try:
        _parse(connection, source, columns, mapping, table, reading, key)
    except duckdb.Error as error:
        raise unreadable(source, error) from None
    departments = settle(connection, PARSED, file.departments)
    _block(connection, table, forgotten)
    _set_aside_duplicates(connection, table)
    _views(connection, table, len(chosen(source.header, mapping.items)) or 1)
    return _account(connection, flags, departments)


def _parse(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    columns: tuple[str, ...],
    mapping: TableMapping,
    table: Table,
    reading: Reading,
    key: Key,
) -> None:
    def query(relation: str) -> str:
        return parsing_query(relation, mapping, table, reading)

    if isinstance(source, filling.InBlocks) and source.path.stat().st_size >= filling.LARGE:
        plain = plain_rows(mapping, table, reading, key, source.header)
        if plain is not None:
            filling.fill(connection, PARSED, source, columns, query, plain)
            return
    connection.execute(f"CREATE TABLE {PARSED} AS {query(source.relation(connection, columns))}")


def set_pads(connection: duckdb.DuckDBPyConnection, key: Key) -> None:
    """Give a connection what `pseudonym_sql` needs."""
    for link, pads in enumerate(key.pads):
        for name, pad in zip(PADS, pads, strict=True):
            connection.execute(f"SET VARIABLE {name}_{link} = ?", [pad])


def set_aside_rejected(
    connection: duckdb.DuckDBPyConnection, account: Account, rejected: Mapping[str, int]
) -> Account:
    """The account with rows that a source had before it could write them down: set aside, without a line."""
    if not rejected:
        return account
    for reason, count in rejected.items():
        connection.execute("INSERT INTO rejected SELECT NULL, ?, '' FROM range(?)", [reason, count])
    whole = Counter(account.set_aside) + Counter(rejected)
    return replace(
        account, rows_read=account.rows_read + sum(rejected.values()), set_aside=dict(sorted(whole.items()))
    )


def unmapped(source: Source, mapping: TableMapping) -> tuple[str, ...]:
    """Columns of the file that nothing is made of."""
    used = {*mapping.wanted, *chosen(source.header, mapping.items)}
    return tuple(heading_told(name) for name in source.header if name not in used)


def unreadable(source: Source, error: duckdb.Error) -> Refused:
    """Why reading stopped: what the source says of it, else what the engine says.

    Raises KeyboardInterrupt where it was Ctrl-C.
    """
    raise_if_stopped()
    return source.failure() or Refused(
        "unreadable_file",
        N_("This file cannot be read to its end: {error}."),
        where=source.path.name,
        remedy=N_("Export it again."),
        error=str(error).splitlines()[0].rstrip("."),
    )


def _sources(source: Source, mapping: TableMapping, file: FileFormat) -> tuple[str, ...]:
    wanted = dict.fromkeys((*mapping.wanted, *(rule.column for rule in file.not_data if rule.column)))
    for name in wanted:
        if name in source.hidden and name not in source.header:
            raise Refused(
                "missing_column",
                N_("The mapping needs column '{column}', which is hidden in the sheet."),
                where=source.path.name,
                remedy=N_("Show it and save, or write hidden = true under [file] in the mapping."),
                column=name,
            )
        if name not in source.header:
            raise Refused(
                "missing_column",
                N_("The mapping needs column '{column}', which is not in the file."),
                where=source.path.name,
                remedy=N_("Columns of the file: {header}."),
                column=name,
                header=", ".join(map(heading_told, source.header[:SHOWN])),
            )
        if source.header.count(name) > 1:
            raise Refused(
                "schema_drift",
                N_("Column '{column}' stands in the file more than once."),
                where=source.path.name,
                remedy=N_("Rename one of them."),
                column=name,
            )
    return tuple(wanted)


def _block(
    connection: duckdb.DuckDBPyConnection, table: Table, forgotten: Mapping[PersonKind, Collection[str]]
) -> None:
    for column in table.columns:
        theirs = forgotten.get(column.person) if column.person is not None else None
        if theirs:
            fault, name = literal(f"identifier_blocked|{column.name}"), identifier(column.name)
            connection.execute(
                f"UPDATE {PARSED} SET fault = {fault} WHERE fault IS NULL AND {name} IN (SELECT unnest(?))",
                [sorted(theirs)],
            )


def _set_aside_duplicates(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    same = ", ".join(identifier(name) for name in table.identity)
    hashed = (
        f"SELECT hash({same}) AS number FROM {PARSED} WHERE fault IS NULL GROUP BY number HAVING count(*) > 1"
    )
    # To group all rows by a number first takes a fraction of the memory; what it finds is then looked at.
    connection.execute(
        f"CREATE TABLE repeated AS SELECT {same}, max({LINE}) AS last_line FROM {PARSED} "
        f"WHERE fault IS NULL AND hash({same}) IN ({hashed}) GROUP BY {same} HAVING count(*) > 1"
    )
    connection.execute(
        f"CREATE TABLE duplicates AS SELECT {LINE} FROM {PARSED} JOIN repeated USING ({same}) "
        f"WHERE fault IS NULL AND {LINE} < last_line"
    )


def _views(connection: duckdb.DuckDBPyConnection, table: Table, rows_per_line: int) -> None:
    wanted = ", ".join(identifier(name) for name in (*COMMON, *(column.name for column in table.columns)))
    line = f"{LINE} // {rows_per_line}"
    connection.execute(
        f"CREATE VIEW {ACCEPTED} AS SELECT {wanted} FROM {PARSED} ANTI JOIN duplicates USING ({LINE}) "
        "WHERE fault IS NULL AND NOT gone"
    )
    connection.execute(
        f"CREATE VIEW {REPLACING} AS SELECT {', '.join(map(identifier, table.identity))} FROM {PARSED} "
        f"ANTI JOIN duplicates USING ({LINE}) WHERE fault IS NULL OR fault LIKE '{NOT_DATA}|_%'"
    )
    connection.execute('CREATE TABLE rejected (line BIGINT, reason VARCHAR, "column" VARCHAR)')
    connection.execute(
        f"CREATE VIEW {SET_ASIDE} AS SELECT {line} AS line, split_part(fault, '|', 1) AS reason, "
        f"split_part(fault, '|', 2) AS \"column\" FROM {PARSED} WHERE fault NOT LIKE '{NOT_DATA}|%' "
        f"UNION ALL SELECT {line}, 'duplicate', '' FROM duplicates UNION ALL SELECT * FROM rejected"
    )


def _account(
    connection: duckdb.DuckDBPyConnection, flags: tuple[str, ...], departments: Departments
) -> Account:
    counts = "".join(f", count(*) FILTER ({flag_column(code)} AND fault IS NULL)" for code in flags)
    read, not_data, *flagged = connection.execute(
        f"SELECT count(*), count(*) FILTER (fault LIKE '{NOT_DATA}|%'){counts} "
        f"FROM {PARSED} ANTI JOIN duplicates USING ({LINE})"
    ).fetchall()[0]
    reasons = connection.execute(
        f"SELECT reason, count(*) FROM {SET_ASIDE} GROUP BY reason ORDER BY reason"
    ).fetchall()
    set_aside = dict(reasons)
    counted = {code: count for code, count in zip(flags, flagged, strict=True) if count}
    names = ", ".join(literal(name) for name in departments.suspect)
    if names:
        ((suspect,),) = connection.execute(
            f"SELECT count(*) FROM {ACCEPTED} WHERE department IN ({names})"
        ).fetchall()
        counted[SUSPECT] = suspect
    return Account(
        rows_read=read + set_aside.get("duplicate", 0),
        rows_not_data=not_data,
        set_aside=set_aside,
        flags=counted,
        departments_alike=dict(departments.alike),
    )
