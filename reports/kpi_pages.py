"""The pages in docs/kpis, made from the definitions; workflows.documentation writes them."""

from collections.abc import Mapping
from typing import get_args

from kpis.catalogue import load
from kpis.kpi import Kpi, Theme
from reports.words_definition import THEMES, definition_lines

NOTICE = "<!-- Printed from kpis/catalogue; change the definition instead. -->"

HOW_TO_READ = (
    "A few rows and what the KPI makes of them, worked out by hand; a test computes it. An empty cell is a "
    "missing value, `times` repeats a row, and values parted by `;` stand for so many rows."
)


def pages(examples: Mapping[str, str]) -> dict[str, str]:
    """Text of every page by file name, the index among them.

    examples: by KPI a worked example in Markdown, its parts divided by a line `***`.
    """
    known = load()
    written = {f"{kpi.id}.md": page(kpi, known, examples.get(kpi.id, "")) for kpi in known.values()}
    return {"README.md": _index(known), **written}


def page(kpi: Kpi, known: Mapping[str, Kpi], example: str = "") -> str:
    """One KPI: what it asks, what counts, what is left out, when a difference matters, and an example."""
    facts = (
        ("Question", kpi.question["en"]),
        ("In Dutch", f"{kpi.label['nl']}: {kpi.question['nl']}"),
        ("Unit", f"{kpi.unit['en']} ({kpi.unit['nl']})"),
        *definition_lines(kpi, known, "en", link="[{0}]({0}.md)".format),
    )
    lines = [f"- **{name}**: {text}" for name, text in facts]
    worked = ["## Example", HOW_TO_READ, "", example.replace("\n***\n", "\n"), ""] if example else []
    return "\n".join([NOTICE, "", f"# {kpi.label['en']}", "", f"`{kpi.id}`", "", *lines, "", *worked])


def _index(known: Mapping[str, Kpi]) -> str:
    sections = [_section(theme, known) for theme in get_args(Theme)]
    return "\n".join([NOTICE, "", "# KPIs", "", *(line for section in sections for line in section)])


def _section(theme: Theme, known: Mapping[str, Kpi]) -> list[str]:
    cells = (
        (f"[{kpi.id}]({kpi.id}.md)", kpi.label["en"], kpi.label["nl"], kpi.unit["en"], kpi.statistic)
        for kpi in known.values()
        if kpi.theme == theme
    )
    rows = [f"| {' | '.join(row)} |" for row in cells]
    head = ["| id | English | Dutch | unit | statistic |", "|---|---|---|---|---|"]
    return [f"## {THEMES[theme]}", "", *head, *rows, ""] if rows else []
