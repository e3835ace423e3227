"""A template written as an Excel workbook, with xlsxwriter: a sheet to fill in and a sheet that explains."""

from datetime import datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from core.language.catalogue import translate
from core.language.text import N_, Text
from data_connectors.template import REMARK, Field, Template

TITLE, SUBTITLE, HEADINGS, NAMES, EXAMPLE, FIRST = 0, 1, 2, 3, 4, 5
"""Rows of the sheet, from 0. The presets find the names below the headings."""
SHEET = "Data"
LAST = 20_000
DARK, LIGHT, BAND, GREY = "#154273", "#5B7FA6", "#EEF3F9", "#6B7280"
FORMATS = {"time": "dd-mm-yyyy hh:mm", "date": "dd-mm-yyyy", "integer": "0", "number": "General"}
NARROWEST, WIDEST = 13, 26
EARLIEST, LATEST = datetime(1990, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - cells have no zone


def workbook(template: Template, language: str) -> bytes:
    """The workbook as a file holds it."""
    content = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "default_date_format": "dd-mm-yyyy"}
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": template.title, "comments": template.preset})
        _Form(book, template, language).write()
        _Explanation(book, template, language).write()
    return content.getvalue()


class _Form:
    """The sheet to fill in. Only its first five rows are locked."""

    def __init__(self, book: Any, template: Template, language: str) -> None:
        self._book, self._template, self._language = book, template, language
        self._sheet = book.add_worksheet(SHEET)

    def write(self) -> None:
        sheet, width = self._sheet, len(self._template.fields)
        sheet.write(TITLE, 0, self._template.title, self._look(bold=True, font_size=16, font_color=DARK))
        sheet.write(SUBTITLE, 0, self._subtitle(), self._look(font_color=GREY))
        sheet.set_row(TITLE, 26)
        sheet.set_row(HEADINGS, 48)
        sheet.set_row(NAMES, 13)
        for column, field in enumerate(self._template.fields):
            self._column(column, field)
        sheet.freeze_panes(FIRST, 1)
        sheet.protect("", {"format_columns": True, "format_rows": True, "insert_rows": True,
                           "delete_rows": True, "sort": True, "autofilter": True})  # fmt: skip
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(HEADINGS)
        sheet.print_area(0, 0, 40, width - 1)
        sheet.hide_gridlines(0)
        sheet.set_selection(FIRST, 1, FIRST, 1)

    def _subtitle(self) -> str:
        text = N_("One row each. A star (*) must be filled in. The grey row is an example and is not read.")
        return translate(text, self._language)

    def _look(self, **settings: Any) -> Any:
        return self._book.add_format({"font_name": "Calibri", "valign": "vcenter"} | settings)

    def _column(self, column: int, field: Field) -> None:
        sheet = self._sheet
        shape = {"num_format": FORMATS[field.type]} if field.type in FORMATS else {"num_format": "@"}
        if field.choices:
            shape = {}
        heading = self._look(
            bold=True, text_wrap=True, font_color="white", border=1, border_color="white",
            bg_color=DARK if field.required else LIGHT,
        )  # fmt: skip
        words = max(field.heading.split(), key=len)
        width = min(WIDEST, max(NARROWEST, len(words) + 4, len(field.heading) / 2 + 4))
        if field.type == "time":
            width = max(width, 18)
        width = max([width, *(len(choice) + 4 for choice in field.choices)])
        sheet.set_column(column, column, width, self._look(locked=False, **shape))
        sheet.write(HEADINGS, column, field.heading + (" *" if field.required else ""), heading)
        sheet.write(NAMES, column, field.name, self._look(font_size=8, italic=True, font_color=LIGHT))
        example = self._look(italic=True, font_color=GREY, bg_color=BAND, **shape)
        self._write(EXAMPLE, column, field.example, example)
        rule = self._rule(field)
        if rule:
            sheet.data_validation(FIRST, column, LAST, column, rule | self._words(field))

    def _write(self, row: int, column: int, value: str | float | datetime, look: Any) -> None:
        if value == "":
            self._sheet.write_blank(row, column, None, look)
        elif isinstance(value, datetime):
            self._sheet.write_datetime(row, column, value, look)
        else:
            self._sheet.write(row, column, value, look)

    def _rule(self, field: Field) -> dict[str, Any]:
        if field.choices:
            return {"validate": "list", "source": list(field.choices)}
        if field.type in ("time", "date"):
            return {"validate": "date", "criteria": "between", "minimum": EARLIEST, "maximum": LATEST}
        if field.type in ("integer", "number"):
            least = -1e9 if field.minimum is None else field.minimum
            most = 1e9 if field.maximum is None else field.maximum
            kind = "integer" if field.type == "integer" else "decimal"
            return {"validate": kind, "criteria": "between", "minimum": least, "maximum": most}
        return {}

    def _words(self, field: Field) -> dict[str, str]:
        return {
            "input_title": field.heading[:32],
            "input_message": field.hint[:255],
            "error_title": translate(N_("This cannot be right"), self._language),
            "error_message": field.hint[:255],
        }


class _Explanation:
    """The sheet that says what belongs in each column, and how to hand the file in."""

    def __init__(self, book: Any, template: Template, language: str) -> None:
        self._book, self._template, self._language = book, template, language
        self._sheet = book.add_worksheet(translate(N_("Explanation"), language))

    def write(self) -> None:
        sheet, bold = self._sheet, self._book.add_format({"bold": True, "font_size": 16, "font_color": DARK})
        wrap = self._book.add_format({"text_wrap": True, "valign": "top", "bottom": 1, "bottom_color": BAND})
        head = self._book.add_format({"bold": True, "font_color": "white", "bg_color": DARK})
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 44)
        sheet.set_column(1, 1, 14)
        sheet.set_column(2, 2, 78)
        sheet.write(0, 0, self._template.title, bold)
        for row, line in enumerate(self._lines(), start=1):
            sheet.write(row, 0, line)
        for column, word in enumerate((N_("Column"), N_("Required"), N_("What belongs in it"))):
            sheet.write(6, column, translate(word, self._language), head)
        for row, field in enumerate(self._template.fields, start=7):
            sheet.write(row, 0, field.heading, wrap)
            sheet.write(row, 1, translate(N_("Yes"), self._language) if field.required else "", wrap)
            sheet.write(row, 2, field.hint, wrap)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)

    def _lines(self) -> tuple[str, ...]:
        lines = (
            Text(N_("Fill in the sheet '{sheet}', from row {row} on."), {"sheet": SHEET, "row": FIRST + 1}),
            Text(N_("Leave the headings and the small names below them as they are.")),
            Text(N_("No names and no citizen service numbers (BSN), also not in '{remark}'."),
                 {"remark": self._heading_of(REMARK)}),
            Text(N_("To hand it in: meetlat ingest FILE.xlsx --mapping {preset}"),
                 {"preset": self._template.preset}),
        )  # fmt: skip
        return tuple(line.render(self._language) for line in lines)

    def _heading_of(self, name: str) -> str:
        return next(field.heading for field in self._template.fields if field.name == name)
