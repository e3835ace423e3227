"""Which files may be evidence: their kind by what they begin with, and how large they may be."""

from core.errors import InputError

LARGEST = 20_000_000
ENOUGH_TO_TELL = 4_096
KINDS: dict[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "jpeg": ("image/jpeg", b"\xff\xd8\xff"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", b"PK\x03\x04"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK\x03\x04"),
    "odt": ("application/vnd.oasis.opendocument.text", b"PK\x03\x04"),
    "txt": ("text/plain", b""),
}
"""By suffix: the media type, and the bytes that such a file begins with."""


def check_size(name: str, size: int) -> None:
    """Raise InputError for a file that is too large or empty; asked before anything of it is read."""
    if size > LARGEST:
        raise InputError(
            "This file is too large for evidence: {size} MB, where {largest} MB is the most.",
            where=name,
            remedy="Keep it where it is, and give the link to it.",
            size=round(size / 1_000_000),
            largest=LARGEST // 1_000_000,
        )
    if size == 0:
        raise InputError("This file is empty.", where=name, remedy="Choose the file that you meant.")


def media_type(name: str, beginning: bytes) -> str:
    """The media type of a file by its name and first bytes; raises InputError where it may not be kept."""
    suffix = name.rpartition(".")[2].lower()
    if suffix not in KINDS:
        raise InputError(
            "A file of this kind cannot be evidence.",
            where=name,
            remedy="Choose one of: {known}; or give a link.",
            known=", ".join(sorted(KINDS)),
        )
    kind, start = KINDS[suffix]
    if not beginning.startswith(start) or (suffix == "txt" and not _is_text(beginning)):
        raise InputError(
            "This file is not what its name says: it does not begin as a .{suffix} file does.",
            where=name,
            remedy="Save it again from the program that made it.",
            suffix=suffix,
        )
    return kind


def _is_text(beginning: bytes) -> bool:
    try:
        text = beginning.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start > len(beginning) - 4  # a sign that the first part cuts in two
    return "\0" not in text
