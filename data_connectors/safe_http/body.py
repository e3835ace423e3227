"""A response's body: capped while it streams and while it unpacks; what was cut off is not a body."""

import zlib
from collections.abc import Iterable

from core.errors import UserError
from core.language.text import N_

GZIP = 16
PIECE = 1 << 20


class Broken(Exception):
    """The body did not arrive whole; asking again may help."""


def collect(pieces: Iterable[bytes], encoding: str, limit: int, where: str) -> bytes:
    """The whole body, unpacked; raises Broken when it was cut off and UserError when it is too much."""
    if encoding in ("", "identity"):
        return _joined(pieces, limit, where)
    if encoding not in ("gzip", "x-gzip"):
        raise UserError(
            N_("The answer is packed as '{encoding}', which was not asked for."),
            where=where,
            remedy=N_("Ask the keeper of the server to send it as it is, or with gzip."),
            encoding=encoding[:20],
        )
    return _joined(_unpacked(_capped(pieces, limit, where)), limit, where)


def _joined(pieces: Iterable[bytes], limit: int, where: str) -> bytes:
    return b"".join(_capped(pieces, limit, where))


def _capped(pieces: Iterable[bytes], limit: int, where: str) -> Iterable[bytes]:
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > limit:
            raise UserError(
                N_("The answer is larger than {limit} MB."),
                where=where,
                remedy=N_("Ask for smaller pages (page_size), or raise largest_answer_mb."),
                limit=round(limit / 1e6),
            )
        yield piece


def _unpacked(pieces: Iterable[bytes]) -> Iterable[bytes]:
    unpacker = zlib.decompressobj(GZIP + zlib.MAX_WBITS)
    try:
        for piece in pieces:
            rest = piece
            while rest and not unpacker.eof:
                yield unpacker.decompress(rest, PIECE)
                rest = unpacker.unconsumed_tail
            if unpacker.unused_data or (rest and unpacker.eof):
                raise Broken("bytes after the packed body")
    except zlib.error:
        raise Broken("packed body damaged") from None
    if not unpacker.eof:
        raise Broken("packed body cut off")
