"""`meetlat sync [SOURCE...]`: every configured source since its last watermark; safe to run from cron."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import click

from core.errors import beside
from core.language.text import N_, Text, Value
from governance.access import LOCAL_OPERATOR
from workflows.configured_sources import no_sources
from workflows.ingest_json import file_json
from workflows.named_rows import first_rows, reasons
from workflows.opening import open_workspace
from workflows.options import EXIT_SET_ASIDE, common, print_json, say
from workflows.sync import SyncReport, sync

DONE = N_("{source}: {rows} rows read, {loaded} loaded, {aside} set aside{reasons}, {other} no data, {files}")
FILE, FILES = N_("1 file"), N_("{count} files")
BUSY = N_("{source}: another run is at work; nothing to do")
GONE = N_("{source}: {gone} rows are no longer in the source and count no more")
READING = N_("{source}: {rows} rows, {rate} a second")
EVERY_SECONDS = 1.0


@click.command("sync")
@click.argument("sources", nargs=-1)
@click.option("--whole", is_flag=True, help="Everything again: finds rows that a source no longer has.")
@common
def COMMAND(  # noqa: N802
    sources: tuple[str, ...], whole: bool, workspace: Path, lang: str, as_json: bool
) -> int:
    """Fetch what is new from every source, or from those named. Example: meetlat sync hix --json"""
    reports = sync(LOCAL_OPERATOR, open_workspace(workspace), sources, progress=shown(lang), whole=whole)
    if as_json:
        print_json({"sources": [_as_json(report, lang) for report in reports]})
    for report in reports:
        for file in report.files:
            if file.refusal is not None:
                say(file.refusal.render(lang))
        if report.error is not None:
            say(beside(report.source, report.error, lang))
        elif not as_json:
            lines = (line.render(lang) for line in _lines(report))
            print("\n".join((*lines, *_places(report, lang), *_left(report, lang))))
    if not reports:
        say(no_sources(workspace).render(lang))
    return _code(reports)


def shown(lang: str) -> Callable[[str, int], None]:
    """Rows and rate on standard error, at most once a second; on one line where that is a terminal."""
    begun, last = monotonic(), [monotonic()]

    def progress(source: str, rows: int) -> None:
        now = monotonic()
        if now - last[0] < EVERY_SECONDS:
            return
        last[0] = now
        values: dict[str, Value] = {"source": source, "rows": rows, "rate": round(rows / (now - begun))}
        end = "\r" if sys.stderr.isatty() else "\n"
        print(Text(READING, values).render(lang), file=sys.stderr, end=end, flush=True)

    return progress


def _code(reports: tuple[SyncReport, ...]) -> int:
    failed = [report.error for report in reports if report.state == "failed"]
    if failed:
        return max(2 if error is None else error.exit_code for error in failed)
    aside = (file.status == "refused" or file.rows_quarantined for one in reports for file in one.files)
    return EXIT_SET_ASIDE if any(aside) else 0


def _as_json(report: SyncReport, lang: str) -> dict[str, Any]:
    return {
        "source": report.source,
        "state": report.state,
        "attempts": report.attempts,
        "rows_read": report.rows,
        "message": report.error.render(lang) if report.error else None,
        "left": [one.subject for one in report.left],
        "files": [file_json(file, lang) for file in report.files],
    }


def _places(report: SyncReport, lang: str) -> Iterator[str]:
    """Of records that could not become rows; a row that was fetched stands on no line of a file."""
    for file in report.files:
        yield from first_rows(
            replace(file, first_set_aside=tuple(r for r in file.first_set_aside if r.place)), lang
        )


def _left(report: SyncReport, lang: str) -> Iterator[str]:
    for one in report.left:
        if one.message is not None:
            why = one.message.render(lang)
            yield f"  {why}" if one.message.where else f"  {one.subject}: {why}"


def _lines(report: SyncReport) -> Iterator[Text]:
    values: dict[str, Value] = {
        "source": report.source,
        "rows": report.rows,
        "loaded": sum(file.rows_loaded for file in report.files),
        "aside": sum(file.rows_quarantined for file in report.files),
        "reasons": reasons(sum((Counter(file.quarantine) for file in report.files), Counter())),
        "other": sum(file.rows_not_data for file in report.files),
        "files": Text(FILE if len(report.files) == 1 else FILES, {"count": len(report.files)}),
        "gone": report.gone,
    }
    yield Text(BUSY if report.state == "busy" else DONE, values)
    if report.gone:
        yield Text(GONE, values)
