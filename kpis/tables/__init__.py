"""The standard tables: the columns every source is mapped to."""

from kpis.tables.ai_texts import AI_TEXTS
from kpis.tables.contacts import CONTACTS
from kpis.tables.department import DEPARTMENT
from kpis.tables.letters import LETTERS
from kpis.tables.people import PEOPLE
from kpis.tables.table import COMMON, Column, ColumnType, PersonKind, Table

__all__ = ["COMMON", "TABLES", "Column", "ColumnType", "PersonKind", "Table"]

TABLES: dict[str, Table] = {
    table.name: table for table in (*CONTACTS, *LETTERS, *AI_TEXTS, *PEOPLE, *DEPARTMENT)
}
