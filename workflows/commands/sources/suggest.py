"""`meetlat sources suggest`: a mapping for a new file, and what it makes of it."""

from pathlib import Path
from typing import Any

import click

from core.language.text import N_, Text, Value
from data_connectors.preview import Preview
from data_connectors.suggestion import Suggestion
from governance.access import LOCAL_OPERATOR
from workflows.named_rows import row_set_aside
from workflows.opening import open_workspace
from workflows.options import EXIT_SET_ASIDE, common, print_json, say
from workflows.suggesting import propose
from workflows.whole_file import require_new, write_whole


@click.command("suggest")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--table", help="The standard table that the file holds.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where to write the mapping.")
@common
def suggested(
    file: Path, table: str | None, output: Path | None, workspace: Path, lang: str, as_json: bool
) -> int:
    """Suggest a mapping and show what it makes of a file. Example: meetlat sources suggest visits.csv"""
    if output is not None:
        require_new(output)
    found, preview = propose(LOCAL_OPERATOR, open_workspace(workspace), file, table, lang)
    if output is not None:
        write_whole(output, found.toml(lang).encode())
    if as_json:
        print_json(_as_json(found, preview, lang))
    elif output is None:
        print(found.toml(lang))
    for line in _told(preview, lang):
        say(line)
    return 0 if found.complete and preview.refusal is None else EXIT_SET_ASIDE


def _as_json(found: Suggestion, preview: Preview, lang: str) -> dict[str, Any]:
    account = preview.account
    return {
        "table": found.table,
        "complete": found.complete,
        "toml": found.toml(lang),
        "questions": [question.render(lang) for question in found.questions],
        "columns": [
            {"name": one.name, "from": one.read_from, "unit": one.unit, "format": one.formats}
            | {"question": one.question.render(lang) if one.question else None}
            for one in found.columns
        ],
        "columns_unmapped": found.unused,
        "rows": [{name: _plain(value) for name, value in row.items()} for row in preview.rows],
        "set_aside": [dict(row) for row in preview.set_aside],
        "quarantine": account.set_aside if account else {},
        "rows_read": account.rows_read if account else None,
        "rows_loaded": account.rows_loaded if account else None,
        "message": preview.refusal.render(lang) if preview.refusal else None,
    }


def _plain(value: Any) -> Any:
    return (
        None if value is None or value != value else value if isinstance(value, int | float) else str(value)
    )


def _shown(value: Any) -> str:
    plain = _plain(value)
    return "" if plain is None else str(plain)


def _told(preview: Preview, lang: str) -> list[str]:
    if preview.refusal is not None:
        return [preview.refusal.render(lang)]
    account = preview.account
    if account is None:
        return [Text(N_("Answer what the comments ask; then the file can be tried.")).render(lang)]
    rows = [" | ".join(preview.rows[0])] if preview.rows else []
    rows += [" | ".join(_shown(value) for value in row.values()) for row in preview.rows]
    aside = [row_set_aside(row, lang) for row in preview.set_aside]
    reasons = ", ".join(f"{code} {count}" for code, count in account.set_aside.items()) or "-"
    values: dict[str, Value] = {"read": account.rows_read, "loaded": account.rows_loaded, "reasons": reasons}
    return [
        *rows,
        *aside,
        Text(N_("Of {read} rows {loaded} would load; set aside: {reasons}."), values).render(lang),
    ]
