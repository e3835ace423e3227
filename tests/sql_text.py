"""The text of an expression in each of the databases."""

import sqlalchemy as sa
from sqlalchemy.dialects import mssql, oracle, postgresql, sqlite

from kpis.portable import DuckDBDialect

DIALECTS = {
    "duckdb": DuckDBDialect(),
    "postgresql": postgresql.dialect(),
    "sqlite": sqlite.dialect(),
    "mssql": mssql.dialect(),
    "oracle": oracle.dialect(),
}


def text_in(dialect: str, expression: sa.ClauseElement) -> str:
    compiled = expression.compile(
        dialect=DIALECTS[dialect], compile_kwargs={"render_postcompile": True, "literal_binds": True}
    )
    return str(compiled)
