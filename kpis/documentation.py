"""The pages in docs/kpis, made from the definitions; workflows.documentation writes them."""

from collections.abc import Mapping
from typing import get_args

from kpis.catalogue import load
from kpis.definition_words import (
    cap,
    complete,
    denominator,
    direction,
    expected,
    family,
    gathered,
    left_out,
    minimum_cell,
    missing,
    numerator,
    persons,
    smallest_change,
    staff,
    standardised,
    statistic,
    target,
    tool_time,
)
from kpis.kpi import Kpi, Theme

NOTICE = "<!-- Printed from kpis/catalogue; change the definition instead. -->"

THEMES: dict[Theme, str] = {
    "ehr_time": "Time in the EHR",
    "flow": "Timeliness and flow",
    "text_quality": "Quality and safety of the text",
    "use": "Use and editing",
    "people": "Staff and patients",
    "money": "Money",
    "other": "Other",
}
HOW_TO_READ = (
    "A few rows and what the KPI makes of them, worked out by hand; a test computes it. An empty cell is a "
    "missing value, `times` repeats a row, and values parted by `;` stand for so many rows."
)


def pages(examples: Mapping[str, str]) -> dict[str, str]:
    """Text of every page by file name, the index among them.

    examples: by KPI a worked example in Markdown, its parts divided by a line `***`.
    """
    known = load()
    written = {f"{kpi.id}.md": page(kpi, examples.get(kpi.id, "")) for kpi in known.values()}
    return {"README.md": _index(known), **written}


def page(kpi: Kpi, example: str = "") -> str:
    """One KPI: what it asks, what counts, what is left out, when a difference matters, and an example."""
    lines = [f"- **{name}**: {text}" for name, text in _facts(kpi) if text]
    worked = ["## Example", HOW_TO_READ, "", example.replace("\n***\n", "\n"), ""] if example else []
    return "\n".join([NOTICE, "", f"# {kpi.label['en']}", "", f"`{kpi.id}`", "", *lines, "", *worked])


def _facts(kpi: Kpi) -> tuple[tuple[str, str], ...]:
    """Names and texts; what does not apply is empty."""
    return (
        ("Question", kpi.question["en"]),
        ("In Dutch", f"{kpi.label['nl']}: {kpi.question['nl']}"),
        ("Unit", f"{kpi.unit['en']} ({kpi.unit['nl']})"),
        ("Direction", direction(kpi)),
        ("Statistic", statistic(kpi)),
        ("Numerator", numerator(kpi)),
        ("Denominator", denominator(kpi)),
        ("Gathered", gathered(kpi)),
        ("Clinicians", staff(kpi)),
        ("Left out", left_out(kpi)),
        ("Cap", cap(kpi)),
        ("Missing values", missing(kpi)),
        ("Could have been measured", expected(kpi)),
        ("Complete", complete(kpi)),
        ("Persons behind it", persons(kpi)),
        ("Shown from", minimum_cell(kpi)),
        ("Time inside the tool", tool_time(kpi)),
        ("Definition", family(kpi, load())),
        ("Standardised over", standardised(kpi)),
        ("Smallest change that matters", smallest_change(kpi)),
        ("Target", target(kpi)),
        ("Owner", kpi.owner),
        ("Source", kpi.source),
        ("Version", str(kpi.version)),
    )


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
