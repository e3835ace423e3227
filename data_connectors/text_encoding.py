"""Which encoding a file of text has, and its text in blocks of whole lines.

`auto` is settled by the bytes alone: a byte order mark, else UTF-8 where all of it is that, else
Windows-1252. Where some lines are UTF-8 and others Windows-1252 (`mixed`) each line is decoded by itself.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from core.language.text import N_
from data_connectors.connector import Refused
from data_connectors.guards import LINE_LIMIT, line_too_long

AUTO, MIXED, FALLBACK = "auto", "mixed", "cp1252"
BLOCK = 4 << 20
LONGEST = LINE_LIMIT
"""As many characters as one line may have."""

UNREADABLE = "\x1f"
"""Put into a line that could be either or is both; such a row is set aside as unparseable."""

_MARKS = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_COMMON = re.compile(rb"[\xc2-\xc5][\x80-\xbf]|\xe2[\x80-\x84][\x80-\xbf]")
"""Accented letters and typographic marks in UTF-8: sequences that mean nothing in Windows-1252."""


class _Decoder(Protocol):
    def decode(self, content: bytes, final: bool = False) -> str: ...


def settled(path: Path, declared: str) -> str:
    """The encoding to read the file by; raises Refused where it is none of those that are looked for."""
    mark = _mark(path)
    if declared == AUTO:
        return mark or ("utf-8" if _is_utf8(path) else _by_line(path))
    name = codecs.lookup(declared).name
    if mark and not name.startswith(mark):
        raise Refused(
            "encoding_error",
            N_("This file says that it is {found}; the mapping says {declared}."),
            where=path.name,
            remedy=N_('Write encoding = "{found}".'),
            found=mark,
            declared=declared,
        )
    return name


def is_ascii(path: Path) -> bool:
    """Whether a file holds no letter by which its encoding could be told."""
    with path.open("rb") as content:
        return all(piece.isascii() for piece in iter(lambda: content.read(BLOCK), b""))


def text_blocks(path: Path, encoding: str) -> Iterator[str]:
    """Text in blocks of whole lines; raises Refused at a byte that is not of the encoding."""
    decoder = _decoder(encoding)
    rest = ""
    try:
        with path.open("rb") as content:
            while piece := content.read(BLOCK):
                rest += decoder.decode(piece)
                cut = _end_of_lines(rest)
                if cut:
                    yield rest[:cut]
                    rest = rest[cut:]
                elif len(rest) > LONGEST:
                    raise line_too_long(path.name)
            rest += decoder.decode(b"", True)
    except UnicodeError:
        raise Refused(
            "encoding_error",
            N_("Line {line} is not {encoding} text."),
            where=path.name,
            remedy=N_('Say in the mapping how the file is encoded, for instance encoding = "auto".'),
            line=_undecodable_line(path, encoding),
            encoding=encoding,
        ) from None
    if rest:
        yield rest


def _mark(path: Path) -> str:
    with path.open("rb") as content:
        start = content.read(4)
    return next((encoding for mark, encoding in _MARKS.items() if start.startswith(mark)), "")


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as content:
            while piece := content.read(BLOCK):
                decoder.decode(piece)
            decoder.decode(b"", True)
    except UnicodeDecodeError:
        return False
    return True


def _by_line(path: Path) -> str:
    """For a file that is not UTF-8 as a whole: Windows-1252, or a mixture of lines."""
    found = FALLBACK
    with path.open("rb") as content:
        for number, line in enumerate(iter(lambda: content.readline(LONGEST), b""), start=1):
            if line.isascii():
                continue
            if _COMMON.sub(b"", line) != line or _decodes(line, "utf-8"):
                found = MIXED
            elif not _decodes(line, FALLBACK):
                raise Refused(
                    "encoding_error",
                    N_("Line {line} holds a character that neither UTF-8 nor Windows-1252 has."),
                    where=path.name,
                    remedy=N_('Say in the mapping how the file is encoded, for instance encoding = "cp850".'),
                    line=number,
                )
    return found


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _decoder(encoding: str) -> _Decoder:
    if encoding == MIXED:
        return _LineByLine()
    return codecs.getincrementaldecoder("utf-8-sig" if encoding == "utf-8" else encoding)()


class _LineByLine:
    """Decodes each line as UTF-8 where it is that, as Windows-1252 otherwise; marks one that is neither."""

    def __init__(self) -> None:
        self._rest = b""

    def decode(self, content: bytes, final: bool = False) -> str:
        whole = self._rest + content
        cut = len(whole) if final or len(whole) > LONGEST else whole.rfind(b"\n") + 1
        self._rest = whole[cut:]
        return "".join(decoded_line(line) for line in whole[:cut].splitlines(keepends=True))


def decoded_line(line: bytes) -> str:
    """A line of a mixed file; begins with UNREADABLE where it could be either or is both."""
    rest = _COMMON.sub(b"", line)
    if rest.isascii():
        return line.decode()
    if rest != line or _decodes(line, "utf-8") or not _decodes(line, FALLBACK):
        return UNREADABLE + line.decode(FALLBACK, "replace")
    return line.decode(FALLBACK)


def _end_of_lines(text: str) -> int:
    """Where the last whole line of a text ends. A carriage return at the very end may be half a line end."""
    return text.rfind("\n") + 1 or text.rfind("\r", 0, len(text) - 1) + 1


def _undecodable_line(path: Path, encoding: str) -> int:
    decoder = codecs.getincrementaldecoder(encoding)()
    number = 0
    with path.open("rb") as content, suppress(UnicodeError):
        for number, line in enumerate(iter(lambda: content.readline(LONGEST), b""), start=1):  # noqa: B007
            decoder.decode(line)
    return number
