"""Rows that the mapping declares to be no data: totals, page lines, footers. Nothing is ever guessed."""

from collections.abc import Iterable

from core.quoting import literal
from data_connectors.connector import source_column
from data_connectors.mapping import FileFormat, NotData

NEVER = "false"
"""The condition where nothing is declared."""


def matching(file: FileFormat, record: str) -> str:
    """The SQL condition that a whole record, as the source wrote it, matches a declared pattern."""
    patterns = [rule.matches for rule in file.not_data if rule.matches and not rule.column]
    return _any(f"regexp_matches({record}, {literal(pattern)})" for pattern in patterns)


def in_columns(file: FileFormat) -> str:
    """The SQL condition that a column holds a declared value or matches a declared pattern."""
    return _any(_rule(rule) for rule in file.not_data if rule.column)


def _rule(rule: NotData) -> str:
    text = f"trim({source_column(rule.column)})"
    if rule.matches:
        return f"coalesce(regexp_matches({text}, {literal(rule.matches)}), false)"
    return f"coalesce({text} IN ({', '.join(map(literal, rule.values))}), false)"


def _any(conditions: Iterable[str]) -> str:
    return " OR ".join(f"({condition})" for condition in conditions) or NEVER
