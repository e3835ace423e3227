"""No workflow forgets to ask for the right, no right is left unused, and nothing is kept past a right."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from governance.policy import POLICY

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = [path for path in sorted((ROOT / "workflows").rglob("*.py")) if "commands" not in path.parts]
CALLERS = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "workflows" / "commands").rglob("*.py")]
WITHOUT_DATA = {
    "recognise": "makes the viewer",
    "viewer_of": "makes the viewer of a session",
    "person_of": "tells a visitor their own name",
    "sign_out": "ends the visitor's own session",
    "serve": "starts the app",
    "keep_anchoring": "writes the head of the log elsewhere, for nobody to see here",
    "keep_expiring": "removes what the settings say must go, and shows nobody anything",
    "data_version": "a name that changes with the data and tells nothing of them",
    "policy_of": "the thresholds of the installation",
    "checklist_of": "the items of the checklist, which are the same for every pilot",
}
"""What screens and commands may call with a workspace and without asking for a right, and why."""


ASKING = {"require": 1, "reaching": 3}
"""What asks for a right, and which of its arguments is the action."""


def functions(path: Path) -> list[ast.FunctionDef]:
    tree = ast.parse(path.read_text("utf-8"))
    return [one for one in tree.body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]


def takes(one: ast.FunctionDef, kind: str) -> bool:
    given = (*one.args.posonlyargs, *one.args.args, *one.args.kwonlyargs)
    return any(arg.annotation is not None and ast.unparse(arg.annotation) == kind for arg in given)


def first_statement(one: ast.FunctionDef) -> ast.stmt:
    documented = isinstance(one.body[0], ast.Expr) and isinstance(one.body[0].value, ast.Constant)
    return one.body[1 if documented else 0]


def asked(statement: ast.stmt) -> str | None:
    """The action of `require(viewer, "action")` that is the statement, or of `with reaching(viewer, ...)`."""
    call = (
        statement.items[0].context_expr
        if isinstance(statement, ast.With)
        else getattr(statement, "value", None)
    )
    if not isinstance(call, ast.Call) or ast.unparse(call.func) not in ASKING:
        return None
    viewer, action = call.args[0], call.args[ASKING[ast.unparse(call.func)]]
    named = isinstance(action, ast.Constant) and isinstance(action.value, str)
    return str(action.value) if ast.unparse(viewer) == "viewer" and named else None  # type: ignore[attr-defined]


VIEWED = [
    pytest.param(one, id=f"{path.stem}.{one.name}")
    for path in WORKFLOWS
    if path.stem not in ("auditing",)
    for one in functions(path)
    if takes(one, "Viewer")
]
BESIDE = {
    "log_verdict": "writes down what a workflow did that asked before",
    "reaching": "asks, and logs a refusal",
}
"""What takes a viewer and need not begin with asking, and why."""


@pytest.mark.parametrize("one", VIEWED)
def test_the_viewer_comes_first_and_is_asked_first(one: ast.FunctionDef) -> None:
    assert one.args.args[0].arg == "viewer"
    action = asked(first_statement(one))
    assert one.name in BESIDE or action in POLICY, (
        f"{one.name} begins with {ast.unparse(first_statement(one))}"
    )


def test_screens_and_commands_reach_data_by_workflows_that_ask() -> None:
    """What they import of the workflows takes a viewer wherever it takes a workspace."""
    known = {(path.stem, one.name): one for path in WORKFLOWS for one in functions(path)}
    wrong = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in CALLERS
        for module, name in imported(path)
        if (one := known.get((module, name))) is not None
        and takes(one, "Workspace")
        and not takes(one, "Viewer")
        and name not in WITHOUT_DATA
    ]
    assert wrong == []


def imported(path: Path) -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("workflows"):
            yield from ((node.module.rpartition(".")[2], alias.name) for alias in node.names)


def test_every_action_of_the_policy_is_asked_somewhere_and_no_other() -> None:
    calls = [
        action.value
        for path in WORKFLOWS
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ASKING
        if isinstance(action := node.args[ASKING[ast.unparse(node.func)]], ast.Constant)
    ]
    assert set(calls) == set(POLICY)


def test_only_the_check_itself_makes_a_reach() -> None:
    makers = [
        str(path.relative_to(ROOT))
        for layer in ("storage", "reports", "workflows", "pages")
        for path in (ROOT / layer).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Reach", "access.Reach")
    ]
    assert makers == []


CACHED = [
    pytest.param(one, id=f"{path.stem}.{one.name}")
    for path in (ROOT / "app.py", *sorted((ROOT / "pages").rglob("*.py")))
    for one in ast.walk(ast.parse(path.read_text("utf-8")))
    if isinstance(one, ast.FunctionDef)
    and any(
        "cache_data" in ast.unparse(mark) or "cache_resource" in ast.unparse(mark)
        for mark in one.decorator_list
    )
]
KEPT_WITHOUT_PERSONS = {"workspace_at"}
"""They hold no data of anybody, and are the same for everyone."""


@pytest.mark.parametrize("one", CACHED)
def test_what_is_kept_is_kept_under_the_rights_it_was_made_with(one: Any) -> None:
    names = [arg.arg for arg in (*one.args.args, *one.args.kwonlyargs)]
    assert [name for name in names if name.startswith("_")] == [], "left out of the key"
    assert not one.args.vararg
    assert not one.args.kwarg
    if one.name in KEPT_WITHOUT_PERSONS:
        return
    assert takes(one, "Viewer")
    marks = " ".join(ast.unparse(mark) for mark in one.decorator_list)
    assert "Viewer: _viewer_key" in marks


def test_there_are_kept_functions_to_look_at() -> None:
    assert len(CACHED) >= 4
    assert len(VIEWED) >= 50
