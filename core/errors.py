"""The error tree.

    MeetlatError
    ├── UserError              exit 2: shown as it is, in the viewer's language, without a traceback
    │   ├── InputError         a file or a table that cannot be read as asked
    │   ├── DefinitionError    a mapping, KPI or pilot file that breaks a rule
    │   ├── UnknownName        a pilot, KPI, preset ... that does not exist
    │   ├── ConfigurationError a setting that is missing or unsafe
    │   ├── AuditUnavailable   the audit log cannot be written, so what would be logged is not done
    │   ├── NotPermitted       the viewer's rights do not reach
    │   └── OurFault           exit 1: our mistake in one of several things, while the others go on
    └── InternalError          exit 1: our fault; an id for the reader, the rest in the log

A user error names the thing, the rule, the found value, the place and the remedy.
"""

import re
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path

from core.language.text import N_, Text, Value

_LINE = re.compile(r" line (\d+)$")


def in_words(where: str, language: str) -> str:
    """A place, such as a file and its line, in a language."""
    return _LINE.sub(lambda at: f" {Text(N_('line {line}'), {'line': at[1]}).render(language)}", where)


class MeetlatError(Exception):
    """Whatever Meetlat raises on purpose."""

    exit_code = 1


class UserError(MeetlatError):
    """A sentence a user can act on. `message` and `remedy` are English templates with {named} values."""

    exit_code = 2

    def __init__(self, message: str, *, where: str = "", remedy: str = "", **values: Value) -> None:
        self.message = Text(message, values)
        self.where = where
        self.remedy = Text(remedy, values)
        super().__init__(self.render("en"))

    def render(self, language: str) -> str:
        """One line: place, what and rule, remedy."""
        place = f"{in_words(self.where, language)}: " if self.where else ""
        return f"{place}{self.message.render(language)} {self.remedy.render(language)}".rstrip()


def beside(subject: str, error: UserError, language: str) -> str:
    """A line about something; its name stands there once, also where the error gives it as its place."""
    rest = error.where.removeprefix(subject)
    if rest != error.where and not rest[:1].isalnum():
        return error.render(language)
    return f"{subject}: {error.render(language)}"


class InputError(UserError):
    """A file or a table cannot be read as asked."""


SYSTEM_REASONS = (
    N_("No such file or directory"),
    N_("Permission denied"),
    N_("Is a directory"),
    N_("Not a directory"),
    N_("No space left on device"),
    N_("Read-only file system"),
    N_("File name too long"),
    N_("File too large"),
    N_("Input/output error"),
    N_("Connection refused"),
)
"""What the system says most, as it says it."""


def system_reason(error: OSError) -> Text:
    """Why the system did not do it: in every language where it is one of the common reasons."""
    return Text(error.strerror or str(error))


def unreadable(path: Path, error: OSError) -> InputError:
    """What to raise for a file that the system does not let be read."""
    return InputError(
        "This file cannot be read: {error}.",
        where=str(path),
        remedy="Check the name and the folder.",
        error=system_reason(error),
    )


class DefinitionError(UserError):
    """A mapping, KPI or pilot definition breaks a rule."""


class ConfigurationError(UserError):
    """A setting is missing, contradictory or unsafe."""


class AuditUnavailable(UserError):
    """The audit log cannot be written, so what would be logged is not done."""


class NotPermitted(UserError):
    """The viewer's rights do not reach. recorded: whether the audit log has it already."""

    recorded = False


FIRST = 8
"""So many names are told where none is like the one that was asked for."""


class UnknownName(UserError):
    """A name that does not exist, or not for this viewer; offers the nearest names that do.

    recorded: whether the audit log has it already that somebody asked for what is not theirs.
    """

    recorded = False

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = sorted(known)
        close = get_close_matches(name, names, n=3)
        near, more = close or names[:FIRST], 0 if close else len(names[FIRST:])
        told = N_("Known: {near}, and {more} more.") if more else N_("Known: {near}.")
        self.kind, self.name = kind, name
        super().__init__(
            "There is no {kind} '{name}'.",
            remedy=told if near else "There are none yet.",
            kind=Text(kind),
            name=name,
            near=", ".join(near),
            more=more,
        )


class OurFault(UserError):
    """A mistake of Meetlat in one of several things, told in its place while the others go on."""

    exit_code = 1

    def __init__(self, incident: str) -> None:
        super().__init__(
            N_("Meetlat made a mistake; its number is {incident}."),
            remedy=N_("What happened stands in the log; report it with this number."),
            incident=incident,
        )


class InternalError(MeetlatError):
    """Our fault; carries the id under which the log has the rest."""

    def __init__(self, incident: str) -> None:
        self.incident = incident
        super().__init__(f"internal error {incident}")
