"""The results as CSV: in Dutch as Excel there expects it, in English as RFC 4180."""

import csv
from datetime import date
from io import StringIO
from math import isfinite

from core.language import date_text
from core.quoting import plain_cell
from reports.report import Format, PilotReport
from reports.tables import Cell, results_table

DECIMALS = 10


def write(view: PilotReport, lang: str) -> bytes:
    """One row per KPI. Text that a spreadsheet would run as a formula gets an apostrophe before it."""
    table = results_table(view, lang)
    lines = StringIO()
    writer = csv.writer(lines, delimiter=";" if lang == "nl" else ",")
    writer.writerow(map(plain_cell, table.columns))
    writer.writerows([_cell(cell, lang) for cell in row] for row in table.rows)
    return lines.getvalue().encode("utf-8-sig" if lang == "nl" else "utf-8")


def _cell(cell: Cell, lang: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return _number(cell, lang)
    if isinstance(cell, date):
        return date_text(cell, lang) if lang == "nl" else cell.isoformat()
    return str(plain_cell(cell))


def _number(value: float, lang: str) -> str:
    if not isfinite(value):
        return ""
    text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
    text = "0" if text == "-0" else text
    return text.replace(".", ",") if lang == "nl" else text


FORMAT = Format(suffix="csv", media_type="text/csv", write=write)
