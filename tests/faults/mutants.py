"""Mutants of a module: the same program with one small mistake in it, made from its syntax tree.

A comparison, a boolean or arithmetic operator, a number, a truth, a text or a scope of the table of rights
is another; a condition always or never holds; a part of one, a statement with an effect, an argument by name
or a trigger is not there; a method is not called; nothing is returned; any and all, min and max change
places; SQL has another word.

Left as they are: what does not run (annotations, docstrings, `Literal`), decorators, texts for people (`N_`,
what an error says) and names that Python or the language itself asks for (`__all__`, `TypeVar`).
"""

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple


class Mutant(NamedTuple):
    """where: the function or class it lies in. change: old and new text of what differs. text: the module."""

    where: str
    line: int
    change: str
    text: str


Slot = tuple[Any, str, int | None]
"""A node, its field and the place in that field: where another node can be put."""

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.MatMult: ast.Mult,
}
SWAPPED = {"any": "all", "all": "any", "min": "max", "max": "min"}
SCOPES = {"OWN": "ALL", "LED": "ALL", "DOMAINS": "ALL", "ALL": "OWN"}
"""Scopes in the table of rights, each with one that is no other role's."""
SQL = re.compile(r"\b(SELECT|CREATE|REVOKE|DROP|ENABLE)\b")
SQL_CHANGES = (
    ("<>", "="),
    ("<=", "<"),
    (" = ", " <> "),
    (" OR ", " AND "),
    (" AND ", " OR "),
    ("DESC", "ASC"),
    ("max(", "min("),
    ("+ 1", "+ 2"),
    ("IS DISTINCT FROM", "IS NOT DISTINCT FROM"),
    ("BEFORE INSERT OR DELETE", "BEFORE INSERT"),
    ("BEFORE UPDATE OR DELETE", "BEFORE UPDATE"),
    ("ENABLE ALWAYS", "ENABLE"),
    ("'A'", "'O'"),
    ("true", "false"),
)
"""Each time that a word stands in a text of SQL, it is changed once."""
QUIET = {"N_", "TypeVar"}


def mutants(source: str) -> Iterator[Mutant]:
    """Every mutant of the text of a module, in the order of its tree; one that comes again is numbered."""
    tree = ast.parse(source)
    seen: Counter[tuple[str, str]] = Counter()
    for where, slot in _slots(tree, ""):
        node = _get(slot)
        for new in _variations(node, slot):
            change = f"{_short(node)} -> {_short(new)}"
            seen[where, change] += 1
            again = f" (number {seen[where, change]})" if seen[where, change] > 1 else ""
            _put(slot, new)
            yield Mutant(where, node.lineno, change + again, ast.unparse(ast.fix_missing_locations(tree)))
            _put(slot, node)


def _slots(node: ast.AST, where: str) -> Iterator[tuple[str, Slot]]:
    for field, value in ast.iter_fields(node):
        if _does_not_run(node, field):
            continue
        values = value if isinstance(value, list) else [value]
        for at, child in enumerate(values):
            if not isinstance(child, ast.AST) or _left_alone(child):
                continue
            slot = (node, field, at if isinstance(value, list) else None)
            if hasattr(child, "lineno"):
                yield where, slot
            named = isinstance(child, (ast.FunctionDef, ast.ClassDef))
            inner = f"{where}.{child.name}".lstrip(".") if named else where  # type: ignore[attr-defined]
            yield from _slots(child, inner)


def _does_not_run(node: ast.AST, field: str) -> bool:
    aliased = isinstance(node, ast.AnnAssign) and ast.unparse(node.annotation) == "TypeAlias"
    return aliased or field in ("annotation", "returns", "decorator_list", "bases", "type")


def _left_alone(node: ast.AST) -> bool:
    if isinstance(node, (ast.Import, ast.ImportFrom, ast.Raise)):
        return isinstance(node, (ast.Import, ast.ImportFrom))
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant)
    if isinstance(node, ast.Subscript):
        return ast.unparse(node.value) == "Literal"
    if isinstance(node, ast.Call):
        name = ast.unparse(node.func)
        return name in QUIET or name.endswith(("Error", "NotPermitted", "AuditUnavailable"))
    if isinstance(node, ast.Assign):
        return isinstance(node.targets[0], ast.Name) and _names_types(node)
    return False


def _names_types(node: ast.Assign) -> bool:
    """`__all__`, `__slots__`, and an alias such as `Detail = str | int`."""
    name = ast.unparse(node.targets[0])
    alternatives = [one.id for one in ast.walk(node.value) if isinstance(one, ast.Name)]
    alias = isinstance(node.value, ast.BinOp) and bool({"str", "int"} & set(alternatives))
    return name.startswith("__") or alias


def _variations(node: Any, slot: Slot) -> Iterator[ast.AST]:
    for kind, make in MAKERS:
        if isinstance(node, kind):
            yield from make(node)
    if isinstance(node, ast.expr) and _is_condition(slot):
        yield from (ast.Constant(value) for value in (True, False) if ast.unparse(node) != str(value))
    if slot[1] == "elts" and not isinstance(getattr(node, "ctx", None), ast.Store):
        yield from _dropped_element(node, slot)


def _is_condition(slot: Slot) -> bool:
    return slot[1] in ("test", "ifs")


def _dropped_element(node: ast.expr, slot: Slot) -> Iterator[ast.AST]:
    """An element of a tuple of statements or tests that is not there."""
    if isinstance(node, (ast.JoinedStr, ast.Starred)) or (
        isinstance(node, ast.Constant) and SQL.search(str(node.value))
    ):
        yield ast.Starred(ast.Tuple([], ast.Load()), ast.Load())


def _compare(node: ast.Compare) -> Iterator[ast.AST]:
    for at, operator in enumerate(node.ops):
        for other in COMPARED[type(operator)]:
            ops = [*node.ops[:at], other(), *node.ops[at + 1 :]]
            yield ast.Compare(node.left, ops, node.comparators)


def _both(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    for at in range(len(node.values)):
        rest = [*node.values[:at], *node.values[at + 1 :]]
        yield rest[0] if len(rest) == 1 else ast.BoolOp(node.op, rest)


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    value = node.value
    if isinstance(value, bool):
        yield ast.Constant(not value)
    elif isinstance(value, (int, float)):
        yield ast.Constant(value + 1)
    elif isinstance(value, (str, bytes)):
        yield from map(ast.Constant, _texts(value) if isinstance(value, str) else [value + b"x"])


def _texts(value: str) -> Iterator[str]:
    if not SQL.search(value):
        yield f"{value}x"
    for old, new in SQL_CHANGES if SQL.search(value) else ():
        parts = value.split(old)
        for at in range(1, len(parts)):
            yield old.join(parts[:at]) + new + old.join(parts[at:])


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    if type(node.op) in COMPUTED:
        yield ast.BinOp(node.left, COMPUTED[type(node.op)](), node.right)


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    if type(node.op) in COMPUTED:
        yield ast.AugAssign(node.target, COMPUTED[type(node.op)](), node.value)
    yield ast.Pass()


def _call(node: ast.Call) -> Iterator[ast.AST]:
    if isinstance(node.func, ast.Name) and node.func.id in SWAPPED:
        yield ast.Call(ast.Name(SWAPPED[node.func.id], ast.Load()), node.args, node.keywords)
    if isinstance(node.func, ast.Attribute):
        yield node.func.value
    for at, keyword in enumerate(node.keywords):
        rest = [*node.keywords[:at], *node.keywords[at + 1 :]]
        if keyword.arg is not None:
            yield ast.Call(node.func, node.args, rest)
        if isinstance(keyword.value, ast.Name) and keyword.value.id in SCOPES:
            other = ast.keyword(keyword.arg, ast.Name(SCOPES[keyword.value.id], ast.Load()))
            yield ast.Call(node.func, node.args, [*rest, other])


def _returned(node: ast.Return) -> Iterator[ast.AST]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield ast.Return(ast.Constant(None))


def _dropped(node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


def _assigned(node: ast.Assign) -> Iterator[ast.AST]:
    if not isinstance(node.targets[0], ast.Name) and not isinstance(node.targets[0], ast.Tuple):
        yield ast.Pass()


def _skipped(node: ast.Continue) -> Iterator[ast.AST]:
    yield ast.Break()


MAKERS: tuple[tuple[Any, Callable[[Any], Iterator[ast.AST]]], ...] = (
    (ast.Compare, _compare),
    (ast.BoolOp, _both),
    (ast.UnaryOp, _unary),
    (ast.Constant, _constant),
    (ast.BinOp, _binary),
    (ast.AugAssign, _augmented),
    (ast.Call, _call),
    (ast.Return, _returned),
    ((ast.Expr, ast.Raise), _dropped),
    (ast.Assign, _assigned),
    (ast.Continue, _skipped),
)


def _short(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _get(slot: Slot) -> Any:
    node, field, at = slot
    value = getattr(node, field)
    return value if at is None else value[at]


def _put(slot: Slot, new: ast.AST) -> None:
    node, field, at = slot
    if at is None:
        setattr(node, field, new)
    else:
        getattr(node, field)[at] = new
