"""Numbers of persons reach a screen or a report as `Disclosed` alone."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SINKS = {
    *("dataframe", "data_editor", "table", "metric", "plotly_chart", "download_button", "json", "image"),
    *("line_chart", "bar_chart", "area_chart", "scatter_chart", "map", "pydeck_chart", "graphviz_chart"),
    *("altair_chart", "vega_lite_chart", "pyplot", "bokeh_chart"),
}
"""What of Streamlit shows numbers or hands them out."""

HOLDERS = {"st", "streamlit", "place", "column", "container"}
"""What a sink is asked of."""

SHOWING = {
    "auditor/audit_log.py": {"table", "download_button"},
    "innovation/checklist.py": {"download_button"},
    "widgets/charts.py": {"plotly_chart", "table"},
    "widgets/checklist_items.py": {"table"},
    "widgets/department_chart.py": {"table"},
    "widgets/effect_charts.py": {"table"},
    "widgets/effect_firmness.py": {"table"},
    "widgets/effect_proof.py": {"table"},
    "widgets/export.py": {"download_button"},
    "widgets/group_comparison.py": {"table"},
    "widgets/incident_register.py": {"table"},
    "widgets/large_number.py": {"metric"},
    "widgets/kpi_card.py": {"metric"},
    "widgets/kpi_editor.py": {"table"},
    "widgets/kpi_history.py": {"table"},
    "widgets/kpi_lines.py": {"table"},
    "widgets/quality_tables.py": {"table"},
    "widgets/source_freshness.py": {"table"},
    "widgets/tool_versions.py": {"table"},
}
"""Who may, and what each of them uses; a new one is looked at before it comes in here.

The log, the checklist, incidents, versions of a tool and what a source brought hold no number of a KPI.
"""

RAW = {
    *("Measurement", "KpiResult", "Evaluation", "Decision", "ControlChart", "GroupSeries", "Content"),
    *("Lateness", "Coverage", "Finding", "FunnelStage", "StillUsing", "ReviewAgreement", "Standardised"),
    *("Persons", "DataFrame"),
}
"""Types that hold numbers about persons before the gate."""


def _sinks(path: Path) -> set[str]:
    """Also where the function is not called but handed on."""
    tree = ast.parse(path.read_text("utf-8"))
    attributes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return {node.attr for node in attributes if node.attr in SINKS and ast.unparse(node.value) in HOLDERS}


def test_only_known_pages_show_numbers_or_hand_them_out() -> None:
    found = {path: _sinks(path) for path in (ROOT / "pages").rglob("*.py")}
    showing = {path.relative_to(ROOT / "pages").as_posix(): sinks for path, sinks in found.items() if sinks}
    assert showing == SHOWING


def _public(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node


def _undisclosed(annotation: ast.expr | None) -> set[str]:
    """Names of raw types in an annotation, outside any `Disclosed[...]`."""
    if annotation is None:
        return set()
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Disclosed":
        return set()
    own = {annotation.id} & RAW if isinstance(annotation, ast.Name) else set()
    own |= {annotation.attr} & RAW if isinstance(annotation, ast.Attribute) else set()
    parts = [child for child in ast.iter_child_nodes(annotation) if isinstance(child, ast.expr)]
    return own.union(*map(_undisclosed, parts))


FIGURES = sorted([*(ROOT / "reports").glob("figure_*.py"), *(ROOT / "reports").glob("drawing_*.py")])
DRAWN = {"Figure", "str", "Figure | None", "str | None"}


@pytest.mark.parametrize("path", [*FIGURES, *sorted((ROOT / "reports" / "formats").glob("*.py"))], ids=str)
def test_figures_and_formats_take_only_what_was_disclosed(path: Path) -> None:
    raw = {
        f"{function.name}({argument.arg})": names
        for function in _public(path)
        if ast.unparse(function.returns or ast.Name(id="None")) in DRAWN | {"bytes"}
        for argument in (*function.args.args, *function.args.kwonlyargs)
        if (names := _undisclosed(argument.annotation))
    }
    assert raw == {}


def test_the_check_sees_what_is_not_disclosed() -> None:
    for text, names in (
        ("Measurement", {"Measurement"}),
        ("Sequence[pd.DataFrame] | None", {"DataFrame"}),
        ("Sequence[Disclosed[Measurement]]", set()),
        ("Disclosed[KpiResult] | GroupSeries", {"GroupSeries"}),
    ):
        assert _undisclosed(ast.parse(text, mode="eval").body) == names


def test_what_is_counted_without_being_shown_is_read_by_charts_alone() -> None:
    reading = {
        path.relative_to(ROOT).as_posix()
        for layer in ("reports", "workflows", "pages")
        for path in (ROOT / layer).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr == "one_answer"
    }
    assert reading == {"workflows/kpi_chart.py"}


def test_only_the_gate_makes_a_disclosed() -> None:
    makers = [
        str(path.relative_to(ROOT))
        for layer in ("core", "governance", "kpis", "experiments", "storage", "reports", "workflows", "pages")
        for path in (ROOT / layer).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Disclosed"
    ]
    assert makers == ["governance/disclosure_control/gate.py"]


def test_only_workflows_ask_the_gate() -> None:
    asking = {
        path.parts[len(ROOT.parts)]
        for layer in ("core", "kpis", "experiments", "storage", "reports", "workflows", "pages")
        for path in (ROOT / layer).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "release"
    }
    assert asking == {"workflows"}
