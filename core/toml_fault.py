"""Why a text is not TOML, in the languages of the product; the parser says it in English alone."""

import re

from core.language.text import N_, Text

_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_REASONS = (
    ("Invalid date", N_("a day or time that does not exist")),
    ("Invalid value", N_("a value that cannot be read; words stand between quotes")),
    ("Unclosed", N_("a list that does not end, or a value in it that cannot be read")),
    ("Unterminated string|Illegal character|Expected ['\"]{3}", N_("a text without its closing quote")),
    ("Cannot|Duplicate", N_("a key or table that stands there twice")),
    ("Expected '='|Invalid initial|Invalid statement", N_("no key with its value")),
    ("Expected ']", N_("a heading without its closing bracket")),
    ("Expected newline", N_("something behind a value that is no part of it")),
    ("Unescaped|Escaped|Invalid hex", N_("a backslash in a text; write two of them, or use single quotes")),
)


def toml_fault(error: Exception) -> Text:
    """What a parser's error comes to, and where."""
    found = _PLACE.fullmatch(str(error))
    said = found[1] if found else ""
    reasons = (reason for start, reason in _REASONS if re.match(start, said))
    reason = Text(next(reasons, N_("something that cannot be read")))
    if found and found[2]:
        where = N_("{reason} (line {line}, character {column})")
        return Text(where, {"reason": reason, "line": int(found[2]), "column": int(found[3])})
    return Text(N_("{reason} (at the end)"), {"reason": reason}) if found else reason
