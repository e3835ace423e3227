"""Words that somebody typed for the record: one line, not too long, and nothing that could be a patient."""

import re

from core.errors import InputError
from core.language.text import Text
from governance.incidents import holds_citizen_number

LONG_NUMBER = re.compile(r"\d{7,}")


def plain(text: str, what: str, longest: int) -> str:
    """The text with its blanks in order; raises InputError where it is too long or may name a patient.

    what: the English name of the field, for the sentence.
    """
    words = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    if len(words) > longest:
        raise InputError(
            "The {what} is longer than {longest} characters.",
            remedy="Say it shorter, and name where the rest stands.",
            what=Text(what),
            longest=longest,
        )
    if holds_citizen_number(words) or (LONG_NUMBER.search(words) and "://" not in words):
        raise InputError(
            "The {what} holds a long number that may be that of a patient, so it was not kept.",
            remedy="Leave the number out; say what happened without naming anybody.",
            what=Text(what),
        )
    return words
