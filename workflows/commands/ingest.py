"""`meetlat ingest FILE... --mapping FILE|PRESET`: take files in and account for every row."""

from pathlib import Path

import click

from core.errors import InputError
from core.language.text import N_, Text
from data_connectors.batch import FileReport
from governance.access import LOCAL_OPERATOR
from workflows.ingest_json import file_json
from workflows.named_rows import first_rows, how_read, reasons
from workflows.opening import open_workspace
from workflows.options import EXIT_SET_ASIDE, common, print_json, say
from workflows.refresh import ingest

ACCOUNT = N_("{file}: loaded, {read} rows read, {loaded} loaded, {aside} set aside{reasons}, {other} no data")
UNCHANGED = N_("{file}: unchanged; nothing was loaded again")


@click.command("ingest")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--mapping", required=True, help="A mapping file, or the name of a preset.")
@click.option("--table", help="The standard table, where the mapping holds several.")
@click.option("--dry-run", is_flag=True, help="Read and check; keep nothing.")
@common
def COMMAND(  # noqa: N802
    files: tuple[Path, ...],
    mapping: str,
    table: str | None,
    dry_run: bool,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> int:
    """Take files in. Example: meetlat ingest visits.csv --mapping mappings/north.toml"""

    def done(report: FileReport) -> None:
        if not as_json:
            _tell(report, lang)

    reports = ingest(LOCAL_OPERATOR, open_workspace(workspace), files, mapping, table, dry_run, done)
    if as_json:
        print_json({"files": [file_json(report, lang) for report in reports]})
        for report in reports:
            if report.refusal is not None:
                say(report.refusal.render(lang))
    if dry_run:
        say(Text(N_("This was a trial: nothing was kept.")).render(lang))
    if all(report.status == "refused" for report in reports):
        return InputError.exit_code
    set_aside = any(report.status == "refused" or report.rows_quarantined for report in reports)
    return EXIT_SET_ASIDE if set_aside else 0


def _tell(report: FileReport, lang: str) -> None:
    """At once, also into a pipe: what follows may be broken off."""
    if report.refusal is not None:
        say(report.refusal.render(lang))
        return
    more = (*first_rows(report, lang), *how_read(report, lang))
    print("\n".join((_line(report).render(lang), *more)), flush=True)


def _line(report: FileReport) -> Text:
    return Text(
        ACCOUNT if report.status == "loaded" else UNCHANGED,
        {
            "file": report.file,
            "read": report.rows_read,
            "loaded": report.rows_loaded,
            "aside": report.rows_quarantined,
            "reasons": reasons(report.quarantine),
            "other": report.rows_not_data,
        },
    )
