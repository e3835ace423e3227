"""Words of our forms, in any language, as the fixed values of standard tables that they stand for."""

from collections.abc import Sequence

from core.language.catalogue import LANGUAGES, translate
from data_connectors.template_words import CHOICES, VALUES
from kpis.tables import Column, Table


def translated(table: Table, column: Column, values: Sequence[str]) -> dict[str, str] | None:
    """What the values of a column stand for; None where the column has fixed values and these are others."""
    keys = CHOICES.get(f"{table.name}.{column.name}", ())
    words = {translate(VALUES[key], language): key for key in keys for language in LANGUAGES}
    others = dict.fromkeys(value for value in values if value not in keys)
    if not keys:
        return {}
    return {value: words[value] for value in others} if all(value in words for value in others) else None


def known(table: Table, column: Column) -> str:
    """The fixed values of a column, for people."""
    return ", ".join(CHOICES.get(f"{table.name}.{column.name}", ()))
