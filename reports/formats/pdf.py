"""A report of two A4 pages: tagged, with text alternatives, the same bytes for the same numbers."""

from dataclasses import asdict

from reports.printed_report import printed
from reports.report import Format, PilotReport
from reports.typesetting import typeset


def write(view: PilotReport, lang: str) -> bytes:
    """The file's bytes."""
    return typeset("report.typ", asdict(printed(view, lang)))


FORMAT = Format(suffix="pdf", media_type="application/pdf", write=write)
