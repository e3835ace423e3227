"""SQL on lines that a person can follow: a selected column a line, every clause under its SELECT."""

import re
from collections.abc import Iterator

_WORD = re.compile(r"'(?:[^']|'')*'|\((?=SELECT\b)|[()]|,\s*|\s+|[^'(),\s]+")
_CLAUSES = ("FROM", "WHERE", "GROUP", "UNION")
_INDENT = "  "


def laid_out(text: str) -> str:
    """The same statement, indented by the depth of its SELECTs; nothing but white space changes."""
    return "".join(_written(text))


def _written(text: str) -> Iterator[str]:
    """Per open bracket the clause that it stands in; "" where it is no SELECT."""
    clauses = [""]
    words = _WORD.findall(text)
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word == "(":
            clauses.append("SELECT" if following == "SELECT" else "")
        elif word == ")":
            clauses.pop()
        elif word in ("SELECT", *_CLAUSES) and (word == "SELECT" or clauses[-1]):
            clauses[-1] = word
        depth = sum(map(bool, clauses))
        if word.startswith(",") and clauses[-1] == "SELECT":
            yield ",\n" + _INDENT * depth
        elif word.isspace():
            yield "\n" + _INDENT * (depth - 1) if following in _CLAUSES and clauses[-1] else " "
        else:
            yield word
