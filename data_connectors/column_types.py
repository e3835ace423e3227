"""How the engine holds the columns of standard tables."""

from kpis.tables import ColumnType

DUCK_TYPES: dict[ColumnType, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "time": "TIMESTAMP",
    "date": "DATE",
    "flag": "TINYINT",
}
