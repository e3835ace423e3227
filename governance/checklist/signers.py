"""Which functions of the checklist a person holds: a table by name that the administrator keeps."""

import tomllib
from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from core.errors import DefinitionError
from core.language.text import N_
from governance.checklist.item import Checklist

FILE_NAME = "signers.toml"
EXAMPLE = '"j.jansen" = ["data_protection_officer"]'


def read_signers(text: str, checklist: Checklist) -> Mapping[str, frozenset[str]]:
    """The functions by name of the person; raises DefinitionError for what cannot be read."""
    try:
        found = TypeAdapter(dict[str, list[str]]).validate_python(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, ValidationError):
        raise DefinitionError(
            "The functions of people cannot be read.",
            where=FILE_NAME,
            remedy=N_("Write a line per person, such as: {example}"),
            example=EXAMPLE,
        ) from None
    for person, functions in found.items():
        for function in functions:
            if function not in checklist.functions:
                raise DefinitionError(
                    "'{person}' has the function '{function}', which the checklist does not know.",
                    where=FILE_NAME,
                    remedy="Choose one of: {known}.",
                    person=person,
                    function=function,
                    known=", ".join(sorted(checklist.functions)),
                )
    return {person: frozenset(functions) for person, functions in found.items()}
