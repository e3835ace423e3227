"""An item of the checklist, a function that may sign and a phase of a pilot, as their file declares them."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, with_config

from core.language.catalogue import LANGUAGES

EXACT = ConfigDict(extra="forbid")
Gate = Literal["start", "scale"]
Words = dict[str, str]
"""The same in every language, by its code."""


def _in_every_language(words: Any) -> Any:
    return dict.fromkeys(LANGUAGES, words) if isinstance(words, str) else words


Source = Annotated[Words, BeforeValidator(_in_every_language)]
"""A law or practice may have one name in every language."""


@with_config(EXACT)
@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One rule. signers: functions of which one signs it; source: the law or the practice it comes from.

    checked_on: when the row was last compared with its sources. verified: whether those were seen themselves;
    where not, a lawyer is asked. own: added by the hospital.
    """

    id: str
    gate: Gate
    signers: tuple[str, ...]
    source: Source
    checked_on: date
    verified: bool
    title: Words
    asks: Words
    evidence: Words
    own: bool = False


@with_config(EXACT)
@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One of the seven phases. gate: whose items must be signed to enter it, "" for none."""

    id: str
    gate: Literal["", "start", "scale"]
    title: Words
    question: Words
    asks: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Checklist:
    """Everything that can be signed, who signs, and the phases, each in its order."""

    functions: dict[str, Words]
    items: tuple[ChecklistItem, ...]
    phases: tuple[Phase, ...]

    def item(self, id_: str) -> ChecklistItem | None:
        """The item of an id."""
        return next((item for item in self.items if item.id == id_), None)

    def phase(self, id_: str) -> Phase | None:
        """The phase of an id."""
        return next((phase for phase in self.phases if phase.id == id_), None)

    def function(self, id_: str, language: str) -> str:
        """The name of a function; one that is not declared is shown as it was written."""
        return self.functions[id_][language] if id_ in self.functions else id_
