"""A problem found in data or in a definition, collected instead of thrown."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from core.errors import DefinitionError
from core.language.text import Text

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
        return f"{self.where}: {self.message.render(language)} {self.remedy.render(language)}".rstrip()


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
    lines = "\n  ".join(issue.render("en") for issue in errors)
    raise DefinitionError(
        "{what} has {count} problems:\n  {lines}", what=what, count=len(errors), lines=lines
    )
