"""A document as parts: what privacy and security write for people, rendered as Markdown or PDF."""

from collections.abc import Iterator
from dataclasses import dataclass

from core.language.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading with paragraphs, points and a table under it, in that order; each may be absent."""

    title: Text
    paragraphs: tuple[Text, ...] = ()
    points: tuple[Text, ...] = ()
    columns: tuple[Text, ...] = ()
    rows: tuple[tuple[Text, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The whole: a title, a line under it, a statement in a frame, sections."""

    title: Text
    subtitle: Text
    statement: Text
    sections: tuple[Section, ...]


def markdown(document: Document, lang: str) -> str:
    """As Markdown; what stands in it cannot become Markdown or HTML of its own."""
    return "\n".join(_lines(document, lang)).rstrip() + "\n"


def plain(text: str) -> str:
    """Text with every sign that Markdown or HTML would act on taken literally, on one line."""
    one_line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_{}[]<>#|~$" else sign for sign in one_line)


def _lines(document: Document, lang: str) -> Iterator[str]:
    yield f"# {plain(document.title.render(lang))}"
    yield plain(document.subtitle.render(lang))
    yield f"\n> {plain(document.statement.render(lang))}"
    for section in document.sections:
        yield f"\n## {plain(section.title.render(lang))}"
        yield "\n\n".join(plain(text.render(lang)) for text in section.paragraphs)
        yield from (f"- {plain(text.render(lang))}" for text in section.points)
        if section.rows:
            yield "\n" + _row(section.columns, lang)
            yield "|" + "---|" * len(section.columns)
            yield from (_row(row, lang) for row in section.rows)


def _row(cells: tuple[Text, ...], lang: str) -> str:
    return "| " + " | ".join(plain(cell.render(lang)) for cell in cells) + " |"
