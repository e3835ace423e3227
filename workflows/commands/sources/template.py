"""`meetlat sources template`: an Excel form to fill in, for a standard table or a time study."""

from pathlib import Path

import click

from core.errors import InputError
from core.language.text import N_, Text
from data_connectors.template import template
from workflows.options import common, print_json
from workflows.whole_file import require_new, write_whole


@click.command("template")
@click.argument("name", metavar="TABLE|time-study")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to; TABLE.xlsx when left out.")
@common
def template_of(name: str, output: Path | None, workspace: Path, lang: str, as_json: bool) -> None:  # noqa: ARG001
    """Write an Excel form to fill in. Example: meetlat sources template Encounter -o Encounter.xlsx"""
    form = template(name, lang)
    path = output or Path(f"{name}.xlsx")
    if path.suffix.lower() != ".xlsx":
        raise InputError(
            N_("A form is an Excel workbook; '{file}' does not end in .xlsx."),
            remedy=N_("Choose a name that does with -o."),
            file=str(path),
        )
    require_new(path)
    from data_connectors.template_workbook import workbook

    write_whole(path, workbook(form, lang))
    if as_json:
        print_json({"file": str(path), "template": name, "mapping": form.preset, "language": lang})
    else:
        done = N_("{file} is ready. Read it with: meetlat ingest {file} --mapping {preset} --table {table}")
        table = "NoteSession" if form.preset == "time_study" else name
        print(Text(done, {"file": str(path), "preset": form.preset, "table": table}).render(lang))
