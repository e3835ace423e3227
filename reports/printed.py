"""A printed report: two pages of words and drawings, ready for any format that lays out text.

Every number is text already, in the reader's language; drawings carry their text alternative.
"""

from dataclasses import dataclass
from typing import Literal

from core.language import N_, Text
from experiments.decision import State, Verdict

Tone = Literal["green", "blue", "red", "gray", "orange"]
VERDICT_TONES: dict[Verdict, Tone] = {
    "scale": "green",
    "extend": "blue",
    "stop": "red",
    "cannot_tell": "gray",
}
STATE_TONES: dict[State, Tone] = {
    "met": "green",
    "not_met": "red",
    "undecided": "gray",
    "not_assessed": "gray",
}


def say(template: str, lang: str, **values: Text | str | int | float | None) -> str:
    """A sentence of the report's own in a language."""
    return Text(template, values).render(lang)


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A drawing and what it says in words."""

    svg: str
    alt: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """A state: always a word, a shape and a colour."""

    word: str
    shape: str
    tone: Tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One criterion: its name, what was measured, the threshold, a bar where that helps, and its state."""

    name: str
    measured: str
    threshold: str
    bar: Drawn | None
    state: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """The criteria that answer one question."""

    title: str
    question: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A number that stands out: what it is, the number, what belongs beside it and a bar."""

    title: str
    number: str
    beside: str
    bar: Drawn | None
    under: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to another verdict."""

    verdict: Badge
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The first page: the verdict and why."""

    verdict: Badge
    headline: str
    note: str
    cards: tuple[Card, ...]
    columns: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    ways_title: str
    ways: tuple[Way, ...]
    open_items: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A chart under its heading, with the sentence that says what to see."""

    title: str
    sentence: str
    drawn: Drawn | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """One inference beside the others."""

    name: str
    bar: Drawn
    effect: str
    interval: str
    p_value: str
    main: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One check and its outcome."""

    name: str
    text: str
    state: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The second page: what the verdict stands on."""

    title: str
    figures: tuple[Figure, ...]
    calculations_title: str
    calculations_columns: tuple[str, ...]
    calculations: tuple[Calculation, ...]
    calculations_note: str
    checks_title: str
    checks_columns: tuple[str, ...]
    checks: tuple[Checked, ...]
    assumptions_title: str
    assumptions: tuple[str, ...]
    method_title: str
    method: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """The whole report. `day` is that of the data (year, month, day), so the same data give the same file."""

    lang: str
    kind: str
    title: str
    subtitle: str
    mark: str
    day: tuple[int, int, int]
    answer: Answer
    evidence: Evidence
    footer: str


NOT_SHOWN = N_("Not shown: fewer persons stand behind it than may be shown ({mark}).")
