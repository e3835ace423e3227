"""Names and values inside generated SQL, and text in cells of a spreadsheet."""

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
"""How a text starts that Excel, LibreOffice or Google may run; the last four are full-width signs."""


def identifier(name: str) -> str:
    """A name as a SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: object) -> str:
    """A value as a SQL string literal."""
    return "'" + str(value).replace("'", "''") + "'"


def plain_cell(value: object) -> object:
    """A cell that no spreadsheet runs: text that starts like a formula gets an apostrophe in front.

    Only text: a negative number stays a number. Signs count behind leading blanks too.
    """
    if not isinstance(value, str):
        return value
    starts = value.startswith(STARTS_A_FORMULA) or value.lstrip().startswith(STARTS_A_FORMULA)
    return f"'{value}" if starts else value
