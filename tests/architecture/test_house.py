"""The rules of the house that no linter knows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LAYERS = (
    "core",
    "governance",
    "kpis",
    "data_connectors",
    "experiments",
    "storage",
    "reports",
    "workflows",
    "pages",
    "web",
)
SOURCES = [
    path for layer in LAYERS for path in (ROOT / layer).rglob("*.py") if "migrations" not in path.parts
]
LONGEST_FILE = 400
MEDIAN_FILE = 150
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "manager", "base", "common", "misc"}


def test_no_page_stands_where_a_cold_deep_link_would_run_it_without_the_app() -> None:
    assert [path.name for path in (ROOT / "pages").glob("*.py")] == ["__init__.py"]


def test_pages_run_nothing_when_they_are_imported() -> None:
    harmless = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign, ast.AnnAssign)
    for path in (ROOT / "pages").rglob("*.py"):
        for statement in ast.parse(path.read_text("utf-8")).body:
            docstring = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
            assert docstring or isinstance(statement, harmless), f"{path}:{statement.lineno} runs on import"


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_are_hashed_and_hold_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    assert "://" not in text
    pins = [line for line in text.splitlines() if "==" in line and not line.lstrip().startswith("--hash")]
    assert len(pins) > 30
    assert text.count("--hash=sha256:") >= len(pins)


def test_files_are_short() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in SOURCES}
    assert {str(path): n for path, n in lengths.items() if n > LONGEST_FILE} == {}
    code = sorted(n for path, n in lengths.items() if path.name != "__init__.py")
    assert code[len(code) // 2] <= MEDIAN_FILE


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in SOURCES if path.stem in NAMES_THAT_SAY_NOTHING] == []


@pytest.mark.parametrize(
    "module", ["workflows.cli", "workflows.overview", "pages.innovation.portfolio", "pages.analyst.effect"]
)
def test_importing_this_does_not_import_what_only_an_estimate_needs(module: str) -> None:
    code = f"import sys, {module}; print([m for m in ('statsmodels', 'diff_diff') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
