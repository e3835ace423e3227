"""`meetlat privacy ...`: minimisation, retention, access request, record of processing, what we measure."""

import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, cast

import click

from core.errors import InputError
from core.language.text import N_, Text, Value
from governance.access import LOCAL_OPERATOR
from kpis.tables import PersonKind
from reports.document import Document, markdown
from reports.document_pdf import pdf
from workflows.forget import KINDS
from workflows.opening import open_workspace
from workflows.options import common, print_json, say
from workflows.privacy.access_request import AboutPerson, access_request
from workflows.privacy.expiry import expire
from workflows.privacy.minimisation import KeptTable, minimisation
from workflows.privacy.record import measured_document, record_document
from workflows.whole_file import write_whole

Form = Literal["md", "pdf"]
OUT = click.Path(path_type=Path, dir_okay=False)
KEPT = N_("{table}: {rows} rows of {first} to {last}, kept {days}")
UNUSED = N_("{table}.{column}: kept, and no KPI uses it")
SPARE = N_("{source}: delivered and never taken over: {columns}")
GONE = N_("{rows} rows, {aside} lists of rows set aside and {runs} runs removed.")
WOULD = N_("{rows} rows, {aside} lists of rows set aside and {runs} runs would be removed.")


@click.group("privacy")
def COMMAND() -> None:  # noqa: N802
    """What is held of whom, why and for how long. Example: meetlat privacy report --json"""


@COMMAND.command("report")
@common
def report(workspace: Path, lang: str, as_json: bool) -> None:
    """Data minimisation: what is delivered, what is kept, which KPI uses it."""
    found = minimisation(LOCAL_OPERATOR, open_workspace(workspace))
    if as_json:
        deliveries = [{name: getattr(one, name) for name in one.__slots__} for one in found.deliveries]
        print_json({"deliveries": deliveries, "tables": [_table(one) for one in found.tables]})
        return
    for one in found.deliveries:
        if one.not_taken:
            source = Text(one.source) if one.source else Text(N_("files handed in"))
            print(Text(SPARE, {"source": source, "columns": ", ".join(one.not_taken)}).render(lang))
    for table in found.tables:
        print(_line(table).render(lang))
        for name in table.without_use:
            print("  " + Text(UNUSED, {"table": table.name, "column": name}).render(lang))


def _line(table: KeptTable) -> Text:
    days = Text(N_("{days} days"), {"days": table.keep_days}) if table.keep_days else Text(N_("without end"))
    values: dict[str, Value] = {
        "table": table.name,
        "rows": table.rows,
        "first": table.first_day,
        "last": table.last_day,
    }
    return Text(KEPT, {**values, "days": days})


def _table(table: KeptTable) -> dict[str, Any]:
    return {
        "table": table.name,
        "rows": table.rows,
        "first_day": table.first_day,
        "last_day": table.last_day,
        "keep_days": table.keep_days,
        "kept_without_use": list(table.without_use),
        "columns": [
            {
                "column": one.name,
                "pseudonym": one.pseudonym,
                "share_filled": one.filled,
                "used_by": list(one.uses),
            }
            for one in table.columns
        ],
    }


@COMMAND.command("expire")
@click.option("--dry-run", is_flag=True, help="Count only.")
@common
def expire_command(dry_run: bool, workspace: Path, lang: str, as_json: bool) -> None:
    """Remove what is older than the retention settings allow; every load and the running app do this too."""
    found = expire(LOCAL_OPERATOR, open_workspace(workspace), dry_run=dry_run)
    if as_json:
        print_json({name: getattr(found, name) for name in found.__slots__})
        return
    counts = {"rows": sum(found.rows.values()), "aside": found.quarantine, "runs": found.runs}
    print(Text(WOULD if dry_run else GONE, counts).render(lang))


@COMMAND.command("access")
@click.argument("kind", type=click.Choice(KINDS))
@common
def access(kind: str, workspace: Path, lang: str, as_json: bool) -> None:  # noqa: ARG001
    """What is held about one person, as JSON for the privacy officer.

    The identifier or pseudonym is read from standard input, so that it stands in no history of commands.
    Example: meetlat privacy access patient < number.txt > answer.json
    """
    if sys.stdin.isatty():
        say(Text(N_("Type the identifier; it is not shown.")).render(lang))
        person: str = click.prompt("", hide_input=True, prompt_suffix="> ")
    else:
        person = sys.stdin.read()
    print_json(
        _about(access_request(LOCAL_OPERATOR, open_workspace(workspace), cast(PersonKind, kind), person))
    )


def _about(found: AboutPerson) -> Mapping[str, Any]:
    return {
        "kind": found.kind,
        "found": found.found,
        "erased_before": found.erased,
        "keep_days": dict(found.keep_days),
        "rows": {table: list(rows) for table, rows in found.rows.items()},
        "deliveries": {str(number): dict(one) for number, one in found.deliveries.items()},
        "totals": list(found.totals),
    }


@COMMAND.command("record")
@click.option("--format", "form", type=click.Choice(["md", "pdf"]), default="md", show_default=True)
@click.option("-o", "--out", type=OUT, help="The file; without it Markdown is printed.")
@common
def record(form: str, out: Path | None, workspace: Path, lang: str, as_json: bool) -> None:
    """Input for the record of processing and the DPIA, from the running configuration."""
    opened = open_workspace(workspace)
    found = record_document(LOCAL_OPERATOR, opened, lang)
    _write(found, cast(Form, form), out, lang, opened.today(), as_json=as_json)


@COMMAND.command("measured")
@click.option("--format", "form", type=click.Choice(["md", "pdf"]), default="md", show_default=True)
@click.option("-o", "--out", type=OUT, help="The file; without it Markdown is printed.")
@common
def measured(form: str, out: Path | None, workspace: Path, lang: str, as_json: bool) -> None:
    """One page for the works council: what we measure, and what we do not."""
    opened = open_workspace(workspace)
    found = measured_document(LOCAL_OPERATOR, opened.settings)
    _write(found, cast(Form, form), out, lang, opened.today(), as_json=as_json)


def _write(document: Document, form: Form, out: Path | None, lang: str, day: date, *, as_json: bool) -> None:
    if out is None and form == "pdf":
        raise InputError(N_("A PDF is a file."), remedy=N_("Say where with -o FILE.pdf."))
    text = markdown(document, lang)
    content = pdf(document, lang, day) if form == "pdf" else text.encode()
    if out is not None:
        write_whole(out, content)
    if as_json:
        print_json({"file": str(out) if out else None, "markdown": text})
    elif out is None:
        print(text, end="")
