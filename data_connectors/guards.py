"""What is looked at before a file is opened, so that none can exhaust the machine.

The limits hold for what an archive declares. Reading stays within them where it lies: zipfile hands out no
more bytes than declared and then compares the checksum.
"""

import stat
from collections import Counter
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from io import BufferedIOBase, TextIOBase
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, LargeZipFile, ZipFile, ZipInfo

from core.language.text import N_, Value
from data_connectors.connector import Refused

UNPACKED_LIMIT = 500_000_000
RATIO_LIMIT = 100
RATIO_FLOOR = 10_000_000
"""Below this unpacked size no ratio is suspect: a small sheet of equal rows packs well."""
MEMBERS_LIMIT = 10_000
DIRECTORY_LIMIT = 4_000_000
LINE_LIMIT = 8_000_000
COLUMNS_LIMIT = 10_000
ENCRYPTED = 0x1
BINARY = (b"PAR1", b"PK", b"\xd0\xcf\x11\xe0", b"$FL", b"\x1f\x8b")
MEGABYTE = 1_000_000
BLOCK = 1 << 20


def checked_members(path: Path) -> tuple[ZipInfo, ...]:
    """The members of an archive that is safe to unpack; raises Refused before anything is unpacked."""
    try:
        if _directory_size(path) > DIRECTORY_LIMIT:
            raise _too_large(path, N_("The list of its contents alone is over {limit} MB."), DIRECTORY_LIMIT)
        with ZipFile(path) as archive:
            members = tuple(archive.infolist())
    except (BadZipFile, LargeZipFile, OSError, ValueError, NotImplementedError):
        raise Refused(
            "unreadable_file",
            N_("This archive is damaged or cut off."),
            where=path.name,
            remedy=N_("Send it again."),
        ) from None
    _check_sizes(path, members)
    for member in members:
        _check_member(path, member)
    return members


def _directory_size(path: Path) -> int:
    """What the end record says that the central directory takes; zipfile reads it whole into memory."""
    with path.open("rb") as content:
        content.seek(max(0, path.stat().st_size - 65_557))
        end = content.read()
    at = end.rfind(b"PK\x05\x06")
    return int.from_bytes(end[at + 12 : at + 16], "little") if at >= 0 else 0


def _check_sizes(path: Path, members: tuple[ZipInfo, ...]) -> None:
    unpacked = sum(member.file_size for member in members)
    packed = max(1, min(path.stat().st_size, sum(member.compress_size for member in members)))
    if len(members) > MEMBERS_LIMIT:
        raise Refused(
            "unreadable_file",
            N_("This archive holds too many files."),
            where=path.name,
            remedy=N_("Send an archive of at most {limit} files."),
            limit=MEMBERS_LIMIT,
        )
    twice = [name for name, number in Counter(member.filename for member in members).items() if number > 1]
    if twice:
        raise _unsafe(
            path,
            N_("'{member}' stands in this archive more than once."),
            N_("Make the archive again, with each name once."),
            twice[0],
        )
    if unpacked > UNPACKED_LIMIT:
        raise _too_large(path, N_("It unpacks to more than {limit} MB."), UNPACKED_LIMIT)
    if unpacked > RATIO_FLOOR and unpacked > RATIO_LIMIT * packed:
        raise _too_large(path, N_("It unpacks to more than {ratio} times its size."), UNPACKED_LIMIT)


def _too_large(path: Path, why: str, limit: int) -> Refused:
    return Refused(
        "unreadable_file",
        why,
        where=path.name,
        remedy=N_("Send the data in smaller parts, or as CSV or Parquet."),
        limit=limit // MEGABYTE,
        ratio=RATIO_LIMIT,
    )


def _check_member(path: Path, member: ZipInfo) -> None:
    if member.flag_bits & ENCRYPTED:
        raise _unsafe(
            path, N_("'{member}' is locked with a password."), N_("Send it without one."), member.filename
        )
    name = PurePosixPath(member.orig_filename.replace("\\", "/"))
    outside = name.is_absolute() or ".." in name.parts or ":" in member.orig_filename
    if outside or "\0" in member.orig_filename or stat.S_ISLNK(member.external_attr >> 16):
        raise _unsafe(
            path,
            N_("'{member}' points outside the archive."),
            N_("Make the archive again from plain files."),
            member.orig_filename.replace("\0", "?"),
        )


def _unsafe(path: Path, message: str, remedy: str, member: str) -> Refused:
    return Refused("unreadable_file", message, where=path.name, remedy=remedy, member=member[:200])


def empty_file(where: str) -> Refused:
    """The refusal of a file without a byte."""
    return Refused(
        "empty_file", N_("This file is empty."), where=where, remedy=N_("Export it again, with its rows.")
    )


def checksum(path: Path) -> str:
    """The SHA-256 of a file; none where a line of it never ends, as reading it would take too long."""
    digest = sha256()
    with path.open("rb") as content:
        is_text = not content.peek(4).startswith(BINARY)
        unended = 0
        while piece := content.read(BLOCK):
            end = max(piece.rfind(b"\n"), piece.rfind(b"\r")) if is_text else 0
            unended = unended + len(piece) if end < 0 else len(piece) - end - 1
            if is_text and unended >= LINE_LIMIT:
                return ""
            digest.update(piece)
    return digest.hexdigest()


def require_ends(path: Path, digest: str) -> None:
    """Refuse a text of which a line never ends: it has no checksum."""
    if not digest:
        raise line_too_long(path.name)


def bounded_lines(text: TextIOBase, where: str) -> Iterator[str]:
    """The lines of a text with their ends; raises Refused instead of reading a line without an end."""
    for line in iter(partial(text.readline, LINE_LIMIT), ""):
        if len(line) >= LINE_LIMIT:
            raise line_too_long(where)
        yield line


def bounded_byte_lines(content: BufferedIOBase, where: str) -> Iterator[bytes]:
    """The same for bytes."""
    for line in iter(partial(content.readline, LINE_LIMIT), b""):
        if len(line) >= LINE_LIMIT:
            raise line_too_long(where)
        yield line


def line_too_long(where: str) -> Refused:
    """The refusal of a line that goes on and on."""
    return _limit(where, N_("This file has a line of over {limit} MB."), LINE_LIMIT // MEGABYTE)


def check_columns(count: int, where: str) -> None:
    """Refuse a header that no table of a hospital has."""
    if count > COLUMNS_LIMIT:
        raise _limit(where, N_("This file has more than {limit} columns."), COLUMNS_LIMIT)


def _limit(where: str, message: str, limit: Value) -> Refused:
    return Refused(
        "unreadable_file",
        message,
        where=where,
        remedy=N_("Check that it is the right file and how its lines end."),
        limit=limit,
    )
