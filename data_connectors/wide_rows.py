"""Wide to long: a file with one column per question becomes one row per answer.

`items` of a mapping names the columns (patterns too). Of each of them ITEM is the name and ANSWER the
content, and a column of the standard table can be made from these as from any other. A question without an
answer is no data, and an older answer to it counts no more.
"""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import duckdb

from core.language.text import N_, Text
from core.quoting import literal
from data_connectors.connector import LINE, NOT_DATA, PROBLEM, Refused, Source, source_column, typed_column
from data_connectors.mapping import ANSWER, ITEM, FileFormat, TableMapping

LABEL = ".label"
"""What the name of a column ends in that holds the words of another's codes."""


def chosen(header: tuple[str, ...], patterns: tuple[str, ...]) -> tuple[str, ...]:
    """The columns that the names or patterns mean, in the order of the file; Q1[SQ2] may well be a name.

    The words of a column (NAME.label beside NAME) are no question of their own, unless they are asked for.
    """
    columns = frozenset(header)

    def meant(name: str, pattern: str) -> bool:
        words = name.removesuffix(LABEL) != name and name.removesuffix(LABEL) in columns
        return fnmatchcase(name, pattern) and (not words or pattern.endswith(LABEL))

    return tuple(name for name in header if name in patterns or any(meant(name, one) for one in patterns))


def long(source: Source, mapping: TableMapping, file: FileFormat) -> Source:
    """The source as it is, or with one row per answer; raises Refused when a question is not there."""
    if not mapping.items:
        return source
    for pattern in mapping.items:
        if not chosen(source.header, (pattern,)):
            raise Refused(
                "missing_column",
                N_("The mapping reads answers from '{pattern}', which no column of the file is called."),
                where=source.path.name,
                remedy=N_("Check items in the mapping."),
                pattern=pattern,
            )
    return LongRows(source, chosen(source.header, mapping.items), file.null)


@dataclass(frozen=True, slots=True)
class LongRows:
    """A source of which every row stands for one answer; see data_connectors.connector.Source.

    A line is numbered by its place in the file times the number of questions, so that each row has its own.
    """

    wide: Source
    items: tuple[str, ...]
    null: tuple[str, ...]

    @property
    def path(self) -> Path:
        """That of the file."""
        return self.wide.path

    @property
    def header(self) -> tuple[str, ...]:
        """The columns of the file and the two that every answer has."""
        return (*self.wide.header, ITEM, ANSWER)

    @property
    def typed(self) -> frozenset[str]:
        """Answers are typed when all their columns are."""
        return self.wide.typed | ({ANSWER} if self.wide.typed.issuperset(self.items) else set())

    @property
    def mixed(self) -> frozenset[str]:
        """Answers are mixed when one of their columns is, or only some are typed."""
        some = 0 < len(self.wide.typed.intersection(self.items)) < len(set(self.items))
        each = some or bool(self.wide.mixed.intersection(self.items))
        return self.wide.mixed | ({ANSWER} if each else set())

    @property
    def hidden(self) -> tuple[str, ...]:
        """Those of the file."""
        return self.wide.hidden

    @property
    def sheets(self) -> tuple[str, ...]:
        """Those of the file."""
        return self.wide.sheets

    @property
    def encoding(self) -> str:
        """That of the file."""
        return self.wide.encoding

    @property
    def dialect(self) -> Text:
        """That of the file."""
        return self.wide.dialect

    def relation(self, connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> str:
        """One row per line and question; a line that is no data or cannot be read stays one row."""
        kept = tuple(name for name in columns if name not in (ITEM, ANSWER))
        inner = self.wide.relation(connection, tuple(dict.fromkeys((*kept, *self.items))))
        names = "[" + ", ".join(map(literal, self.items)) + "]"
        answers = "[" + ", ".join(map(source_column, self.items)) + "]"
        marks = ", ".join(literal(mark) for mark in ("", *self.null))
        copied = "".join(f", {source_column(name)}" for name in kept)
        copied += "".join(f", {typed_column(name)}" for name in kept if name in self.wide.mixed)
        answered, asked = "", ""
        if ANSWER in self.mixed:
            answered, asked = (
                f", {typed_column(ANSWER)}",
                f", {self._typed_answers()} AS {typed_column(ANSWER)}",
            )
        return (
            f"(SELECT {LINE}, CASE WHEN {PROBLEM} IS NULL AND trim(coalesce({source_column(ANSWER)}, '')) "
            f"IN ({marks}) THEN '{NOT_DATA}|{ANSWER}' ELSE {PROBLEM} END AS {PROBLEM}{copied}, "
            f"{source_column(ITEM)}, {source_column(ANSWER)}{answered} FROM ("
            f"SELECT {LINE} * {len(self.items)} + question AS {LINE}, {PROBLEM}{copied}, "
            f"{names}[question + 1] AS {source_column(ITEM)}, "
            f"{answers}[question + 1] AS {source_column(ANSWER)}{asked} "
            f"FROM {inner}, range({len(self.items)}) AS questions(question) "
            f"WHERE question = 0 OR {PROBLEM} IS NULL))"
        )

    def _typed_answers(self) -> str:
        def typed(name: str) -> str:
            return typed_column(name) if name in self.wide.mixed else str(name in self.wide.typed)

        return "[" + ", ".join(map(typed, self.items)) + "][question + 1]"

    def failure(self) -> Refused | None:
        """That of the file."""
        return self.wide.failure()
