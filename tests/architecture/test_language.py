"""Every sentence a person may read has a Dutch translation with the same placeholders."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from core import errors

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "core" / "language" / "nl.po"
FOLDERS = (
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
ERRORS = {
    name for name, found in inspect.getmembers(errors, inspect.isclass) if issubclass(found, errors.UserError)
}
MARKERS = {"_", "N_", "Text", "translate"}
TEMPLATE_KEYWORDS = {"message", "template", "remedy"}


def sources() -> Iterator[Path]:
    yield ROOT / "app.py"
    for folder in FOLDERS:
        yield from (path for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts)


def called(call: ast.Call) -> str:
    name: str = getattr(call.func, "id", getattr(call.func, "attr", ""))
    inside_an_error = name == "__init__" and any(keyword.arg == "remedy" for keyword in call.keywords)
    return "UserError" if inside_an_error else name


def template_arguments(call: ast.Call) -> list[ast.expr]:
    """The arguments that are templates: the first of a marker or an error, and an error's remedy."""
    name = called(call)
    if name not in MARKERS | ERRORS:
        return []
    keywords = TEMPLATE_KEYWORDS if name in ERRORS else {"template", "message"}
    named = [keyword.value for keyword in call.keywords if keyword.arg in keywords]
    return call.args[:1] + named


def literals(node: ast.expr) -> Iterator[ast.expr]:
    """The strings a template argument can be: itself, or either side of a choice."""
    if isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from literals(value)
    elif isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node


def templates() -> Iterator[tuple[str, ast.expr]]:
    """Every template in the product with its place."""
    for path in sources():
        if not path.exists():
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                for argument in template_arguments(node):
                    for literal in literals(argument):
                        yield f"{path.relative_to(ROOT)}:{literal.lineno}", literal


def messages() -> dict[str, str]:
    """English text to the first place it stands."""
    found: dict[str, str] = {}
    for place, literal in templates():
        if isinstance(literal, ast.Constant) and isinstance(literal.value, str) and literal.value:
            found.setdefault(literal.value, place)
    return found


@pytest.fixture(scope="module")
def dutch() -> dict[str, str]:
    with CATALOGUE.open("rb") as lines:
        return {str(entry.id): str(entry.string) for entry in read_po(lines, locale="nl") if entry.id}


def placeholders(template: str) -> set[tuple[str, str]]:
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(template) if name}


def test_every_sentence_is_translated(dutch: dict[str, str]) -> None:
    missing = [f"{place}: {text!r}" for text, place in messages().items() if not dutch.get(text)]
    assert not missing, "not in core/language/nl.po:\n" + "\n".join(missing)


def test_translations_have_the_placeholders_of_the_english(dutch: dict[str, str]) -> None:
    differing = [
        f"{text!r} -> {translated!r}"
        for text, translated in dutch.items()
        if placeholders(text) != placeholders(translated)
    ]
    assert not differing, "\n".join(differing)


def test_no_translation_is_left_over(dutch: dict[str, str]) -> None:
    unused = sorted(dutch.keys() - messages().keys())
    assert not unused, "in nl.po, but nothing in the code says it (or it is not marked):\n" + "\n".join(
        unused
    )


def test_a_sentence_is_translated_once() -> None:
    ids = re.findall(r'^msgid (".+"(?:\n".*")*)$', CATALOGUE.read_text("utf-8"), re.M)
    twice = sorted({text for text in ids if ids.count(text) > 1})
    assert not twice, "twice in nl.po:\n" + "\n".join(twice)


def test_dutch_says_u_to_the_reader(dutch: dict[str, str]) -> None:
    said = [text for text in dutch.values() if re.search(r"\b(je|jij|jouw|jullie)\b", text, re.IGNORECASE)]
    assert not said, "\n".join(said)


def test_templates_are_not_filled_in_before_they_are_translated() -> None:
    filled = [place for place, literal in templates() if isinstance(literal, ast.JoinedStr)]
    assert not filled, "an f-string cannot be translated: " + ", ".join(filled)
