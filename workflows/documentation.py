"""Reference pages printed from the code; `python -m workflows.documentation` writes them, a test compares."""

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from core.language.catalogue import LANGUAGES
from core.settings import Settings
from experiments.designs import EVERY
from experiments.estimate import Estimator
from experiments.estimating import ESTIMATORS
from experiments.evidence_grade import best_grade
from governance.access import LOCAL_OPERATOR
from kpis.tables import TABLES, Table
from reports import audit_page, checklist_page, kpi_pages, plan_page, rights_page
from reports.document import markdown
from reports.words_grade import GRADE_WORDS
from workflows.cli import meetlat
from workflows.privacy.record import measured_document

DOCS = Path(__file__).resolve().parents[1] / "docs"
PLAN = DOCS.parent / "data_connectors" / "synthetic" / "pilots" / "ambient-a.toml"
CASES = DOCS.parent / "tests" / "spec" / "cases"

TABLES_HEAD = """# Standard tables
Every source is mapped to these. Printed from `kpis/tables`.

Every table also holds `department`, `day` (the local calendar day of the clock column), `segment`,
`exposed` (1 where the tool was used for the row) and `batch` (the load that brought the row). Times are
UTC; columns that identify a person or a contact hold keyed pseudonyms.

| table | what a row is |
|---|---|"""

DESIGNS_HEAD = """# Designs
What `meetlat estimate` can do, printed from `experiments/estimators`. How the default with few pilot
departments works and fails: [few-departments.md](few-departments.md)."""

COMMANDS_HEAD = """# The command line
Printed from the commands themselves. `python3 run.py WORD ...` passes its words on. Exit codes: 0 done,
1 our fault, 2 the user's, 3 something was set aside or could not be estimated, 130 stopped (Ctrl-C),
143 asked to end (SIGTERM, as by systemd and Kubernetes).
`--json` prints one object on standard output and nothing else."""

EVIDENCE_HEAD = """# Evidence
Figures that take longer than the tests. Each file was written by its own command and says when, from which
commit and on which machine; this page is printed from them."""


def pages() -> dict[str, str]:
    """Every generated page: path below docs/ to its Markdown."""
    written = {f"tables/{table.name}.md": _table(table) for table in TABLES.values()}
    written |= {f"kpis/{name}": text for name, text in kpi_pages.pages(_examples()).items()}
    written["tables/README.md"] = _tables()
    written["methods/designs.md"] = "\n".join(_designs())
    written["reference/command-line.md"] = "\n".join(_commands())
    written["reference/rights.md"] = rights_page.page()
    written["reference/audit.md"] = audit_page.page()
    written["reference/plan.md"] = plan_page.page(PLAN.read_text("utf-8"))
    written["security/asvs.md"] = "\n".join(_asvs())
    for lang in LANGUAGES:
        measured = measured_document(LOCAL_OPERATOR, Settings())
        written[f"privacy/what-we-measure.{lang}.md"] = markdown(measured, lang)
    written["reference/checklist.md"] = checklist_page.page()
    return {path: text.rstrip() + "\n" for path, text in written.items()}


def evidence_pages() -> dict[str, str]:
    """Pages that show figures from docs/evidence, which commands of their own write."""
    return {"evidence/README.md": "\n".join(_evidence()).rstrip() + "\n"}


def _asvs() -> Iterator[str]:
    lines = tomllib.loads((DOCS / "security" / "asvs.toml").read_text("utf-8"))["line"]
    counts = Counter((line["level"], line["state"]) for line in lines)
    states = ("met", "not applicable", "open")
    yield "# OWASP ASVS 5.0"
    yield "Every line of level 1 and the higher ones that matter most here, in our own words; printed from"
    yield "`asvs.toml`. What is met names a test under `tests/` that would notice. It is our own reading.\n"
    yield f"| level | {' | '.join(states)} |\n|---|---|---|---|"
    for level in sorted({level for level, _ in counts}):
        yield f"| {level} | " + " | ".join(str(counts[level, state]) for state in states) + " |"
    yield "\n| line | level | about | state | test, reason or day |\n|---|---|---|---|---|"
    for line in lines:
        why = f"`{line['test']}`" if "test" in line else line["reason"]
        day = f" (by {line['by']})" if "by" in line else ""
        yield f"| {line['id']} | {line['level']} | {line['about']} | {line['state']} | {why}{day} |"


def _examples() -> dict[str, str]:
    """The cases that the tests compute, by KPI."""
    return {path.stem: path.read_text("utf-8") for path in CASES.glob("*.txt")}


def _tables() -> str:
    rows = [f"| [{table.name}]({table.name}.md) | {table.description} |" for table in TABLES.values()]
    return "\n".join([TABLES_HEAD, *rows])


def _table(table: Table) -> str:
    head = [
        f"# {table.name}",
        table.description,
        "",
        "| column | type | unit | role | plausible | what |",
        "|---|---|---|---|---|---|",
    ]
    return "\n".join(head + [_column(column) for column in table.columns])


def _column(column: Any) -> str:
    roles = [role for role in ("key", "required", "clock") if getattr(column, role)]
    roles += [column.person] if column.person else []
    bounds = ["" if bound is None else f"{bound:g}" for bound in (column.minimum, column.maximum)]
    plausible = " to ".join(bounds) if any(bounds) else ""
    cells = (f"`{column.name}`", column.type, column.unit, ", ".join(roles), plausible, column.description)
    return "| " + " | ".join(cells) + " |"


def _designs() -> Iterator[str]:
    yield DESIGNS_HEAD
    for estimator in ESTIMATORS.values():
        yield from _design(estimator)


def _design(estimator: Estimator) -> Iterator[str]:
    yield f"\n## {estimator.name}"
    yield f"**Estimates.** {estimator.estimand.render('en')}\n"
    yield f"**Inference**, the default first: {', '.join(f'`{name}`' for name in estimator.inferences)}.\n"
    if estimator.name in EVERY:
        grade = best_grade(estimator.name)
        yield f"**Evidence** at best {grade} ({GRADE_WORDS[grade]}).\n"
    yield "**Rests on:**"
    yield from (f"- {text.render('en')}" for text in estimator.assumptions)
    yield f"\n**Applies.** {estimator.applies.render('en')}\n"
    yield f"**Refuses.** {estimator.refuses.render('en')}"
    yield f"\n**Reference.** {estimator.reference}"


def _commands() -> Iterator[str]:
    context = click.Context(meetlat, info_name="meetlat")
    yield COMMANDS_HEAD
    for name in meetlat.list_commands(context):
        command = meetlat.get_command(context, name)
        if command is not None:
            yield from _command(command, context, name)


def _command(command: click.Command, parent: click.Context, name: str) -> Iterator[str]:
    context = click.Context(command, info_name=name, parent=parent, max_content_width=100, terminal_width=100)
    yield f"\n## {context.command_path}"
    yield f"```\n{command.get_help(context)}\n```"
    if isinstance(command, click.Group):
        for word, below in command.commands.items():
            yield from _command(below, context, word)


def _evidence() -> Iterator[str]:
    yield EVIDENCE_HEAD
    for path in sorted((DOCS / "evidence").glob("*.json")):
        found = json.loads(path.read_text("utf-8"))
        yield f"\n## {path.stem}"
        made = [f"{key}: {found[key]}" for key in ("command", "date", "commit", "machine") if key in found]
        yield " · ".join(made)
        yield from _figures(found)


def _figures(found: dict[str, Any]) -> Iterator[str]:
    for key, value in found.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            cells = (cell for row in value for cell in row.items())
            columns = list(dict.fromkeys(name for name, cell in cells if not isinstance(cell, dict | list)))
            yield f"\n**{key}**\n"
            yield "| " + " | ".join(columns) + " |"
            yield "|" + "---|" * len(columns)
            yield from ("| " + " | ".join(str(row.get(name, "")) for name in columns) + " |" for row in value)
        elif key not in ("command", "date", "commit", "machine") and not isinstance(value, dict | list):
            yield f"- {key}: {value}"


def main() -> None:
    """Write every page."""
    for path, text in (pages() | evidence_pages()).items():
        place = DOCS / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
