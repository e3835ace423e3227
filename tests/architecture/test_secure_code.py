"""What our own code never does, over its syntax tree: run data as code, build SQL of it, draw it as HTML."""

import ast
import re
from collections.abc import Callable, Iterator

import pytest

from tests.architecture.test_house import LAYERS, ROOT

FILES = (ROOT / "app.py", ROOT / "run.py", *(path for one in LAYERS for path in (ROOT / one).rglob("*.py")))
UNSAFE_TO_READ = {
    "pickle",
    "cPickle",
    "_pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "yaml",
}
RUNS_TEXT = {"eval", "exec", "compile", "__import__"}
READS_PICKLES = {"read_pickle", "to_pickle"}
CALLS_OUT = {
    "requests", "httpx", "httpcore", "aiohttp", "urllib3", "urllib.request", "http.client", "socket", "ssl",
    "ftplib", "smtplib", "telnetlib", "xmlrpc.client", "websockets", "webbrowser",
}  # fmt: skip
FROM_SQLALCHEMY = ("text", "literal_column", "quoted_name")
WORTH_A_LOOK = re.compile(
    rf"\b({'|'.join(one.split('.')[0] for one in (*UNSAFE_TO_READ, *RUNS_TEXT, *READS_PICKLES, *CALLS_OUT))}"
    r"|allow_pickle|sqlalchemy|sql|execute|exec_driver_sql|executescript|html|unsafe_\w+)\b"
)
"""Files without any of these words cannot break a rule, and are not parsed."""

Fault = tuple[int, str]


def constant(node: ast.expr) -> bool:
    """Text that stands in the code, also one of two."""
    if isinstance(node, ast.IfExp):
        return constant(node.body) and constant(node.orelse)
    if isinstance(node, ast.BinOp):
        return constant(node.left) and constant(node.right)
    return isinstance(node, ast.Constant)


def name_of(node: ast.expr) -> str:
    """`a.b.c` as text; empty for what is not a name."""
    if isinstance(node, ast.Attribute):
        before = name_of(node.value)
        return f"{before}.{node.attr}" if before else node.attr
    return node.id if isinstance(node, ast.Name) else ""


def imported(tree: ast.Module) -> Iterator[tuple[int, str, str]]:
    """Line, module and name of every import, also within functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, one.name, "") for one in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield from ((node.lineno, node.module or "", one.name) for one in node.names)


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the name of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node, name_of(node.func)


def reads_code_as_data(tree: ast.Module, _path: str) -> Iterator[Fault]:
    for line, module, _ in imported(tree):
        if module.split(".")[0] in UNSAFE_TO_READ:
            yield line, module
    for call, name in calls(tree):
        allows = [word for word in call.keywords if word.arg == "allow_pickle"]
        if name in RUNS_TEXT or name.split(".")[-1] in READS_PICKLES or any(allows):
            yield call.lineno, name


def builds_sql_from_values(tree: ast.Module, _path: str) -> Iterator[Fault]:
    ours = {name for _, module, name in imported(tree) if module.startswith("sqlalchemy")}
    for call, name in calls(tree):
        last = name.split(".")[-1]
        theirs = name in ours or name.startswith(("sa.", "sqlalchemy."))
        if theirs and last in FROM_SQLALCHEMY and call.args and not constant(call.args[0]):
            yield call.lineno, name
        if last == "sql" and call.args and not constant(call.args[0]):
            yield call.lineno, name
        if last in ("exec_driver_sql", "executescript") and call.args and not constant(call.args[0]):
            yield call.lineno, name


def formats_sql_outside_the_engines(tree: ast.Module, path: str) -> Iterator[Fault]:
    """Only storage and data_connectors may format SQL, from declared names, with core.quoting."""
    if path.startswith(("storage/", "data_connectors/")):
        return
    for call, name in calls(tree):
        if (
            name.split(".")[-1] in ("execute", "sql")
            and call.args
            and isinstance(call.args[0], ast.JoinedStr)
        ):
            yield call.lineno, name


def draws_data_as_html(tree: ast.Module, _path: str) -> Iterator[Fault]:
    for call, name in calls(tree):
        unsafe = any(word.arg in ("unsafe_allow_html", "unsafe_allow_javascript") for word in call.keywords)
        raw = name.endswith((".html", "components.v1.html", "st_html")) and name.startswith("st.")
        if (unsafe or raw) and not all(map(constant, call.args)):
            yield call.lineno, name


def calls_out(tree: ast.Module, path: str) -> Iterator[Fault]:
    if path.startswith("data_connectors/safe_http/"):
        return
    for line, module, name in imported(tree):
        if module in CALLS_OUT or f"{module}.{name}" in CALLS_OUT:
            yield line, f"{module} {name}"


Rule = Callable[[ast.Module, str], Iterator[Fault]]
RULES: tuple[Rule, ...] = (
    reads_code_as_data,
    builds_sql_from_values,
    formats_sql_outside_the_engines,
    draws_data_as_html,
    calls_out,
)
GUILTY = {
    reads_code_as_data: ("import pickle", "from joblib import load", "eval('1')", "pd.read_pickle(p)",
                         "np.load(p, allow_pickle=True)", "def f():\n    import yaml"),
    builds_sql_from_values: ("from sqlalchemy import text\ntext(f'a {x}')",
                             "import sqlalchemy as sa\nsa.literal_column(name)",
                             "connection.sql(f'select {x}')", "connection.sql(query)",
                             "connection.exec_driver_sql('a' + x)", "import sqlalchemy as sa\nsa.text(x)"),
    formats_sql_outside_the_engines: ("connection.execute(f'select {x}')",),
    draws_data_as_html: ("st.markdown(x, unsafe_allow_html=True)", "st.html(f'<b>{x}</b>')",
                         "st.components.v1.html(x)"),
    calls_out: ("import requests", "from urllib.request import urlopen", "from urllib import request",
                "import http.client", "import socket"),
}  # fmt: skip


ALLOWED: dict[Rule, dict[str, str]] = {
    builds_sql_from_values: {
        "storage/cube_histogram.py": "text compiled by SQLAlchemy, its values bound",
        "storage/cube_reader.py": "text compiled by SQLAlchemy, its values bound",
        "storage/audit_log.py": "one of two texts that stand above it",
        "storage/audit_triggers.py": "statements and names that stand above them",
        "data_connectors/known_texts.py": "the parsing of one declared column",
        "data_connectors/sources/database.py": "a question that stands in the dialect",
        "data_connectors/databases/access.py": "a question that stands in the dialect",
        "data_connectors/databases/selection.py": "the hospital's own query, in a read-only session",
    },
    draws_data_as_html: {
        "pages/widgets/bars.py": "numbers, colours of ours and words that are escaped",
        "pages/widgets/spc_icons.py": "colours of ours and words that are escaped",
    },
    calls_out: {
        "workflows/serving.py": "asks its own app on this machine whether it is healthy; opens the browser",
        "workflows/auditing.py": "asks for the name of this machine",
        "data_connectors/databases/watchdog.py": "closes the socket of a database that no longer answers",
    },
}
"""Files that a rule passes over, and why."""


@pytest.fixture(scope="module")
def code() -> dict[str, ast.Module]:
    texts = {path.relative_to(ROOT).as_posix(): path.read_text("utf-8") for path in FILES}
    return {place: ast.parse(text) for place, text in texts.items() if WORTH_A_LOOK.search(text)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_our_code_never(rule: Rule, code: dict[str, ast.Module]) -> None:
    passed_over = ALLOWED.get(rule, {})
    found = {place: list(rule(tree, place)) for place, tree in code.items()}
    assert {place: faults for place, faults in found.items() if faults and place not in passed_over} == {}
    assert [place for place in passed_over if not found[place]] == [], "no longer needed"


def test_what_is_drawn_as_html_is_escaped() -> None:
    for place in ALLOWED[draws_data_as_html]:
        assert "from html import escape" in (ROOT / place).read_text("utf-8")


@pytest.mark.parametrize(("rule", "text"), [(rule, text) for rule, texts in GUILTY.items() for text in texts])
def test_the_rule_finds(rule: Rule, text: str) -> None:
    assert WORTH_A_LOOK.search(text)
    assert list(rule(ast.parse(text), "workflows/somewhere.py"))
