"""What became of a file, as JSON."""

from dataclasses import asdict
from typing import Any

from data_connectors.batch import FileReport


def file_json(report: FileReport, lang: str) -> dict[str, Any]:
    """As `meetlat ingest --json` prints it."""
    names = [name for name in FileReport.__slots__ if name not in ("refusal", "first_set_aside")]
    content = {name: getattr(report, name) for name in names}
    content["dialect"] = report.dialect.render(lang)
    content["first_set_aside"] = [asdict(row) for row in report.first_set_aside]
    return content | {"message": report.refusal.render(lang) if report.refusal else None}
