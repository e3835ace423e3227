"""A problem found in data or in a definition, collected instead of thrown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from core.errors import DefinitionError, in_words
from core.language.text import N_, Text

Level = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What, where and what to do about it."""

    level: Level
    message: Text
    where: str
    remedy: Text = Text("")

    def render(self, language: str) -> str:
        """One line for a person."""
        what = f"{self.message.render(language)} {self.remedy.render(language)}".rstrip()
        return f"{in_words(self.where, language)}: {what}"


class Problems(DefinitionError):
    """All problems of one definition at once, a line each."""

    def __init__(self, what: str, issues: Sequence[Issue]) -> None:
        self.issues = tuple(issues)
        super().__init__(N_("{what} has {count} problems:"), what=Text(what), count=len(self.issues))

    def render(self, language: str) -> str:
        """The count, then every problem on a line of its own."""
        return "\n  ".join([super().render(language), *(issue.render(language) for issue in self.issues)])


def raise_errors(issues: Iterable[Issue], what: str) -> None:
    """Raise one DefinitionError that lists every error among the issues; do nothing where there is none."""
    errors = [issue for issue in issues if issue.level == "error"]
    if not errors:
        return
    if len(errors) == 1:
        only = errors[0]
        raise DefinitionError(
            only.message.template,
            where=only.where,
            remedy=only.remedy.template,
            **{**only.message.values, **only.remedy.values},
        )
    raise Problems(what, errors)
