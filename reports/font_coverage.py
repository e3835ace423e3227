"""Which characters a font can show, read from its cmap table (format 4: the Basic Multilingual Plane)."""

import struct
import unicodedata
from functools import cache
from pathlib import Path

REPLACEMENT = "\N{WHITE SQUARE}"
UNICODE_PLATFORMS = {(0, 3), (3, 1)}


def displayable(text: str, font: Path) -> str:
    """The text with every character that the font lacks taken apart (ligatures) or a white square."""
    covered = coverage(font)
    return "".join(char if char in covered else _instead(char, covered) for char in text)


def _instead(char: str, covered: frozenset[str]) -> str:
    if char.isspace():
        return " "
    parts = unicodedata.normalize("NFKC", char)
    return parts if set(parts) <= covered else REPLACEMENT


@cache
def coverage(font: Path) -> frozenset[str]:
    """Every character of a TrueType font; raises ValueError where it has no format 4 table."""
    content = font.read_bytes()
    start = _table(content, b"cmap")
    count = struct.unpack_from(">H", content, start + 2)[0]
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", content, start + 4 + 8 * index)
        if (platform, encoding) in UNICODE_PLATFORMS and content[
            start + offset : start + offset + 2
        ] == b"\0\4":
            return frozenset(_characters(content, start + offset))
    raise ValueError(f"{font.name} has no cmap of format 4")


def _table(content: bytes, tag: bytes) -> int:
    count = struct.unpack_from(">H", content, 4)[0]
    for index in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", content, 12 + 16 * index)
        if name == tag:
            return int(offset)
    raise ValueError(f"no table {tag.decode()}")


def _characters(content: bytes, at: int) -> list[str]:
    """Characters of the segments (OpenType specification, cmap format 4); glyph 0 means missing."""
    segments = struct.unpack_from(">H", content, at + 6)[0] // 2
    ends, starts, deltas, offsets = (
        struct.unpack_from(f">{segments}H", content, at + 14 + 2 * segments * part + (2 if part else 0))
        for part in range(4)
    )
    first_offset = at + 16 + 6 * segments
    found = []
    for segment, (low, high) in enumerate(zip(starts, ends, strict=True)):
        for code in range(low, high + 1):
            glyph = code
            if offsets[segment]:
                place = first_offset + 2 * segment + offsets[segment] + 2 * (code - low)
                glyph = struct.unpack_from(">H", content, place)[0]
            if glyph and (glyph + deltas[segment]) % 65536 and code != 0xFFFF:
                found.append(chr(code))
    return found
