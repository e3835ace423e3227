"""What pyreadstat reads of an SPSS file, as plain values that can go from one process to another."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Variables:
    """names: of the columns; words: per column its value labels; rows: as many as the file says it holds."""

    names: tuple[str | None, ...]
    words: dict[str, dict[Any, str]]
    rows: int
    encoding: str


def read(path: str, options: dict[str, Any]) -> tuple[dict[str, list[Any]], Variables]:
    """Columns of cells, and what the file says of them; raises whatever the library meets."""
    import pyreadstat

    columns, about = pyreadstat.read_sav(path, output_format="dict", **options)
    return columns, Variables(
        names=tuple(about.column_names),
        words=about.variable_value_labels,
        rows=about.number_rows or 0,
        encoding=(about.file_encoding or "utf-8").lower(),
    )
